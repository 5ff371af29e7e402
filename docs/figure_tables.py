"""Tables of docs/findings.md, docs/effects.md and docs/backtest.md, from the CSV files beside them.

The scripts that write these files are named on the pages. `make_tables` puts the tables into the pages.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

from forumsim.results.codebook import markdown_table
from forumsim.studies.backtest.lives import FIGURES, HALF

FOLDER = Path(__file__).parent
Row = dict[str, str]

#: Forecasts that the model is held against, as the tables call them.
BENCHMARKS = {"logit": "the logit", "relational": "the relational logit", "share": "the forum's share"}


def rows_of(name: str) -> list[Row]:
    """The rows of a CSV file beside the pages."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def short(text: str | float, digits: int = 3) -> str:
    """A number as in the text: no zero before the point, no minus before a zero; empty if it is missing.

    Examples
    --------
    >>> short("0.8717"), short(-0.0001), short("12.34", 1)
    ('.872', '.000', '12.3')
    """
    if text == "" or math.isnan(float(text)):
        return ""
    shown = f"{float(text):.{digits}f}"
    if float(shown) == 0.0:
        shown = shown.removeprefix("-")
    return shown.replace("0.", ".", 1) if shown.lstrip("-").startswith("0.") else shown


def within(row: Row, digits: int = 3, bounds: int | None = None) -> str:
    """A value with its interval in brackets."""
    inside = digits if bounds is None else bounds
    return f"{short(row['value'], digits)} [{short(row['low'], inside)}, {short(row['high'], inside)}]"


def about(row: Row, digits: int = 3, sign: bool = False) -> str:
    """A mean with half of its interval; nothing after it where the interval has no width."""
    half = (float(row["high"]) - float(row["low"])) / 2
    value = short(row["value"], digits)
    shown = f"+{value}" if sign and float(value) > 0 else value
    return f"{shown} ± {short(half, digits)}" if half > 0 else shown


# --- what dialogue does in the real case ----------------------------------------------------------------------------


def dialogue_twins() -> list[str]:
    """Share of the runs with full dialogue that converge, do nothing and fragment against their silent twins."""
    words = ("share_converges", "share_does_nothing", "share_fragments")
    found = {
        (row["issue"], row["part"], float(row["sincerity_level"]), row["measure"]): row
        for row in rows_of("dialogue.csv")
        if row["measure"] in words and float(row["dialogue_level"]) == 1.0
    }
    rows = []
    for part in ("15 years", "30 years"):
        for issue in ("values", "order", "military"):
            shares = [[float(found[issue, part, h, word]["mean"]) for word in words] for h in (0.2, 0.5, 0.8)]
            rows.append((f"{issue}, {part}", *(" / ".join(f"{100 * s:.3g}" for s in each) + " %" for each in shares)))
    head = ("", "sincerity .2: converges / nothing / fragments", "sincerity .5", "sincerity .8")
    return markdown_table(head, rows)


# --- one parameter at a time ---------------------------------------------------------------------------------------


def effects() -> list[str]:
    """How many of the main measures each parameter changes, and the one that it changes most."""
    scenarios = ("two_blocs", "ai_governance")
    found = {(row["scenario"], row["parameter"]): row for row in rows_of("effects.csv")}

    def cell(row: Row) -> str:
        if not row["measure"]:
            return row["beyond"]
        return f"{row['beyond']}: `{row['measure']}` {float(row['difference']):+.3f} ± {float(row['two_errors']):.3f}"

    names = dict.fromkeys(name for _, name in found)
    rows = [(f"`{n}`", found[scenarios[0], n]["range"], *(cell(found[s, n]) for s in scenarios)) for n in names]
    return markdown_table(("parameter", "range", *scenarios), rows)


# --- the backtest ---------------------------------------------------------------------------------------------------


def _roster_scores() -> dict[tuple[str, str, str], Row]:
    return {(r["item"], r["forecast"], r["quantity"]): r for r in rows_of("backtest.csv") if r["part"] == "rosters"}


def backtest_scores() -> list[str]:
    """One row a forum: how many are in, AUC and Brier scores of the model and the benchmarks."""
    found = _roster_scores()
    rows = []
    for item in dict.fromkeys(item for item, *_ in found):
        counts = ["", "", ""]
        if (item, "model", "expected") in found:
            row = found[item, "model", "expected"]
            counts = [f"{float(row[name]):.0f}" for name in ("n", "members", "value")]
        elif item == "pooled":
            row = found[item, "model", "auc"]
            total = sum(float(r["value"]) for (_, *of), r in found.items() if of == ["model", "expected"])
            counts = [f"{float(row['n']):.0f}", f"{float(row['members']):.0f}", f"{total:.0f}"]
        areas = [within(found[item, "model", "auc"], 3, 2)]
        areas += [short(found[item, name, "auc"]["value"]) for name in ("logit", "relational")]
        briers = [short(found[item, name, "brier"]["value"]) for name in ("model", *BENCHMARKS)]
        rows.append((item, *counts, *areas, *briers))
    head = ("forum", "n", "in", "expected", "AUC model", "logit", "relational", "Brier model", "logit", "relational")
    return markdown_table((*head, "share"), rows)


def backtest_leads() -> list[str]:
    """The lead of the model over each benchmark, mean over forums and pooled."""
    found = _roster_scores()
    rows = []
    for name, words in BENCHMARKS.items():
        area = "" if name == "share" else within(found["mean", name, "auc_lead"])
        rows.append((words, area, *(within(found[item, name, "brier_lead"]) for item in ("mean", "pooled"))))
    head = ("the model against", "lead in AUC, mean", "lead in Brier score, mean", "lead in Brier score, pooled")
    return markdown_table(head, rows)


def backtest_coded() -> list[str]:
    """The scores without the states that were coded from what they did."""
    found = {(r["forum"], r["states"], r["forecast"], r["quantity"]): r for r in rows_of("backtest_coded.csv")}
    rows = []
    for forum in ("US_POLDEC_MIL", "REAIM", "UNGA_LAWS", "mean"):
        for states in ("all", "without coded"):
            areas = [within(found[forum, states, "model", "auc"], 3, 2)]
            areas += [short(found[forum, states, name, "auc"]["value"]) for name in ("logit", "relational")]
            briers = [short(found[forum, states, name, "brier"]["value"]) for name in ("model", *BENCHMARKS)]
            lead = within(found[forum, states, "relational", "auc_lead"])
            n = found[forum, states, "model", "auc"]["n"].removesuffix(".0")
            rows.append((forum, states, n, *areas, lead, *briers))
    head = ("forum", "states", "n", "AUC model", "logit", "relational", "lead over the relational logit")
    return markdown_table((*head, "Brier model", "logit", "relational", "share"), rows)


def backtest_changes() -> list[str]:
    """What was tried, each change by itself."""
    rows = [
        (
            row["change"],
            short(row["auc"]) + (f" ({short(row['noise'], 4)})" if row["noise"] else ""),
            short(row["brier"]),
            short(row["powerful"]),
            row["near"].removesuffix(".0"),
        )
        for row in rows_of("backtest_changes.csv")
    ]
    return markdown_table(("change", "AUC (noise)", "Brier", "powerful", "near"), rows)


def hindcast_scores() -> list[str]:
    """Brier scores of the hindcast against both base rates."""
    scores = [row for row in rows_of("hindcast.csv") if row["part"] == "scores"]
    found = {(row["kind"], row["actors"], row["forecast"], row["quantity"]): row for row in scores}
    rows = []
    for kind in ("signed", "founded"):
        for actors in ("all", "USA, CHN"):
            cells = [short(found[kind, actors, "model", "brier"]["value"])]
            for name in ("by_text", "by_actor"):
                cells += [
                    short(found[kind, actors, name, "brier"]["value"]),
                    within(found[kind, actors, name, "brier_lead"]),
                ]
            number = f"{float(found[kind, actors, 'model', 'brier']['n']):.0f}"
            rows.append((f"{kind}, {'the ten' if actors == 'all' else actors}", number, *cells))
    return markdown_table(("facts", "n", "model", "by text", "lead", "by actor", "lead"), rows)


def hindcast_majors() -> list[str]:
    """What the two majors signed, and the share of the runs in which they did."""
    rows = [
        (
            f"{row['actor']} in {row['item']}, {row['quarter']}",
            "yes" if float(row["fact"]) else "no",
            f"{short(row['model'], 2)} [{short(row['low'], 2)}, {short(row['high'], 2)}]",
        )
        for row in rows_of("hindcast.csv")
        if row["kind"] == "signed" and row["actor"] in ("USA", "CHN")
    ]
    return markdown_table(("fact", "so it was", "share of runs"), rows)


def hindcast_talks() -> list[str]:
    """How often dated talks took place, and whether a joint declaration came of them."""
    rows = [
        (
            f"{row['actor']}, {row['item']}, {row['quarter']}",
            f"{float(row['fact']):.0f}",
            " ".join((f"{float(row['model']):.2f}", f"[{float(row['low']):.2f}, {float(row['high']):.2f}]")),
        )
        for row in rows_of("hindcast.csv")
        if row["kind"] == "met"
    ]
    return markdown_table(("talks", "in fact", "in the runs"), rows)


def backtest_lives() -> list[str]:
    """The life of organisations: real figures, as shipped and as tuned."""
    real = {figure.name: figure for figure in FIGURES if not math.isnan(figure.low)}
    shipped = {r["item"]: r for r in rows_of("backtest.csv") if r["part"] == "life" and r["forecast"] == "model"}
    tuned = {row["quantity"]: row for row in rows_of("life_tuning.csv")}

    def verdict(name: str, row: Row) -> str:
        if name not in real:
            return ""
        below, above = float(row["high"]) < real[name].low, float(row["low"]) > real[name].high
        return "below" if below else "above" if above else "agrees"

    def figure(name: str) -> str:
        if name not in real:
            return "-"
        low, high = real[name].low, real[name].high
        return f"{low:g}" if low == high else f"more than {low:g}" if math.isinf(high) else f"{low:g} - {high:g}"

    rows = []
    for name, row in shipped.items():
        half = HALF[real[name].block] if name in real else ""
        cells = []
        for each in (row, tuned[name]):
            cells += [
                f"{float(each['value']):.2f} [{float(each['low']):.2f}, {float(each['high']):.2f}]",
                verdict(name, each),
            ]
        rows.append((name, half, *cells, figure(name)))
    return markdown_table(("quantity", "half", "shipped", "", "tuned", "", "figure"), rows)


#: Makers of these tables by name.
MAKERS: dict[str, Callable[[], list[str]]] = {
    "dialogue.twins": dialogue_twins,
    "effects": effects,
    "backtest.scores": backtest_scores,
    "backtest.leads": backtest_leads,
    "backtest.coded": backtest_coded,
    "backtest.changes": backtest_changes,
    "backtest.lives": backtest_lives,
    "hindcast.scores": hindcast_scores,
    "hindcast.majors": hindcast_majors,
    "hindcast.talks": hindcast_talks,
}

"""What the pages say in words is what the tables behind them hold: findings, backtest and nuclear case.

The tables within the pages are made from the same files, which `test_tables_are_up_to_date` compares.
"""

from __future__ import annotations

import pandas as pd
import pytest
from figure_tables import about, rows_of, short, within
from nuclear_tables import nuclear_figures


@pytest.fixture
def told(root):
    """The words of a page, with one blank between them."""
    return lambda name: " ".join((root / "docs" / name).read_text(encoding="utf-8").split())


def missing(phrases, text):
    return [phrase for phrase in phrases if phrase not in text]


def test_numbers_are_written_as_in_papers():
    row = {"value": "-0.0004", "low": "-0.0314", "high": "0.0306"}
    assert (short("1.5", 1), short(-0.25, 2), short("")) == ("1.5", "-.25", "")
    assert (within(row, 3, 2), about(row, 2), about({**row, "value": "0.5"}, 2, sign=True)) == (
        ".000 [-.03, .03]", ".00 ± .03", "+.50 ± .03",
    )  # fmt: skip
    assert about({"value": "3", "low": "3", "high": "3"}, 0) == "3"


# --- findings -------------------------------------------------------------------------------------------------------


def regimes(root, **point):
    """Number of runs in each state at one point of the shipped experiment."""
    table = pd.read_csv(root / "docs" / "regimes.csv")
    for name, value in point.items():
        table = table[(table[name] - value).abs() < 1e-9]
    assert len(table) == 1
    row = table.iloc[0][["convergence", "polycentric", "mixed", "fragmentation"]].astype(int)
    assert row.sum() == 20
    return row


def test_what_findings_say_of_two_blocs(root, told):
    def at(sincerity, polarisation, level):
        return regimes(root, sincerity_level=sincerity, scenario_polarisation=polarisation, dialogue_level=level)

    def apart(polarisation, level):
        return {at(0.2, polarisation, level)["fragmentation"]}

    near, open_ = at(0.8, 0.3, 0), at(0.8, 0.4, 0)
    moved, far, half = at(0.8, 0.6, 1), at(0.8, 0.8, 1), at(0.8, 0.6, 0.5)
    phrases = [
        f"Without dialogue {near['convergence']} of 20 runs converge at polarisation .3",
        f"At .4 {open_['fragmentation']} end in fragmentation and {open_['mixed']} are mixed",
        f"at level 1 {moved['convergence']} of 20 converge and {moved['polycentric']} are polycentric",
        f"At .8 {far['fragmentation']} of 20 still end in fragmentation",
        f"at .5 {at(0.2, 0.5, 1)['fragmentation']} of 20 still do at full level",
        f"half the level of dialogue {half['polycentric']} of 20 runs",
    ]
    assert missing(phrases, told("findings.md")) == []
    assert {at(0.8, p, 0)["fragmentation"] for p in (0.5, 0.6, 0.7, 0.8, 0.9)} == {20}
    assert at(0.8, 0.7, 1)[["convergence", "polycentric"]].sum() == 20
    assert set().union(*(apart(p, x) for p in (0.6, 0.7, 0.8, 0.9) for x in (0, 0.25, 0.5, 1))) == {20}


def test_what_findings_say_of_the_real_case(root, told):
    table = pd.read_csv(root / "docs" / "dialogue.csv").query("part == '30 years'")
    early = pd.read_csv(root / "docs" / "dialogue.csv").query("part == '15 years'")

    def value(measure, issue, level, sincerity, of=table):
        some = of[(of["measure"] == measure) & (of["issue"] == issue)]
        (found,) = some.loc[(some["dialogue_level"] == level) & (some["sincerity_level"] == sincerity), "mean"]
        return found

    issues = ("values", "order", "military")
    forums = [f"{value('enf', issue, 1, 0.8):.1f}" for issue in issues]
    more = [short(value("twin_difference", issue, 1, 0.2), 2) for issue in issues]
    nothing = round(40 * value("share_does_nothing", "values", 1, 0.5, early))
    converges = round(40 * value("share_converges", "military", 1, 0.2))
    trust = [short(value("trust_across", "pooled", level, 0.2)) for level in (1, 0)]
    phrases = [
        f"{forums[0]} on values, {forums[1]} on order and {forums[2]} on military use",
        f"by {more[0]} on values and {more[1]} on order",
        f"On military use it is higher by {more[2]} only",
        f"in {converges} of 40 runs it is lower by more than .05",
        f"trust across blocs is {trust[0]}, and {trust[1]} in silence",
        f"dialogue does nothing on values in {nothing} of 40 runs after 15 years",
    ]
    assert missing(phrases, told("findings.md")) == []
    assert min(value("share_fragments", issue, 1, 0.2) for issue in ("values", "order")) > 0.8
    assert [40 * value("share_polycentric", issue, 1, 0.8) for issue in issues] == pytest.approx([40, 39, 40])
    assert [40 * value("share_converges", issue, 1, 0.5) for issue in issues] == pytest.approx([40, 39, 40])


def test_what_findings_say_of_assumptions(root, told):
    table = pd.read_csv(root / "docs" / "assumptions.csv").set_index(["setting", "issue"])

    def stated(setting, issue="pooled", sign=False):
        row = table.loc[(setting, issue)]
        return (
            f"{'+' if sign and row.effect > 0 else ''}{short(row.effect)} [{short(row.ci_low)}, {short(row.ci_high)}]"
        )

    def size(issue):
        return short(abs(table.loc[("dialogue.candour = 0", issue)].effect))

    phrases = [
        f"({stated('dialogue.candour = 0')}, all issues together)",
        f"instead of raising it by {stated('dialogue.candour = 1')}",
        f"it lowers it on order (by {size('order')}) and on values (by {size('values')}), and raises it on military "
        f"use (by {size('military')})",
        f"({stated('no_more_sincere', sign=True)} instead of {stated('crisis')})",
    ]
    assert missing(phrases, told("findings.md")) == []


def test_what_findings_say_of_the_curves(root, told):
    curves = pd.read_csv(root / "docs" / "hypotheses_curves.csv", dtype={"x": str})

    def value(name, measure, kind, line, x):
        some = curves[(curves["hypothesis"] == name) & (curves["world"] == "model") & (curves["kind"] == kind)]
        some = some[(some["measure"] == measure) & (some["x"] == x)]
        (found,) = some.loc[some["line"] == line, "mean"] if line else some["mean"]
        return found

    with_experts, without = (
        short(-value("H3", "fragmentation_across", "difference", f"{word} experts", "44"), 2)
        for word in ("with", "without")
    )
    number = {x: value("H16", "enf", "value", "", x) for x in ("0.8", "1.4", "2", "3")}
    falls = [
        f"{(number[a] - number[b]) / (float(b) - float(a)):.1f}" for a, b in (("0.8", "1.4"), ("1.4", "2"), ("2", "3"))
    ]
    phrases = [
        f"lower fragmentation by {with_experts} with experts' talks and by {without} without",
        f"falls by {falls[0]} from .8 to 1.4, by {falls[1]} to 2 and by {falls[2]} to 3",
    ]
    assert missing(phrases, told("findings.md")) == []


# --- the backtest ---------------------------------------------------------------------------------------------------


def test_what_the_backtest_says_of_its_aims(told):
    found = {(r["item"], r["forecast"], r["quantity"]): r for r in rows_of("backtest.csv") if r["part"] == "rosters"}

    def lead(name, item):
        return within(found[item, name, "brier_lead"])

    mean, powerful = found["mean", "model", "auc"], found["powerful", "model", "auc"]
    expected = {item: row for (item, name, what), row in found.items() if (name, what) == ("model", "expected")}
    near = [f for f, row in expected.items() if 0.5 < float(row["value"]) / float(row["members"]) < 2]
    noise = {item: float(row["noise"]) for (item, name, what), row in found.items() if (name, what) == ("model", "auc")}
    ties = [short(found["mean", name, "auc"]["value"]) for name in ("model", "relational")]
    phrases = [
        f"| mean AUC at least .88 | {within(mean, 3, 2)} | missed, by {short(0.88 - float(mean['value']))} |",
        f"| {ties[0]} against {ties[1]} | holds, but not without",
        f"| {len(near)} of {len(expected)} | holds; not AI_PFD ({float(expected['AI_PFD']['value']):.0f} instead of "
        f"{float(expected['AI_PFD']['members']):.0f}) |",
        *(f"mean {lead(name, 'mean')}, pooled {lead(name, 'pooled')}" for name in ("logit", "relational", "share")),
        f"{within(powerful, 3, 2)}, noise {short(powerful['noise'])}",
        f"standard error of {short(noise['mean'], 4)} in the mean AUC, at most "
        f"{short(max(noise[forum] for forum in expected))} in the AUC of a forum",
    ]
    assert missing(phrases, told("backtest.md")) == []
    assert set(expected) - set(near) == {"AI_PFD"}
    tried = {row["change"]: row["auc"] for row in rows_of("backtest_changes.csv")}
    weights = [value for name, value in tried.items() if name.startswith(("utility.", "membership.", "fit 1"))]
    last = f"they do not help at all ({short(tried['chosen without the scored forum'])})"
    assert missing([f"raise the mean to {short(max(weights))} at most", last], told("backtest.md")) == []


def test_what_the_backtest_says_of_states_that_were_coded_from_what_they_did(root, told):
    folder = root / "src" / "forumsim" / "scenarios" / "ai_governance"
    priors = pd.read_csv(folder / "state_priors.csv")
    of = {name: set(rows["actor"]) for name, rows in priors.groupby("variable")}
    abstained = set(priors.loc[(priors["variable"] == "military_shift") & (priors["value"] < 0), "actor"])
    coded = of["position_military"] | abstained
    assert (len(coded), len(of["red_line_military"] & coded), len(of["red_line_military"])) == (28, 10, 10)
    table = pd.read_csv(root / "docs" / "backtest_coded.csv").query("states == 'without coded' and quantity == 'auc'")
    area = table.set_index(["forum", "forecast"])["value"]
    votes = area["UNGA_LAWS"]
    assert votes["model"] < min(votes["logit"], votes["relational"])
    facts = pd.read_csv(root / "docs" / "hindcast.csv").query("kind == 'signed' and part == 'facts'")
    left = facts[~(facts["item"].isin(["US_POLDEC_MIL", "REAIM", "UNGA_LAWS", "AI_PFD"]) & facts["actor"].isin(coded))]
    scores = [short(((left[name] - left["fact"]) ** 2).mean()) for name in ("model", "by_text", "by_actor")]
    phrases = [
        f"mean AUC, by {short(area['mean', 'relational'] - area['mean', 'model'])} with an interval that includes 0",
        f"Without the {len(facts) - len(left)} facts on military forums",
        f"the Brier scores of the ten are {scores[0]}, {scores[1]} and {scores[2]}",
    ]
    assert missing(phrases, told("backtest.md")) == []


# --- the nuclear case -----------------------------------------------------------------------------------------------


def test_what_the_nuclear_case_says_of_trust_and_what_ifs(told):
    found = nuclear_figures()
    start, end = found["majors", "distance at the start", "control"], found["majors", "distance at the end", "control"]
    rise = {who: about(found["trust", "rise 1946 to 1975", who]) for who in ("history", "nobody talks")}
    early, late = (
        short(found["trust", f"rise {years}", "history"]["value"]) for years in ("1946 to 1949", "1971 to 1974")
    )
    meant = [about(found["majors", "sides that mean it on Track 1", t], 2) for t in ("1946-49", "1958-61", "1970-75")]
    trust = "trust between the majors"

    def moment(name):
        return found["what if", name, trust]

    crisis = {q: about(moment(f"the Cuban crisis, {q}, with talks"), sign=True) for q in ("1963-Q3", "1963-Q4")}
    summit = {q: about(moment(f"all summits, {q}, with talks"), sign=True) for q in ("1955-Q4", "1967-Q2", "1975-Q4")}
    silent = [about(moment(f"the Cuban crisis, {q}, where nobody talks")) for q in ("1962-Q4", "1967-Q4")]
    dated = "Pugwash in dated talks less Pugwash"
    phrases = [
        f"from {short(start['value'])} to {about(end)} only",
        f"Without talk trust rises by {rise['nobody talks']} in thirty years, with talk by {rise['history']}",
        f"(by {early}), nearly as fast as in the best years of detente (by {late} ",
        f"{meant[0]} of the sides in Track 1 meetings of the two were meant, in the conference on the test ban "
        f"{meant[1]}, from 1970 on {meant[2]}",
        f"takes {about(moment('the Cuban crisis, 1962-Q4, with talks')).removeprefix('-')} of trust at once",
        f"({crisis['1963-Q3']} in the third quarter of 1963, {crisis['1963-Q4']} in the fourth)",
        f"the loss of {silent[0].removeprefix('-')} is still {silent[1].removeprefix('-')} after five years",
        f"({summit['1955-Q4']} in 1955, {summit['1967-Q2']} in 1967)",
        f"({summit['1975-Q4']} at the end of 1975)",
        f"by {about(found['what if', dated, 'trust across blocs'])}.",
        f"({about(found['what if', dated, trust], sign=True)})",
    ]
    assert missing(phrases, told("cases/nuclear.md")) == []


def test_what_the_nuclear_case_says_of_forums(told):
    found = nuclear_figures()

    def number(forum, word="awake"):
        return int(found["forums", forum, word]["value"])

    def chance(state):
        return short(found["joins", "BARUCH", state]["value"], 2)

    def lower(issue):
        return about(found["fragmentation", "fragmentation_across less that of the twin", issue]).removeprefix("-")

    def runs(word, issue):
        return int(found["fragmentation", f"runs in which dialogue {word}", issue]["value"])

    control, peaceful = (short(found["fragmentation", "coverage", k]["value"], 2) for k in ("control", "peaceful"))
    phrases = [
        f"F across blocs is lower by {lower('control')} on control and {lower('peaceful')} on peaceful use",
        f"on control in {runs('does nothing', 'control')} of 100 runs and *converges* on peaceful use in "
        f"{runs('converges', 'peaceful')}",
        f"({chance('POL')} and {chance('RUS')}; all others together {chance('all others')}, though Egypt, which voted "
        f"for it, only {chance('EGY')})",
        f"the actors found {about(found['forums', 'all', 'founded by actors'], 1)} forums",
        f"the test ban is awake in {number('LTBT')} of 100 and the NPT in {number('NPT')}",
        f"({peaceful} against {control} of power in the largest forum)",
        f"it is awake at the end in {number('IAEA')} of 100 runs",
        f"CERN in {number('CERN')} (in one it has merged, in five",
    ]
    assert missing(phrases, told("cases/nuclear.md")) == []
    apart = found["fragmentation", "runs that end in fragmentation", "both"]
    assert (apart["value"], apart["n"]) == ("795", "800")
    assert "Of 800 runs (without twins) all but five" in told("cases/nuclear.md")
    assert number("HOTLINE") == number("SALT") == 0
    assert number("EURATOM") + number("EURATOM", "merged") == number("TLATELOLCO") == 100
    assert number("CERN") + number("CERN", "merged") + 5 == 100

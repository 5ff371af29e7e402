"""Draw docs/hypotheses/h01.png to h18.png, a figure for each hypothesis, from the two tables of results in docs.

    python tools/findings_each.py [FOLDER]

Left the measure with and without what the claim is about, over time or over what was varied; in the middle the mean
difference between the two, pair by pair; right the effect by which the claim is judged. Among realists it is all grey.
"""

from __future__ import annotations

import re
import sys
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

import findings_curves
from findings_claims import PLANS
from forumsim.analysis import labels
from forumsim.analysis.palette import FAINT, INK, LOOKS
from forumsim.analysis.style import Sheet, styled
from forumsim.analysis.writing import drawn, page_png, write

ROOT = Path(__file__).resolve().parents[1]
FOLDER, CURVES = ROOT / "docs" / "hypotheses", ROOT / "docs" / "hypotheses_curves.csv"
#: Inches: width of a figure, height of a row of panels, and of a line of text above it.
_WIDTH, _ROW, _LINE = 9.2, 2.15, 0.17
_REALISTS: dict[str, Any] = {"color": FAINT, "linewidth": 1.0}
_WINDOW = "#f0e9d8"


def _places(rows: pd.DataFrame) -> tuple[dict[str, float], bool]:
    """Where the places of a curve lie, and whether they are numbers on a scale: else they stand in a row."""
    texts = list(dict.fromkeys(rows["x"]))
    if "none" not in texts:
        return {text: float(text) for text in texts}, True
    return {text: float(k) for k, text in enumerate(texts)}, False


def _lines(axes: Axes, rows: pd.DataFrame, places: Mapping[str, float], first: int) -> None:
    """Curves of one kind with their bands, those of the model in colour and on top."""
    for world in ("realists", "model"):
        found = rows[rows["world"] == world]
        for k, (_, line) in enumerate(found.groupby("line", sort=False, dropna=False)):
            look = LOOKS[first + k]
            x = line["x"].map(places).to_numpy(dtype=float)
            mark = look.marker if len(places) <= 12 else None
            style: dict[str, Any] = {"color": look.colour, "linewidth": 1.5} if world == "model" else dict(_REALISTS)
            axes.fill_between(x, line["ci_low"], line["ci_high"], color=style["color"], alpha=0.2, linewidth=0)
            axes.plot(x, line["mean"], linestyle=look.line, marker=mark, markersize=4, **style)


def _effects(axes: Axes, claims: pd.DataFrame, letters: Sequence[str]) -> None:
    """The effects that the claims are judged by: filled in the model, open among realists."""
    axes.axvline(0.0, color=INK, linewidth=0.8)
    for place, claim in enumerate(claims.itertuples()):
        for before, shift, colour, face in (
            ("", 0.0, LOOKS[2].colour, LOOKS[2].colour),
            ("null_", 0.28, FAINT, "white"),
        ):
            mean, low, high = (getattr(claim, before + name) for name in ("effect", "ci_low", "ci_high"))
            if not np.isnan(mean):
                axes.plot([low, high], [place + shift] * 2, color=colour, linewidth=1.4)
                axes.plot([mean], [place + shift], "o", markersize=5, markerfacecolor=face, markeredgecolor=colour)
    axes.set_yticks(range(len(claims)), letters)
    axes.set_ylim(len(claims) - 0.3, -0.6)
    axes.margins(x=0.12)
    axes.locator_params(axis="x", nbins=3)
    axes.set_title("Effect judged", loc="left")


def _row(
    area: SubFigure,
    curve: pd.DataFrame,
    claims: pd.DataFrame,
    letters: Sequence[str],
    text: str,
    windows: Sequence[tuple[int, int] | None],
) -> None:
    """One row: its claims in words, curve, differences, effects, and what the lines are."""
    measure, axis = curve["measure"].iloc[0], curve["axis"].iloc[0]
    places, scaled = _places(curve)
    area.suptitle(text, x=0.008, ha="left", fontsize=8.5)
    left, middle, right = area.subplots(1, 3, width_ratios=(3, 3, 1.7))
    values, differences = (curve[curve["kind"] == kind] for kind in ("value", "difference"))
    count = values.loc[values["world"] == "model", "line"].nunique(dropna=False)
    first = 3 if count <= 2 else 4  # differences are no line of the left panel, so that they look like none
    _lines(left, values, places, 0)
    _lines(middle, differences, places, first)
    middle.axhline(0.0, color=INK, linewidth=0.8)
    middle.sharex(left)
    issue = curve["issue"].iloc[0]
    left.set_title(labels.with_unit(measure) + (f", {issue} use" if issue != "pooled" else ""), loc="left")
    middle.set_title("Mean difference of pairs", loc="left")
    for axes in (left, middle):
        axes.grid(True, axis="y")
        axes.set_xlabel("Step" if axis == "step" else labels.parameter_axis(axis.replace(".", "_")))
        if not scaled:
            axes.set_xticks(list(places.values()), list(places))
        for window in windows if axis == "step" else ():
            if window is not None:
                axes.axvspan(window[0] - 0.5, window[1] + 0.5, color=_WINDOW, zorder=0, linewidth=0)
    _effects(right, claims, letters)
    handles: list[Any] = []
    for rows, start in ((values, 0), (differences, first)):
        for k, line in enumerate(rows.loc[rows["world"] == "model", "line"].unique()):
            look, said = LOOKS[start + k], line if isinstance(line, str) else ""
            name = said or "the measure" if start == 0 else f"difference{'' if said[:3] == 'to ' else ','} {said}"
            mark = look.marker if len(places) <= 12 else None
            handles.append(
                Line2D(
                    [],
                    [],
                    color=look.colour,
                    linestyle=look.line,
                    linewidth=1.5,
                    marker=mark,
                    markersize=4,
                    label=name.strip(" ,"),
                )
            )
    if (curve["world"] == "realists").any():
        handles.append(Line2D([], [], label="the same among realists", **_REALISTS))
    if axis == "step":
        handles.append(Patch(color=_WINDOW, label="steps that are judged"))
    area.legend(
        handles=handles,
        loc="outside lower left",
        ncols=3 if len(handles) > 4 else len(handles),
        handlelength=3.0,
        fontsize=7.5,
    )


def draw(name: str, claims: Sequence[Mapping[str, Any]], table: pd.DataFrame, curves: pd.DataFrame) -> Figure:
    """The figure of one hypothesis.

    Parameters
    ----------
    name : str
        ``H1`` to ``H18``.
    claims : sequence of mapping
        Its claims, from claims.toml.
    table, curves : DataFrame
        docs/hypotheses.csv and docs/hypotheses_curves.csv.
    """
    own, drawn_curves = table[table["hypothesis"] == name], curves[curves["hypothesis"] == name]
    letters = [f"{name}{letter}" if len(own) > 1 else name for letter, _ in zip("abcdef", own.index, strict=False)]
    rows = findings_curves.rows_of(claims)
    texts = []
    for places in rows:
        told = []
        for place in places:
            claim = own.iloc[place]
            span = f"{claim.effect:+.3f} [{claim.ci_low:+.3f}, {claim.ci_high:+.3f}], n = {claim.n} pairs"
            told += textwrap.wrap(f"{letters[place]}  {claim.says} {span}: {claim.verdict}.", 142)
        texts.append(re.sub(r"-(?=\d)", "−", "\n".join(told)))
    tall = [_ROW + _LINE * (text.count("\n") + 1) + 0.25 for text in texts]
    figure = Figure(figsize=(_WIDTH, sum(tall)), layout="constrained")
    areas = figure.subfigures(len(rows), 1, height_ratios=tall, squeeze=False)[:, 0]
    for number, (area, places, text) in enumerate(zip(areas, rows, texts, strict=True), start=1):
        curve = drawn_curves[drawn_curves["row"] == number]
        last = int(float(curve["x"].iloc[-1])) if curve["axis"].iloc[0] == "step" else 0
        windows = [tuple(claims[place].get("window", (last - 19, last))) if last else None for place in places]
        _row(area, curve, own.iloc[places], [letters[place] for place in places], text, windows)
    return figure


def draw_all(table: pd.DataFrame, curves: pd.DataFrame, folder: Path = FOLDER) -> None:
    """Write the figures of all hypotheses."""
    claims = tomllib.loads((PLANS / "claims.toml").read_text(encoding="utf-8"))["claim"]
    sheet = Sheet(("png",), _WIDTH, dpi=140)
    with styled(sheet), mpl.rc_context({"axes.titlesize": 8.0, "axes.labelsize": 7.5}):
        for name in dict.fromkeys(claim["hypothesis"] for claim in claims):
            own = [claim for claim in claims if claim["hypothesis"] == name]
            figure = draw(name, own, table, curves)
            write(folder / f"h{int(name[1:]):02d}.png", page_png(drawn(figure)))


def from_results(claims: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Write the table of curves from the results of all plans, and the figures."""
    rows = []
    for name in dict.fromkeys(claim["hypothesis"] for claim in claims):
        own = [claim for claim in claims if claim["hypothesis"] == name]
        rows += findings_curves.curves(own, folder / own[0]["plan"])
    table = pd.DataFrame(rows, columns=findings_curves.COLUMNS)
    table.to_csv(CURVES, index=False, float_format="%.4f", lineterminator="\n")
    main()


def main(arguments: Sequence[str] = ()) -> None:
    """Read the tables, write the figures."""
    table, curves = pd.read_csv(ROOT / "docs" / "hypotheses.csv"), pd.read_csv(CURVES, dtype={"x": str})
    draw_all(table, curves, Path(arguments[0]) if arguments else FOLDER)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Draw docs/hypotheses.png from docs/hypotheses.csv: every claim, what came out, and how far it depends on the priors.

    python tools/findings_figure.py [TABLE] [FILE]

Effects are shares (left) or numbers of forums (middle), with 95 % intervals over pairs of runs; open marks are those
among realists. On the right the share of other parameter sets at which the sign holds.
"""

from __future__ import annotations

import math
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from forumsim.analysis.palette import FAINT, GRID, INK, LOOKS, Look

ROOT = Path(__file__).resolve().parents[1]
#: Measures that count forums; all others are shares.
COUNTS = ("enf", "foundings", "competitive_creations")
VERDICTS: dict[str, Look] = {"supported": LOOKS[0], "not supported": LOOKS[6], "reversed": LOOKS[1]}
_WIDTH, _ROW, _LETTERS = 10.0, 0.34, 62


def _effects(axes: Axes, table: pd.DataFrame, label: str) -> None:
    """Means and intervals at the priors (filled) and among realists (open), a row for each claim."""
    axes.axvline(0.0, color=FAINT, lw=0.8)
    columns = ["effect", "ci_low", "ci_high"]
    for before, shift in (("", 0.0), ("null_", 0.24)):
        spans = table[[before + column for column in columns]].to_numpy(dtype=float)
        for place, word, (mean, low, high) in zip(table["place"], table["verdict"], spans, strict=True):
            look = VERDICTS[word]
            face = "white" if before else look.colour
            if not math.isnan(mean):
                axes.plot([low, high], [place + shift] * 2, color=look.colour, lw=1.4, solid_capstyle="butt")
                axes.plot([mean], [place + shift], look.marker, ms=5, mfc=face, mec=look.colour, mew=1.0)
    axes.set_xlabel(label)


def _sets(axes: Axes, table: pd.DataFrame) -> None:
    """Share of the parameter sets at which the sign holds."""
    axes.axvline(0.5, color=FAINT, lw=0.8, ls=(0, (3, 2)))
    shares = table["sets_holding"] / table["sets"]
    for place, share, word in zip(table["place"], shares, table["verdict"], strict=True):
        look = VERDICTS[word]
        axes.plot([0, share], [place] * 2, color=look.colour, lw=1.2)
        axes.plot([share], [place], look.marker, ms=5, color=look.colour)
    axes.set_xlim(0, 1.04)
    axes.set_xticks([0, 0.5, 1], ["0", "half", "all"])
    least, most = int(table["sets"].min()), int(table["sets"].max())
    number = str(most) if least == most else f"{least} to {most}"
    axes.set_xlabel(f"share of {number} other\nparameter sets at\nwhich the sign holds")


def draw(table: pd.DataFrame) -> Figure:
    """The figure of all claims in the order of the table.

    Parameters
    ----------
    table : DataFrame
        docs/hypotheses.csv.
    """
    names = table["hypothesis"].tolist()
    words = [textwrap.wrap(f"{row.hypothesis}  {row.says}", _LETTERS) for row in table.itertuples()]
    depth = [max(1.0, 0.62 * len(lines)) for lines in words]
    table = table.assign(place=[-sum(depth[:k]) - depth[k] / 2 for k in range(len(table))])
    with mpl.rc_context({"font.size": 8, "axes.edgecolor": FAINT, "text.color": INK, "axes.labelcolor": INK,
                         "xtick.color": INK, "axes.spines.top": False, "axes.spines.right": False,
                         "axes.spines.left": False}):  # fmt: skip
        figure = Figure(figsize=(_WIDTH, _ROW * sum(depth) + 1.3), layout="constrained")
        left, middle, right = figure.subplots(1, 3, sharey=True, width_ratios=(3, 2, 1.6))
        counts = table["measure"].isin(COUNTS)
        _effects(left, table[~counts], "effect on a share of 0 to 1\n(logarithmic beyond .05 on either side)")
        left.set_xscale("symlog", linthresh=0.05, linscale=1.0)
        left.set_xticks([-0.5, -0.1, 0, 0.1, 0.5], ["-.5", "-.1", "0", ".1", ".5"])
        left.minorticks_off()
        _effects(middle, table[counts], "effect on a number of forums")
        _sets(right, table)
    for axes in (left, middle, right):
        axes.set_ylim(-sum(depth), 0)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=GRID, lw=0.6)
        axes.set_axisbelow(True)
        for k in range(1, len(table)):
            if names[k] != names[k - 1]:
                axes.axhline(-sum(depth[:k]), color=GRID, lw=0.6)
    left.set_yticks(table["place"], ["\n".join(lines) for lines in words], ha="left")
    left.tick_params(axis="y", pad=270)
    marks = [Line2D([], [], color=look.colour, marker=look.marker, lw=1.4, ms=5, label=word)
             for word, look in VERDICTS.items()]  # fmt: skip
    marks.append(Line2D([], [], color=INK, marker="o", mfc="white", lw=1.4, ms=5, label="the same among realists"))
    least, most = int(table["n"].min()), int(table["n"].max())
    pairs = f"{most} pairs of runs" if least == most else f"{least} to {most} pairs of runs"
    figure.legend(handles=marks, loc="outside upper center", ncols=4, frameon=False, fontsize=8,
                  title=f"Means and 95 % intervals over {pairs} of one seed", title_fontsize=8)  # fmt: skip
    return figure


def main(arguments: Sequence[str] = ()) -> None:
    """Read the table, write the figure."""
    defaults = (ROOT / "docs" / "hypotheses.csv", ROOT / "docs" / "hypotheses.png")
    source, target = (*map(Path, arguments), *defaults[len(arguments) :])
    draw(pd.read_csv(source)).savefig(target, dpi=150, metadata={"Software": None})


if __name__ == "__main__":
    main(sys.argv[1:])

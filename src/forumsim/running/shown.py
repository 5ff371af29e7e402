"""A run as a notebook shows it: a line, a small table, and its courses as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.running.tables import POOLED

if TYPE_CHECKING:
    import pandas as pd

    from forumsim.scenarios import Scenario

#: Measures that `Shown.plot` draws when none are named.
USUAL = ("fragmentation_across", "enf", "trust_across")
#: Dashes by which lines are told apart besides their colour.
_DASHES = ("-", "--", ":", "-.", (0, (6, 1.5, 1.2, 1.5, 1.2, 1.5)))


class Shown:
    """How a run presents itself; a part of `forumsim.Run`."""

    scenario: Scenario
    seed: int
    series: pd.DataFrame
    verdict: pd.DataFrame

    def __repr__(self) -> str:
        last = self.verdict.iloc[-1]
        steps = int(self.series["step"].max())
        return f"<Run of {self.scenario.name}, seed {self.seed}, {steps} steps: {last['state']}, {last['tendency']}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(issue)}</th><td>{escape(state)}</td><td>{escape(tendency)}</td></tr>"
            for issue, state, tendency in self.verdict[["issue", "state", "tendency"]].itertuples(index=False)
        )
        head = "<tr><th>issue</th><th>state</th><th>tendency</th></tr>"
        return f"<p>{escape(repr(self)[1:-1])}</p><table>{head}{rows}</table>"

    def plot(self, measures: Sequence[str] | str = USUAL, issues: Sequence[str] | None = None) -> Any:
        """Draw measures over time, a panel each with a line for every issue.

        Parameters
        ----------
        measures : sequence of str
            Columns of ``series``.
        issues : sequence of str, optional
            Issues and ``pooled``; by default all.

        Returns
        -------
        matplotlib.figure.Figure
            Lines differ by colour (matplotlib's ``tableau-colorblind10``) and by their dashes; values that are missing
            leave gaps.

        Raises
        ------
        InputError
            Naming all measures and issues that the run does not have.

        Examples
        --------
        >>> from forumsim import simulate
        >>> run = simulate("two_blocs", steps=4, seed=1, fields={"actors": 8})
        >>> run
        <Run of two_blocs, seed 1, 4 steps: convergence, steady>
        >>> [axes.get_title() for axes in run.plot(["enf"]).axes]
        ['Effective number of forums']
        """
        import matplotlib.pyplot  # noqa: F401 - with it a notebook knows how to show figures
        from matplotlib import style
        from matplotlib.figure import Figure

        names = [measures] if isinstance(measures, str) else list(measures)
        lines = [*self.scenario.issues, POOLED] if issues is None else list(issues)
        recorded = [str(name) for name in self.series if name not in ("step", "date", "issue")]
        known = {"measures": recorded, "issues": [*self.scenario.issues, POOLED]}
        problems = [
            Problem(where, f"found {name!r}", ", ".join(known[where]), nearest(name, known[where]))
            for where, given in (("measures", names), ("issues", lines))
            for name in given
            if name not in known[where]
        ]
        problems += [] if names else [Problem("measures", "none is named", ", ".join(known["measures"]))]
        if problems:
            raise InputError(problems)
        with style.context("tableau-colorblind10"):
            figure = Figure(figsize=(6.5, 2.4 * len(names)), layout="constrained")
            for axes, name in zip(figure.subplots(len(names), squeeze=False).ravel(), names, strict=True):
                measure = self.scenario.extensions.all_measures[name]
                for k, issue in enumerate(lines):
                    rows = self.series[self.series["issue"] == issue]
                    if rows[name].notna().any():
                        axes.plot(rows["step"], rows[name], linestyle=_DASHES[k % len(_DASHES)], label=issue)
                axes.set_title(measure.label)
                axes.set_ylabel(measure.unit)
                if axes.get_legend_handles_labels()[0]:
                    axes.legend(frameon=False, fontsize="small")
            axes.set_xlabel("step")
        return figure

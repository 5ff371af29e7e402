"""Results folders as tables, figures, a report and a reading; it reads CSV and never simulates.

``load(folder)`` gives an `Experiment`: typed frames for pandas users, with pairs, contrasts, times to an event,
foundings, memberships and networks. ``report(folder)`` writes figures and ``report.html``, ``reading(folder)`` says in
plain words what came out, ``draw_figures(folder)`` draws the figures alone, ``load_results(folder)`` gives the tables,
``paired_differences`` and ``level_means`` the numbers behind the figures.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forumsim.analysis.experiment import Experiment, load
    from forumsim.analysis.figures import draw_figures
    from forumsim.analysis.pictures import Picture
    from forumsim.analysis.reading_text import reading
    from forumsim.analysis.report_page import report
    from forumsim.analysis.survival import kaplan_meier
    from forumsim.analysis.tables import level_means, paired_differences, verdict_shares
    from forumsim.results.folder import ResultTables, end_values, load_results

_HOMES = {
    "Experiment": "forumsim.analysis.experiment",
    "load": "forumsim.analysis.experiment",
    "Picture": "forumsim.analysis.pictures",
    "draw_figures": "forumsim.analysis.figures",
    "report": "forumsim.analysis.report_page",
    "reading": "forumsim.analysis.reading_text",
    "ResultTables": "forumsim.results.folder",
    "end_values": "forumsim.results.folder",
    "kaplan_meier": "forumsim.analysis.survival",
    "level_means": "forumsim.analysis.tables",
    "load_results": "forumsim.results.folder",
    "paired_differences": "forumsim.analysis.tables",
    "verdict_shares": "forumsim.analysis.tables",
}

__all__ = [
    "Experiment",
    "Picture",
    "ResultTables",
    "draw_figures",
    "end_values",
    "kaplan_meier",
    "level_means",
    "load",
    "load_results",
    "paired_differences",
    "reading",
    "report",
    "verdict_shares",
]


def __getattr__(name: str) -> Any:
    # on demand, because sweeps need the intervals alone and their workers no matplotlib
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value

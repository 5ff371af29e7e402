"""Results folders as tables, figures, a report and a reading; it reads CSV and never simulates.

``report(folder)`` writes figures and ``report.html``, ``reading(folder)`` says in plain words what came out,
``draw_figures(folder)`` draws the figures alone, ``load_results(folder)`` gives the tables, ``paired_differences`` and
``level_means`` the numbers behind the figures.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forumsim.analysis.figures import Picture, draw_figures
    from forumsim.analysis.reading_text import reading
    from forumsim.analysis.report_page import report
    from forumsim.analysis.tables import level_means, paired_differences, verdict_shares
    from forumsim.results.folder import ResultTables, end_values, load_results

_HOMES = {
    "Picture": "forumsim.analysis.figures",
    "draw_figures": "forumsim.analysis.figures",
    "report": "forumsim.analysis.report_page",
    "reading": "forumsim.analysis.reading_text",
    "ResultTables": "forumsim.results.folder",
    "end_values": "forumsim.results.folder",
    "level_means": "forumsim.analysis.tables",
    "load_results": "forumsim.results.folder",
    "paired_differences": "forumsim.analysis.tables",
    "verdict_shares": "forumsim.analysis.tables",
}

__all__ = [
    "Picture",
    "ResultTables",
    "draw_figures",
    "end_values",
    "level_means",
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

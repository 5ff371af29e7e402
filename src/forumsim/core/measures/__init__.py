"""Measures of fragmentation and convergence, per issue and pooled: a registry, two compiled functions, a verdict."""

from forumsim.core.measures.compute import judged, measure
from forumsim.core.measures.definition import Measure
from forumsim.core.measures.registry import JUDGED, MEASURES, MEASURES_BY_NAME, column_index, unknown_measures
from forumsim.core.measures.verdict import STATES, TENDENCIES, Grounds, grounds, verdict

__all__ = [
    "JUDGED",
    "MEASURES",
    "MEASURES_BY_NAME",
    "STATES",
    "TENDENCIES",
    "Grounds",
    "Measure",
    "column_index",
    "grounds",
    "judged",
    "measure",
    "unknown_measures",
    "verdict",
]

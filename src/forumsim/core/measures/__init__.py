"""Measures of fragmentation and convergence, per issue and pooled: a registry, two compiled functions, a verdict."""

from forumsim.core.measures.compute import measure, verdict_columns, verdict_measures
from forumsim.core.measures.definition import Measure
from forumsim.core.measures.registry import MEASURES, MEASURES_BY_NAME, VERDICT_MEASURES, column_index, unknown_measures
from forumsim.core.measures.verdict import STATES, TENDENCIES, Grounds, grounds, verdict

__all__ = [
    "MEASURES",
    "MEASURES_BY_NAME",
    "STATES",
    "TENDENCIES",
    "VERDICT_MEASURES",
    "Grounds",
    "Measure",
    "column_index",
    "grounds",
    "measure",
    "unknown_measures",
    "verdict",
    "verdict_columns",
    "verdict_measures",
]

"""Sensitivity analysis of a results folder: Morris' and Sobol' indices of its measures, with the noise beside them.

``analyse(folder)`` reads the results of a plan with the design ``morris`` or ``saltelli`` and writes
``sensitivity.csv`` and a figure a measure. It never simulates.
"""

from forumsim.studies.sensitivity.analysis import Analysis, analyse
from forumsim.studies.sensitivity.outcomes import Response
from forumsim.studies.sensitivity.sample import Sample, read_sample

__all__ = ["Analysis", "Response", "Sample", "analyse", "read_sample"]

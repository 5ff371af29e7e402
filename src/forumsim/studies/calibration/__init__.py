"""Calibration: parameters for which replicate means come near targets, sought by optuna, checked on fresh seeds.

``calibrate("file.toml")`` runs or resumes a calibration: a plan with a table [target] instead of a design.
"""

from forumsim.studies.calibration.calibrate import Calibrated, calibrate
from forumsim.studies.calibration.file import Calibration, load_calibration, make_calibration
from forumsim.studies.calibration.loss import Fit, fit
from forumsim.studies.calibration.targets import Target

__all__ = ["Calibrated", "Calibration", "Fit", "Target", "calibrate", "fit", "load_calibration", "make_calibration"]

"""Plain logistic regression: the benchmark, its maximum found by SciPy."""

from __future__ import annotations

import numpy as np
from scipy import optimize
from scipy.special import expit

from forumsim.core.world import Bools, Floats

#: Weight of the squared coefficients: next to nothing, it only keeps them finite where the data separate.
RIDGE = 1e-6


def _with_constant(inputs: Floats) -> Floats:
    return np.column_stack([np.ones(len(inputs)), inputs])


def fit(inputs: Floats, outcome: Bools | Floats, ridge: float = RIDGE) -> Floats:
    """Coefficients of largest penalised likelihood: the constant first, then one for each column.

    Parameters
    ----------
    inputs : float array (n, k)
    outcome : bool or 0/1 array (n,)
    ridge : float
        Half of it times the squared coefficients of the standardised columns is taken from the log likelihood.
        Under perfect separation the coefficients end where this stops them.

    Returns
    -------
    float array (k + 1,)
        In units of the columns as given.

    Raises
    ------
    ArithmeticError
        If no maximum is found.
    """
    centre, spread = inputs.mean(axis=0), inputs.std(axis=0)
    spread = np.where(spread > 0.0, spread, 1.0)  # a column that does not vary adds nothing to the constant
    design = _with_constant((inputs - centre) / spread)
    observed = np.asarray(outcome, dtype=float)
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0 if 0.0 < observed.mean() < 1.0 else ridge

    def loss(beta: Floats) -> tuple[float, Floats]:
        """Negative penalised log likelihood, and its slope."""
        z = design @ beta
        value = np.sum(np.logaddexp(0.0, z) - observed * z) + 0.5 * np.sum(penalty * beta**2)
        return float(value), design.T @ (expit(z) - observed) + penalty * beta

    def curvature(beta: Floats) -> Floats:
        chance = expit(design @ beta)
        return (design.T * (chance * (1.0 - chance))) @ design + np.diag(penalty)

    start = np.zeros(design.shape[1])
    found = optimize.minimize(loss, start, jac=True, hess=curvature, method="trust-exact", options={"gtol": 1e-9})
    if np.abs(found.jac).max() > 1e-6 * len(observed):
        raise ArithmeticError(f"logit: {found.message}")
    scaled = found.x[1:] / spread
    return np.concatenate([[found.x[0] - scaled @ centre], scaled])


def predict(coefficients: Floats, inputs: Floats) -> Floats:
    """Chances (n,) of the outcome for inputs (n, k), by the coefficients of `fit`."""
    chances: Floats = expit(_with_constant(inputs) @ coefficients)
    return chances

"""Plain logistic regression by Newton's method: the benchmark, with no library of its own."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from forumsim.core.world import Bools, Floats

#: Weight of the squared coefficients: next to nothing, it only keeps them finite where the data separate.
RIDGE = 1e-6
#: Newton's method has arrived when no coefficient (of standardised columns) moves by more than this.
ARRIVED = 1e-10
#: Iterations after which it is given up.
MOST = 200


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
        If the method has not arrived.
    """
    centre, spread = inputs.mean(axis=0), inputs.std(axis=0)
    spread = np.where(spread > 0.0, spread, 1.0)  # a column that does not vary adds nothing to the constant
    design = _with_constant((inputs - centre) / spread)
    observed = np.asarray(outcome, dtype=float)
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0 if 0.0 < observed.mean() < 1.0 else ridge
    beta = np.zeros(design.shape[1])
    loss = _loss(beta, design, observed, penalty)
    for _ in range(MOST):
        chance = expit(design @ beta)
        slope = design.T @ (observed - chance) - penalty * beta
        curvature = (design.T * (chance * (1.0 - chance))) @ design + np.diag(penalty)
        move = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        if np.abs(move).max() < ARRIVED:
            scaled = beta[1:] / spread
            return np.concatenate([[beta[0] - scaled @ centre], scaled])
        while _loss(beta + move, design, observed, penalty) > loss + 1e-12 * (1.0 + abs(loss)):
            move /= 2.0  # too far: the curvature was that of another place
        beta = beta + move
        loss = _loss(beta, design, observed, penalty)
    raise ArithmeticError(f"logit: no maximum found in {MOST} iterations")


def _loss(beta: Floats, design: Floats, observed: Floats, penalty: Floats) -> float:
    """Negative penalised log likelihood."""
    z = design @ beta
    return float(np.sum(np.logaddexp(0.0, z) - observed * z) + 0.5 * np.sum(penalty * beta**2))


def predict(coefficients: Floats, inputs: Floats) -> Floats:
    """Chances (n,) of the outcome for inputs (n, k), by the coefficients of `fit`."""
    chances: Floats = expit(_with_constant(inputs) @ coefficients)
    return chances

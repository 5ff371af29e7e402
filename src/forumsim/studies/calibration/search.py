"""The search: optuna proposes points, one after the other.

The sampler of each trial has a seed of its own, from the seed of the search and the number of the trial. So a trial
depends on those before it alone, and a search that was interrupted is gone through again: it proposes the same points,
whose runs are in the store.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.plans.factors import Factor
from forumsim.plans.seeds import run_seed

INSTALL = "pip install 'forumsim[sensitivity]'"


class Search:
    """A study of optuna; it is silent until it is closed.

    Parameters
    ----------
    factors : sequence of Factor
    seed : int
    startup : int
        Trials drawn evenly before the search begins (Bergstra et al. 2011: tree-structured Parzen estimators).

    Raises
    ------
    InputError
        optuna is missing.
    """

    def __init__(self, factors: Sequence[Factor], seed: int, startup: int) -> None:
        self.factors, self.seed, self.startup = tuple(factors), seed, startup
        self.optuna = import_optuna()
        self.verbosity = self.optuna.logging.get_verbosity()
        self.optuna.logging.set_verbosity(self.optuna.logging.WARNING)
        self.study = self.optuna.create_study()
        self.distributions = {factor.name: self._distribution(factor) for factor in self.factors}

    def _sampler(self, trial: int) -> Any:
        with warnings.catch_warnings():
            # joint proposals have been called experimental by some versions; they are what makes the search see
            # that two parameters belong together
            warnings.simplefilter("ignore", self.optuna.exceptions.ExperimentalWarning)
            return self.optuna.samplers.TPESampler(
                seed=run_seed(self.seed, trial), n_startup_trials=self.startup, multivariate=True, constant_liar=False
            )

    def _distribution(self, factor: Factor) -> Any:
        distributions = self.optuna.distributions
        if factor.levels:
            return distributions.CategoricalDistribution(tuple(range(len(factor.levels))))
        if factor.whole:
            return distributions.IntDistribution(int(factor.low), int(factor.high))
        return distributions.FloatDistribution(factor.low, factor.high)

    def _values(self, proposed: dict[str, Any]) -> dict[str, Any]:
        """Values by factor: a level for its number, twelve digits of a real number, as designs have them."""
        values: dict[str, Any] = {}
        for factor in self.factors:
            value = proposed[factor.name]
            if factor.levels:
                values[factor.name] = factor.levels[value]
            else:
                values[factor.name] = int(value) if factor.whole else float(f"{value:.12g}")
        return values

    def ask(self, trial: int) -> tuple[Any, dict[str, Any]]:
        """The proposal of a trial (from 0): what `tell` needs, and its values."""
        self.study.sampler = self._sampler(trial)
        proposal = self.study.ask(self.distributions)
        return proposal, self._values(proposal.params)

    def tell(self, proposal: Any, loss: float) -> None:
        """The loss of a proposal."""
        self.study.tell(proposal, loss)

    def close(self) -> None:
        """Give optuna its own words back."""
        self.optuna.logging.set_verbosity(self.verbosity)


def import_optuna() -> Any:
    """The library optuna.

    Raises
    ------
    InputError
        It is not installed.
    """
    try:
        import optuna
    except ImportError:
        raise InputError([Problem("forumsim calibrate", "optuna is not installed", "", INSTALL)]) from None
    return optuna

"""The search: optuna proposes points, one after the other, and remembers in a file what it was told.

The sampler of each trial has a seed of its own, from the seed of the search and the number of the trial. So a trial
depends on those before it alone, and a search that was interrupted goes on as if it had not been.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.plans.factors import Factor
from forumsim.plans.seeds import run_seed

INSTALL = "pip install 'forumsim[sensitivity]'"
_STUDY = "calibration"


class Search:
    """A study of optuna on disk; the caller sees to it that nobody else writes to it.

    Parameters
    ----------
    path : Path
        The file of the study (a journal of optuna); made if it is not there.
    factors : sequence of Factor
    seed : int
    startup : int
        Trials drawn evenly before the search begins (Bergstra et al. 2011: tree-structured Parzen estimators).

    Raises
    ------
    InputError
        optuna is missing, or the file is damaged.
    """

    def __init__(self, path: Path, factors: Sequence[Factor], seed: int, startup: int) -> None:
        self.factors, self.seed, self.startup = tuple(factors), seed, startup
        optuna = import_optuna()
        self.optuna = optuna
        self.verbosity = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

        _repair(path)
        try:
            backend = JournalFileBackend(str(path), lock_obj=JournalFileOpenLock(str(path)))
            storage = JournalStorage(backend)
            make = optuna.load_study if optuna.get_all_study_names(storage) else optuna.create_study
            self.study = make(storage=storage, study_name=_STUDY, sampler=self._sampler(0))
        except ValueError as error:
            hint = "move the folder away, or give another with --out"
            raise InputError(
                [Problem(str(path), f"cannot be read: {error}", "", hint)], "the search is damaged"
            ) from None
        self.distributions = {factor.name: self._distribution(factor) for factor in self.factors}
        for trial in self.study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
            # in flight when the search was killed: it is proposed again, with the same values
            self.study.tell(trial.number, state=optuna.trial.TrialState.FAIL)

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

    def told(self) -> list[dict[str, Any]]:
        """The values of the trials that are complete, in their order."""
        complete = self.study.get_trials(deepcopy=False, states=(self.optuna.trial.TrialState.COMPLETE,))
        return [self._values(trial.params) for trial in sorted(complete, key=lambda trial: trial.number)]

    def ask(self, trial: int) -> tuple[Any, dict[str, Any]]:
        """A proposal: what `tell` needs, and its values.

        Parameters
        ----------
        trial : int
            Number of complete trials.
        """
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


def _repair(path: Path) -> None:
    """Drop the line that a kill left unfinished, and the lock that it left behind."""
    if path.is_file():
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with open(path, "r+b") as file:
                file.truncate(whole)
    path.with_name(path.name + ".lock").unlink(missing_ok=True)

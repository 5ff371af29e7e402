"""A results folder for pandas users: frames that know parts, points, pairs and twins, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.analysis.axes import headline
from forumsim.analysis.contrasts import read_contrasts
from forumsim.analysis.frames import known
from forumsim.analysis.members import Memberships
from forumsim.analysis.regime_map import regime_factors
from forumsim.analysis.survival import event_times, kaplan_meier
from forumsim.analysis.tables import by_part, check_pairs, paired_differences, run_pairs, verdict_shares
from forumsim.core.errors import InputError, Problem, nearest
from forumsim.results.folder import PART, POOLED, load_results


class Experiment(Memberships):
    """The results of an experiment.

    Runs of one *part* share scenario and interventions, runs of one *point* all settings; runs of one *replicate* share
    all random draws, so that two runs of a part and a replicate which differ in one setting are a *pair*. What is
    compared is compared within parts, and over the end windows that the folder itself names: the same runs and steps as
    in summary.csv and contrasts.csv. Runs that are there as *twins* alone, for others to be compared with, stand in no
    table but `twins`.

    Parameters
    ----------
    tables : ResultTables
        From `forumsim.analysis.load_results`; `load` makes one from a folder.

    Examples
    --------
    >>> from forumsim.analysis import load
    >>> talk = load("results/talk")  # doctest: +SKIP
    >>> talk.contrasts("dialogue_level", ["trust_across"])  # doctest: +SKIP
    >>> talk.survival("convergence", by="dialogue_level")  # doctest: +SKIP
    """

    # --- comparisons ----------------------------------------------------------------------------------------------

    def pairs(self, parameter: str, measures: Iterable[str] = (), reference: Any = None) -> pd.DataFrame:
        """Runs that differ in one setting alone, pair by pair.

        Parameters
        ----------
        parameter : str
            A varied setting: its column (``dialogue_level``), or its name in the plan (``dialogue.level``).
        measures : iterable of str
            The usual ones if none is given.
        reference : optional
            Level to compare with; the first of the plan if not given.

        Returns
        -------
        DataFrame
            One row a pair, issue and measure: ``run_id, run_id_before``, settings, ``replicate, issue, measure, before,
            after, difference`` (after less before).

        Raises
        ------
        InputError
            The parameter was not varied or has no such level, or a measure was not recorded.
        """
        names, parameter = self._chosen(measures), self.column(parameter)
        check_pairs(self.tables, parameter, reference)
        found = by_part(self.tables, lambda own: run_pairs(own, parameter, names, reference))
        return found.rename(columns={"value": "difference"}).reset_index(drop=True)

    def contrasts(
        self, parameter: str | None = None, measures: Iterable[str] = (), reference: Any = None
    ) -> pd.DataFrame:
        """Mean differences of end values with 95 % intervals, over pairs of runs that share all draws.

        Parameters
        ----------
        parameter : str, optional
            A varied setting, as `pairs` takes it: all its levels against ``reference``. Without it, the contrasts that
            the plan itself names.
        measures, reference
            As `pairs` takes them; the contrasts of the plan have the measures that they have.

        Returns
        -------
        DataFrame
            Settings (or ``contrast, from, to``), ``issue, measure, n, mean, sd, low, high, before, after``.

        Raises
        ------
        InputError
            As `pairs`; or neither is there a parameter nor does the plan name contrasts.
        """
        if parameter is not None:
            return paired_differences(self.tables, self.column(parameter), self._chosen(measures), reference)
        self.needs("contrasts")
        found = read_contrasts(self.tables)
        if found.empty:
            allowed = ", ".join(self.varied) or "a plan that varies something"
            raise InputError([Problem("contrasts", "the plan names none; name a varied parameter", allowed)])
        names = self._chosen(measures) if list(measures) else list(found["measure"].unique())
        return found[found["measure"].isin(names)].reset_index(drop=True)

    def regime_map(self, issue: str = POOLED, state: str | None = None) -> pd.DataFrame:
        """In which state runs end, over what was varied.

        Parameters
        ----------
        issue : str
        state : str, optional
            Gives the shares of this state as a table of two parameters, as the map of the report has them: rows are the
            upright one (and the third), columns that along the bottom.

        Returns
        -------
        DataFrame
            Without ``state``: settings, ``issue, verdict, count, n, share, low, high`` (Wilson's interval).

        Raises
        ------
        InputError
            No such issue or state, or the design is no grid of two or three parameters (with ``state``).
        """
        shares = verdict_shares(self.tables, "state")
        issues = list(shares["issue"].unique()) if len(shares) else []
        known("issue", issue, issues)
        found = shares[shares["issue"] == issue].reset_index(drop=True)
        if state is None:
            return found
        known("state", state, list(found["verdict"].unique()))
        factors = regime_factors(self.tables)
        if factors is None:
            allowed = "two or three parameters, all combined, in one part"
            raise InputError([Problem("regime_map", "the design is no grid that a table can show", allowed)])
        rows = [*([factors.panel] if factors.panel else []), factors.y]
        return found[found["verdict"] == state].pivot(index=rows, columns=factors.x, values="share")

    # --- time -----------------------------------------------------------------------------------------------------

    def times(self, event: str = "convergence", issue: str = POOLED, hold: int = 0) -> pd.DataFrame:
        """When something first held in each run: see `forumsim.analysis.survival.event_times`; with settings."""
        found = event_times(self.tables, event, issue, hold)
        return self.with_settings(found.astype({"time": "Int64", "observed": "boolean"}))

    def survival(
        self, event: str = "convergence", issue: str = POOLED, by: str | Sequence[str] | None = None, hold: int = 0
    ) -> pd.DataFrame:
        """Time until something happens, by Kaplan and Meier: runs that end without it are censored, not left out.

        Parameters
        ----------
        event : str
            A state of the verdict, or a condition such as ``"enf < 1.5"``.
        issue : str
            An issue, or ``pooled``.
        by : str or sequence of str, optional
            Settings whose levels have curves of their own; by default all that were varied, and parts always.
        hold : int
            For how many steps it must have held; the time is that of the first of them.

        Returns
        -------
        DataFrame
            ``by``, ``time, at_risk, events, censored, survival, ci_low, ci_high`` (95 %). Times are recorded steps:
            where every k-th step was recorded, it may have happened up to k - 1 steps earlier.

        Raises
        ------
        InputError
            No such event, issue or setting.
        """
        keys = list(self.settings) if by is None else [by] if isinstance(by, str) else list(by)
        keys = [self.column(key) for key in keys]
        keys = [*([PART] if self.tables.several and PART not in keys else []), *keys]
        for key in keys:
            known("by", key, self.settings)
        times = self.times(event, issue, hold)
        if not keys:
            return kaplan_meier(times["time"], times["observed"])
        curves = []
        for _, own in times.groupby(keys, sort=True, observed=True, dropna=False):
            curve = kaplan_meier(own["time"], own["observed"])
            for place, key in enumerate(keys):
                curve.insert(place, key, own[key].iloc[0])
            curves.append(curve)
        return pd.concat(curves, ignore_index=True)

    def _chosen(self, measures: Iterable[str]) -> list[str]:
        """The measures asked for, or the usual ones.

        Raises
        ------
        InputError
            Naming all that were not recorded.
        """
        names = [measures] if isinstance(measures, str) else list(measures)
        problems = [
            Problem("measures", f"{name!r} was not recorded", ", ".join(self.measures), nearest(name, self.measures))
            for name in names if name not in self.measures
        ]  # fmt: skip
        if problems:
            raise InputError(problems)
        return names or headline(self.tables)


def load(folder: str | Path, anyway: bool = False) -> Experiment:
    """Read and check a results folder.

    Parameters
    ----------
    folder : path
        A results folder, such as ``forumsim sweep`` writes.
    anyway : bool
        Whether tables that were edited since, and the layout of another version, will do.

    Returns
    -------
    Experiment

    Raises
    ------
    InputError
        As `load_results`: no results, not complete, changed since, or tables that lack columns, rows or numbers.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from forumsim import sweep
    >>> plan = {"scenario": "two_blocs", "steps": 4, "replicates": 2, "seed": 1, "fields": {"actors": 8},
    ...         "vary": {"dialogue.level": [0, 1]}, "record": {"detail": "first"}}
    >>> with TemporaryDirectory() as place:
    ...     talk = load(sweep(plan, f"{place}/talk").folder)
    ...     pairs = talk.pairs("dialogue_level", ["trust_across"])
    ...     founded, inside = talk.foundings(), talk.memberships(at="start")
    >>> len(talk.runs), len(talk.points), sorted(pairs["replicate"].unique().tolist())
    (4, 2, [0, 1])
    >>> inside["step"].unique().tolist(), len(inside["run_id"].unique())
    ([0], 2)
    """
    return Experiment(load_results(folder, anyway))

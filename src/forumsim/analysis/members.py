"""Who is in which forum when, who founded what, and the networks that follow: what an experiment knows of rosters."""

from __future__ import annotations

from typing import Any

import pandas as pd

from forumsim.analysis.frames import Frames, known
from forumsim.analysis.rosters import foundings, members_at, step_of
from forumsim.core.errors import InputError, Problem
from forumsim.scenarios.quarters import QUARTER, quarter_number


class Memberships(Frames):
    """Forums and members of the detailed runs; a part of `forumsim.analysis.Experiment`."""

    def foundings(self) -> pd.DataFrame:
        """Who founded which forum when, against which rival, and its end, in the detailed runs; with settings."""
        self.needs("events", "forums", "actors")
        tables = (self.tables.detail(name) for name in ("events", "forums", "actors"))
        return self.with_settings(foundings(*tables))

    def memberships(self, at: int | str = "end", run_id: str | None = None) -> pd.DataFrame:
        """Who is in which forum at a step, in the detailed runs.

        Parameters
        ----------
        at : int or str
            A step, a date (``2026-Q1``, ``2026-03-31``) where the scenario has dates, ``start`` or ``end``. Between
            snapshots the members follow from the event log; attention is known at snapshots alone.
        run_id : str, optional
            One run, by its id or the beginning of it; by default all that have snapshots.

        Returns
        -------
        DataFrame
            ``run_id, step, forum, actor, attention``.

        Raises
        ------
        InputError
            No such run or step, or no run has snapshots.
        """
        frames = []
        members, events = self.tables.detail("memberships"), self.tables.detail("events")
        for name in self.detailed(run_id):
            step, shots = self._step(at, name)
            found = members_at(members[members["run_id"] == name], events[events["run_id"] == name], shots, step)
            found.insert(0, "step", step)
            found.insert(0, "run_id", name)
            frames.append(found)
        return pd.concat(frames, ignore_index=True)

    def network(self, at: int | str = "end", run_id: str | None = None, kind: str = "bipartite") -> Any:
        """The network of memberships of one run at a step, for networkx.

        Parameters
        ----------
        at : int or str
            As `memberships` takes it.
        run_id : str, optional
            A detailed run, by its id or the beginning of it; may be left out where there is one.
        kind : {"bipartite", "actors", "forums"}
            Actors with their forums; actors that share forums; forums that share members (``weight``: how many).

        Returns
        -------
        networkx.Graph
            Nodes have the columns of actors.csv and forums.csv at the last snapshot up to the step as attributes.

        Raises
        ------
        InputError
            As `memberships`; several runs and none named; no such kind.
        """
        from forumsim.analysis.graphs import network_of

        names = self.detailed(run_id)
        if len(names) > 1:
            some = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
            raise InputError([Problem("run_id", f"{len(names)} runs have snapshots; name one", some)])
        members = self.memberships(at, names[0])
        step, _ = self._step(at, names[0])
        actors, forums = (self._last(table, names[0], step) for table in ("actors", "forums"))
        forums = forums[forums["forum"].isin(set(members["forum"])) | forums["status"].isin(["alive", "dormant"])]
        return network_of(members, actors, forums, kind)

    def graphml(self) -> dict[str, bytes]:
        """The bipartite networks at the end of all detailed runs as GraphML, by names of files.

        Raises
        ------
        InputError
            No run has snapshots.
        """
        from forumsim.analysis.graphs import graphml

        return {f"network_{run_id}.graphml": graphml(self.network("end", run_id)) for run_id in self.detailed()}

    def _step(self, at: int | str, run_id: str) -> tuple[int, list[int]]:
        """The step that is meant, and the steps of the snapshots of a run."""
        series, actors = self.tables.series, self.tables.detail("actors")
        shots = sorted(int(step) for step in actors.loc[actors["run_id"] == run_id, "step"].unique())
        first = series[(series["run_id"] == run_id) & (series["step"] == 0)]
        date = first["date"].iloc[0] if "date" in first and len(first) else None
        start = quarter_number(date) if isinstance(date, str) and QUARTER.match(date) else None
        return step_of(at, shots, int(self.tables.lengths[run_id]), start, run_id), shots

    def _last(self, table: str, run_id: str, step: int) -> pd.DataFrame:
        """The rows of a run at its last snapshot up to a step."""
        rows = self.tables.detail(table)
        rows = rows[(rows["run_id"] == run_id) & (rows["step"] <= step)]
        return rows[rows["step"] == rows["step"].max()]

    def detailed(self, run_id: str | None = None) -> list[str]:
        """Runs with snapshots, or the one that is named."""
        self.needs("events", "forums", "memberships", "actors")
        have = set(self.tables.detail("actors")["run_id"])
        found = [name for name in self.tables.runs["run_id"] if name in have]
        if not found:
            hint = 'record them with detail = "first" or "all" in the plan'
            raise InputError([Problem(str(self.folder), "no run has snapshots of its members", "", hint)])
        if run_id is None:
            return found
        meant = [name for name in found if name.startswith(run_id)] if run_id else []
        if len(meant) != 1:
            known("run_id", run_id, found)
        return meant

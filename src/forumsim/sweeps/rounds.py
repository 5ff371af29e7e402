"""Which points need more replicates: the rounds of a plan, decided from what its runs gave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from forumsim.plans.parts import Point
from forumsim.plans.plan import Plan
from forumsim.plans.replication import FIXED, MAXIMUM, PRECISION, TWIN, Precision, words
from forumsim.results.store import Store
from forumsim.sweeps.work import RunSpec


class PointProgress:
    """Rounds of replicates, and why each point got no more.

    Decisions are made between rounds from whole replicates: they do not depend on the order in which runs ended.
    ``scopes`` are for each part its issues and ``pooled``.
    """

    def __init__(self, plan: Plan, store: Store, scopes: Sequence[Sequence[str]]) -> None:
        self.plan, self.store, self.scopes = plan, store, scopes
        self.rule = plan.replication
        self.open = [point for point in plan.points if not point.extra]
        self.count = [0] * len(plan.points)
        self.reasons: dict[int, str] = {}
        self.precision = [Precision(self.rule) for _ in plan.points] if self.rule.adaptive else []
        self.columns = [plan.recording.series.index(name) for name in self.rule.precision]

    @property
    def planned(self) -> int:
        """Runs of all rounds so far."""
        return sum(self.count)

    def rounds(self, expect: Callable[[int], None]) -> Iterator[Iterator[RunSpec]]:
        """The runs of each round that the store does not have; a round is made when the one before is complete.

        Parameters
        ----------
        expect : callable
            Told how many runs there are by the end of each round.
        """
        for replicates in self.rule.rounds():
            points = self._wanted()
            if not points:
                return
            for point in points:
                self.count[point.number] = replicates.stop - self.rule.first
            expect(self.planned)
            specs = (RunSpec(r, point) for r in replicates for point in points)
            yield (spec for spec in specs if spec.run_id not in self.store.done)
            if self.rule.adaptive:
                self._decide(replicates)

    def _wanted(self) -> list[Point]:
        """The points that are open, and those that open ones have as their twins, in the order of the plan."""
        needed = {point.number for point in self.open} | {point.twin for point in self.open}
        return [point for point in self.plan.points if point.number in needed]

    def _decide(self, replicates: range) -> None:
        """Close the points whose intervals are narrow enough."""
        open_now = list(self.open)
        ids = {point.run_id(r): point for r in replicates for point in open_now}
        for run_id, entry, pieces in self.store.results(ids):
            point = ids[run_id]
            if entry.ok:
                tail = np.frombuffer(pieces["tail"]).reshape(len(self.scopes[point.part]), -1)
                row = tail[self.scopes[point.part].index(self.rule.issue)]
                self.precision[point.number].add([float(row[column]) for column in self.columns])
        for point in open_now:
            if self.precision[point.number].reached():
                self._close(point.number, PRECISION)
            elif replicates.stop >= self.rule.numbers.stop:
                self._close(point.number, MAXIMUM)

    def _close(self, number: int, reason: str) -> None:
        self.open = [point for point in self.open if point.number != number]
        self.reasons[number] = reason
        widths = dict(zip(self.rule.precision, self.why(number)[1], strict=True))
        name = self.plan.points[number].name
        self.store.note(point=name, replicates=self.count[number], stopped=words(reason, widths))

    def replicates(self, number: int) -> int:
        """Replicates of a point."""
        return self.count[number]

    def why(self, number: int) -> tuple[str, tuple[float, ...]]:
        """Why a point got no more replicates, and the half-widths that decided."""
        if not self.rule.adaptive:
            return FIXED, ()
        if self.plan.points[number].extra:
            return TWIN, ()
        known = self.precision[number]
        widths = known.half_widths(len(known.values)) if known.values else (np.inf,) * len(self.columns)
        return self.reasons.get(number, MAXIMUM), widths

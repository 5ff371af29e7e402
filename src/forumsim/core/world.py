"""The state of one run as arrays: one row per actor or forum (table of the ODD, section *Entities*).

A :class:`World` is a bundle of arrays: compiled rules and plain Python read and change the same memory.
N actors, F forum slots (more than the forums that exist, so that new ones can be founded), D issues. Labels, names
and blocs' names belong to the scenario; the number in ``bloc`` is for measures and pictures alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from forumsim.core.event_room import event_room
from forumsim.core.headers import ArrayKind, kind_of, write_headers
from forumsim.core.terms import (
    CHANNEL_DTYPE,
    CLOCK_SIZE,
    EVENT_DTYPE,
    EVENTS,
    PENDING_DTYPE,
    PENDING_SLOTS,
    SHOCK_DTYPE,
    STEP,
    Event,
    Kind,
    Role,
    Status,
    Tally,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Arrays whose length says how much there is; all others keep their shapes.
_TABLES = ("shocks", "channels", "pending", "events")


@dataclass(eq=False, repr=False)
class World:
    """State of one run. Shapes: N actors, F forum slots, D issues; what may change is changed in place.

    An array may be replaced by another of the same shape, type and memory order; the tables may change their length
    (``world.events = longer``).
    """

    # --- actors, (N,) -------------------------------------------------------------------------------------------
    kind: NDArray[np.int8]  #: `Kind`
    role: NDArray[np.int8]  #: `Role`
    power: Floats  #: share of capability, >= 0, sums to 1 over states, 0 for non-state actors
    influence: Floats  #: 0..1, strength of a non-state actor's lobbying or convening, 0 for states
    sincerity: Floats  #: 0..1, inclination to genuine engagement rather than propaganda (private)
    sovereignty: Floats  #: >= 0, sensitivity to hard law
    loyalty: Floats  #: >= 0, tolerance before exit once tenure is full
    aspiration: Floats  #: moving average of the actor's own satisfaction; dissatisfied below it less a tolerance
    satisfaction: Floats  #: utility of its best membership at the last look, 0 without any
    engagement: Floats  #: general readiness to take part, logits, 0 unless the scenario sets it
    capacity: Floats  #: > 0, what it can staff and service
    reputation: Floats  #: 0..1, for keeping commitments
    reservation: Floats  #: the actor's own addition to the fixed cost k0 of any membership, logits
    patron: Ints  #: the state that a firm lobbies, -1 none
    cause: Ints  #: the issue that a non-state actor works on, -1 all
    bloc: Ints  #: label for measures and pictures alone
    heard: Ints  #: last step at which one of its proposals passed (very small: never)
    focal: Ints  #: forum that has the actor's focus, -1 none
    challenger: Ints  #: forum that has led the focus by the margin of a regime shift since the last steps, -1 none
    challenged: Ints  #: for how many steps in a row
    outside: Floats  #: taste for staying out, as ``taste``; read where membership is exclusive
    # --- actors by issue, (N, D), Fortran order: one column holds all actors on one issue ------------------------
    position: Floats  #: 0..1, ideal point now
    anchor: Floats  #: 0..1, domestic position that it returns to
    salience: Floats  #: weight of the issues now, rows sum to 1
    salience_anchor: Floats  #: weight that salience returns to, rows sum to 1
    red_line: Floats  #: > 0, furthest a charter may lie on the issue; inf = none
    # --- pairs of actors, (N, N), Fortran order: one column holds what all think of one actor --------------------
    trust: Floats  #: 0..1, trust[i, j] is i's trust in j
    baseline: Floats  #: 0..1, structural trust that trust drifts to
    ledger: Floats  #: -1..1, ledger[i, j]: how far j has supported i's proposals
    summit_until: Ints  #: summit_until[i, j]: last step at which Track 1 is open whatever the trust
    # --- forums, (F,) -------------------------------------------------------------------------------------------
    status: NDArray[np.int8]  #: `Status`
    mode: NDArray[np.int8]  #: `Mode`
    admission: NDArray[np.int8]  #: `Admission`
    decision: NDArray[np.int8]  #: `Decision`
    form: NDArray[np.int8]  #: `Form`
    period: Ints  #: steps between the editions of a series
    approval: Floats  #: 0..1, power-weighted trust of the members that an applicant needs
    quota: Floats  #: 0..1, share needed by `Decision`; .5 is a strict majority
    gate_forum: Ints  #: an applicant must be a member of this forum, -1 none
    gate_power: Floats  #: an applicant (state) needs at least this power
    gate_issue: Ints  #: an applicant's position on this issue must lie within the two bounds below, -1 none
    gate_low: Floats
    gate_high: Floats
    legalization: Floats  #: 0 soft law .. 1 hard law
    vitality: Floats  #: moving average of the members' attention over their fair share (1: as much as to others)
    movable_until: Ints  #: the charter is more movable up to this step (accommodation after a rival was founded)
    founded: Ints  #: step of founding, negative before the start of the run
    edition: Ints  #: step of the last opening for signature (declaration) or edition (series)
    founder: Ints  #: actor, -1 none
    parent: Ints  #: forum that it was founded against or merged into, -1 none
    predecessor: Ints  #: earlier text of the same series, whose signatories' tastes it inherits, -1 none
    adopted: Bools  #: adopted without a vote when it opens: it binds all who do not object
    fee: Floats  #: >= 0, cost of servicing a membership of it, as a multiple of the usual one
    # --- forums by issue (F, D), by actor (F, N) ----------------------------------------------------------------
    mandate: Bools  #: issues that the forum covers
    charter: Floats  #: 0..1, principles and norms
    status_quo: Floats  #: charter at founding or at the last change *of* the regime
    member: Bools
    listed: Bools  #: the gate's list: False keeps an actor out
    veto: Bools  #: veto holders
    habit: Bools  #: was in the last edition; before a forum opens: its founding members
    tenure: Ints  #: steps of membership so far
    taste: Floats  #: (F, N) u_if, uniform on [0, 1): i wants to be in f while u_if < sig(z / temperature)
    attention: Floats  #: 0..1, columns sum to 1 over an actor's live memberships or are 0
    # --- derived from the state, rebuilt when a rule is about to read what has become stale ---------------------
    weight_in: Floats  #: (F,) sum of the members' power W
    trust_in: Floats  #: (F, N) sum over members j of w_j T_ij
    gain_in: Floats  #: (F, N) sum over members j of w_j (1 - T_ij) times j's absolute gain (in realist mode, else 0)
    distance: Floats  #: (F, N) salience-weighted distance of position and charter over the mandate
    beyond: Bools  #: (F, N) the charter lies beyond a red line of the actor
    conflict: Floats  #: (F, F) conflict of charters on shared issues, weighted by legalization
    kept: Bools  #: (F, N) kept its commitments in this step
    # --- tables -------------------------------------------------------------------------------------------------
    shocks: NDArray[Any]  #: `SHOCK_DTYPE`, sorted by step
    channels: NDArray[Any]  #: `CHANNEL_DTYPE`
    pending: NDArray[Any]  #: `PENDING_DTYPE`, joint declarations that wait for deeds
    events: NDArray[Any]  #: `EVENT_DTYPE`, the first ``clock[EVENTS]`` rows are filled
    tally: Ints  #: (D + 1, number of kinds of event): totals since the start by issue, pooled last
    meetings: Floats  #: (`Tally`,) running totals of dialogue and compliance
    clock: Ints  #: step, number of events, forum slots in use, pending declarations, what is stale
    seed: NDArray[np.uint64]  #: (1,) seed of the run

    _headers: ClassVar[NDArray[np.int64] | None] = None  # of this instance, once it has been seen by a compiled rule

    def __setattr__(self, name: str, value: Any) -> None:
        before = vars(self).get(name)
        if before is not None:  # compiled rules rely on the shape and the kind of each array
            if not isinstance(value, np.ndarray) or (name not in _TABLES and value.shape != before.shape):
                found = list(value.shape) if isinstance(value, np.ndarray) else type(value).__name__
                raise TypeError(f"World.{name}: found {found}; needed: an array of the shape {list(before.shape)}")
            write_headers([(name, value)], _kinds())
        object.__setattr__(self, name, value)
        object.__setattr__(self, "_headers", None)

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.arrays())

    def __repr__(self) -> str:
        return f"<World of {self.actors} actors, {self.slots} forum slots, {self.issues} issues at step {self.step}>"

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the arrays in their order."""
        return tuple(item.name for item in fields(cls))

    def arrays(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """Names and arrays in their order."""
        return ((name, getattr(self, name)) for name in self.names())

    def copy(self) -> World:
        """An independent copy (arrays keep their memory order)."""
        return World(**{name: array.copy(order="K") for name, array in self.arrays()})

    def header_address(self) -> int:
        """Address of the array headers that compiled rules read (see `forumsim.core.worldtype`)."""
        headers = self._headers
        if headers is None:
            headers = write_headers(self.arrays(), _kinds())
            object.__setattr__(self, "_headers", headers)
        return int(headers.ctypes.data)

    @property
    def actors(self) -> int:
        """Number of actors N."""
        return self.power.shape[0]

    @property
    def slots(self) -> int:
        """Number of forum slots F."""
        return self.status.shape[0]

    @property
    def issues(self) -> int:
        """Number of issues D."""
        return self.position.shape[1]

    @property
    def step(self) -> int:
        """Steps done so far."""
        return int(self.clock[STEP])

    def log(self) -> NDArray[Any]:
        """The filled part of the event log (a view)."""
        return self.events[: int(self.clock[EVENTS])]

    def live(self) -> Bools:
        """Forums that exist, awake or dormant (F,)."""
        return (self.status == Status.ALIVE) | (self.status == Status.DORMANT)


def empty_world(actors: int, slots: int, issues: int, seed: int = 0) -> World:
    """A world of states without forums: equal power, positions 1/2, trust 1/2, equal salience, no red lines.

    Parameters
    ----------
    actors, slots, issues : int
        N, F and D.
    seed : int
        Seed of the run's keyed draws.
    """
    n, f, d = actors, slots, issues

    def by_actor(value: float) -> Floats:
        return np.full(n, value)

    def by_pair(value: float) -> Floats:
        return np.full((n, n), value, order="F")

    def by_issue(value: float) -> Floats:
        return np.full((n, d), value, order="F")

    def by_forum(value: int) -> Ints:
        return np.full(f, value, dtype=np.int64)

    code_f = np.zeros(f, dtype=np.int8)
    return World(
        kind=np.full(n, Kind.STATE, dtype=np.int8),
        role=np.full(n, Role.STATE, dtype=np.int8),
        power=by_actor(1.0 / n),
        influence=by_actor(0.0),
        sincerity=by_actor(0.7),
        sovereignty=by_actor(1.0),
        loyalty=by_actor(1.0),
        aspiration=by_actor(0.0),
        satisfaction=by_actor(0.0),
        engagement=by_actor(0.0),
        capacity=by_actor(1.0),
        reputation=by_actor(0.5),
        reservation=by_actor(0.0),
        patron=np.full(n, -1, dtype=np.int64),
        cause=np.full(n, -1, dtype=np.int64),
        bloc=np.zeros(n, dtype=np.int64),
        heard=np.full(n, -1_000_000, dtype=np.int64),
        focal=np.full(n, -1, dtype=np.int64),
        challenger=np.full(n, -1, dtype=np.int64),
        challenged=np.zeros(n, dtype=np.int64),
        outside=np.full(n, 0.5),
        position=by_issue(0.5),
        anchor=by_issue(0.5),
        salience=by_issue(1.0 / d),
        salience_anchor=by_issue(1.0 / d),
        red_line=by_issue(np.inf),
        trust=by_pair(0.5),
        baseline=by_pair(0.5),
        ledger=by_pair(0.0),
        summit_until=np.full((n, n), -1_000_000, dtype=np.int64, order="F"),
        status=code_f.copy(),
        mode=code_f.copy(),
        admission=code_f.copy(),
        decision=code_f.copy(),
        form=code_f.copy(),
        period=by_forum(0),
        approval=np.zeros(f),
        quota=np.full(f, 0.5),
        gate_forum=by_forum(-1),
        gate_power=np.zeros(f),
        gate_issue=by_forum(-1),
        gate_low=np.zeros(f),
        gate_high=np.ones(f),
        legalization=np.zeros(f),
        vitality=np.zeros(f),
        movable_until=by_forum(-1_000_000),
        founded=by_forum(0),
        edition=by_forum(-1_000_000),
        founder=by_forum(-1),
        parent=by_forum(-1),
        predecessor=by_forum(-1),
        adopted=np.zeros(f, dtype=np.bool_),
        fee=np.ones(f),
        mandate=np.zeros((f, d), dtype=np.bool_),
        charter=np.full((f, d), 0.5),
        status_quo=np.full((f, d), 0.5),
        member=np.zeros((f, n), dtype=np.bool_),
        listed=np.ones((f, n), dtype=np.bool_),
        veto=np.zeros((f, n), dtype=np.bool_),
        habit=np.zeros((f, n), dtype=np.bool_),
        tenure=np.zeros((f, n), dtype=np.int64),
        taste=np.full((f, n), 0.5),
        attention=np.zeros((f, n)),
        weight_in=np.zeros(f),
        trust_in=np.zeros((f, n)),
        gain_in=np.zeros((f, n)),
        distance=np.zeros((f, n)),
        beyond=np.zeros((f, n), dtype=np.bool_),
        conflict=np.zeros((f, f)),
        kept=np.zeros((f, n), dtype=np.bool_),
        shocks=np.zeros(0, dtype=SHOCK_DTYPE),
        channels=np.zeros(0, dtype=CHANNEL_DTYPE),
        pending=np.zeros(PENDING_SLOTS, dtype=PENDING_DTYPE),
        events=np.zeros(event_room(n, f), dtype=EVENT_DTYPE),
        tally=np.zeros((d + 1, len(Event)), dtype=np.int64),
        meetings=np.zeros(len(Tally)),
        clock=np.zeros(CLOCK_SIZE, dtype=np.int64),
        seed=np.array([seed], dtype=np.uint64),
    )


@cache
def _kinds() -> dict[str, ArrayKind]:
    """Kind of each field's array, read off a world whose shapes leave no doubt about memory order."""
    return {name: kind_of(array) for name, array in empty_world(3, 2, 2).arrays()}

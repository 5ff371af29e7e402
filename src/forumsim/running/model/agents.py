"""Mesa agents as views on rows of a World: State, NonState and Forum.

They hold no state of their own: reading a property reads the World's row, writing one writes it (and is noted in
``model.interventions``). What they do, they do by the functions that the rules call. A run by `forumsim.simulate`
makes none of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from forumsim.core.rules.admission import admitted
from forumsim.core.state.value import utility_of
from forumsim.core.terms import OWN_DECISION, Admission, Decision, Form, Kind, Mode, Role, Status
from forumsim.running.model import explain as reasons
from forumsim.running.model.views import Other, View, Word, WorldRow


class Actor(View):
    """An actor: what states and non-state actors have in common. ``row`` is its row in the World's arrays."""

    noun = "actor"

    position = WorldRow("Ideal point now on each issue, 0..1, shape (D,).")
    anchor = WorldRow("Domestic position that it returns to, 0..1, shape (D,).")
    salience = WorldRow("Weight of the issues, shape (D,), sums to 1.")
    red_line = WorldRow("Furthest a charter may lie on each issue, shape (D,); inf = none.")
    sincerity = WorldRow("Inclination to genuine engagement rather than propaganda, 0..1.")
    sovereignty = WorldRow("Sensitivity to hard law, >= 0.")
    loyalty = WorldRow("Tolerance before exit once tenure is full, >= 0.")
    engagement = WorldRow("General readiness to take part, logits.")
    capacity = WorldRow("What it can staff and service, > 0.")
    influence = WorldRow("Strength of a non-state actor's lobbying or convening, 0..1.", writable=False)
    reputation = WorldRow("For keeping commitments, 0..1.", writable=False)
    satisfaction = WorldRow("Utility of its best membership at the last look.", writable=False)
    aspiration = WorldRow(
        "Moving average of its satisfaction; below it less a tolerance it is dissatisfied.", writable=False
    )

    kind = Word(Kind, "``state`` or ``nonstate``.")
    role = Word(Role, "``major``, ``state``, ``union``, ``firm``, ``ngo`` or ``epistemic``.")
    focal = Other("forum", "The forum that has its focus; it moves when another has led in its attention for a while.")

    @property
    def name(self) -> str:
        """Name in the scenario."""
        return self.model.scenario.actor_names[self.row]

    @property
    def bloc(self) -> str | None:
        """Id of its bloc: a label that no rule reads."""
        number = int(self.model.world.bloc[self.row])
        return self.model.scenario.blocs[number] if number >= 0 else None

    @property
    def memberships(self) -> list[Forum]:
        """The live forums that it is in."""
        world = self.model.world
        return [self.model.forum(int(f)) for f in np.flatnonzero(world.member[:, self.row] & world.live())]

    def attention_to(self, forum: Forum | str) -> float:
        """Share of its attention that a forum has, 0..1."""
        return float(self.model.world.attention[self.model.forum_row(forum), self.row])

    def trust_in(self, other: Actor | str) -> float:
        """Its trust in another actor, 0..1; not the same as the other's trust in it."""
        return float(self.model.world.trust[self.row, self.model.actor_row(other)])

    def set_trust(self, other: Actor | str, trust: float) -> None:
        """Set its trust in another actor, 0..1."""
        self.model.intervene("write", actor=self.id, what="trust", value={self.model.actor(other).id: trust})

    def utility_of(self, forum: Forum | str) -> float:
        """Utility u of a membership in a live forum, logits; minus infinity beyond a red line."""
        return float(utility_of(self.model.renewed(), self.model.params, self.model.live_row(forum), self.row))

    def worth_of(self, forum: Forum | str) -> float:
        """Worth z of a membership: utility and what else decides on joining and leaving (fee, habit, conflicts)."""
        return reasons.own_worth(self.model.renewed(), self.model.params, self.model.live_row(forum), self.row)

    def explain(self, forum: Forum | str) -> dict[str, float]:
        """The terms of the worth of a membership in a live forum (`forumsim.running.model.explain.explain`)."""
        return reasons.explain(self.model.renewed(), self.model.params, self.model.live_row(forum), self.row)

    def admitted_to(self, forum: Forum | str) -> bool:
        """Whether a live forum would let it in now."""
        return bool(admitted(self.model.renewed(), self.model.params, self.model.live_row(forum), self.row))

    def join(self, forum: Forum | str) -> bool:
        """Join a live forum now; False where it is a member already or is not admitted."""
        return bool(self.model.intervene("join", actor=self, forum=forum))

    def leave(self, forum: Forum | str) -> bool:
        """Leave a forum now; False where it is no member."""
        return bool(self.model.intervene("leave", actor=self, forum=forum))

    def found(self, issue: str | None = None, inclusive: bool = False) -> Forum | None:
        """Gather a coalition that gains by a new forum on an issue, or on all; None if none does."""
        slot = self.model.intervene("found", actor=self, issue=issue, inclusive=inclusive)
        return self.model.forum(slot) if slot >= 0 else None

    def meet(self, other: Actor | str, track: float = 2) -> bool:
        """Meet another actor on track 2, 1.5 or 1; False where the track is not open between the two."""
        return bool(self.model.intervene("meet", actor=self, other=other, track=track))


class State(Actor):
    """A state (or a union of states): it has power and a vote."""

    power = WorldRow("Share of capability; all states sum to 1. Writing it scales the others.")


class NonState(Actor):
    """A firm, non-governmental organisation or epistemic community: influence, but neither power nor vote."""

    power = WorldRow("Always 0.", writable=False)


class Forum(View):
    """A forum, ``row`` is its slot. It leaves ``model.agents`` when it ends, and can still be read then."""

    noun = "forum"

    legalization = WorldRow("Soft law 0 .. hard law 1.")
    vitality = WorldRow(
        "Moving average of its members' attention over their fair share (1: as much as to others).", writable=False
    )
    founded = WorldRow("Step of founding, negative before the start.", writable=False)

    status = Word(Status, "``alive``, ``dormant``, ``dissolved`` or ``merged``.")
    form = Word(Form, "Its form, a label: ``universal``, ``club``, ``summit`` ...")
    mode = Word(Mode, "``standing``, ``declaration`` or ``series``.")
    admission = Word(Admission, "``open``, ``approval`` or ``invitation``.")
    founder = Other("actor", "Who founded it.")
    parent = Other("forum", "The forum that it was founded against or has merged into.")

    @property
    def name(self) -> str:
        """Name in the scenario, or who founded it when."""
        world = self.model.world
        return self.model.scenario.name_of_forum(self.row, int(world.founder[self.row]), int(world.founded[self.row]))

    @property
    def decision(self) -> str:
        """Its decision rule: ``consensus``, ``majority``, ``weighted`` or ``veto``."""
        number = int(self.model.world.decision[self.row])
        if number == OWN_DECISION:
            return str(self.model.scenario.own_decisions[self.row])
        return Decision(number).name.lower()

    @property
    def mandate(self) -> tuple[str, ...]:
        """The issues that it covers."""
        return tuple(itertools.compress(self.model.scenario.issues, self.model.world.mandate[self.row]))

    @property
    def charter(self) -> dict[str, float]:
        """Its principles and norms, 0..1 by issue of the mandate. Assign a mapping to change them."""
        text = self.model.world.charter[self.row]
        return {issue: float(text[self.model.issue_row(issue)]) for issue in self.mandate}

    @charter.setter
    def charter(self, charter: dict[str, float]) -> None:
        self.model.intervene("write", forum=self.id, what="charter", value=charter)

    @property
    def members(self) -> list[Actor]:
        """Its members."""
        return [self.model.actor(int(i)) for i in np.flatnonzero(self.model.world.member[self.row])]

    @property
    def reach(self) -> float:
        """Power of its members together."""
        world = self.model.world
        return float(world.power[world.member[self.row]].sum())

    def host_meeting(self, *actors: Actor | str, track: float = 1.5) -> int:
        """Each two of the named actors (by default: the states among the members) meet once on a track.

        Returns
        -------
        int
            How many meetings took place: the track must be open between two actors.
        """
        guests: Sequence[Actor | str] = actors or [actor for actor in self.members if isinstance(actor, State)]
        return int(self.model.intervene("host", forum=self, actors=list(guests), track=track))


def plain(value: Any) -> Any:
    """An argument of an intervention as words and numbers: agents become ids, arrays lists."""
    if isinstance(value, (Actor, Forum)):
        return value.id
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value

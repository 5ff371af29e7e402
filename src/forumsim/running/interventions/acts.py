"""What a user does to a running model between two steps, by the very functions that the rules call.

An act takes a `forumsim.running.interventions.stage.Stage` and plain words and numbers, so that a run can be done
again from the list of what was done. It checks everything before it changes anything. Random draws of an act are keyed
by a purpose of their own: what nobody does leaves all draws of the rules alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from forumsim.core import draws
from forumsim.core.errors import InputError, Problem, collected, nearest, shown
from forumsim.core.parameters import BY_NAME, check_parameters
from forumsim.core.rules.admission import admitted
from forumsim.core.rules.attention import divide_attention
from forumsim.core.rules.dialogue import hold, track_opens
from forumsim.core.rules.founding import found as found_forum
from forumsim.core.rules.shocks import apply_shock
from forumsim.core.schedule import make_room
from forumsim.core.state.members import join, leave
from forumsim.core.state.sums import ALL, mark_stale, rebuild_stale
from forumsim.core.terms import CHANNEL_DTYPE, NO_HOST, SHOCK_DTYPE, SLOTS, STEP, Event, Mode, Shock, Term
from forumsim.core.values import decimal_hint
from forumsim.running.interventions.rows import refuse, write_row
from forumsim.running.interventions.stage import Stage
from forumsim.scenarios.dated import FOREVER, SANCTION_STEPS, each_pair
from forumsim.scenarios.dated_checks import MOST_MEETINGS, NEEDS, allowed_sizes, is_size
from forumsim.scenarios.fields import as_number, hint_at_fields

#: Draws that one meeting may take; see `forumsim.core.rules.dialogue`.
_PER_MEETING = 16
#: Tracks as users write them and as the rules number them.
TRACKS = {2: 2, 1.5: 15, 15: 15, 1: 1, "2": 2, "1.5": 15, "1": 1}


def change_parameters(stage: Stage, parameters: Mapping[str, Any]) -> bool:
    """Set parameters of a running model (those that take effect at once)."""
    if not isinstance(parameters, Mapping) or not all(isinstance(name, str) for name in parameters):
        raise refuse("parameters", f"found {shown(parameters)}", "{parameter: value}")
    own = {item.name: item for item in stage.scenario.extensions.parameters}
    checked, problems = check_parameters(parameters, "", tuple(own.values()))
    hint_at_fields(problems, stage.scenario.field_specs, "%r is set when a model is made, not in a running one")
    late = [name for name in checked if not (BY_NAME | own)[name].at_once]
    problems += [Problem(name, "it takes effect when a model starts, not in a running one") for name in late]
    if problems:
        raise InputError(problems)
    for name, value in checked.items():
        if name in own:
            stage.scenario.own[name] = value
            continue
        if name == "redline.scale":  # read when the world is built: later it scales what is there
            stage.world.red_line[:] *= value / stage.params["redline_scale"]
        stage.params[BY_NAME[name].field] = value
    mark_stale(stage.world, ALL)
    return True


def shock(
    stage: Stage,
    kind: str,
    actor: str | None = None,
    other: str | None = None,
    forum: str | None = None,
    issue: str | None = None,
    size: float = 1.0,
    steps: int | None = None,
) -> bool:
    """Apply a shock now; returns whether anything happened (a forum may have ended).

    ``actor`` and ``other`` are an actor or the states of a bloc, ``bloc:NAME``, one shock for each pair of them.
    ``steps`` is how long a sanction lasts (by default `SANCTION_STEPS`); other shocks have no end.
    """
    kinds = {shock.name.lower(): shock for shock in Shock}
    code = kinds.get(kind) if isinstance(kind, str) else None
    problems = _size_problems(code, size)
    if code is None:
        problems.append(Problem("kind", f"no kind {shown(kind)}", ", ".join(kinds), nearest(str(kind), kinds)))
    given = {"actor": actor, "other": other, "forum": forum}
    needed = () if code is None else NEEDS.get(code, ())
    problems += [Problem(need, f"a {kind} shock needs it") for need in needed if given[need] is None]
    world, row = stage.world, np.zeros(1, dtype=SHOCK_DTYPE)[0]
    ones = [-1] if actor is None else _sought(problems, stage.actor_rows, actor)
    others = [-1] if other is None else _sought(problems, stage.actor_rows, other, "other")
    row["issue"] = _sought(problems, stage.issue_row, issue)
    row["forum"] = -1 if forum is None else _sought(problems, stage.forum_row, forum)
    if code == Shock.CRISIS and (actor is None) != (other is None):
        problems.append(Problem("other" if other is None else "actor", "a crisis has two parties or names none"))
    if steps is not None and code is not None:
        problems += _duration_problems(steps)
        if code != Shock.SANCTION:
            problems.append(Problem("steps", f"a {kind} shock has no end", "no steps; sanctions alone are lifted"))
    if actor is not None and actor == other and not actor.startswith("bloc:"):
        problems.append(Problem("other", f"found {other!r}, which is the actor itself", "another actor"))
    if problems or code is None:
        raise InputError(problems)
    now = int(world.clock[STEP])
    row["step"], row["kind"], row["size"] = now, code, size
    row["until"] = min(FOREVER, now + (SANCTION_STEPS if steps is None else steps))
    if code == Shock.OPENING and row["forum"] >= world.clock[SLOTS]:
        raise refuse("forum", f"found {forum!r}, a free slot", "a forum of the scenario that is not open yet")
    between = list(each_pair(ones, others))
    if not between:  # a bloc without states
        return False
    for number, (row["actor"], row["other"]) in enumerate(between):
        applied = row
        make_room(world)
        if code in (Shock.CRISIS, Shock.SANCTION):  # the rules come back to it as long as it lasts
            world.shocks = np.append(world.shocks, row)
            applied = world.shocks[-1]
        apply_shock(world, stage.params, applied, number == 0)
    mark_stale(world, ALL)
    happened = bool(world.log()["kind"][-1] != Event.NO_EFFECT)  # every shock is logged
    if happened and code == Shock.OPENING:
        rebuild_stale(world, stage.params)
        divide_attention(world, stage.params)
        if world.mode[row["forum"]] != Mode.STANDING:
            world.edition[row["forum"]] = world.clock[STEP] + 1  # signed in the next step, by the membership rule
    return happened


def _size_problems(kind: Shock | None, size: Any) -> list[Problem]:
    number = as_number(size)
    if number is None or math.isnan(number) or (kind is not None and not is_size(kind, number)):
        allowed = "a number" if kind is None else allowed_sizes(kind)
        found = f"found {shown(size)}" if number is None else f"found {number:g}"
        return [Problem("size", found, allowed, decimal_hint(size))]
    return []


def join_forum(stage: Stage, actor: str, forum: str) -> bool:
    """Actor joins a live forum, if that admits it; with exclusive membership it leaves its other one."""
    world, params = stage.world, stage.params
    i, f = _actor_and_forum(stage, actor, forum)
    if world.member[f, i] or not admitted(world, params, f, i):
        return False
    if params["membership_exclusive"] > 0.0 and world.mode[f] == Mode.STANDING:
        for other in np.flatnonzero(world.member[:, i] & world.live() & (world.mode == Mode.STANDING)):
            leave(world, params, int(other), i, 0.0, Term.MOVE)
    join(world, params, f, i, 0.0, Term.ACT)
    divide_attention(world, params)
    return True


def leave_forum(stage: Stage, actor: str, forum: str) -> bool:
    """Actor leaves a forum; returns whether it was in it."""
    i, f = _actor_and_forum(stage, actor, forum)
    if not stage.world.member[f, i]:
        return False
    leave(stage.world, stage.params, f, i, 0.0, Term.ACT)
    return True


def _actor_and_forum(stage: Stage, actor: Any, forum: Any) -> tuple[int, int]:
    """Rows of an actor and a live forum, with the mistakes in both at once."""
    problems: list[Problem] = []
    i, f = _sought(problems, stage.actor_row, actor), _sought(problems, stage.forum_row, forum)
    if problems:
        raise InputError(problems)
    return i, stage.live_row(f)


def _sought(problems: list[Problem], look_up: Callable[..., Any], *given: Any) -> Any:
    """What a look-up finds; -1 where it does not, and its mistakes join the others."""
    with collected(problems):
        return look_up(*given)
    return -1


def found(stage: Stage, actor: str, issue: str | None = None, inclusive: bool = False) -> int:
    """Actor tries to found a forum on an issue or on all; returns its slot, -1 if no coalition gains by it."""
    problems = _switch_problems("inclusive", inclusive)
    i, k = _sought(problems, stage.actor_row, actor), _sought(problems, stage.issue_row, issue)
    if problems:
        raise InputError(problems)
    slot = int(found_forum(stage.world, stage.params, i, k, inclusive, stage.params["founding_invite_trust"]))
    if slot >= 0:
        divide_attention(stage.world, stage.params)
    return slot


def meet(stage: Stage, actor: str, other: str, track: float | str = 2) -> bool:
    """Two actors meet on a track, if it is open between them."""
    return host(stage, [actor, other], track) == 1


def host(stage: Stage, actors: Sequence[str], track: float | str = 2, forum: str | None = None) -> int:
    """Each two of some actors meet once on a track that is open between them; returns how many meetings took place.

    Nothing comes of meetings in realist mode. A forum that hosts must be live; who meets need not be its member.
    """
    world, params = stage.world, stage.params
    problems, rows = list[Problem](), list[int]()
    if not isinstance(actors, (list, tuple)):
        problems.append(Problem("actors", f"found {shown(actors)}", "a list of two actors or more"))
    for actor in actors if not problems else ():
        rows.append(_sought(problems, stage.actor_row, actor, "actors"))
    if not problems and (len(set(rows)) < len(rows) or len(rows) < 2):
        found = f"found {', '.join(map(str, actors))}"
        problems.append(Problem("actors", found, "two actors or more, each once"))
    problems += _track_problems(track)
    slot = -1 if forum is None else _sought(problems, stage.forum_row, forum)
    if problems:
        raise InputError(problems)
    if forum is not None:  # last: where it is not there, mistakes in the rest are told all the same
        stage.live_row(slot)
    if params["realist"] > 0.0:
        return 0
    key = np.uint64(draws.stream(world.seed[0], draws.INTERVENTION, world.clock[STEP]))
    make_room(world, len(rows) ** 2)  # a meeting is an event, and a declaration after it another
    number = 0
    for i, j in combinations(rows, 2):
        b = _PER_MEETING * stage.next_turn(i, j)
        if track_opens(world, params, i, j, TRACKS[track]):
            hold(world, params, i, j, TRACKS[track], key, i * world.actors + j, b, 0.0, -1, True)
            number += 1
    mark_stale(world, ALL)
    return number


def _duration_problems(steps: Any) -> list[Problem]:
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        return [Problem("steps", f"found {shown(steps)}", "a whole number, 1 or more")]
    return []


def _track_problems(track: Any) -> list[Problem]:
    if isinstance(track, (int, float, str)) and not isinstance(track, bool) and track in TRACKS:
        return []
    return [Problem("track", f"found {shown(track)}", "2, 1.5 or 1")]


def _switch_problems(name: str, value: Any) -> list[Problem]:
    return [] if isinstance(value, bool) else [Problem(name, f"found {shown(value)}", "true or false")]


def open_channel(
    stage: Stage, actor: str, other: str, track: float | str = 1, rate: float = 1.0, steps: int | None = None,
    scaled: bool = False,
) -> bool:  # fmt: skip
    """Open a channel of dialogue between two actors, from the next step on.

    Parameters
    ----------
    stage : Stage
    actor, other : str
    track : 2, 1.5 or 1
        A channel is open by definition, whatever the trust.
    rate : float
        Expected meetings a step, 0 to 20.
    steps : int, optional
        How many steps it lasts; by default to the end.
    scaled : bool
        Whether the level of dialogue multiplies the rate.
    """
    problems: list[Problem] = []
    i, j = _sought(problems, stage.actor_row, actor), _sought(problems, stage.actor_row, other, "other")
    if i == j >= 0:
        problems.append(Problem("other", "is the actor itself", "another actor"))
    problems += _track_problems(track)
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0.0 <= rate <= MOST_MEETINGS:
        problems.append(Problem("rate", f"found {shown(rate)}", f"a number from 0 to {MOST_MEETINGS:g}"))
    problems += [] if steps is None else _duration_problems(steps)
    problems += _switch_problems("scaled", scaled)
    if problems:
        raise InputError(problems)
    world, now = stage.world, int(stage.world.clock[STEP])
    last = FOREVER if steps is None else min(FOREVER, now + int(steps))
    row = np.array([(now + 1, last, TRACKS[track], i, j, int(scaled), float(rate), NO_HOST)], dtype=CHANNEL_DTYPE)
    world.channels = np.concatenate([world.channels, row])
    return True


def write(stage: Stage, what: str, value: Any, actor: str | None = None, forum: str | None = None) -> bool:
    """Write a row of the world: see `forumsim.running.interventions.rows`, of an actor or of a forum."""
    write_row(stage, what, value, actor, forum)
    mark_stale(stage.world, ALL)
    return True


#: All acts by name; `ForumModel.intervene` takes these, and plans name them.
ACTS: dict[str, Callable[..., Any]] = {
    "set": change_parameters,
    "shock": shock,
    "join": join_forum,
    "leave": leave_forum,
    "found": found,
    "meet": meet,
    "host": host,
    "channel": open_channel,
    "write": write,
}

"""What a user does to a running model between two steps, by the very functions that the rules call.

Every act is one entry of ``model.interventions`` with the step at which it was done, in plain words and numbers, so
that the run can be done again (`ForumModel.rerun`). Random draws of an act are keyed by a purpose of their own: what
nobody does leaves all draws of the rules alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from forumsim import draws
from forumsim.errors import InputError, Problem, nearest
from forumsim.model.choices import check_schedule
from forumsim.model.rows import refuse, write_row
from forumsim.parameters import BY_NAME, check_parameters
from forumsim.rules.attention import attend
from forumsim.rules.dialogue import meet as hold_meeting
from forumsim.rules.founding import found as found_forum
from forumsim.rules.membership import admitted, join, leave
from forumsim.rules.shocks import apply_shock
from forumsim.rules.utility import ALL, outdate, renew
from forumsim.scenarios.checks import NEEDS as NEEDS
from forumsim.terms import EVENTS, SHOCK_DTYPE, SLOTS, STEP, Mode, Shock

if TYPE_CHECKING:
    from forumsim.model.forum_model import ForumModel

#: Draws that one meeting may take; see `forumsim.rules.dialogue`.
_PER_MEETING = 16
#: Tracks as users write them and as the rules number them.
TRACKS = {2: 2, 1.5: 15, 15: 15, 1: 1, "2": 2, "1.5": 15, "1": 1}


def change_parameters(model: ForumModel, parameters: Mapping[str, Any]) -> bool:
    """Set parameters of a running model (those that take effect at once)."""
    checked, problems = check_parameters(parameters)
    late = [name for name in checked if not BY_NAME[name].at_once]
    problems += [Problem(name, "it takes effect when a model starts, not in a running one") for name in late]
    if problems:
        raise InputError(problems)
    for name, value in checked.items():
        if name == "redline.scale":  # read when the world is built: later it scales what is there
            model.world.red_line[:] *= value / model.record["redline_scale"]
        model.record[BY_NAME[name].field] = value
    outdate(model.world, ALL)
    return True


def change_schedule(model: ForumModel, rules: Sequence[Any] | None = None) -> bool:
    """Change the rules of a step; None is the model's own schedule."""
    problems: list[Problem] = []
    checked = None if rules is None else check_schedule(rules, problems)
    if problems:
        raise InputError(problems)
    model.rules = checked
    return True


def shock(
    model: ForumModel,
    kind: str,
    actor: str | None = None,
    other: str | None = None,
    forum: str | None = None,
    issue: str | None = None,
    size: float = 1.0,
) -> bool:
    """Apply a shock now; returns whether anything happened (a forum may have ended)."""
    kinds = {shock.name.lower(): shock for shock in Shock}
    if kind not in kinds:
        raise refuse("shock", f"no kind {kind!r}", ", ".join(kinds), nearest(kind, kinds))
    code = kinds[kind]
    given = {"actor": actor, "other": other, "forum": forum}
    problems = [
        Problem(need, f"a {kind} shock needs it") for need in NEEDS.get(code, ()) if given[need] is None
    ] + _size_problems(code, size)
    if problems:
        raise InputError(problems)
    world, row = model.world, np.zeros(1, dtype=SHOCK_DTYPE)[0]
    row["step"], row["kind"], row["size"] = world.clock[STEP], code, size
    row["actor"] = -1 if actor is None else model.actor_row(actor)
    row["other"] = -1 if other is None else model.actor_row(other, "other")
    row["issue"] = model.issue_row(issue)
    row["forum"] = -1 if forum is None else model.forum_row(forum)
    if row["actor"] >= 0 and row["actor"] == row["other"]:
        raise refuse("other", f"found {other!r}, which is the actor itself", "another actor")
    if code == Shock.OPENING and row["forum"] >= world.clock[SLOTS]:
        raise refuse("forum", f"found {forum!r}, a free slot", "a forum of the scenario that is not open yet")
    before = world.clock[EVENTS]
    apply_shock(world, model.record, row)
    outdate(world, ALL)
    happened = bool(world.clock[EVENTS] > before)
    if happened and code == Shock.OPENING:
        renew(world, model.record)
        attend(world, model.record)
        if world.mode[row["forum"]] != Mode.STANDING:
            world.edition[row["forum"]] = world.clock[STEP] + 1  # signed in the next step, by the membership rule
    return happened


def _size_problems(kind: Shock, size: Any) -> list[Problem]:
    number = isinstance(size, (int, float, np.integer, np.floating)) and not isinstance(size, bool)
    if not number or math.isnan(size):
        return [Problem("size", f"found {size!r}", "a number")]
    if kind == Shock.RED_LINE and size <= 0:
        return [Problem("size", f"found {size:g}", "a number above 0, or inf for no red line")]
    if kind != Shock.RED_LINE and math.isinf(size):
        return [Problem("size", f"found {size:g}", "a finite number")]
    return []


def join_forum(model: ForumModel, actor: str, forum: str) -> bool:
    """Actor joins a live forum, if that admits it; with exclusive membership it leaves its other one."""
    world, record = model.world, model.record
    i, f = model.actor_row(actor), model.live_row(forum)
    if world.member[f, i] or not admitted(world, record, f, i):
        return False
    if record["membership_exclusive"] > 0.0 and world.mode[f] == Mode.STANDING:
        for other in np.flatnonzero(world.member[:, i] & world.live() & (world.mode == Mode.STANDING)):
            leave(world, record, int(other), i, 0.0)
    join(world, record, f, i, 0.0)
    attend(world, record)
    return True


def leave_forum(model: ForumModel, actor: str, forum: str) -> bool:
    """Actor leaves a forum; returns whether it was in it."""
    i, f = model.actor_row(actor), model.live_row(forum)
    if not model.world.member[f, i]:
        return False
    leave(model.world, model.record, f, i, 0.0)
    return True


def found(model: ForumModel, actor: str, issue: str | None = None, inclusive: bool = False) -> int:
    """Actor tries to found a forum on an issue or on all; returns its slot, -1 if no coalition gains by it."""
    i, k = model.actor_row(actor), model.issue_row(issue)
    slot = int(found_forum(model.world, model.record, i, k, bool(inclusive)))
    if slot >= 0:
        attend(model.world, model.record)
    return slot


def meet(model: ForumModel, actor: str, other: str, track: float | str = 2) -> bool:
    """Two actors meet on a track, if it is open between them."""
    return host(model, [actor, other], track) == 1


def host(model: ForumModel, actors: Sequence[str], track: float | str = 2, forum: str | None = None) -> int:
    """Each two of some actors meet once on a track; returns how many meetings took place.

    Nothing comes of meetings in realist mode. A forum that hosts must be live; who meets need not be its member.
    """
    world, record = model.world, model.record
    if forum is not None:
        model.live_row(forum)
    rows = [model.actor_row(actor, "actors") for actor in actors]
    if not isinstance(track, (int, float, str)) or track not in TRACKS:
        raise refuse("track", f"found {track!r}", "2, 1.5 or 1")
    if len(set(rows)) < len(rows) or len(rows) < 2:
        raise refuse("actors", f"found {', '.join(actors)}", "two actors or more, each once")
    if record["realist"] > 0.0:
        return 0
    key = np.uint64(draws.stream(world.seed[0], draws.INTERVENTION, world.clock[STEP]))
    number = 0
    for i, j in combinations(rows, 2):
        b = _PER_MEETING * model.next_turn(i, j)
        number += bool(hold_meeting(world, record, i, j, TRACKS[track], key, i * world.actors + j, b))
    outdate(world, ALL)
    return number


def write(model: ForumModel, what: str, value: Any, actor: str | None = None, forum: str | None = None) -> bool:
    """Write a row of the world: what `forumsim.model.rows.WRITABLE` lists, of an actor or of a forum."""
    write_row(model, what, value, actor, forum)
    outdate(model.world, ALL)
    return True


#: All acts by name; `ForumModel.intervene` takes these.
ACTS: dict[str, Callable[..., Any]] = {
    "set": change_parameters,
    "schedule": change_schedule,
    "shock": shock,
    "join": join_forum,
    "leave": leave_forum,
    "found": found,
    "meet": meet,
    "host": host,
    "write": write,
}

"""Rosters of later years that a user brings, forecast from autumn 2024: nothing later is known to anybody.

Parameters, positions, trust and the rosters of all forums are those of autumn 2024, when the shipped rosters end. Each
new forum opens alone in that world, in the next quarter, so to say; lineage leads back to the last edition that was
known by then, and the logits are fitted on the rosters of autumn 2024. A forum that a user adds to those of before is
known to all others, and taken out of the facts when it is scored itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from forumsim.core.errors import InputError, Problem
from forumsim.core.terms import Mode
from forumsim.core.world import World
from forumsim.scenarios import Scenario
from forumsim.scenarios.builder import make_template
from forumsim.scenarios.forms import rules_of
from forumsim.scenarios.quarters import quarter_number
from forumsim.scenarios.schema import ForumRow
from forumsim.scenarios.spread import spread_of
from forumsim.studies.backtest.compare import Comparison, ask, fitted_on, tabulate
from forumsim.studies.backtest.evidence import act_of
from forumsim.studies.backtest.later_files import LaterFiles
from forumsim.studies.backtest.model_side import facts_before, sizes
from forumsim.studies.backtest.rosters import AUTUMN, STORY, Roster, given, rosters, scored_states, too_few
from forumsim.studies.backtest.scoring import score

#: Forecasts of later rosters; ``last`` is the roster of the last edition: 1 for who was in it, 0 for all others.
LATER_FORECASTS = ("model", "logit", "relational", "last", "share")


def compare_later(
    case: Scenario,
    files: LaterFiles,
    replicates: int,
    seed: int = 1,
    parameters: Mapping[str, Any] | None = None,
    own_charter: bool = True,
    done: Callable[[str], None] | None = None,
) -> Comparison:
    """Hold the rule of membership against rosters of later years, beside logits fitted on those of autumn 2024.

    Parameters
    ----------
    case : Scenario
        ``ai_governance``.
    files : LaterFiles
        What `read_later` gives.
    replicates, seed, parameters, own_charter, done
        As in `compare`.

    Raises
    ------
    InputError
        Every mistake in the parameters at once, or no roster that can be scored.
    """
    world, notes = frozen_world(case, files)
    scored, left_out = later_rosters(case, files, world)
    if not scored:
        why = "; ".join(f"{forum} ({reason})" for forum, reason in left_out.items())
        raise InputError([Problem("--rosters", f"no forum can be scored: {why}")])
    told = ask(case, defaultdict(lambda: world), scored, parameters, replicates, seed, own_charter, done)
    known, _ = rosters(case)
    learned = ask(case, facts_before(case, known), known, parameters, 0, seed, own_charter)
    others = {
        "logit": [fitted_on(known, learned.plain, given) for given in told.plain],
        "relational": [fitted_on(known, learned.relational, given) for given in told.relational],
        "last": [np.full(len(r.states), np.nan) if r.last is None else r.last.astype(float) for r in scored],
    }
    pairs = tabulate(case.actor_ids, scored, told, replicates, others)
    scores = score(pairs, np.concatenate(told.by_group, axis=1), sizes(replicates), LATER_FORECASTS)
    return Comparison(pairs, scores, left_out, replicates, LATER_FORECASTS, (*files.notes, *notes))


def frozen_world(case: Scenario, files: LaterFiles) -> tuple[World, list[str]]:
    """The world of autumn 2024 with slots for the new forums, and notes on what was made of them.

    A predecessor, or a forum whose members alone are let in, that opens later is not known by then: the
    nearest earlier one takes its place, or none.
    """
    tables, start = files.tables, quarter_number(AUTUMN)
    forums = {forum.id: forum for forum in tables.forums}
    notes = []
    settled = []
    for forum in tables.forums:
        before = last_known(forum, forums, start)
        gate = forum.gate_forum
        if gate and forums[gate].founded.step(start) > 0:
            notes.append(f"{forum.id} asks for membership of {gate}, which opened after {AUTUMN}: not asked for")
            gate = ""
        if before != forum.predecessor:
            notes.append(
                f"{forum.id} has its lineage from {before or 'no forum'}: {forum.predecessor} opened after {AUTUMN}"
            )
        settled.append(forum.model_copy(update={"predecessor": before, "gate_forum": gate}))
    settled_tables = replace(tables, forums=settled, _kept={})
    spread = spread_of(case.fields, case.issues)
    world = make_template(settled_tables, case.issues, case.blocs, len(settled), start, spread)
    for f, forum in enumerate(settled):
        before = world.predecessor[f]
        if forum.id in files.new and before >= 0 and act_of(world, before) != act_of(world, f):
            notes.append(f"{forum.id} is an act of another kind than {forum.predecessor}: it hands on no tastes")
    return world, notes


def last_known(forum: ForumRow, forums: Mapping[str, ForumRow], start: int) -> str:
    """The nearest predecessor that had opened by the quarter ``start``; empty if there is none."""
    before = forum.predecessor
    while before and forums[before].founded.step(start) > 0:
        before = forums[before].predecessor
    return before


def later_rosters(case: Scenario, files: LaterFiles, world: World) -> tuple[list[Roster], dict[str, str]]:
    """The new forums that are scored, by the rule of `rosters`, and why the others are not.

    A text is compared at the end of the quarter of its last signature, a standing forum at the last date of the file.
    """
    tables, start = files.tables, quarter_number(AUTUMN)
    stories = {(row.forum, row.actor) for row in tables.memberships if row.confidence == STORY}
    inside = defaultdict(set)
    dated: dict[str, int] = {}
    for row in tables.memberships:
        inside[row.forum].add(row.actor)
        if row.date is not None:
            dated[row.forum] = max(dated.get(row.forum, 0), start + row.date.step(start))
    scored: list[Roster] = []
    others: dict[str, str] = {}
    for f, forum in enumerate(tables.forums):
        if forum.id not in files.new:
            continue
        states = np.array(scored_states(forum, tables, stories), int)
        member = np.array([tables.actors[i].id in inside[forum.id] for i in states], bool)
        opened = start + forum.founded.step(start)
        standing = rules_of(forum).mode == Mode.STANDING
        until = files.last_date if standing else dated.get(forum.id, opened)
        if not inside[forum.id]:
            others[forum.id] = "no roster"
        elif not world.listed[f].all():
            others[forum.id] = "closed list"
        elif why := too_few(member):
            others[forum.id] = why
        else:
            before = world.predecessor[f]
            last = world.member[before, states] if before >= 0 else None
            founders = np.array(given(forum, tables), int)
            scored.append(Roster(forum.id, f, opened, max(until, opened), founders, states, member, last))
    return scored, others

"""The two functions that a run calls: all measures of a world, and the few that are judged at every step."""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures import conduct, events, forums, fragmentation, norms, overlap, participation, trust
from forumsim.core.measures.registry import MEASURES, column_index
from forumsim.core.measures.scopes import (
    live_forums,
    member_lists,
    numbered_blocs,
    scopes_of,
    shared_members,
    state_power,
)

_FORUMS = len(fragmentation.MEASURES)
_OVERLAP = _FORUMS + len(forums.MEASURES)
_NORMS = _OVERLAP + len(overlap.MEASURES)
_TRUST = _NORMS + len(norms.MEASURES)
_PARTICIPATION = _TRUST + len(trust.MEASURES)
_CONDUCT = _PARTICIPATION + len(participation.MEASURES)
_EVENTS = _CONDUCT + len(conduct.MEASURES)
_ENF, _GAP = column_index("enf"), column_index("fragmentation_gap")

_fill_contacts = fragmentation.contacts
_fill_forums = forums.fill
_fill_overlap = overlap.fill
_fill_norms = norms.fill
_fill_trust = trust.fill
_fill_participation = participation.fill
_fill_conduct = conduct.fill
_fill_events = events.fill
_attention_indices = fragmentation.attention_indices
_majors_of = forums.majors_of

#: Number of columns.
COLUMNS = len(MEASURES)


# Element by element, not by slices of arrays: the latter cost seconds of compilation for their error messages.


@kernel
def verdict_measures(world, p, out):
    """Fill fragmentation, fragmentation across blocs and effective number of forums: cheap, for every step.

    Parameters
    ----------
    world : World
    p : record of parameters
    out : ndarray
        (D + 1, 3): a row for each issue, the last for all issues pooled; NaN where missing.
    """
    found = _attention_indices(world.status, world.mandate, world.attention, world.kind, world.power, world.bloc)
    for k in range(out.shape[0]):
        out[k, 0] = found[k, 0]
        out[k, 1] = found[k, 1]
        out[k, 2] = found[k, 3]


@kernel
def verdict_columns(measures, out):
    """What `verdict_measures` would fill, from a row of all measures that has been taken at the same step.

    Parameters
    ----------
    measures : ndarray
        (D + 1, M), as `measure` fills it.
    out : ndarray
        (D + 1, 3).
    """
    for k in range(out.shape[0]):
        out[k, 0] = measures[k, 0]
        out[k, 1] = measures[k, 1]
        out[k, 2] = measures[k, _ENF]


@kernel
def measure(world, p, out):
    """Fill all measures of the registry.

    Parameters
    ----------
    world : World
    p : record of parameters
        Read for the thresholds ``measure.hard_law``, ``measure.synergistic`` and ``measure.conflictive``.
    out : ndarray
        (D + 1, M): a row for each issue, the last for all issues pooled; columns as in `MEASURES`; NaN where missing.
    """
    kind = world.kind
    live = live_forums(world.status)
    covers = scopes_of(world.mandate, live)
    power = state_power(kind, world.power)
    group, blocs = numbered_blocs(world.bloc)
    start, actors = member_lists(world.member, live)
    shared = shared_members(start, actors, kind.shape[0])

    found = _attention_indices(world.status, world.mandate, world.attention, kind, world.power, world.bloc)
    for k in range(out.shape[0]):
        for column in range(COLUMNS):
            out[k, column] = np.nan
        for column in range(3):
            out[k, column] = found[k, column]
        out[k, _GAP] = found[k, 1] - found[k, 2]
        out[k, _ENF] = found[k, 3]
    _fill_contacts(out[:, :_FORUMS], live, covers, world.member, power, group, blocs)
    _fill_forums(out[:, _FORUMS:_OVERLAP], world, live, covers, start, actors, power)
    _fill_overlap(out[:, _OVERLAP:_NORMS], covers, start, actors, shared, kind, group, blocs)
    _fill_norms(out[:, _NORMS:_TRUST], world, p, live, covers, start, actors, shared, power)
    _fill_trust(out[:, _TRUST:_PARTICIPATION], world.trust, power, group, blocs, _majors_of(world.role))
    _fill_participation(out[:, _PARTICIPATION:_CONDUCT], covers, start, actors, kind, power)
    _fill_conduct(out[:, _CONDUCT:_EVENTS], world.meetings, world.tally)
    _fill_events(out[:, _EVENTS:], world.tally)

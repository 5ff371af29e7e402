"""Random worlds and random parameters in which everything varies, from a seed."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from forumsim.core.parameters import PARAMETERS
from forumsim.core.terms import (
    CHANNEL_DTYPE,
    MOST_HOSTS,
    NO_HOST,
    SHOCK_DTYPE,
    SLOTS,
    Admission,
    Decision,
    Form,
    Kind,
    Mode,
    Role,
    Shock,
    Status,
)
from forumsim.core.world import World
from forumsim.studies.verification.worlds import add_forum
from forumsim.studies.verification.worlds import states as world_of_states

#: The sharper set of parameters of `two_blocs` (section 5).
SHARP = {
    "utility.fit": 1, "utility.trust": 1, "utility.network": 0.8, "utility.cost": 0.1, "membership.fee": 0.3,
    "membership.crowding": 0.05, "membership.loyalty": 0.2, "membership.temperature": 0.1, "dialogue.bridging": 0.6,
    "dialogue.persuasion_base": 0.25, "dialogue.persuasion_trust": 0.7, "founding.all_issues": 0,
}  # fmt: skip
#: Shocks of before the start that are history.
LASTING = (Shock.TECHNOLOGY, Shock.LEADERSHIP, Shock.SANCTION, Shock.VIOLATION, Shock.RED_LINE)
#: Rates at which rare events become frequent.
LIVELY = {
    "dialogue.level": 1, "dialogue.declaration": 0.6, "dialogue.deeds_within": 3, "compliance.visibility": 0.5,
    "membership.loyalty": 0.5, "membership.rate": 0.8, "membership.fee": 0.4, "aspiration.rate": 0.5,
    "aspiration.tolerance": 0, "voice.rate": 1, "voice.charter_step": 0.1, "voice.gain": 5, "founding.rate": 6,
    "founding.patience": 3, "founding.nonstate": 1, "founding.minimum": 2, "founding.invite_trust": 0.2,
    "lifecycle.merge": 0.8, "lifecycle.merge_overlap": 0.3, "lifecycle.merge_conflict": 0.4, "lifecycle.grace": 2,
    "lifecycle.dormant": 0.9, "lifecycle.death": 0.1, "drift.brussels": 0.3, "taste.renewal": 0.1,
}  # fmt: skip
#: Switches of the rules.
RULES = [parameter.name for parameter in PARAMETERS if parameter.name.startswith("rule.")]
#: Branches that are off by default, each switched on in a share of the worlds.
BRANCHES: dict[str, dict[str, Any]] = {
    "realist": {"realist": True},
    "exclusive": {"membership.exclusive": True},
    "inside": {"membership.exclusive": True, "membership.outside": False},
    "no exit": {"membership.exit": False},
    "deterministic": {"membership.temperature": 0},
    "reassurance": {"confidence.on": True, "confidence.rate": 0.6},
    "stake": {"confidence.on": True, "confidence.rate": 0.8, "confidence.stake": 0.35},
    "threshold": {"confidence.on": True, "confidence.rate": 0.5, "confidence.threshold": 0.9},
    "births": {"founding.poisson": 0.4},
    "hazard": {"lifecycle.hazard": 0.05},
    "share of all": {"lifecycle.fair_share": False, "lifecycle.dormant": 0.1},
    "any principles": {"voice.acceptance": 0},
    "most principles": {"voice.acceptance": 0.8},
    "easy dilution": {"voice.dilution_quota": 0},
    "aggregation": {"voice.aggregation": 0.3},
    "inclusive": {"founding.inclusive": 0.8, "founding.all_issues": 0.7},
    "tracks": {"dialogue.track2": 1, "dialogue.track15": 0.2, "dialogue.track1": 0.7},
    "sincerity": {"sincerity.level": 0.8},
    "big moves": {"track2.move": 0.9, "track1.move": 0.6, "track1.trust_gain": 0.7, "dialogue.penalty": 3},
    "votes by favour": {"voice.gain": 0, "voice.reciprocity": 3},
    "expectations": {"aspiration.start": 1.0},
    "landscape": {"utility.trust_size": 1, "utility.network_exponent": 0.5},
    "renewal": {"taste.renewal": 0.3},
    "independent draws": {"taste.renewal": 1},
    "no readiness": {"taste.readiness": 0},
    "young forums": {"taste.settled": 10},
    "full lineage": {"taste.lineage": 1},
    "fickle focus": {"attention.shift_margin": 0, "attention.shift_steps": 1},
    "patient focus": {"attention.shift_margin": 0.3, "attention.shift_steps": 3},
    "favours": {"membership.reciprocity": 3},
    "objection": {"membership.objection": 0},
    "selective": {"founding.selective": 1, "founding.invite_trust": 0.1},
}


def random_case(seed: int) -> tuple[World, dict[str, Any], set[str]]:
    """A world, the parameters that differ from their defaults, and the names of the branches that are on."""
    values, branches = random_parameters(seed)
    rng = np.random.default_rng(seed)
    off = RULES[seed % 24 :][:1]  # each rule is off in one world of 24
    values |= dict.fromkeys(off, False)
    world = random_world(rng)
    fill_lineages(world, keyed(seed, "lineages"))
    if rng.random() < 0.13:
        even_out(world)
        branches.add("even")
    return world, values, branches | {f"no {name}" for name in off}


# --- parameters -----------------------------------------------------------------------------------------------------


def keyed(seed: int, name: str) -> np.random.Generator:
    """Draws that belong to a name: a new parameter or branch leaves those of all others as they are."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def random_parameters(seed: int) -> tuple[dict[str, Any], set[str]]:
    """Defaults, sharp or random ones, some of them lively, and branches at random."""
    rng = keyed(seed, "kind of parameters")
    values: dict[str, Any] = [{}, dict(SHARP), random_values(seed)][rng.integers(3)]
    if rng.random() < 0.6:
        values |= LIVELY
    branches = {name for name in BRANCHES if keyed(seed, f"{name} on").random() < 0.15}
    for name in sorted(branches):
        values |= BRANCHES[name]
    return values, branches


def random_values(seed: int) -> dict[str, Any]:
    """Parameters drawn from their plausible ranges."""
    values: dict[str, Any] = {}
    for parameter in PARAMETERS:
        if parameter.range is not None and parameter.default is not None:
            value = keyed(seed, parameter.name).uniform(*parameter.range)
            values[parameter.name] = round(value) if parameter.is_whole else value
    return values


# --- actors ---------------------------------------------------------------------------------------------------------


def random_world(rng: np.random.Generator) -> World:
    """3..25 actors, 1..8 forums and 0..6 spare slots, 1..4 issues."""
    n, forums, issues = int(rng.integers(3, 26)), int(rng.integers(1, 9)), int(rng.integers(1, 5))
    slots, seed = forums + int(rng.integers(0, 7)), int(rng.integers(2**64, dtype=np.uint64))
    world = world_of_states(n, slots, issues, seed)
    fill_actors(world, rng)
    fill_pairs(world, rng)
    for f in range(forums):
        fill_forum(world, f, forums, rng)
    if forums < world.slots and rng.random() < 0.3:
        world.clock[SLOTS] += 1  # a slot of the scenario that never opens
    fill_tables(world, forums, rng)
    return world


def fill_actors(world: World, rng: np.random.Generator) -> None:
    """States, about a quarter of non-state actors of each role, a few states without power or without any salience."""
    n, issues = world.actors, world.issues
    nonstate = rng.random(n) < rng.choice([0.0, 0.25, 0.4])
    nonstate[rng.integers(n)] = False
    states = np.flatnonzero(~nonstate)
    world.kind[:] = np.where(nonstate, Kind.NONSTATE, Kind.STATE)
    world.role[:] = np.where(nonstate, rng.integers(Role.FIRM, Role.EPISTEMIC + 1, n), Role.STATE)
    world.influence[nonstate] = rng.random(nonstate.sum())
    power = rng.gamma(1.0, size=n) * ~nonstate
    power[states[1:]] *= rng.random(states.size - 1) > 0.1
    world.power[:] = power / power.sum()
    firms, causes = nonstate & (world.role == Role.FIRM), nonstate & (rng.random(n) < 0.7)
    world.patron[firms] = rng.choice([*states, -1], firms.sum())
    world.cause[causes] = rng.integers(0, issues, causes.sum())
    world.position[:] = rng.random((n, issues)) * rng.choice([0.4, 1.0])
    world.anchor[:] = np.clip(world.position + rng.normal(0, 0.1, (n, issues)), 0, 1)
    for table in (world.salience, world.salience_anchor):
        weights = rng.random((n, issues)) * (rng.random((n, issues)) > 0.15)
        weights[:, rng.integers(issues)] += 0.05
        table[:] = weights / weights.sum(1, keepdims=True)
    drawn = rng.random((n, issues)) < rng.choice([0.0, 0.3])
    world.red_line[drawn] = rng.uniform(0.2, 0.6, drawn.sum())
    for name, low, high in (
        ("sincerity", 0, 1), ("sovereignty", 0, 2), ("loyalty", 0, 1.5), ("capacity", 0.5, 2), ("reputation", 0, 1),
        ("engagement", -0.5, 0.8), ("reservation", -0.3, 0.3),
    ):  # fmt: skip
        getattr(world, name)[:] = rng.uniform(low, high, n)


def fill_pairs(world: World, rng: np.random.Generator) -> None:
    """Trust at all levels, baselines of their own, ledgers, a few summits before the start."""
    n = world.actors
    world.trust[:] = rng.random((n, n)) ** rng.choice([0.4, 1.0, 2.0])  # prepare clears the diagonals
    world.baseline[:] = np.clip(world.trust + rng.normal(0, 0.1, (n, n)), 0, 1)
    world.ledger[:] = rng.uniform(-0.5, 0.5, (n, n)) * (1 - np.eye(n))
    met = rng.random((n, n)) < 0.1
    world.summit_until[met] = rng.integers(-2, 12, met.sum())


def even_out(world: World) -> None:
    """Powers alike and trust at 1/2, which is what members ask for: votes and admissions that are decided by a hair."""
    states = world.kind == Kind.STATE
    world.power[:] = states / states.sum()
    world.trust[:] = world.baseline[:] = world.approval[:] = 0.5


# --- forums ---------------------------------------------------------------------------------------------------------


def fill_forum(world: World, f: int, forums: int, rng: np.random.Generator) -> None:
    """A forum of any mode, gate, rule and status; empty ones have their founders in ``habit``."""
    n, issues = world.actors, world.issues
    status = rng.choice([Status.ALIVE, Status.DORMANT, Status.EMPTY, Status.DISSOLVED], p=[0.65, 0.12, 0.15, 0.08])
    mode = Mode(rng.choice(list(Mode), p=[0.6, 0.2, 0.2]))
    belongs = rng.random(n) < rng.random()
    live = status in (Status.ALIVE, Status.DORMANT)
    add_forum(
        world, f, np.flatnonzero(belongs) if live else [],
        status=status, mode=mode, form=rng.choice(list(Form)), charter=rng.random(issues),
        legalization=rng.choice([0.0, rng.random(), 1.0]),
        admission=rng.choice(list(Admission)), decision=rng.choice(list(Decision)),
        quota=rng.choice([0.5, 2 / 3, rng.random()]), approval=rng.uniform(0.2, 0.6),
        period=rng.integers(1, 6) if mode == Mode.SERIES else 0,
        founder=rng.integers(-1, n), founded=rng.integers(-20, 1), edition=rng.integers(-6, 1),
        gate_forum=rng.choice([-1, rng.integers(forums)]), gate_power=rng.choice([0.0, 0.05]),
        gate_issue=rng.integers(-1, issues), gate_low=0.1, gate_high=0.9,
    )  # fmt: skip
    if live and mode == Mode.STANDING:
        world.edition[f] = -1_000_000
    world.mandate[f] = rng.random(issues) < 0.7
    world.mandate[f, rng.integers(issues)] = True
    world.status_quo[f] = np.clip(world.charter[f] + rng.normal(0, 0.05, issues), 0, 1)
    world.listed[f] = rng.random(n) < rng.choice([0.7, 1.1])
    world.veto[f] = rng.random(n) < 0.2
    world.tenure[f] = rng.integers(0, 30, n) * world.member[f]
    if mode == Mode.SERIES and live:
        world.habit[f] = rng.random(n) < 0.5
    if status == Status.EMPTY:
        world.founded[f] = world.edition[f] = 0
        world.habit[f] = rng.random(n) < 0.3


def fill_lineages(world: World, rng: np.random.Generator) -> None:
    """Fees of all sizes; texts with predecessors, some adopted without a vote; forums that will open against others."""
    forums = int(world.clock[SLOTS])
    world.fee[:forums] = rng.choice([0.0, 1.0, 2.5], forums)
    for f in range(forums):
        others = [g for g in range(forums) if g != f]
        world.adopted[f] = rng.random() < 0.3
        if others and world.mode[f] != Mode.STANDING and rng.random() < 0.6:
            world.predecessor[f] = rng.choice(others)
        if others and world.status[f] == Status.EMPTY and rng.random() < 0.6:
            world.parent[f] = rng.choice(others)


# --- dated things ---------------------------------------------------------------------------------------------------


def fill_tables(world: World, forums: int, rng: np.random.Generator) -> None:
    """Shocks of all kinds, lasting ones before the start too, and channels, as a scenario's loader writes them."""
    rows = []
    for kind in (*Shock, *Shock):
        if rng.random() < 0.5:
            rows.append(random_shock(world, kind, forums, rng))
            step, _, i, j, *rest = rows[-1]
            if kind == Shock.CRISIS and i >= 0 and world.actors > 3:  # the same crisis between two others as well
                rows.append((step, kind, (i + 1) % world.actors, (j + 1) % world.actors, *rest))
    for f in range(forums):
        rows.append((int(rng.integers(1, 12)), Shock.OPENING, world.founder[f], -1, f, -1, 1.0, 99, 0.0))
    rows.sort(key=lambda row: row[0])
    world.shocks = np.array(rows, dtype=SHOCK_DTYPE)
    channels = []
    for _ in range(rng.integers(0, 4)):
        i, j = rng.choice(world.actors, 2, replace=False)
        first = rng.integers(-3, 12)
        scaled, rate = rng.integers(0, 2), rng.uniform(0, 2.5)
        others = np.flatnonzero(world.kind == Kind.NONSTATE)
        hosts = rng.permutation(others)[: rng.integers(0, MOST_HOSTS + 1)]
        hosts = (*hosts.tolist(), *NO_HOST)[:MOST_HOSTS]
        channels.append((first, first + rng.integers(0, 12), rng.choice([2, 15, 1]), i, j, scaled, rate, hosts))
    world.channels = np.array(channels, dtype=CHANNEL_DTYPE)


def random_shock(world: World, kind: Shock, forums: int, rng: np.random.Generator) -> tuple[float, ...]:
    """One shock with the columns that its kind uses, the others -1."""
    i, j = rng.choice(world.actors, 2, replace=False)
    parties = kind == Shock.CRISIS and rng.random() < 0.7
    has_actor = parties or kind not in (Shock.CRISIS, Shock.OPENING, Shock.CLOSING)
    has_other = parties or kind in (Shock.SANCTION, Shock.SUMMIT)
    has_forum = kind in (Shock.OPENING, Shock.CLOSING, Shock.LEAVE)
    has_issue = kind in (Shock.CRISIS, Shock.LEADERSHIP, Shock.RED_LINE, Shock.SUMMIT)
    size = {
        Shock.TECHNOLOGY: rng.uniform(-0.5, 1.5), Shock.LEADERSHIP: rng.uniform(-0.4, 0.4),
        Shock.CRISIS: rng.uniform(-0.1, 0.5), Shock.RED_LINE: rng.choice([rng.uniform(0.1, 0.6), np.inf]),
    }.get(kind, rng.uniform(0, 1))  # fmt: skip
    step = -1 if kind in LASTING and rng.random() < 0.3 else rng.integers(1, 16)
    return (
        int(step), kind, i if has_actor else -1, j if has_other else -1, rng.integers(forums) if has_forum else -1,
        rng.integers(-1, world.issues) if has_issue else -1, size, int(step + rng.integers(1, 12)), 0.0,
    )  # fmt: skip

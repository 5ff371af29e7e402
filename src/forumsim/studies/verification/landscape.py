"""Landscape theory as a setting of the rule of membership (Axelrod & Bennett 1993).

Two forums are the sides; every actor is in exactly one and moves when the other gives it more; utility is trust in the
members weighted by their size and nothing else: u_fi = sum_j s_j p_ij m_fj, p = 2 T - 1 rescaled. Then one move of k
changes the energy by 2 s_k dF_k, F_k the frustration of the mover, so the energy never rises and every run ends in one
of the minima that `forumsim.studies.verification.landscape_energy` finds by enumeration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from forumsim.core.replay import Replay
from forumsim.core.rules.membership import membership
from forumsim.core.terms import EVENTS, Event
from forumsim.core.world import World
from forumsim.studies.verification.case import Finding, claim, exactly, known_result, near
from forumsim.studies.verification.landscape_data import Landscape, europe, random_landscape, unix_1988
from forumsim.studies.verification.landscape_energy import (
    Ints,
    across,
    basins,
    configuration,
    configurations,
    energy,
    minima,
    weights,
)
from forumsim.studies.verification.worlds import EXCLUSIVE, add_forum, ready, record, set_trust, states, tick

_PAPER = "Axelrod & Bennett 1993, British Journal of Political Science 23: 211-233"
#: Largest error of rounding that is let pass, in parts of the sum of all absolute weights.
_ROUNDING = 1e-12


class Move(NamedTuple):
    """One move that the rule made, as its event log tells it."""

    actor: int
    energy: float  #: change of the energy, by definition
    frustration: float  #: change of the mover's frustration, by definition
    felt: float  #: the same by the utility that the rule logged: what the mover went by


@dataclass(frozen=True)
class Settling:
    """A run of the rule from a configuration until nobody moves."""

    side: Ints  #: (n,) where it ended, actor 0 on side 0
    moves: tuple[Move, ...]
    steps: int  #: of the model, the last one without a move


def landscape_world(sizes: Any, propensity: Any, start: Any, seed: int = 1) -> tuple[World, Any, float]:
    """World of two exclusive forums, record of parameters, and what a unit of utility is in sizes times propensity."""
    s, p = np.asarray(sizes, dtype=float), np.asarray(propensity, dtype=float)
    side = configuration(start, s.size)
    strongest = float(np.abs(p).max()) or 1.0
    world = states(s.size, forums=2, seed=seed)
    world.power[:] = s / s.sum()
    set_trust(world, (p / strongest + 1.0) / 2.0)
    for f in (0, 1):
        add_forum(world, f, np.flatnonzero(side == f))
    parameters = record(EXCLUSIVE, {"utility.trust": 1.0, "utility.trust_size": 1.0})
    return ready(world, parameters), parameters, strongest * float(s.sum())


def _moves(start: Replay, world: World, sizes: Any, propensity: Any, unit: float) -> Iterator[Move]:
    """Replay the log, one exit and one joining a move, with the change of energy and frustration by definition."""
    s, pair = np.asarray(sizes, dtype=float), weights(sizes, propensity)
    felt_alone = pair.sum(1) / s  # frustration of each actor if all others were across
    before = across(pair, start.member[1])
    for event in world.log():
        start.apply(event)
        if event["kind"] == Event.JOIN:
            k = int(event["actor"])
            after = across(pair, start.member[1])
            hurt, now = before[k] / s[k], felt_alone[k] - unit * float(event["value"])
            yield Move(k, float(after.sum() - before.sum()), float((after[k] - before[k]) / s[k]), float(now - hurt))
            before = after
    if start.agrees_with(world):
        raise RuntimeError("the event log does not replay to the memberships of the run")


def settle(sizes: Any, propensity: Any, start: Any, seed: int = 1, steps: int = 1000) -> Settling:
    """Let the rule of membership run from a configuration until a step goes by without a move.

    Parameters
    ----------
    sizes : array (n,)
        > 0.
    propensity : array (n, n)
        Symmetric, any scale: positive attracts, negative repels.
    start : int array (n,)
        Side of each actor, 0 or 1.
    seed : int
        Of the run: it draws the order of the actors, anew for each step.
    steps : int
        At most.

    Raises
    ------
    RuntimeError
        Still moving after ``steps``.
    """
    world, p, unit = landscape_world(sizes, propensity, start, seed)
    begin = Replay.at(world)
    for step in range(1, steps + 1):
        logged = int(world.clock[EVENTS])
        tick(world, p, membership)
        if world.clock[EVENTS] == logged:
            side = configuration(world.member[1], world.actors)
            return Settling(side, tuple(_moves(begin, world, sizes, propensity, unit)), step)
    raise RuntimeError(f"still moving after {steps} steps")


def run_findings(trials: Iterable[tuple[Landscape, Iterable[Any], int]], label: str = "") -> Iterator[Finding]:
    """Let the rule run: what each of its moves does to the energy, and where it ends.

    Parameters
    ----------
    trials : iterable of (landscape, starting configurations, seed)
    label : str
        Put before the name of each finding.
    """
    runs, well, moves, rise, error = 0, 0, 0, -np.inf, 0.0
    for land, starts, seed in trials:
        ends = {tuple(side) for side in minima(land.sizes, land.propensity).tolist()}
        scale = np.abs(weights(land.sizes, land.propensity)).sum()
        for start in starts:
            run = settle(land.sizes, land.propensity, start, seed)
            runs, well = runs + 1, well + (tuple(run.side.tolist()) in ends)
            for move in run.moves:
                moves, rise = moves + 1, max(rise, move.energy / scale)
                for change in (move.frustration, move.felt):
                    error = max(error, abs(move.energy - 2.0 * land.sizes[move.actor] * change) / scale)
    worst = "none up" if rise <= _ROUNDING else f"one up by {rise:.2g} of all"
    yield claim(f"{label}no move raises the energy", moves > 0 and rise <= _ROUNDING, f"{moves} moves, {worst}")
    yield claim(
        f"{label}every move changes it by 2 s dF of the mover", error <= _ROUNDING, f"within {error:.0e} of all"
    )
    yield exactly(f"{label}runs that end in an enumerated minimum", f"{runs} of {runs}", f"{well} of {runs}")


def _camp(land: Landscape, side: Ints, member: str) -> frozenset[str]:
    """Names of those on the side of a member."""
    return frozenset(np.array(land.names)[side == side[land.names.index(member)]].tolist())


def _text(names: Iterable[str]) -> str:
    return " ".join(sorted(names)) or "nobody"


@known_result(
    "landscape",
    "Landscape theory: random sizes and propensities",
    f"{_PAPER}; minima by enumeration of all 2^(n-1) configurations",
)
def _random_case() -> Iterator[Finding]:
    lands = [(random_landscape(5 + seed % 6, seed), seed) for seed in range(1, 25)]
    yield from run_findings(
        (land, configurations(len(land.sizes))[:: 2 * len(land.sizes)], seed) for land, seed in lands
    )


@known_result("landscape-unix", "Landscape theory: the UNIX standards of 1988", f"{_PAPER}; Axelrod et al. 1995")
def _unix_case() -> Iterator[Finding]:
    land = unix_1988()
    sizes, propensity = land.sizes, land.propensity
    all_sides, found = configurations(9), minima(sizes, propensity)
    first, second = frozenset({"Sun", "AT&T", "Prime", "IBM"}), frozenset({"Sun", "DEC", "HP", "Prime"})
    yield exactly("configurations", 256, len(all_sides))
    yield exactly("minima", 2, len(found))
    for number, side in enumerate(found, 1):
        yield near(f"energy of minimum {number}", -3828.9, energy(sizes, propensity, side), 0.05, 1)
    camps = [_camp(land, side, "Sun") for side in found]
    yield exactly("sides with Sun in them", f"{_text(first)} / {_text(second)}",
                  " / ".join(sorted(map(_text, camps))))  # fmt: skip
    yield exactly("basins by steepest descent", "128 and 128", " and ".join(map(str, basins(sizes, propensity))))
    yield exactly("the first, and the UNIX International of 1988, differ by", "IBM",
                  _text(min(camps, key=_text) ^ land.of("UI")))  # fmt: skip
    yield from run_findings([(land, all_sides, 1)])


@known_result(
    "landscape-europe",
    "Landscape theory: Europe 1936-39, consistent with the paper (no replication)",
    f"{_PAPER}; propensities are a reconstruction, sizes after 1936 carried on by CINC",
)
def _europe_case() -> Iterator[Finding]:
    first = frozenset({"GBR", "FRA", "CZE", "DNK", "SUN", "YUG", "GRC"})
    starts = np.random.default_rng(1).integers(0, 2, (50, 17))
    for year, number in ((1936, 2), (1937, 2), (1938, 1), (1939, 1)):
        land = europe(year)
        found = minima(land.sizes, land.propensity)
        lowest = _camp(land, found[0], "GBR")
        yield exactly(f"{year}: minima of {len(configurations(17))} configurations", number, len(found))
        if year < 1939:
            yield exactly(f"{year}: the lowest", _text(first), _text(lowest))
        else:
            yield claim(f"{year}: the lowest", lowest - {"POL"} == first, _text(lowest), "the same, POL left open")
        wrong = (lowest & land.of("axis")) | (land.of("allies") - lowest)
        yield claim(f"{year}: not on their side of the war (neutrals aside)", wrong <= {"POL"}, _text(wrong),
                    "POL at most")  # fmt: skip
        yield from run_findings([(land, starts, year)], f"{year}: ")

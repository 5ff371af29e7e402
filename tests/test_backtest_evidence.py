"""What other rosters may tell, soft gates, the noise of replicates: against formulas and worlds of known answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, roots_hermitenorm
from scipy.stats import norm

from forumsim.core.terms import Admission, Kind
from forumsim.scenarios import load_scenario
from forumsim.studies.backtest import gates
from forumsim.studies.backtest.evidence import Act, act_of, keep_to_acts_of_one_kind, readiness_spread
from forumsim.studies.backtest.gates import DRAWS, chance_to_be_let_in, draw_gate
from forumsim.studies.backtest.scoring import score
from forumsim.studies.verification.worlds import PLAIN, add_forum, ready, record, set_trust, states


@pytest.fixture(scope="module")
def case():
    return load_scenario("ai_governance")


# --- acts of one kind -----------------------------------------------------------------------------------------------


def test_kinds_of_acts_follow_from_fee_and_adoption(case):
    world = case.build(0)
    kinds = {forum: act_of(world, f) for f, forum in enumerate(case.forum_ids[: len(case.tables.forums)])}
    assert kinds["UNGA_LAWS"] == Act.VOTE
    assert kinds["UN_GDC"] == Act.ADOPTION
    assert {kinds[forum] for forum in ("GPAI", "US_POLDEC_MIL", "UNGA_78_265", "AI_SUMMIT")} == {Act.COMMITMENT}


def test_a_vote_tells_nothing_of_joining_nor_the_reverse_and_hands_on_no_tastes():
    world = states(4, forums=4)
    for f, fee in enumerate((1.0, 0.0, 0.5)):
        add_forum(world, f, fee=fee)
    world.predecessor[:] = [1, -1, 1, 0]
    keep_to_acts_of_one_kind(world, 0)
    assert (world.founded[:3] < 0).tolist() == [True, False, True]  # itself, the vote, another commitment
    assert world.predecessor.tolist() == [-1, -1, 1, 0]


# --- readiness ------------------------------------------------------------------------------------------------------


def drawn_rosters(tau, forums=40, actors=800, seed=3):
    """A world in which every membership is worth nothing but the actor's own readiness, normal of spread tau."""
    generator = np.random.default_rng(seed)
    world = states(actors, forums=forums)
    for f in range(forums):
        add_forum(world, f)
        world.edition[f] = -100
    chance = expit(tau * generator.normal(size=actors))
    world.member[:] = generator.random((forums, actors)) < chance
    return world


@pytest.mark.parametrize("tau", [0.3, 0.6, 1.0])
def test_the_spread_of_readiness_is_found_in_rosters_that_were_drawn_with_it(tau):
    """With s = 1/2 and n forums the moments give tau^2 = (E R^2 - n/4) / (n/4)^2, E by quadrature over the normal."""
    p, n = record(PLAIN, {"membership.temperature": 1.0}), 40
    at, weight = roots_hermitenorm(60)
    chance, weight = expit(tau * at), weight / weight.sum()
    square = (weight * (n * chance * (1 - chance) + (n * (chance - 0.5)) ** 2)).sum()
    expected = np.sqrt((square - n / 4) / (n / 4) ** 2)
    assert readiness_spread(drawn_rosters(tau), p) == pytest.approx(expected, rel=0.08)
    assert expected == pytest.approx(tau, rel=0.25)  # to first order it is tau itself


def test_there_is_no_spread_where_all_are_alike_or_no_roster_tells():
    p = record(PLAIN, {"membership.temperature": 1.0})
    assert readiness_spread(drawn_rosters(0.0), p) < 0.1
    world = drawn_rosters(1.0)
    world.founded[:] = 0  # opened just now
    assert readiness_spread(world, p) == 0.0


# --- soft gates -----------------------------------------------------------------------------------------------------


def gated(actors=9, **values):
    """One forum by invitation, without members of power, so that the gate alone decides."""
    world = states(actors, forums=1)
    world.kind[:] = Kind.STATE
    add_forum(world, 0, admission=Admission.INVITATION, approval=0.0, gate_issue=-1, **values)
    world.gate_low[0], world.gate_high[0] = values.get("gate_low", 0.0), 1.0
    return world


def test_a_bound_on_power_is_known_to_within_a_factor_of_two(monkeypatch):
    """The chance is Phi(log2 of power over bound)."""
    world = gated(gate_power=0.01)
    world.power[:] = 0.01 * 2.0 ** np.arange(-4, 5)
    found = chance_to_be_let_in(ready(world, record(PLAIN)), record(PLAIN), 0, np.arange(9))
    expected = norm.cdf(np.arange(-4, 5))
    assert np.abs(found - expected).max() < 4 * 0.5 / np.sqrt(DRAWS)
    assert (np.diff(found) >= 0).all()
    monkeypatch.setattr(gates, "LOG_POWER", 0.0)
    hard = chance_to_be_let_in(world, record(PLAIN), 0, np.arange(9))
    assert hard.tolist() == [0.0] * 4 + [1.0] * 5


def test_a_bound_on_a_position_and_the_trust_that_is_asked_are_known_to_within_a_tenth():
    p = record(PLAIN, {"membership.reputation": 0})
    world = gated(gate_low=0.4)
    world.gate_issue[0] = 0
    world.position[:, 0] = np.linspace(0.1, 0.7, 9)
    found = chance_to_be_let_in(ready(world, p), p, 0, np.arange(9))
    assert np.abs(found - norm.cdf((world.position[:, 0] - 0.4) / 0.1)).max() < 4 * 0.5 / np.sqrt(DRAWS)
    world = gated(actors=4)
    world.approval[0] = 0.6
    world.member[0, 0] = True
    set_trust(world, 0.55)
    found = chance_to_be_let_in(ready(world, p), p, 0, np.array([1, 2, 3]))
    assert found == pytest.approx(norm.cdf(-0.5), abs=4 * 0.5 / np.sqrt(DRAWS))


def test_open_forums_and_closed_lists_have_no_gate_that_could_be_soft():
    for change in ("open", "closed"):
        world = gated(gate_power=0.01)
        world.admission[0] = Admission.OPEN if change == "open" else Admission.INVITATION
        world.listed[0, 3] = change == "open"
        drawn = world.copy()
        draw_gate(drawn, world, 0, 1)
        assert drawn.gate_power[0] == world.gate_power[0]


# --- noise ----------------------------------------------------------------------------------------------------------


def test_the_noise_of_a_brier_score_is_that_of_its_chances():
    """For chances that differ little between groups: (p - m)^2 has the slope 2 (p - m), and a mean of G groups the
    standard error sd / sqrt(G)."""
    generator = np.random.default_rng(5)
    groups, member = 20, np.array([True, False, True, False])
    by_group = np.array([0.7, 0.2, 0.4, 0.5]) + 1e-4 * generator.normal(size=(groups, 4))
    chance = by_group.mean(axis=0)
    pairs = pd.DataFrame(
        {"forum": "A", "state": range(4), "powerful": True, "member": member, "model": chance, "share": 0.5}
    )
    scores = score(pairs, by_group, np.full(groups, 50.0), ("model", "share")).set_index(
        ["forum", "forecast", "quantity"]
    )
    slopes = by_group @ (2 * (chance - member)) / 4
    expected = slopes.std(ddof=1) / np.sqrt(groups)
    for item in ("A", "pooled", "mean", "powerful"):
        assert scores.loc[(item, "model", "brier"), "noise"] == pytest.approx(expected, rel=1e-3)
        assert scores.loc[(item, "share", "brier_lead"), "noise"] == pytest.approx(expected, rel=1e-3)
        assert scores.loc[(item, "share", "brier"), "noise"] == 0
    assert scores.loc[("A", "model", "auc"), "value"] == 0.75  # .7 above both, .4 above .2 alone


def test_a_forecast_that_is_missing_for_a_forum_is_compared_where_it_is_there():
    generator = np.random.default_rng(6)
    pairs = pd.DataFrame({"forum": np.repeat(["A", "B"], 10), "state": np.tile(range(10), 2), "powerful": True})
    pairs["member"] = np.tile([True, False], 10)
    pairs["model"] = generator.random(20)
    pairs["last"] = np.where(pairs["forum"] == "A", 1.0 * (pairs["state"] < 5), np.nan)
    scores = score(pairs, pairs["model"].to_numpy()[None], np.ones(1), ("model", "last"))
    value = scores.set_index(["forum", "forecast", "quantity"])["value"]
    for quantity in ("auc", "brier"):
        for item in ("mean", "pooled", "powerful"):
            assert value[item, "last", quantity] == pytest.approx(value["A", "last", quantity])
            assert value[item, "last", f"{quantity}_lead"] == pytest.approx(value["A", "last", f"{quantity}_lead"])
    assert np.isnan(value["B", "last", "auc"])
    assert value["mean", "model", "auc"] == pytest.approx((value["A", "model", "auc"] + value["B", "model", "auc"]) / 2)

"""The two majors and what happens to them: power, rivalry, trust, reciprocity, law, firms."""

from __future__ import annotations

import numpy as np
import pytest
from told import SEEDS, Told, from_2018, run_case


def logged(told: Told, kind: str, first: str = "", last: str = "9999") -> set[tuple[str, str, float]]:
    """Actor, other and value of the shocks of a kind, within some quarters."""
    found = told.events(kind)
    found = found[(found["date"] >= first) & (found["date"] <= last)]
    return set(zip(found["actor"], found["other"].fillna(""), found["value"].round(6), strict=True))


def test_the_two_majors_rival_and_know_each_other(at_2024: Told) -> None:
    """Structural trust of .32, less what sanctions and violations took since; allies of the US stand near .9."""
    case, world = at_2024.run.scenario, at_2024.run.world
    i = case.actor_ids.index
    majors = {actor.id for actor in case.tables.actors if actor.role == 0}
    assert majors == {"USA", "CHN"}
    assert set(np.argsort(world.power)[-2:]) == {i("USA"), i("CHN")}
    assert 0.1 < at_2024.trust("USA", "CHN") < 0.32 and at_2024.trust("USA", "GBR") > 0.8
    for issue in case.issues:
        assert abs(at_2024.position("USA", issue) - at_2024.position("CHN", issue)) > 0.2


def test_military_build_ups_raise_power_and_harden_positions(early: list[Told], late: list[Told]) -> None:
    grown = {("CHN", "", 0.03), ("USA", "", 0.03)}
    for told in early:
        assert logged(told, "technology", "2019-Q3", "2019-Q4") == grown == logged(told, "technology")
        hardened = told.events("leadership", issue="military")
        assert list(hardened[["date", "actor", "value"]].itertuples(index=False, name=None)) == [
            ("2019-Q3", "CHN", -0.02),
            ("2019-Q4", "USA", -0.02),
        ]
    for told in late:  # history, applied before the first step
        assert logged(told, "technology", last="2024-Q4") == grown


def test_export_controls_are_sanctions(early: list[Told], late: list[Told]) -> None:
    controls = {("USA", "CHN", 0.2), ("JPN", "CHN", 0.05), ("NLD", "CHN", 0.05)}
    for told in early:
        assert {row for row in logged(told, "sanction") if row[1] == "CHN"} == controls
        assert told.dates("sanction", other="CHN") == ["2022-Q4", "2023-Q3", "2023-Q3"]
    for told in late:
        assert {row for row in logged(told, "sanction", last="2024-Q4") if row[1] == "CHN"} == controls


def test_past_violations_cost_china_trust_and_reputation(early: list[Told], late: list[Told]) -> None:
    for told in early:
        assert told.dates("violation", actor="CHN") == ["2019-Q4"]
        assert logged(told, "violation") == {("CHN", "", 0.08)}
    for told in late:
        assert logged(told, "violation", last="2024-Q4") == {("CHN", "", 0.08)}
    fields = {"shocks.china_trust_deficit.on": 0}
    with_, without = run_case(1, 1), run_case(1, 1, fields)
    i = with_.run.scenario.actor_ids.index
    baselines = [told.run.world.baseline[i("BRA"), i("CHN")] for told in (with_, without)]
    assert baselines[0] == pytest.approx(0.92 * baselines[1])


def test_each_major_signs_the_others_resolution_and_is_thanked(early: list[Told], at_2024: Told) -> None:
    """A signature moves the host's ledger by membership.co_sponsor, .3, from 0. Left to themselves, each major signs in
    a part of the runs alone; the rosters of 2024 have both."""
    for major, text, quarter in (("CHN", "UNGA_78_265", "2024-Q1"), ("USA", "UNGA_78_311", "2024-Q3")):
        host = "USA" if major == "CHN" else "CHN"
        signed = [told for told in early if major in told.joined(text)]
        assert len(signed) > len(early) / 10
        for told in signed:
            assert told.dates("join", forum=text, actor=major) == [quarter]
            assert told.ledger(host, major) > 0.15
    assert at_2024.ledger("USA", "CHN") == pytest.approx(0.3) and at_2024.ledger("CHN", "USA") == pytest.approx(0.3)


def test_reciprocity_makes_the_other_sign() -> None:
    """Where China has signed the American text, the weight of the ledger makes the United States sign the Chinese."""
    founders = {"forums.UNGA_78_265.founder": "USA;CHN"}
    signed = []
    for weight in (0.0, 5.0):  # past support, and only that, is weighed more
        runs = [from_2018(seed, founders, {"membership.reciprocity": weight}) for seed in SEEDS[:20]]
        signed.append(sum("USA" in told.joined("UNGA_78_311") for told in runs))
    assert signed[0] < signed[1]


def test_first_sponsors_of_the_two_resolutions_hardly_overlap(at_2024: Told) -> None:
    """2 of 72 that are in either list without the two authors' rival: .03 (Jaccard)."""
    american, chinese = at_2024.members("UNGA_78_265") - {"CHN"}, at_2024.members("UNGA_78_311") - {"USA"}
    assert len(american) == 55 and len(chinese) == 19
    assert american & chinese == {"SGP", "ARE"}
    assert len(american & chinese) / len(american | chinese) == pytest.approx(0.03, abs=0.005)


def test_both_resolutions_are_civil_and_soft(at_2024: Told) -> None:
    case, world = at_2024.run.scenario, at_2024.run.world
    f = case.forum_ids.index
    for forum in ("UNGA_78_265", "UNGA_78_311", "UN_GDC"):
        assert [case.issues[k] for k in world.mandate[f(forum)].nonzero()[0]] == ["values", "order"]
        assert world.legalization[f(forum)] <= 0.2


def test_law_rises_only_where_principles_are_accepted() -> None:
    """Asking that all members accept the charter first leaves fewer rises of law than asking for nothing."""
    rises = []
    for acceptance in (0.0, 1.0):
        parameters = {"voice.acceptance": acceptance, "voice.rate": 0.2}
        runs = [from_2018(seed, parameters=parameters) for seed in range(1, 9)]
        runs += [run_case(12, seed, parameters=parameters) for seed in range(1, 5)]
        rises.append(sum((told.events("legalization")["value"] > 0).sum() for told in runs))
    assert rises[1] < rises[0]


def test_obligation_and_small_states_are_measured() -> None:
    """General obligation, and how far small states take part: shares, from 2018 as from the end of 2024."""
    for told in (from_2018(), run_case(8, 1)):
        last = told.run.series.query("issue == 'pooled'").iloc[-1]
        assert 0.0 < last["general_obligation"] < 1.0
        assert 0.0 < last["small_state_share"] < 1.0


def test_firms_move_their_patrons() -> None:
    """American firms stand below the United States on values: it ends lower than without lobbying, in every seed."""
    for seed in range(1, 5):
        for fields, steps in (({"start": "2018-Q1"}, 27), ({}, 24)):
            with_, without = (run_case(steps, seed, fields, {"drift.lobby": rate}) for rate in (0.005, 0.0))
            assert with_.position("USA", "values") < without.position("USA", "values")


def test_issues_are_not_in_compartments() -> None:
    """Controls on chips cost trust, which is one for all issues: China trusts the members of either text less."""
    fields = {f"shocks.{name}_controls.on": 0 for name in ("chip", "japan", "dutch")}
    for start, steps in (("2018-Q1", 27), ("2024-Q4", 1)):
        lost = np.zeros(2)  # of a civil and of a military text, over the runs
        for seed in range(1, 9):
            with_, without = (run_case(steps, seed, {"start": start} | given) for given in ({}, fields))
            case, world = with_.run.scenario, with_.run.world
            china = case.actor_ids.index("CHN")
            weights = world.power * world.member[[case.forum_ids.index(name) for name in ("UNGA_78_265", "REAIM")]]
            lost += weights @ without.run.world.trust[china] - weights @ world.trust[china]
        assert (lost > 0.0).all()

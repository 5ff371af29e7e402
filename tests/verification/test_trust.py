"""The fixed point of trust, and Kydd's reassurance: the shipped rules at these and other values."""

import math

import numpy as np
import pytest

from forumsim.studies.verification import reassurance
from forumsim.studies.verification.case import estimate
from forumsim.studies.verification.reassurance import (
    Payoffs,
    agreement,
    cooperation_from,
    reassurance_from,
    separating_stake,
    trust_after,
)
from forumsim.studies.verification.trust import resting_trust, trust_fixed_point

OTHERS = [Payoffs(2.0, -1.0, -3.0, 0.5, 4.0), Payoffs(1.0, 0.0, -2.0, 0.0, 1.2), Payoffs(10, 5, 0, 9, 11)]


@pytest.mark.parametrize(("chance", "penalty", "seen", "bubble", "rest"), [
    (0.5, 2.0, 1.0, 0.0, 1 / 3),
    (0.6, 1.5, 1.0, 0.0, 0.5),
    (0.25, 0.5, 1.0, 0.0, 0.4),
    (0.5, 2.0, 0.25, 0.4, 0.65 / 0.90),  # of eta are gained .5 + .5 .75 .4 = .65, lost .5 .25 2 = .25
])  # fmt: skip
def test_trust_settles_at_the_fixed_point(chance, penalty, seen, bubble, rest):
    assert resting_trust(chance, penalty, seen, bubble) == pytest.approx(rest)
    samples = trust_fixed_point(chance, penalty, seen, bubble, pairs=40, steps=60, seed=9)
    assert samples.shape == (80,) and estimate("trust", rest, samples, 0.02).holds
    assert not estimate("trust", rest + 0.03, samples, 0.02).holds


@pytest.mark.parametrize(("chance", "rest"), [(0.0, 0.0), (1.0, 1.0)])
def test_who_is_always_or_never_genuine(chance, rest):
    assert trust_fixed_point(chance, 2.0, pairs=2, steps=2) == pytest.approx([rest] * 4, abs=1e-6)


def test_figures_of_kydd():
    book = Payoffs()
    assert cooperation_from(book) == pytest.approx(2 / 3, abs=1e-6)
    # the bounds 1.5 t / (1 + t) and t / (1 - t / 2) meet at t = 2/7
    assert reassurance_from(book) == pytest.approx(2 / 7, abs=1e-6)
    assert separating_stake(book, 0.4) == pytest.approx(0.6 / 1.4, abs=1e-6)
    assert math.isnan(separating_stake(book, 0.28)) and separating_stake(book, 0.29) > 0


@pytest.mark.parametrize("payoffs", OTHERS)
def test_other_payoffs_by_the_formulas(payoffs):
    r, p, s, ts = payoffs.reward, payoffs.punishment, payoffs.sucker, payoffs.temptation
    threshold = (p - s) / (p - s + r - ts)
    assert cooperation_from(payoffs) == pytest.approx(threshold, abs=1e-6)
    least = reassurance_from(payoffs)
    assert payoffs.lower_bound(least) == pytest.approx(payoffs.upper_bound(least), abs=1e-6)
    assert least < threshold
    same, number = agreement(payoffs, np.array([0.13, 0.31, 0.52, 0.77]), (np.arange(10) + 0.5) / 10)
    assert same == number == 80


def test_scale_of_the_payoffs_does_not_matter():
    book, scaled = Payoffs(), Payoffs(12.0, 10.0, 8.0, 11.0, 13.0)
    assert reassurance_from(scaled) == pytest.approx(reassurance_from(book), abs=1e-8)


def test_a_step_by_dialogue_tells_the_types_apart_or_not():
    book = Payoffs()
    assert trust_after(book, 0.4, 0.45, 1.0) == 1.0 and trust_after(book, 0.4, 0.45, 0.0) == 0.4
    assert trust_after(book, 0.4, 0.40, 1.0) == trust_after(book, 0.4, 0.40, 0.0) == pytest.approx(0.4)
    assert trust_after(book, 0.4, 0.90, 1.0) == 0.4  # too dear
    assert trust_after(book, 0.7, 0.45, 1.0) == 0.7  # no need


def test_the_check_fails_for_a_rule_with_other_payoffs(monkeypatch):
    layers = reassurance.record
    monkeypatch.setattr(reassurance, "record", lambda *given: layers(*given, {"confidence.exploitation": 2.0}))
    book = Payoffs()
    same, number = agreement(book, [0.2, 0.3, 0.4], (np.arange(20) + 0.5) / 20)
    assert same < number
    assert abs(reassurance_from(book) - 2 / 7) > 0.01

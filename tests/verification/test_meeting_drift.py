"""The sincerity at which talks neither build nor wear down trust: the closed form, and the shipped rule beside it."""

import math

import pytest

from forumsim.studies.verification import meeting_drift as module
from forumsim.studies.verification.case import estimate
from forumsim.studies.verification.meeting_drift import (
    expected_change,
    least_penalty,
    meeting_drift,
    neutral_sincerity,
    terms,
)


@pytest.mark.parametrize(("track", "trust", "penalty"), [(2, 0.5, 0.75), (15, 0.32, 2.0), (1, 0.6, 3.0), (1, 0.3, 1.2)])
def test_the_closed_form_is_that_of_the_text(track, trust, penalty):
    """h* = 1/2 + {ln[d phi T/(1-T) - (1-d) b] - base - 3 (T - 1/2)} / 3 with the weights 3 and 1.5."""
    base, d = {2: (0.8, 0.9), 15: (0.4, 0.7), 1: (-0.5, 0.5)}[track]
    odds = d * penalty * trust / (1 - trust) - (1 - d) * 0.3
    expected = 0.5 + (math.log(odds) - base - 3 * (trust - 0.5)) / 3
    of = terms(track, {"dialogue.penalty": penalty})
    assert neutral_sincerity(of, trust) == pytest.approx(expected, abs=1e-12)
    assert expected_change(of, expected, trust) == pytest.approx(0.0, abs=1e-12)
    assert expected_change(of, expected - 0.01, trust) < 0 < expected_change(of, expected + 0.01, trust)


def test_what_the_usual_form_leaves_out():
    of = terms(1, {"dialogue.penalty": 20.0})  # phi eta = 2: nobody loses more than all its trust
    assert neutral_sincerity(of, 0.4) == neutral_sincerity(terms(1, {"dialogue.penalty": 10.0}), 0.4)
    less = neutral_sincerity(terms(2), 0.4, 0.9)  # who trusts me is genuine sooner
    assert neutral_sincerity(terms(2), 0.4) - less == pytest.approx(3 * 0.5 / 3)
    assert neutral_sincerity(terms(1), 1.0) == math.inf
    assert neutral_sincerity(terms(1), 0.05) == -math.inf  # the bubble alone outweighs the penalty


def test_below_the_least_penalty_no_sincerity_is_too_low():
    for track in (2, 15, 1):
        least = least_penalty(terms(track), 0.4)
        assert neutral_sincerity(terms(track, {"dialogue.penalty": least}), 0.4) == pytest.approx(0.0, abs=1e-12)
        assert expected_change(terms(track, {"dialogue.penalty": 0.9 * least}), 0.0, 0.4) > 0


@pytest.mark.parametrize(("track", "sincerity", "trust", "back", "settings"), [
    (2, 0.6, 0.45, None, {}), (1, 0.3, 0.6, 0.2, {"dialogue.penalty": 3.0}),
    (15, 0.0, 0.9, None, {"dialogue.bubble": 0.8, "dialogue.penalty": 20.0, "track15.trust_gain": 0.2}),
])  # fmt: skip
def test_the_shipped_rule_moves_trust_as_expected(track, sincerity, trust, back, settings):
    target = expected_change(terms(track, settings), sincerity, trust, back)
    samples = meeting_drift(track, sincerity, trust, back, settings=settings, pairs=200, steps=60, seed=4)
    assert samples.shape == (12_000,) and estimate("change", target, samples, 0.1).holds
    assert not estimate("change", target + 0.1, samples, 0.1).holds


def test_the_check_fails_for_a_rule_with_another_penalty(monkeypatch):
    layers = module.record
    monkeypatch.setattr(module, "record", lambda *given: layers(*given, {"track2.detection": 0.7} if len(given) > 1
                                                               else {}))  # fmt: skip
    assert not all(finding.holds for finding in module._around(2, 0.5, 2.0))

"""Runs that end early."""

import numpy as np
import pytest

from forumsim.core.errors import InputError
from forumsim.core.measures import MEASURES, column_index
from forumsim.plans import make_plan
from forumsim.plans.conditions import Stop, parse_condition
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario
from forumsim.sweeps import sweep


def frames(**columns):
    """Measures of one issue and pooled, all missing but those named."""
    values = np.full((2, len(MEASURES)), np.nan)
    for name, value in columns.items():
        values[:, column_index(name)] = value
    return values


def test_a_condition_has_to_hold_for_some_steps_in_a_row():
    stop = Stop((("fragmentation", "<", 0.1),), hold=4, after=6)
    watch = stop.watch(("civil", "pooled"))
    seen = [(0, 0.05), (2, 0.05), (4, 0.5), (6, 0.05), (8, 0.05), (10, 0.05)]
    assert [watch(step, frames(fragmentation=value)) for step, value in seen] == [False] * 5 + [True]
    # enough in a row, but not before the step
    watch = stop.watch(("civil", "pooled"))
    assert [watch(step, frames(fragmentation=0.0)) for step in (0, 2, 4, 6)] == [False, False, False, True]


def test_all_comparisons_must_hold_and_missing_values_do_not():
    watch = Stop((("fragmentation", "<=", 0.1), ("enf", ">", 1.0))).watch(("civil", "pooled"))
    assert not watch(0, frames(fragmentation=0.1))
    assert not watch(1, frames(fragmentation=0.1, enf=1.0))
    assert watch(2, frames(fragmentation=0.1, enf=1.5))


@pytest.mark.parametrize(
    ("text", "message"),
    [(3, "found 3"), ("", "found ''"), ("fragmentation", "measure, sign"), ("fragmentation = 1", "measure, sign"),
     ("fragmentaton < 1", "did you mean"), ("enf < 1 and", "measure, sign"), ("enf < one", "measure, sign")],
)  # fmt: skip
def test_conditions_that_are_none(text, message):
    _, problems = parse_condition(text, "[stop] when")
    assert message in "\n".join(map(str, problems))


def test_a_run_that_ends_early_is_the_beginning_of_the_whole():
    case = load_scenario("two_blocs", actors=12, nonstate=0)
    record = params_for(case)
    whole = run_arrays(case, record, 20, 3, 2, (0, 10, 20))
    stop = Stop((("fragmentation", ">=", 0.0),), hold=6).watch((*case.issues, "pooled"))
    short = run_arrays(case, record, 20, 3, 2, (0, 10, 20), stop=stop)
    assert short.world.step == 8  # the first record after the start, step 2, and 6 steps on
    assert short.steps.tolist() == [0, 2, 4, 6, 8]
    np.testing.assert_array_equal(short.series, whole.series[:5])
    np.testing.assert_array_equal(short.verdict_series, whole.verdict_series[:9])
    assert sorted(short.snapshots) == [0, 8]
    assert (short.events == whole.events[: len(short.events)]).all()


def test_stopped_runs_say_how_long_they_were(tmp_path):
    given = {"scenario": "two_blocs", "steps": 20, "replicates": 2, "fields": {"actors": 12, "nonstate": 0},
             "record": {"every": 2, "series": ["fragmentation"]},
             "stop": {"when": "fragmentation >= 0", "for": 4}}  # fmt: skip
    results = sweep(given, tmp_path / "out")
    assert results.runs["steps"].tolist() == [6, 6]
    assert results.series["step"].max() == 6
    assert results.manifest["plan"]["stop"]["when"] == "fragmentation >= 0"


def test_conditions_that_differ_in_a_late_digit_are_different_plans():
    given = {"scenario": "two_blocs", "steps": 9, "replicates": 1}
    one, other = (make_plan(given | {"stop": {"when": f"enf < 0.1234567{digit}"}}) for digit in (1, 9))
    assert one.digest != other.digest and one.points[0].run_id(0) != other.points[0].run_id(0)


def test_mistakes_in_stop():
    with pytest.raises(InputError) as caught:
        make_plan({"scenario": "two_blocs", "steps": 9, "replicates": 1,
                   "stop": {"when": "enf < 1", "issue": "civl", "for": 10, "since": 3}})  # fmt: skip
    text = str(caught.value)
    for word in ("did you mean 'civil'", "[stop] for: found 10", "[stop] since: no such key"):
        assert word in text

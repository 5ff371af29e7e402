"""The errors that users see: what, where, what is allowed, the nearest right name; all of them at once."""

import copy
import pickle

from forumsim.core.errors import InputError, Problem, nearest


def test_a_problem_reads_as_a_sentence():
    assert str(Problem("actors.csv row 3", "power is -1")) == "actors.csv row 3: power is -1"
    full = Problem("plan.toml 'steps'", "found 0", "a whole number from 1", "try 60")
    assert str(full) == "plan.toml 'steps': found 0; allowed: a whole number from 1 (try 60)"


def test_all_problems_stand_in_one_error():
    problems = [Problem("a", "one"), Problem("b", "two")]
    error = InputError(iter(problems), "plan.toml has 2 mistakes")
    assert error.problems == tuple(problems)
    assert str(error).splitlines() == ["plan.toml has 2 mistakes", "  a: one", "  b: two"]
    assert str(InputError(problems)).splitlines() == ["a: one", "b: two"]
    assert isinstance(error, ValueError)


def test_a_mistake_that_two_parts_share_is_told_once():
    error = InputError([Problem("a", "one"), Problem("b", "two"), Problem("a", "one")])
    assert str(error).splitlines() == ["a: one", "b: two"]


def test_errors_survive_the_way_from_a_worker():
    error = InputError([Problem("a", "one", "two", "three")], "title")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is InputError
        assert (again.problems, again.title, str(again)) == (error.problems, error.title, str(error))


def test_nearest_names():
    names = ["dialogue.level", "dialogue.bridging", "Membership.Rate"]
    assert nearest("dialog.level", names) == "did you mean 'dialogue.level'?"
    assert nearest("membership.rat", names) == "did you mean 'Membership.Rate'?"
    assert nearest("zzz", names) == "" and nearest("x", []) == ""

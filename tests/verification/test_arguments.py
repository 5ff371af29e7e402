"""Arguments that make no sense are refused, all at once, with what is allowed."""

import math

import numpy as np
import pytest

from forumsim.core.errors import InputError
from forumsim.studies.verification.arguments import check_count, check_number, refuse


@pytest.mark.parametrize(
    ("value", "ends", "fine"),
    [(0.0, "[]", True), (1, "[]", True), (np.float64(0.5), "()", True), (0, "(]", False), (1.0, "[)", False),
     (0.0, "[)", True), (1.0, "(]", True), (-0.1, "[]", False), (1.1, "[]", False), (math.nan, "[]", False),
     ("0.5", "[]", False), (True, "[]", False), (None, "[]", False)],
)  # fmt: skip
def test_numbers_and_their_bounds(value, ends, fine):
    assert (check_number(value, "share", 0, 1, ends) is None) == fine


def test_all_problems_at_once():
    refuse(None, check_number(1, "share", 0, 1))
    with pytest.raises(InputError) as error:
        refuse(check_number(2, "share", 0, 1, "(]"), None, check_count(0, "steps"))
    assert [str(problem) for problem in error.value.problems] == [
        "share: found 2; allowed: a number from 0 (excluded) to 1",
        "steps: found 0; allowed: a whole number from 1 to 100000",
    ]

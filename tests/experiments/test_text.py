import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forumsim.running.text import csv_lines, exact, frame_lines, measured, number_rows


def written(value):
    return number_rows(np.array([[value]]))[0].decode().removesuffix("\n")


@settings(deadline=None, max_examples=500)
@given(st.floats(allow_nan=False))
def test_numbers_are_written_as_c_would_with_8_digits(value):
    text = written(value)
    assert text == (f"{value:.8g}" if value else "0")
    assert float(text) == pytest.approx(value, rel=5.000001e-8)


def test_plain_numbers_are_written_as_expected():
    values = [1.0, -0.25, 1 / 3, 12345678.4, 123456789.0, 1e-4, 9.9999999996, 2.5e-7, 1e100, math.inf, -math.inf]
    assert [written(value) for value in values] == [f"{value:.8g}" for value in values]
    assert written(-0.0) == written(0.0) == "0"


def test_missing_numbers_are_empty():
    assert number_rows(np.array([[1.0, np.nan], [np.nan, np.nan]])) == [b"1,\n", b",\n"]
    assert number_rows(np.zeros((0, 3))) == []
    assert measured(math.nan) == ""


def test_parameters_are_written_exactly():
    for value in (0.1, 1 / 3, 0.1 + 0.2, 60.0, 1e-9):
        assert float(exact(value)) == value
    assert [exact(v) for v in (60.0, 3, True, None, math.nan, "2024-Q4")] == ["60", "3", "1", "", "", "2024-Q4"]


def test_frames_become_lines_with_quotes_where_needed():
    frame = pd.DataFrame({"name": ["a, b", None], "value": [0.5, np.nan], "n": [1, 2]})
    assert frame_lines(frame, "r000001") == b'r000001,"a, b",0.5,1\nr000001,,,2\n'
    assert frame_lines(frame.iloc[:0], "r000001") == b""
    assert csv_lines([["a", 'say "x"\ny']]) == b'a,"say ""x""\ny"\n'

"""Files of interventions: what is written reads back to the bit; what cannot be read is told."""

from __future__ import annotations

import csv
import io
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from listed import FIELDS, acts, by_batch, differing

from forumsim.core.errors import InputError
from forumsim.plans.plan import as_toml
from forumsim.running.interventions import details_text, read_interventions

STRANGE = [
    {"step": 0, "act": "shock", "kind": "red_line", "actor": "États-Unis, “1”", "size": math.inf},
    {"step": 3, "act": "write", "what": "red_line", "value": [math.inf, 0.1 + 0.2], "actor": 'a "b" \\ Infinity'},
    {"step": 3, "act": "write", "what": "red_line", "value": {"中\u2028国\x85": math.inf}, "actor": "x\ny,z"},
    {"step": 4, "act": "set", "parameters": {"dialogue.level": 5e-324, "realist": True, "sincerity.level": "unset"}},
    {"step": 4, "act": "channel", "actor": "a", "other": "b", "track": 1.5, "rate": 1 / 3, "steps": 7, "scaled": False},
]


def as_csv(entries):
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["number", "step", "date", "act", "details"])
    for number, entry in enumerate(entries, start=1):
        writer.writerow([number, entry["step"], "2025-Q1", entry["act"], details_text(entry)])
    return file.getvalue()


def written(tmp_path, text, name="acts.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("entries", [STRANGE, acts("two_blocs"), acts("ai_governance")])
@pytest.mark.parametrize("way", ["csv", "toml", "excel"])
def test_files_read_back_to_the_bit(tmp_path, entries, way):
    if way == "toml":
        path = written(tmp_path, as_toml({"title": "other keys", "interventions": entries}), "acts.toml")
    else:
        path = written(tmp_path, as_csv(entries) if way == "csv" else "\ufeff" + as_csv(entries))
    found = read_interventions(path)
    assert found == entries
    assert [list(map(type, entry.values())) for entry in found] == [list(map(type, e.values())) for e in entries]


def test_a_file_gives_the_run(tmp_path):
    entries = acts("two_blocs")
    again = read_interventions(written(tmp_path, as_csv(entries)))
    assert differing(by_batch("two_blocs", entries).world, by_batch("two_blocs", again).world) == []
    assert FIELDS


@given(
    st.dictionaries(
        st.text(max_size=8).filter(lambda name: name not in ("step", "act")),
        st.recursive(st.floats(allow_nan=False) | st.booleans() | st.integers() | st.text(max_size=12),
                     lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
                     max_leaves=5),
        max_size=4,
    )
)  # fmt: skip
def test_details_are_strict_json_and_read_back(details):
    text = details_text({"step": 1, "act": "write", **details})
    strict = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert strict == details


def test_numbers_of_numpy_are_numbers():
    text = details_text({"step": 1, "act": "write", "value": np.int64(3), "more": np.array([0.5, np.inf])})
    assert json.loads(text) == {"value": 3, "more": [0.5, math.inf]}


HEAD = "step,act,details\n"


@pytest.mark.parametrize(
    "text, messages",
    [
        ("", ["the file is empty", "the columns step, act, details"]),
        ("step,act\n1,leave\n", ["no column details"]),
        (HEAD + "x,leave,{}\n-1,leave,{}\n1.5,leave,{}\n²,leave,{}\n,leave,{}\n", ["row 2", "row 4", "row 6"]),
        (HEAD + f"{'9' * 6000},leave,{{}}\n", ["a whole number"]),
        (HEAD + '1,leave,{"actor": \n2,leave,[1]\n', ["row 2, details: not JSON", "row 3, details"]),
        (HEAD + "1,leave,null\n", ["row 2, details: found 'null'"]),
        (HEAD + '1,leave,"{""step"": 3}"\n', ["has 'step'", "the column step"]),
        (HEAD + f'1,leave,{"[" * 100000}\n', ["row 2, details: not JSON"]),
        (HEAD + f'1,leave,{"1" * 6000}\n', ["row 2, details"]),
        (HEAD + f'1,leave,"{"x" * 200000}"\n', ["acts.csv, line 2: bad CSV"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("limit", [131_072, 10**8])
def test_csv_that_cannot_be_read(tmp_path, text, messages, limit):
    """Whatever limit of a cell another library has set for the process; it finds its own limit again."""
    before = csv.field_size_limit(limit)
    try:
        _cannot_be_read(tmp_path, text, messages)
        assert csv.field_size_limit() == limit
    finally:
        csv.field_size_limit(before)


def _cannot_be_read(tmp_path, text, messages):
    with pytest.raises(InputError) as caught:
        read_interventions(written(tmp_path, text))
    for message in messages:
        assert message in str(caught.value)


@pytest.mark.parametrize(
    "text, message",
    [
        ("interventions = [", "not TOML"),
        ('interventions = "acts.csv"', "found 'acts.csv'"),
        ("interventions = [1, 2]", "tables [[interventions]]"),
        ('[[intervention]]\nstep = 1\nact = "leave"\n', "is missing"),
        (f"step = {'9' * 6000}", "line 1: found a number of 6000 digits"),
    ],
)
def test_toml_that_cannot_be_read(tmp_path, text, message):
    with pytest.raises(InputError) as caught:
        read_interventions(written(tmp_path, text, "acts.toml"))
    assert message in str(caught.value)


def test_files_that_are_not_there_or_no_text(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_interventions(tmp_path / "none.csv")
    with pytest.raises(InputError):
        read_interventions(tmp_path)
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_interventions(tmp_path / "bytes.csv")


def test_an_empty_list_is_one(tmp_path):
    assert read_interventions(written(tmp_path, HEAD)) == []
    assert read_interventions(written(tmp_path, "interventions = []", "acts.toml")) == []


def test_missing_details_are_none(tmp_path):
    assert read_interventions(written(tmp_path, HEAD + "1, set ,\n2,set\n")) == [
        {"step": 1, "act": "set"}, {"step": 2, "act": "set"},
    ]  # fmt: skip

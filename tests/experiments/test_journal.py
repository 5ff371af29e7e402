import json
import sys

import pytest

from forumsim.core.errors import InputError
from forumsim.results.heads import compare
from forumsim.sweeps.journal import Journal, RunResult

HEAD = {"plan": {"seed": 1, "vary": {"dialogue.level": [0, 1]}}, "model_digest": "a"}
PARTS = ("runs", "series")


def opened(folder, head=None):
    return Journal(folder, head or HEAD, PARTS)


def result(run, size=3):
    return RunResult(f"r{run}", True, {"runs": b"x" * size, "series": f"run {run}\n".encode()}, 0.5)


def written(folder, runs=(0, 1, 2)):
    journal = opened(folder)
    journal.append([result(run) for run in runs])
    journal.close()
    return journal


def test_what_was_written_is_read_back_in_the_order_of_the_plan(tmp_path):
    written(tmp_path, (2, 0, 1))
    journal = opened(tmp_path)
    assert [(run, parts["series"]) for run, _, parts in journal.results(f"r{k}" for k in range(9))] == [
        ("r0", b"run 0\n"), ("r1", b"run 1\n"), ("r2", b"run 2\n")]  # fmt: skip
    journal.close()


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_torn_last_line_is_dropped(tmp_path, cut):
    written(tmp_path)
    path = tmp_path / "journal" / "runs.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    journal = opened(tmp_path)
    assert sorted(journal.done) == ["r0", "r1"]
    journal.append([result(2), result(3)])
    journal.commit()
    assert [parts["series"] for _, _, parts in journal.results(f"r{k}" for k in range(9))] == [
        f"run {k}\n".encode() for k in range(4)
    ]
    journal.close()


def test_data_without_a_line_are_overwritten(tmp_path):
    written(tmp_path)
    with open(tmp_path / "journal" / "results.bin", "ab") as file:
        file.write(b"half a run")
    journal = opened(tmp_path)
    journal.append([result(3)])
    journal.commit()
    assert [parts["series"] for _, _, parts in journal.results(f"r{k}" for k in range(9))][-1] == b"run 3\n"
    journal.close()


def test_a_line_without_its_data_is_dropped(tmp_path):
    written(tmp_path)
    path = tmp_path / "journal" / "results.bin"
    path.write_bytes(path.read_bytes()[:-2])
    journal = opened(tmp_path)
    assert sorted(journal.done) == ["r0", "r1"]
    journal.close()


def test_a_journal_torn_within_its_head_begins_anew(tmp_path):
    written(tmp_path)
    path = tmp_path / "journal" / "runs.jsonl"
    path.write_bytes(path.read_bytes()[:30])
    journal = opened(tmp_path)
    assert journal.done == {}
    journal.close()
    assert json.loads(path.read_bytes())["model_digest"] == "a"


def test_a_damaged_line_in_the_middle_is_an_error(tmp_path):
    written(tmp_path)
    path = tmp_path / "journal" / "runs.jsonl"
    before = path.read_bytes().replace(b'["r1", 1,', b'["r1", 1;')
    path.write_bytes(before)
    with pytest.raises(InputError, match="line 3"):
        opened(tmp_path)
    assert path.read_bytes() == before


def test_a_failed_write_is_repeated_at_the_same_place(tmp_path, monkeypatch):
    journal = opened(tmp_path)
    journal.append([result(0)])
    journal.commit()
    journal.append([result(1)])
    with monkeypatch.context() as patch:
        patch.setattr("forumsim.sweeps.journal.os.fsync", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            journal.commit()
    assert sorted(journal.done) == ["r0"]
    journal.close()
    journal = opened(tmp_path)
    assert [parts["series"] for _, _, parts in journal.results(f"r{k}" for k in range(9))] == [b"run 0\n", b"run 1\n"]
    journal.close()


@pytest.mark.skipif(sys.platform == "win32", reason="files are not locked there")
def test_two_sweeps_do_not_write_to_one_folder(tmp_path):
    journal = opened(tmp_path)
    with pytest.raises(InputError, match="another sweep"):
        opened(tmp_path)
    journal.close()
    opened(tmp_path).close()


def test_differences_are_named():
    now = {"plan": {"seed": 2, "vary": {"dialogue.level": [0, 1], "redline.scale": [1]}}, "model_digest": "b"}
    assert compare(HEAD, now) == [
        "seed: 1 there, 2 now",
        "model has changed since",
        "vary.redline.scale: absent there, [1] now",
    ]
    assert compare(HEAD, HEAD) == []

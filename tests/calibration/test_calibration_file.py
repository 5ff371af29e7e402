"""Calibration files and their targets: every mistake has its message, all come at once."""

import builtins

import pytest
from known_runs import TARGETS, known_run

from any_runs import calibrate
from forumsim.core.errors import InputError
from forumsim.studies.calibration import load_calibration, make_calibration


def mistakes(given, folder):
    with pytest.raises(InputError) as caught:
        make_calibration(given, "mine", folder)
    return [str(problem) for problem in caught.value.problems]


def test_defaults(given, tmp_path):
    found = make_calibration(given, "mine", tmp_path)
    assert (found.trials, found.startup, found.best, found.check, found.seed, found.penalty) == (30, 10, 3, 6, 11, 100)
    assert found.plan.recording.series == ("fragmentation", "enf")
    assert [target.when for target in found.targets] == ["end", "4", "end"]
    assert [factor.is_range for factor in found.part.factors] == [True, True]
    assert make_calibration({**given, "vary": {"utility.trust": "plausible"}}, "m", tmp_path).part.factors[0].low == 1.4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scenario": "two_bloc"}, "did you mean 'two_blocs'?"),
        ({"scenario": ["two_blocs", "ai_governance"]}, "2 scenarios"),
        ({"design": {"kind": "lhs", "n": 4}}, "design: no such key"),
        ({"replicates": 0}, "replicates: found 0"),
        ({"vary": {}}, "[vary]: is missing"),
        ({"vary": {"dialogue.levle": {"from": 0, "to": 1}}}, "did you mean 'dialogue.level'?"),
        ({"vary": {"dialogue.level": {"from": 0, "to": 2}}}, "found 2"),
        ({"vary": {"dialogue.level": 3}}, "a list of values, or {from"),
        ({"record": {"every": 3}}, "row 3, step: step 4 is not recorded; allowed: a multiple of [record] every = 3"),
        ({"record": {"series": "all"}}, "[record] series: no such key"),
        ({"steps": 3}, "row 3, step: found '4'; allowed: a step from 0 to 3, or end"),
        ({"target": {"file": "targets.csv"}}, "[target] trials: is missing"),
        ({"target": {"trials": 4}}, "[target] file: is missing"),
        ({"target": {"file": "none.csv", "trials": 4}}, "no such file"),
        ({"target": {"file": "targets.csv", "trials": 4, "best": 5}}, "[target] best: found 5"),
        ({"target": {"file": "targets.csv", "trials": 4, "check": 1}}, "[target] check: found 1"),
        ({"target": {"file": "targets.csv", "trials": 4, "penalty": -1}}, "[target] penalty: found -1"),
        ({"target": {"file": "targets.csv", "trails": 4}}, "did you mean 'trials'?"),
        ({"target": 3}, "target: found 3; allowed: a table"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_message(given, tmp_path, change, message):
    found = mistakes({**given, **change}, tmp_path)
    assert any(message in problem for problem in found), found


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("enff,pooled,end,1,1,", "did you mean 'enf'?"),
        ("enf,civl,end,1,1,", "row 5, issue: found 'civl'; allowed: pooled, civil, military (did you mean 'civil'?)"),
        ("trust_across,civil,end,1,1,", "trust_across has no value for a single issue; allowed: pooled"),
        ("enf,civil,late,1,1,", "row 5, step: found 'late'"),
        ("enf,civil,end,much,1,", "row 5, target: found 'much'; allowed: a number"),
        ("enf,civil,end,1,0,", "row 5, tolerance: found 0; allowed: a number above 0"),
        ("enf,civil,end,1,inf,", "row 5, tolerance: found 'inf'"),
        ("enf,civil,end,1", "row 5: found 4 cells; allowed: 6, as in the header"),
        ("enf,pooled,end,1,1,", "enf, pooled, end stands twice"),
    ],
)
def test_each_mistake_in_a_target_has_its_message(given, tmp_path, row, message):
    (tmp_path / "targets.csv").write_text(TARGETS + row + "\n", encoding="utf-8")
    found = mistakes(given, tmp_path)
    assert len(found) == 1 and message in found[0], found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"), ("issue,target,tolerance\nenf,1,1\n", "no column 'measure'"),
        ("measure,issue,target,tolerance\n", "there is none"),
        ("measure,isue,target,tolerance\nenf,pooled,1,1\n", "column 'isue': no such column"),
    ],
)  # fmt: skip
def test_tables_that_hold_no_targets(given, tmp_path, content, message):
    (tmp_path / "targets.csv").write_text(content, encoding="utf-8")
    assert any(message in problem for problem in mistakes(given, tmp_path))


def test_all_mistakes_come_at_once(given, tmp_path):
    (tmp_path / "targets.csv").write_text(TARGETS + "enff,pooled,end,1,1,\n", encoding="utf-8")
    given |= {"replicates": 0, "sed": 1, "parameters": {"utility.trsut": 1}}
    given["target"]["trials"] = 0
    found = "\n".join(mistakes(given, tmp_path))
    for word in ("replicates", "sed", "utility.trsut", "trials", "enff"):
        assert word in found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b"", "the file is empty"),
        (b"a = b", "not TOML"),
        ("a = 'ö'".encode("latin-1"), "UTF-8"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, content, message):
    if content is not None:
        (tmp_path / "mine.toml").write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_calibration(tmp_path / "mine.toml")


def test_the_shipped_example_is_valid(root):
    found = load_calibration(root / "experiments" / "calibration" / "calibration_example.toml")
    assert found.targets and found.trials >= 20
    assert "calibration/calibration_example.toml" in (root / "experiments" / "README.md").read_text(encoding="utf-8")


def test_without_optuna_the_message_says_what_to_install(given, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("optuna"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'forumsim\[sensitivity\]'"):
        calibrate(make_calibration(given, "mine", tmp_path), tmp_path / "out", run=known_run)
    assert not (tmp_path / "out").exists()

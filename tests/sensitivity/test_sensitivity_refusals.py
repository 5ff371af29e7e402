"""What cannot be analysed is refused with the reason, before SALib would return numbers of nothing."""

import builtins
import json
from types import SimpleNamespace

import pandas as pd
import pytest
from fake_results import write_results

from forumsim.analysis.sensitivity_section import sensitivity_section
from forumsim.commands.sensitivity import sensitivity
from forumsim.core.errors import InputError
from forumsim.results.sensitivity_table import read_table
from forumsim.studies.sensitivity import analyse
from signed import sign

RANGES = {"dialogue.level": (0, 1), "utility.trust": (1, 2)}
MORRIS = {"kind": "morris", "trajectories": 5, "levels": 4, "seed": 0}
SOBOL = {"kind": "saltelli", "n": 16, "second_order": False, "seed": 0}


def total(x):
    return x.sum(axis=1)


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    return write_results(tmp_path / "out", RANGES, MORRIS, total)


def test_one_missing_value_is_enough(tmp_path):
    folder = write_results(tmp_path / "out", RANGES, SOBOL, total, missing=(7,))
    before = files(folder)
    with pytest.raises(InputError, match=r"missing at 1 of 64 points \(p0008\).*--verdict fragmentation"):
        analyse(folder, ["enf"])
    with pytest.raises(InputError, match="missing at 1 of 64 points"):
        analyse(folder)  # nothing else is recorded
    assert files(folder) == before


def test_salib_itself_would_not_have_refused(tmp_path):
    """The reason of the test above: one missing value among 64, and every index is 0."""
    import numpy as np
    from SALib.analyze import sobol

    outcome = np.random.default_rng(0).random(64)
    outcome[7] = np.nan
    found = sobol.analyze({"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}, outcome,
                          calc_second_order=False, seed=1)  # fmt: skip
    assert (found["S1"] == 0).all() and (found["ST"] == 0).all()


def test_verdicts_can_be_analysed_where_the_measure_is_missing(tmp_path):
    folder = write_results(tmp_path / "out", RANGES, MORRIS, total, missing=(2, 3))
    found = analyse(folder, verdicts=["fragmentation"])
    assert set(found.table["measure"]) == {"share_fragmentation"}
    assert found.table["estimate"][found.table["index"] == "mu_star"].gt(0).all()


def test_an_outcome_that_does_not_vary_is_refused(folder):
    with pytest.raises(InputError, match=r"share_mixed, pooled: 0\.5 at all points"):
        analyse(folder, verdicts=["mixed"])


def test_all_mistakes_come_at_once(folder):
    with pytest.raises(InputError) as caught:
        analyse(folder, ["enff", "trust"], verdicts=["fragmented"], issues=["poold"])
    text = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "did you mean 'enf'?" in text and "did you mean 'pooled'?" in text and "fragmentation" in text


def test_points_in_another_order_are_not_the_design(folder):
    path = folder / "points.csv"
    table = pd.read_csv(path)
    table.iloc[::-1].to_csv(path, index=False)
    with pytest.raises(InputError, match="not the points that the design morris gives"):
        analyse(sign(folder))


def test_points_that_are_not_all_there(folder):
    path = folder / "points.csv"
    pd.read_csv(path).iloc[:-3].to_csv(path, index=False)
    with pytest.raises(InputError, match=r"points\.csv: has changed since it was written"):
        analyse(folder)
    with pytest.raises(InputError, match="not the points"):
        analyse(folder, anyway=True)


@pytest.mark.parametrize("kind", ["grid", "lhs", "table"])
def test_other_designs(folder, kind):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["plan"]["design"] = {"kind": kind}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match=f"the design is {kind}; allowed: morris or saltelli"):
        analyse(folder)


def test_folders_that_hold_no_results(tmp_path, folder):
    with pytest.raises(InputError, match="no such folder"):
        analyse(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no manifest\.json"):
        analyse(tmp_path / "empty")
    sign(tmp_path / "empty")
    with pytest.raises(InputError, match=r"(?s)points.csv: no such file.*summary.csv: no such file"):
        analyse(tmp_path / "empty")
    with pytest.raises(InputError, match="the plan has no parts"):
        analyse(folder, part="one")
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        analyse(folder)


def test_without_salib_the_message_says_what_to_install(folder, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("SALib"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'forumsim\[sensitivity\]'"):
        analyse(folder)


def test_the_table_is_tidy_and_goes_where_it_should(tmp_path, folder):
    found = analyse(folder, out=tmp_path / "else" / "mine.csv")
    assert found.file == tmp_path / "else" / "mine.csv"
    assert found.figures == (tmp_path / "else" / "figures" / "sensitivity_enf.png",)
    assert "sensitivity.csv" not in files(folder)
    table = pd.read_csv(found.file)
    assert list(table.columns) == ["measure", "issue", "factor", "index", "estimate", "ci_low", "ci_high", "results"]
    assert not table.duplicated(["measure", "issue", "factor", "index"]).any()
    stars = table[table["index"] == "mu_star"].set_index("factor")["estimate"]
    assert stars.to_dict() == pytest.approx({"dialogue.level": 1.0, "utility.trust": 1.0})


@pytest.mark.parametrize("design", [MORRIS, SOBOL])
def test_again_gives_the_same_bytes(tmp_path, design):
    folder = write_results(tmp_path / "again", RANGES, design, total)
    first = analyse(folder)
    before = first.file.read_bytes(), first.figures[0].read_bytes()
    again = analyse(folder)
    assert (again.file.read_bytes(), again.figures[0].read_bytes()) == before


def test_what_is_said(folder, capsys):
    sensitivity(folder, ["enf"], ["fragmentation"])
    said = " ".join(capsys.readouterr().out.split())  # lines are wrapped to the width of the terminal
    assert "design morris: 2 factors, 15 points" in said
    assert "mu*" in said and "dialogue.level" in said
    assert "steps of 1/n" in said  # a share is explained
    assert "Noise: unknown" in said and "of the variance over the points is replicate noise" in said
    assert "sensitivity.csv" in said and "sensitivity_share_fragmentation.png" in said


def test_a_later_call_keeps_the_outcomes_of_the_earlier_one_and_the_report_shows_both(tmp_path):
    folder = write_results(tmp_path / "twice", RANGES, MORRIS, total)
    first = analyse(folder, ["enf"])
    analyse(folder, verdicts=["fragmentation"])
    table = read_table(folder)
    assert set(table["measure"]) == {"enf", "share_fragmentation"}
    assert not table.duplicated(["measure", "issue", "factor", "index"]).any()
    assert first.table["estimate"].tolist() == pytest.approx(
        table.query("measure == 'enf'")["estimate"].tolist(), nan_ok=True
    )
    (page,) = sensitivity_section(SimpleNamespace(folder=folder, parts=(), manifest={}))
    assert page.count("<img") == 2 and "Effective number" in page
    changed = (folder / "summary.csv").read_text() + "\n"
    (folder / "summary.csv").write_text(changed)  # other results: rows of before are not theirs
    assert read_table(folder).empty

"""A replication package: whole, the same bytes each time, and it runs again in an empty environment."""

import base64
import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fake_runs import fake_run

from any_runs import open_past, rerun_plan, sweep
from forumsim.core.errors import InputError
from forumsim.plans.plan import as_toml
from forumsim.results.package import write_package
from forumsim.results.results import Results
from forumsim.results.validation import check_results
from forumsim.scenarios import copy_scenario
from forumsim.sweeps.rerun import find, repeat


@pytest.fixture
def results(given, tmp_path):
    """Results of a scenario of one's own, with something drawn."""
    copy_scenario("two_blocs", tmp_path / "study" / "case")
    (tmp_path / "study" / "mine.toml").write_text(as_toml({**given, "scenario": "case"}), encoding="utf-8")
    results = sweep(tmp_path / "study" / "mine.toml", tmp_path / "study" / "out", run=fake_run)
    (results.folder / "figures").mkdir()
    (results.folder / "figures" / "one.png").write_bytes(b"picture")
    (results.folder / "notes.txt").write_text("mine alone", encoding="utf-8")
    return results


def unpacked(path, folder):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder / path.stem


def names_of(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_holds_all_that_was_written_and_drawn_and_nothing_else(results, tmp_path):
    path, left_out = write_package(results.folder)
    assert (path, left_out) == (results.folder.with_suffix(".zip"), ())
    top = unpacked(path, tmp_path / "there")
    wheel = next(name for name in names_of(top) if name.endswith(".whl"))
    written = {f"results/{name}" for name in results.manifest["files"]}
    assert names_of(top) == written | {
        "results/manifest.json", "results/figures/one.png", "README.md", "CITATION.cff", "SHA256SUMS", "codebook.md",
        "requirements.txt", wheel,
    }  # fmt: skip
    for name in written:
        assert (top / name).read_bytes() == (results.folder / name.removeprefix("results/")).read_bytes()
    sums = dict(reversed(line.split("  ", 1)) for line in (top / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == names_of(top) - {"SHA256SUMS"}
    assert all(hashlib.sha256((top / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    shutil.rmtree(results.folder.parent)
    again = Results(top / "results")
    assert rerun_plan(again.folder, run=fake_run).differences == ()


def test_the_same_results_give_the_same_bytes(results, tmp_path):
    first, _ = write_package(results.folder, tmp_path / "first.zip")
    content = first.read_bytes()
    moved = Path(shutil.copytree(results.folder, tmp_path / "elsewhere"))
    os.utime(moved / "runs.csv", (0, 0))
    (moved / "series.csv").chmod(0o600)
    (tmp_path / "b").mkdir()
    second, _ = write_package(moved, tmp_path / "b" / "first.zip")
    assert second.read_bytes() == content
    with zipfile.ZipFile(second) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_wheel_is_the_forumsim_that_runs(results, tmp_path, root):
    path, _ = write_package(results.folder)
    (wheel,) = unpacked(path, tmp_path / "there").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        record = next(name for name in archive.namelist() if name.endswith("RECORD"))
        rows = list(csv.reader(archive.read(record).decode().splitlines()))
        assert {row[0] for row in rows} == set(archive.namelist())
        for name, digest, _ in rows:
            if digest:
                own = hashlib.sha256(archive.read(name)).digest()
                assert digest == "sha256=" + base64.urlsafe_b64encode(own).decode().rstrip("=")
        for source in ("running/run.py", "core/rules/dialogue.py", "scenarios/ai_governance/actors.csv"):
            assert archive.read(f"forumsim/{source}") == (root / "src" / "forumsim" / source).read_bytes()
        assert not any("__pycache__" in name for name in archive.namelist())


def test_large_tables_may_be_left_out(results, tmp_path):
    size = (results.folder / "series.csv").stat().st_size
    path, left_out = write_package(results.folder, most_mb=(size - 1) / 1e6)
    assert "series.csv" in left_out
    top = unpacked(path, tmp_path / "there")
    assert not (top / "results" / "series.csv").exists()
    assert "series.csv" in (top / "README.md").read_text(encoding="utf-8")
    checked = check_results(top / "results")
    assert not any("missing" in str(problem) for problem in checked.problems)
    assert any("series.csv" in line for line in checked.left_out)
    past = open_past(top / "results", run=fake_run)
    found = repeat(past, find(past, results.runs["run_id"][7]))
    assert found.differences == ()
    assert "series.csv" in found.missing
    assert "series.csv" in rerun_plan(top / "results", run=fake_run).missing
    assert write_package(top / "results")[1] == left_out  # a package of a package


def test_what_is_not_whole_is_refused(results, monkeypatch):
    path = results.folder / "series.csv"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    (results.folder / "inputs" / "environment.txt").unlink()
    with pytest.raises(InputError) as caught:
        write_package(results.folder)
    assert "series.csv: has changed since it was written" in str(caught.value)
    assert "environment.txt: is missing" in str(caught.value)
    assert not results.folder.with_suffix(".zip").exists()
    write_package(results.folder, anyway=True)
    path.write_bytes(content)
    monkeypatch.setattr("forumsim.results.package.MODEL_DIGEST", "0" * 64)
    with pytest.raises(InputError, match="another version of the model"):
        write_package(results.folder)
    with pytest.raises(InputError, match="is a folder"):
        write_package(results.folder, results.folder, anyway=True)
    with pytest.raises(InputError, match="there is no folder"):
        write_package(results.folder, results.folder / "no" / "x.zip", anyway=True)


def test_links_to_other_files_of_the_user_are_not_packed(results, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("secret", encoding="utf-8")
    (results.folder / "figures" / "two.png").symlink_to(tmp_path / "secret" / "key")
    (results.folder / "report.html").symlink_to(tmp_path / "secret" / "key")
    path, _ = write_package(results.folder, tmp_path / "one.zip")
    shutil.rmtree(results.folder / "figures")
    (results.folder / "figures").symlink_to(tmp_path / "secret")
    other, _ = write_package(results.folder, tmp_path / "two.zip")
    (results.folder / "series.csv").unlink()
    (results.folder / "series.csv").symlink_to(tmp_path / "secret" / "key")
    third, _ = write_package(results.folder, tmp_path / "three.zip", anyway=True)
    for package in (path, other, third):
        with zipfile.ZipFile(package) as archive:
            assert not any(b"secret" in archive.read(name) for name in archive.namelist() if "results" in name)


@pytest.mark.slow
def test_it_runs_again_in_an_empty_environment(given, tmp_path):
    """As its README says: a new environment, its own requirements, one run and all runs, to the bit."""
    copy_scenario("two_blocs", tmp_path / "study" / "case")
    given |= {"scenario": "case", "replicates": 1, "vary": {"dialogue.level": [0, 0.5]}}
    (tmp_path / "study" / "mine.toml").write_text(as_toml(given), encoding="utf-8")
    results = sweep(tmp_path / "study" / "mine.toml", tmp_path / "study" / "out")
    path, _ = write_package(results.folder, tmp_path / "pack.zip")
    top = unpacked(path, tmp_path / "there")
    shutil.rmtree(tmp_path / "study")
    (block,) = re.findall(r"```sh\n(.*?)```", (top / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    commands = [line.partition("#")[0].strip() for line in block.splitlines()]
    assert len(commands) == 5
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    environment |= {"HOME": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "UV_SYSTEM_CERTS": "1"}
    for line in commands:
        words = line.replace("python3 -m venv", f"{sys.executable} -m venv").split()
        done = subprocess.run(words, cwd=top, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        if "rerun" in words:
            assert "\nidentical: " in f"\n{done.stdout}"
    place = subprocess.run(["environment/bin/python", "-c", "import forumsim; print(forumsim.__file__)"], cwd=top,
                           env=environment, capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert place.startswith(str(top))

"""The lines of docs/readers.md read what a sweep writes, with types and labels."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from forumsim.results.export import export
from forumsim.results.results import Results
from forumsim.sweeps import sweep

PLAN = {
    "scenario": "two_blocs",
    "steps": 6,
    "replicates": 2,
    "seed": 5,
    "fields": {"actors": 12, "nonstate": 2},
    "vary": {"dialogue.level": [0, 1], "realist": [False, True], "sincerity.level": ["unset", 0.5]},
    "record": {"every": 2},
}
#: What R says of the frames that the lines made.
ASKED = """
cat(nrow(runs), nrow(series), class(runs$run_id), class(runs$seed), class(runs$realist), class(series$step), "\\n")
cat(levels(runs$state_pooled), "|", levels(series$issue), "\\n")
cat(attr(series$enf, "label"), "\\n")
cat(sum(is.na(runs$sincerity_level)), sum(runs$realist), sum(is.na(series$enf)), "\\n")
cat(format(sum(series$enf, na.rm = TRUE), digits = 12), "\\n")
"""


@pytest.fixture(scope="module")
def text(root):
    return (root / "docs" / "readers.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder in which ``results/talk`` lies, as the page has it."""
    folder = tmp_path_factory.mktemp("readers")
    sweep(PLAN, folder / "results" / "talk")
    return folder


@pytest.fixture(scope="module")
def results(desk):
    return Results(desk / "results" / "talk")


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def rscript(program, folder, *packages):
    """What an R program prints; skipped where R or a package is missing."""
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed (Debian: r-base-core)")
    options = {"capture_output": True, "text": True, "check": False, "cwd": folder, "encoding": "utf-8"}
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    for package in packages:
        there = subprocess.run(["Rscript", "-e", f"library({package})"], **options, env=environment)
        if there.returncode:
            pytest.skip(f"the R package {package} is not installed (Debian: r-cran-{package})")
    (Path(folder) / "program.R").write_text("options(warn = 2)\n" + program, encoding="utf-8")
    done = subprocess.run(["Rscript", "--vanilla", "program.R"], **options, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def check_answers(lines, results):
    runs, series = results.runs, results.series
    labels = {field["name"]: field["description"] for item in results.codebook["resources"] if item["name"] == "series"
              for field in item["schema"]["fields"]}  # fmt: skip
    assert lines[0].split() == [str(len(runs)), str(len(series)), "character", "integer", "logical", "integer"]
    assert lines[1].split() == [
        "convergence",
        "polycentric",
        "mixed",
        "fragmentation",
        "|",
        "civil",
        "military",
        "pooled",
    ]
    assert lines[2].strip() == labels["enf"].strip()
    missing = [runs["sincerity_level"].isna().sum(), runs["realist"].sum(), series["enf"].isna().sum()]
    assert [int(word) for word in lines[3].split()] == missing
    assert float(lines[4]) == pytest.approx(series["enf"].sum(), rel=1e-10)


def test_base_r(text, desk, results):
    program, _ = blocks(text, "r")
    lines = rscript(program + ASKED, desk, "jsonlite")
    mean = results.series[results.series["issue"] == "pooled"].merge(results.runs, on="run_id")
    mean = mean.groupby(["dialogue_level", "step"], as_index=False)["fragmentation_across"].mean()
    assert lines[0].split() == ["step", "dialogue_level", "fragmentation_across"]
    table = [[float(word) for word in line.split()[1:]] for line in lines[1 : len(mean) + 1]]
    expected = mean[["step", "dialogue_level", "fragmentation_across"]].to_numpy()
    assert [value for row in table for value in row] == pytest.approx(expected.ravel().tolist(), rel=1e-4, abs=1e-6)
    check_answers(lines[len(mean) + 1 :], results)


def test_readr(text, desk, results):
    program, instead = blocks(text, "r")
    changed, count = re.subn(r"  frame <- read\.csv\(.*?(?=  for \(field)", lambda _: instead, program, flags=re.DOTALL)
    assert count == 1
    lines = rscript(changed + ASKED, desk, "jsonlite", "readr")
    check_answers(lines[-5:], results)


def test_python(text, desk, results, monkeypatch, capsys):
    monkeypatch.chdir(desk)
    program, loaded, _, in_mesas_shape, _ = blocks(text, "python")
    names = {"__name__": "readers"}
    exec(compile(program, "readers.md", "exec"), names)
    runs, series = names["runs"], names["series"]
    assert runs["run_id"].tolist() == results.runs["run_id"].tolist()
    assert str(runs["realist"].dtype) == "boolean"
    assert str(runs["seed"].dtype) == "Int64"
    assert runs["state_pooled"].dtype.categories.tolist() == ["convergence", "polycentric", "mixed", "fragmentation"]
    assert series["enf"].tolist() == pytest.approx(results.series["enf"].tolist(), nan_ok=True)
    assert series.attrs["labels"]["step"].startswith("step of the run")
    exec(compile(loaded, "readers.md", "exec"), names)
    assert names["talk"].runs["run_id"].tolist() == results.runs["run_id"].tolist()
    exec(compile(in_mesas_shape, "readers.md", "exec"), names)
    said = capsys.readouterr().out
    assert "fragmentation_across" in said
    assert said.splitlines()[-6].split() == ["run_id", "replicate", "step", "dialogue_level", "enf"]


def test_detailed_runs_in_python(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    sweep({**PLAN, "record": {"every": 2, "detail": "first", "snapshots": [0, 6]}}, "results/talk")
    _, loaded, detailed, _, _ = blocks(text, "python")
    names = {"__name__": "readers"}
    exec(compile(loaded + detailed, "readers.md", "exec"), names)
    assert names["graph"].number_of_nodes() == 14  # actors
    assert "universal_military" in capsys.readouterr().out


def test_parquet_into_pandas(text, desk, results, monkeypatch):
    """With what `pip install 'forumsim[formats]'` brings: pandas alone needs pyarrow, which it does not."""
    monkeypatch.chdir(desk)
    export(results.folder, ["parquet"])
    names = {"__name__": "readers"}
    exec(compile(blocks(text, "python")[4], "readers.md", "exec"), names)
    series = results.series
    assert list(names["series"].columns) == list(series.columns)
    assert names["series"]["run_id"].tolist() == series["run_id"].tolist()
    assert names["series"]["step"].dtype.kind == "i"
    assert names["series"]["enf"].tolist() == pytest.approx(series["enf"].tolist(), nan_ok=True)
    assert names["some"]["enf"].tolist() == series[series["issue"] == "pooled"]["enf"].tolist()


def test_stata_files_in_r(desk, results):
    """Stata itself is not at hand; haven is a reader of its files that is not ours."""
    export(results.folder, ["dta"])
    program = """
        series <- haven::read_dta("results/talk/export/series.dta")
        runs <- haven::read_dta("results/talk/export/runs.dta")
        cat(nrow(series), nrow(runs), names(attr(series$issue, "labels")), names(attr(runs$realist, "labels")), "\\n")
        cat(attr(series$enf, "label"), "\\n")
        cat(format(sum(series$enf, na.rm = TRUE), digits = 12), sum(is.na(series$enf)), class(runs$run_id), "\\n")
        cat(as.character(haven::as_factor(runs$state_pooled)), "\\n")
    """
    counts, label, sums, states = rscript(program, desk, "haven")
    assert counts.split() == [
        str(len(results.series)),
        str(len(results.runs)),
        "civil",
        "military",
        "pooled",
        "no",
        "yes",
    ]
    assert label.startswith("Effective number of forums: ")
    assert float(sums.split()[0]) == pytest.approx(results.series["enf"].sum(), rel=1e-10)
    assert sums.split()[1:] == [str(results.series["enf"].isna().sum()), "character"]
    assert states.split() == results.runs["state_pooled"].tolist()


def test_files_and_variables_of_the_stata_lines(text, desk, results, monkeypatch):
    """What the Stata lines name is there; they are not run, as Stata is not free."""
    monkeypatch.chdir(desk)
    export(results.folder, ["dta"])
    program = "\n".join(blocks(text, "stata"))
    for name in re.findall(r'"(results/[^"]+)"', program):
        assert Path(name).is_file(), name
    with pd.read_stata("results/talk/export/series.dta", iterator=True) as reader:
        variables, labels = reader.variable_labels(), reader.value_labels()
    assert {"run_id", "step", "issue", "fragmentation_across"} <= set(variables)
    assert "pooled" in labels["issue"].values()
    assert pd.read_stata("results/talk/export/runs.dta")["run_id"].is_unique
    header = (results.folder / "runs.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header[:2] == ["run_id", "point"]  # stringcols(1 2)

"""Results in other formats: the same values, with types and labels."""

import inspect
import json
import re
import shutil
import sys
from pathlib import Path

import duckdb
import mesa
import numpy as np
import pandas as pd
import pytest
from fake_runs import fails_at_full_level, fake_run, files_of

from any_runs import sweep
from forumsim.commands.folders import export as command
from forumsim.core.errors import InputError
from forumsim.core.measures import MEASURES_BY_NAME
from forumsim.core.parameters import BY_NAME
from forumsim.results.description import describe
from forumsim.results.export import export
from forumsim.results.results import Results
from forumsim.results.stata import shortened, stata_names
from forumsim.running.model import ForumModel
from forumsim.scenarios.loader import SHIPPED


def fails_at_length(scenario, record, steps, seed, every, snapshots=()):
    """Fails at the full level with a message longer than Stata's fixed texts, with signs of many languages."""
    if record["dialogue_level"] == 1.0:
        raise ArithmeticError("too much, zu viel, слишком много, 太多: " + "x" * 3000 + "\n'end', \"quoted\"")
    return fake_run(scenario, record, steps, seed, every, snapshots)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folder of the results, swept once."""
    return tmp_path_factory.mktemp("made") / "out"


@pytest.fixture
def results(given, made, tmp_path):
    """A copy of results with failures, an unset parameter, switches, details and a class among the measures."""
    if not made.exists():
        given["vary"] |= {"realist": [False, True], "sincerity.level": ["unset", 0.25]}
        given["vary"].pop("scenario.polarisation")
        given["record"]["series"] += ["biermann"]
        sweep(given, made, run=fails_at_length)
    return Results(Path(shutil.copytree(made, tmp_path / "out")))


def fields_of(results):
    return {item["name"]: item["schema"]["fields"] for item in results.codebook["resources"]}


# --- Parquet --------------------------------------------------------------------------------------------------------


def test_parquet_has_the_values_with_types(results):
    written = export(results.folder, ["parquet"])
    assert {path.name for path in written} == {f"{name}.parquet" for name in fields_of(results)}
    kinds = {"string": "VARCHAR", "integer": "INTEGER", "number": "DOUBLE", "boolean": "BOOLEAN"}
    with duckdb.connect() as connection:
        for path in written:
            table, fields = results.table(path.stem), fields_of(results)[path.stem]
            described = connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
            assert [(row[0], row[1]) for row in described] == [(f["name"], kinds[f["type"]]) for f in fields]
            rows = connection.execute(f"SELECT * FROM '{path}'").fetchall()
            there = [tuple(None if value != value else value for value in row) for row in table.itertuples(index=False)]
            assert rows == there, path.stem
            told = connection.execute(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()
            assert json.loads(dict(told)[b"table_schema"])["fields"] == fields


def test_parquet_without_duckdb(results, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    before = files_of(results.folder)
    with pytest.raises(InputError, match=re.escape("pip install 'forumsim[formats]'")):
        export(results.folder)
    assert files_of(results.folder) == before
    assert export(results.folder, ["dta"])


# --- Stata ----------------------------------------------------------------------------------------------------------


def test_stata_has_the_values_with_labels(results):
    for path in export(results.folder, ["dta"]):
        table, fields = results.table(path.stem), fields_of(results)[path.stem]
        with pd.read_stata(path, iterator=True, convert_categoricals=False) as reader:
            frame, labels = reader.read(), reader.variable_labels()
            words = reader.value_labels()
            assert reader.data_label.startswith(f"{path.stem}: ")
        assert path.read_bytes().startswith(b"<stata_dta><header><release>118</release>")
        assert list(frame.columns) == list(table.columns) == [field["name"] for field in fields]
        assert len(frame) == len(table)
        for field in fields:
            name, column = field["name"], frame[field["name"]]
            assert labels[name] == shortened(field["description"])
            assert 0 < len(labels[name]) <= 80
            assert len(name) <= 32
            allowed = field.get("constraints", {}).get("enum")
            if allowed:
                assert words[name] == dict(enumerate(allowed, start=1))
                column = column.map(words[name])
            if field["type"] == "string":
                assert column.fillna("").tolist() == table[name].fillna("").tolist(), name
            else:
                assert np.array_equal(column.astype(float), table[name].astype(float), equal_nan=True), name
            if field["type"] == "boolean":
                assert words[name] == {0: "no", 1: "yes"}


def test_stata_types(results):
    export(results.folder, ["dta"])
    with pd.read_stata(results.folder / "export" / "runs.dta", iterator=True) as reader:
        frame = reader.read(convert_categoricals=False, preserve_dtypes=True)
    assert frame["steps"].dtype == np.int32
    assert frame["seed"].dtype == np.float64  # 2147483647 is no long in Stata
    assert frame["realist"].dtype == np.int8
    assert frame["state_civil"].dtype == np.int8
    series = pd.read_stata(results.folder / "export" / "series.dta")
    assert series["issue"].dtype.categories.tolist() == ["civil", "military", "pooled"]


def test_stata_takes_tracebacks_of_any_length(results):
    export(results.folder, ["dta"])
    frame = pd.read_stata(results.folder / "export" / "failures.dta")
    assert frame["message"].tolist() == results.failures["message"].tolist()
    assert frame["traceback"].tolist() == results.failures["traceback"].tolist()
    assert frame["traceback"].str.len().min() > 3000
    assert long_columns(results.folder / "export" / "failures.dta") == {"message", "traceback"}


def long_columns(path):
    """Columns of the type strL, whose number is 32768."""
    types = path.read_bytes().partition(b"<variable_types>")[2].partition(b"</variable_types>")[0]
    codes = zip(pd.read_stata(path).columns, np.frombuffer(types, "<u2").tolist(), strict=True)
    return {name for name, code in codes if code == 32768}


def test_stata_types_do_not_depend_on_the_length_of_messages(given, tmp_path):
    results = sweep(given, tmp_path / "out", run=fails_at_full_level)
    export(results.folder, ["dta"])
    assert long_columns(results.folder / "export" / "failures.dta") == {"message", "traceback"}


def test_stata_labels_of_classes(results):
    export(results.folder, ["dta"])
    with pd.read_stata(results.folder / "export" / "series.dta", iterator=True, convert_categoricals=False) as reader:
        reader.read()
        assert reader.value_labels()["biermann"] == dict(MEASURES_BY_NAME["biermann"].codes)


def test_stata_knows_no_infinity(results):
    path = results.folder / "series.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    cells[4] = "inf"
    path.write_text("\n".join([head, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    export(results.folder, ["dta"], anyway=True)
    assert np.isnan(pd.read_stata(results.folder / "export" / "series.dta")["fragmentation"][0])


def test_stata_names():
    long = "scenario_" + "x" * 30
    names = stata_names(["run_id", "if", "state_ai-safety", "state_ai.safety", "9lives", long, long + "y", "str12"])
    assert names[:5] == ["run_id", "if_", "state_ai_safety", "state_ai_safety_2", "_9lives"]
    assert names[5] == long[:32]
    assert names[6] == long[:30] + "_2"
    assert names[7] == "str12_"
    assert len(set(names)) == len(names)
    columns = [*MEASURES_BY_NAME, *(parameter.field for parameter in BY_NAME.values())]
    assert stata_names(columns) == columns


def test_a_name_that_stata_does_not_take_stands_in_the_label(results, monkeypatch):
    described = json.loads(json.dumps(describe(results)).replace("realist", "re-alist"))
    monkeypatch.setattr("forumsim.results.export.describe", lambda _: described)
    with pytest.raises(InputError, match=r"runs\.csv: not as"):
        export(results.folder, ["dta"], anyway=True)
    for path in results.folder.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("realist", "re-alist"), encoding="utf-8")
    export(results.folder, ["dta"], anyway=True)
    with pd.read_stata(results.folder / "export" / "points.dta", iterator=True) as reader:
        assert reader.variable_labels()["re_alist"].startswith("re-alist: parameter")


#: Names that mean something to Stata, a spreadsheet, TeX or HTML, longer than its fixed texts, or of other scripts.
ODD = [
    "$x_1$ 100 % <b>",
    "=SUM(A1:A2)",
    "+1",
    "@x",
    "-1",
    "`tick' \"'",
    'say "hi", it\'s',
    "中国 𝔘 Ünï",
    "a line\nbreak",
    "long " + "ß" * 3000,
]


def test_odd_names_are_the_same_in_every_format(tmp_path):
    """What a user wrote into actors.csv and the plan is what other programs read, to the letter."""
    shutil.copytree(SHIPPED / "ai_governance", tmp_path / "odd")
    actors = pd.read_csv(tmp_path / "odd" / "actors.csv", dtype=str, keep_default_na=False)
    actors.loc[: len(ODD) - 1, "name"] = ODD
    actors.to_csv(tmp_path / "odd" / "actors.csv", index=False)
    parts = ['a $ % < "quoted"', "中国, `part'"]
    plan = {"scenario": str(tmp_path / "odd"), "steps": 1, "replicates": 1, "seed": 1,
            "part": [{"name": name} for name in parts]}  # fmt: skip
    results = sweep(plan | {"record": {"detail": "all", "snapshots": [1]}}, tmp_path / "out")
    export(results.folder)
    given = dict(zip(actors["id"], actors["name"], strict=True))
    with duckdb.connect() as connection:
        told = connection.execute(f"SELECT actor, name FROM '{results.folder}/export/actors.parquet'").fetchall()
        named = connection.execute(f"SELECT part FROM '{results.folder}/export/runs.parquet'").fetchall()
    stata = pd.read_stata(results.folder / "export" / "actors.dta")
    assert len(stata) == len(told) == 2 * len(actors)
    for pairs in (told, zip(stata["actor"], stata["name"], strict=True)):
        assert all(given[actor] == name for actor, name in pairs)
    assert (
        [name for (name,) in named] == pd.read_stata(results.folder / "export" / "runs.dta")["part"].tolist() == parts
    )


# --- all or nothing -------------------------------------------------------------------------------------------------


def test_files_appear_together_or_not_at_all(results, tmp_path):
    (results.folder / "summary.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for formats in (["parquet"], ["dta"]):
        with pytest.raises(InputError, match=r"summary\.csv: not as the codebook describes it"):
            export(results.folder, formats, tmp_path / "new", anyway=True)
        assert not (tmp_path / "new").exists()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "runs.parquet").write_text("earlier", encoding="utf-8")
    with pytest.raises(InputError, match=r"summary\.csv: has changed since it was written"):
        export(results.folder, out=tmp_path / "old")
    with pytest.raises(InputError, match="not as the codebook"):
        export(results.folder, out=tmp_path / "old", anyway=True)
    assert files_of(tmp_path / "old") == {"runs.parquet": b"earlier"}


@pytest.mark.parametrize("formats", [["parquet"], ["dta"]])
def test_words_among_numbers(results, formats):
    path = results.folder / "series.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",0,0,", ",zero,0,", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"series\.csv"):
        export(results.folder, formats)
    path.unlink()
    with pytest.raises(InputError, match=r"series\.csv: is missing"):
        export(results.folder, formats)


def test_an_export_replaces_an_earlier_one(results):
    (results.folder / "export").mkdir()
    (results.folder / "export" / "runs.dta").write_text("earlier", encoding="utf-8")
    written = export(results.folder)
    assert len(pd.read_stata(results.folder / "export" / "runs.dta")) == len(results.runs)
    assert {path.name for path in (results.folder / "export").iterdir()} == {path.name for path in written}


def test_what_cannot_be_exported(results, tmp_path):
    with pytest.raises(InputError, match="'xlsx'; allowed: parquet, dta"):
        export(results.folder, ["xlsx"])
    with pytest.raises(InputError, match="none is named"):
        export(results.folder, [])
    with pytest.raises(InputError, match="holds no manifest"):
        export(tmp_path)
    with pytest.raises(InputError, match="is a file"):
        export(results.folder, out=results.folder / "runs.csv")


def test_command(results, tmp_path, capsys):
    command(results.folder, parquet=True, stata=False, out=tmp_path / "new")
    said = capsys.readouterr().out
    assert str(tmp_path / "new" / "runs.parquet") in said
    assert ".dta" not in said
    with pytest.raises(InputError, match="--parquet, --stata"):
        command(results.folder, parquet=False, stata=False, out=None)


# --- the shape of Mesa's batch_run ----------------------------------------------------------------------------------


def batch(arguments, seeds, steps):
    """What Mesa returns: with ``rng`` of its own since 3.5, before it as an argument of the model."""
    options = {"data_collection_period": 1, "max_steps": steps, "display_progress": False}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        return pd.DataFrame(mesa.batch_run(ForumModel, arguments, rng=seeds, **options))
    frames = [pd.DataFrame(mesa.batch_run(ForumModel, {**arguments, "rng": [seed]}, **options)) for seed in seeds]
    for k, frame in enumerate(frames):
        frame["RunId"] += k * frame["RunId"].nunique()
        frame["iteration"] = k
    return pd.concat(frames, ignore_index=True)


def test_batch_run_of_mesa_gives_the_numbers_of_a_sweep(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 3, "replicates": 2, "seed": 5,
            "vary": {"dialogue.level": [0, 0.5], "scenario.polarisation": [0.2, 0.8]}}  # fmt: skip
    results = sweep(plan, tmp_path / "out")
    arguments = {"scenario": ["two_blocs"], "steps": [3], "dialogue_level": [0, 0.5],
                 "scenario_polarisation": [0.2, 0.8]}  # fmt: skip
    theirs = batch(arguments, results.runs["seed"].unique().tolist(), 3)
    keys = ["seed", "dialogue_level", "scenario_polarisation", "step"]
    theirs = theirs.rename(columns={"rng": "seed", "Step": "step"}).set_index(keys)
    for issue in ("pooled", "civil", "military"):
        series = results.series[results.series["issue"] == issue]
        ours = series.merge(results.runs, on="run_id").set_index(keys).reindex(theirs.index)
        names = [name for name in results.series.columns[4:] if issue == "pooled" or f"{name}_{issue}" in theirs]
        assert len(ours) == 8 * 4 and "enf" in names
        for name in names:
            other = theirs[name if issue == "pooled" else f"{name}_{issue}"].to_numpy(float)
            assert ours[name].to_numpy(float) == pytest.approx(other, rel=1e-7, abs=1e-12, nan_ok=True), name

"""The store: what was written is what is read back, and what is not as it was written is one clear message."""

import contextlib
import json
import os
import random
import shutil
import sqlite3
import sys
import tracemalloc

import pytest
from fake_runs import fake_run, files_of, tables_of

from any_runs import sweep
from forumsim.analysis import draw_figures, report
from forumsim.core.errors import InputError
from forumsim.plans import make_plan
from forumsim.results.export import export
from forumsim.results.files import write_files
from forumsim.results.heads import compare
from forumsim.results.opening import FolderState, folder_state, open_results
from forumsim.results.store import Store
from forumsim.results.store_rows import RunResult, stored_runs, verify_store
from forumsim.results.validation import check_results

HEAD = {"plan": {"seed": 1, "vary": {"dialogue.level": [0, 1]}}, "model_digest": "a"}
PARTS = ("runs", "series")


def opened(folder):
    store = Store(folder, PARTS)
    store.begin(HEAD)
    return store


def result(run, size=3):
    return RunResult(f"r{run}", True, {"runs": b"x" * size, "series": f"run {run}\n".encode()}, 0.5)


def written(folder, runs=(0, 1, 2)):
    with contextlib.closing(opened(folder)) as store:
        store.append([result(run) for run in runs])
    return folder / "sweep.sqlite"


def series(store):
    return [(run, parts["series"]) for run, _, parts in store.results(f"r{k}" for k in range(9))]


def change(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        for statement in statements:
            base.execute(statement)


def test_what_was_written_is_read_back_in_the_order_of_the_plan(tmp_path):
    written(tmp_path, (2, 0, 1))
    with contextlib.closing(Store(tmp_path, PARTS)) as store:
        assert series(store) == [("r0", b"run 0\n"), ("r1", b"run 1\n"), ("r2", b"run 2\n")]
        assert store.head == HEAD
        assert store.done["r1"].seconds == 0.5
    assert sorted(stored_runs(tmp_path, PARTS))[1] == ("r1", True, {"runs": b"xxx", "series": b"run 1\n"})
    assert list(files_of(tmp_path)) == ["sweep.sqlite"]


def test_notes_and_settled_runs_stay(tmp_path):
    with contextlib.closing(opened(tmp_path)) as store:
        store.append([result(0), result(1)])
        store.note(point="p0001", stopped="precision")
        store.settle(["r0", "r1"])
        store.append([result(2)])
    with contextlib.closing(Store(tmp_path, PARTS)) as store:
        assert store.notes == [{"point": "p0001", "stopped": "precision"}]
        assert store.settled == ("r0", "r1")
        store.settle(["r0", "r2"])
        assert sorted(store.done) == ["r0", "r2"]
        store.append([result(3)])
        store.commit()
        assert series(store) == [("r0", b"run 0\n"), ("r2", b"run 2\n"), ("r3", b"run 3\n")]


def test_what_is_forgotten_stays_until_it_is_done_again(tmp_path):
    written(tmp_path)
    with contextlib.closing(Store(tmp_path, PARTS)) as store:
        store.forget(["r1"])
        assert [run for run, _ in series(store)] == ["r0", "r2"]
    with contextlib.closing(Store(tmp_path, PARTS)) as store:  # as after a kill before it was done
        assert sorted(store.done) == ["r0", "r1", "r2"]
        store.forget(["r1"])
        store.append([RunResult("r1", True, {"series": b"again\n"})])
        assert series(store)[1] == ("r1", b"again\n")
    with contextlib.closing(Store(tmp_path, PARTS)) as store:
        assert series(store)[1] == ("r1", b"again\n")


def test_a_failed_write_is_repeated(tmp_path):
    with contextlib.closing(opened(tmp_path)) as store:
        store.append([result(0)])
        store.commit()
        (pages,) = store._base.execute("PRAGMA page_count").fetchone()
        store._base.execute(f"PRAGMA max_page_count = {pages}")
        noise = random.Random(1).randbytes(100_000)
        store.append([RunResult("r1", True, {"runs": noise})])
        with pytest.raises(OSError, match="No space left on device"):
            store.commit()
        assert sorted(store.done) == ["r0"]
        store._base.execute("PRAGMA max_page_count = 100000")
    with contextlib.closing(Store(tmp_path, PARTS)) as store:
        assert next(iter(store.results(["r1"])))[2]["runs"] == noise


def test_memory_does_not_grow_with_what_runs_leave(tmp_path):
    """Of 20 MB of rows only the index stays, while they are written and while they are read: some 300 bytes a run."""
    runs, size = 1000, 20_000
    tracemalloc.start()
    try:
        with contextlib.closing(Store(tmp_path, PARTS)) as store:
            store.begin(HEAD)
            for k in range(runs):
                store.append([RunResult(f"r{k}", True, {"runs": random.Random(k).randbytes(size)})])
                if k % 50 == 49:
                    store.commit()
            written = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            read = sum(len(pieces["runs"]) for _, _, pieces in store.results(f"r{k}" for k in range(runs)))
            assert read == runs * size
            peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written[0] < 1000 * runs and written[1] < 200 * size and peak < 200 * size


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")
def test_two_sweeps_do_not_write_to_one_folder(tmp_path):
    store = opened(tmp_path)
    with pytest.raises(InputError, match="another sweep"):
        opened(tmp_path)
    with pytest.raises(InputError, match="another sweep"):
        list(stored_runs(tmp_path, PARTS))
    store.close()
    opened(tmp_path).close()


def test_a_check_reads_the_store_and_waits_for_nobody(tmp_path):
    """What is damaged is told, what a sweep is writing is left out, and a copy without the store is good."""
    folder = sweep({"scenario": "two_blocs", "steps": 2, "replicates": 7}, tmp_path / "out").folder
    path, whole = folder / "sweep.sqlite", check_results(folder)
    assert not whole.problems and "7 finished runs in sweep.sqlite" in whole.checked[-1]
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("BEGIN EXCLUSIVE")
    busy = check_results(folder)
    assert not busy.problems and "sweep.sqlite" in busy.left_out[0]
    base.close()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    (problem,) = check_results(folder).problems
    assert problem.where == str(path) and "is damaged" in problem.found
    path.unlink()
    assert check_results(folder).problems == []


# --- damage ---------------------------------------------------------------------------------------------------------

DAMAGE = {
    "swapped ids": ["UPDATE runs SET run_id = 'x' WHERE number = 1", "UPDATE runs SET run_id = 'r0' WHERE number = 2",
                    "UPDATE runs SET run_id = 'r1' WHERE number = 1"],
    "swapped rows": ["UPDATE runs SET pieces = (SELECT pieces FROM runs WHERE number = 2) WHERE number = 1"],
    "null rows": ["UPDATE runs SET pieces = NULL WHERE number = 2"],
    "null ids": ["UPDATE runs SET run_id = NULL"],
    "another outcome": ["UPDATE runs SET ok = 0 WHERE number = 3"],
    "another time": ["UPDATE runs SET seconds = 5 WHERE number = 3"],
    "a row twice": ["INSERT INTO runs SELECT 9, run_id, ok, seconds, sizes, pieces, checksum FROM runs LIMIT 1"],
    "another head": ["UPDATE facts SET value = replace(value, 'seed', 'sead')"],
    "no head": ["DELETE FROM facts"],
    "another table": ["CREATE TABLE mine (a)"],
    "a trigger": ["CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END"],
    "a view for a table": ["ALTER TABLE runs RENAME TO was", "CREATE VIEW runs AS SELECT * FROM was"],
    "an id that is no text": ["UPDATE runs SET run_id = CAST(x'ff00' AS TEXT) WHERE number = 1"],
    "a later layout": ["PRAGMA user_version = 99"],
    "another program's": ["PRAGMA application_id = 7"],
}  # fmt: skip


@pytest.mark.parametrize("statements", DAMAGE.values(), ids=DAMAGE)
def test_damaged_rows_are_refused(tmp_path, statements):
    path = written(tmp_path)
    change(path, *statements)
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"sweep\.sqlite.*move the folder away"):
        Store(tmp_path, PARTS)
    assert path.read_bytes() == before
    with pytest.raises(InputError, match=r"sweep\.sqlite"):
        verify_store(tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"thesis\n" * 900, b"SQLite format 3\0" + b"\xff" * 900, b"{}"])
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    (tmp_path / "sweep.sqlite").write_bytes(content)
    with pytest.raises(InputError, match=r"sweep\.sqlite: is damaged"):
        Store(tmp_path, PARTS)
    assert (tmp_path / "sweep.sqlite").read_bytes() == content


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A sweep that ended before its tables were written: its plan, its store, and the tables that belong to it."""
    plan = {
        "scenario": "two_blocs", "steps": 4, "replicates": 20, "seed": 5, "fields": {"actors": 6, "nonstate": 1},
        "vary": {"dialogue.level": [0, 1]}, "record": {"series": ["fragmentation", "enf"], "every": 2},
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("begun")
    with pytest.MonkeyPatch.context() as patch:
        whole = sweep(plan, folder / "whole", run=fake_run)
        patch.setattr(sys.modules["forumsim.sweeps.sweep"], "assemble", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sweep(plan, folder / "out", run=fake_run)
    return plan, (folder / "out" / "sweep.sqlite").read_bytes(), tables_of(whole.folder)


@pytest.mark.parametrize("kind", ["flipped bit", "truncated", "zeroes", "swapped pages"])
def test_damaged_bytes_never_become_other_tables(begun, tmp_path, kind):
    """Whatever is done to the bytes of a store, the sweep refuses it or gives the right tables."""
    plan, content, whole = begun
    draw, refused = random.Random(kind), 0
    for number in range(40):
        damaged = bytearray(content)
        if kind == "flipped bit":
            damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        elif kind == "truncated":
            del damaged[draw.randrange(100, len(damaged)) :]
        elif kind == "zeroes":
            at = draw.randrange(len(damaged) - 512)
            damaged[at : at + 512] = bytes(512)
        else:
            a, b = (4096 * page for page in draw.sample(range(1, len(damaged) // 4096), 2))
            damaged[a : a + 4096], damaged[b : b + 4096] = damaged[b : b + 4096], damaged[a : a + 4096]
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "sweep.sqlite").write_bytes(damaged)
        try:
            sweep(plan, folder, run=fake_run)
        except InputError as error:
            refused += 1
            assert "sweep.sqlite" in str(error) and "move the folder away" in str(error)
            assert (folder / "sweep.sqlite").read_bytes() == bytes(damaged)
        else:
            assert tables_of(folder) == whole
    assert refused >= 20


# --- links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sweep.sqlite", "sweep.sqlite-journal", ".runs.csv.partial", "manifest.json",
                                  "runs.csv", "figures", "inputs", "inputs/scenarios"])  # fmt: skip
def test_a_link_in_a_results_folder_leads_nowhere(given, tmp_path, name):
    target = tmp_path / "mine"
    if name in ("figures", "inputs", "inputs/scenarios"):
        target.mkdir()
    else:
        target.write_text("years of work", encoding="utf-8")
    results = sweep(given, tmp_path / "out", run=fake_run)
    path = results.folder / name
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(target)
    before = files_of(results.folder)
    with pytest.raises(InputError, match="is a link"):
        sweep(given | {"replicates": 4}, results.folder, extend=True, run=fake_run)
    assert files_of(results.folder) == before
    assert not files_of(target) if target.is_dir() else target.read_text(encoding="utf-8") == "years of work"


@pytest.mark.parametrize(
    ("name", "write"),
    [
        (".report.html.partial", lambda folder: report(folder)),
        ("report.html", lambda folder: report(folder)),
        ("figures", lambda folder: draw_figures(folder)),
        ("export", lambda folder: export(folder, ["dta"])),
    ],
)
def test_readers_write_through_no_link(given, tmp_path, name, write):
    folder = sweep(given, tmp_path / "out", run=fake_run).folder
    target = tmp_path / "mine"
    target.mkdir() if name in ("figures", "export") else target.write_text("my key", encoding="utf-8")
    (folder / name).symlink_to(target)
    before = files_of(folder)
    with pytest.raises(InputError, match="is a link"):
        write(folder)
    assert files_of(folder) == before
    assert not files_of(target) if target.is_dir() else target.read_text(encoding="utf-8") == "my key"


def test_a_file_is_created_anew_also_where_a_link_waits_for_it(tmp_path):
    (tmp_path / "mine").write_text("my key", encoding="utf-8")
    (tmp_path / ".a.csv.partial").symlink_to(tmp_path / "mine")
    (tmp_path / "a.csv").symlink_to(tmp_path / "mine")
    write_files(tmp_path, {"a.csv": "x\n"})
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "my key"
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "x\n" and not (tmp_path / "a.csv").is_symlink()


def test_readers_refuse_a_folder_between_two_states(given, tmp_path):
    folder = sweep(given, tmp_path / "out", run=fake_run).folder
    assert folder_state(folder) is FolderState.COMPLETE
    (folder / "manifest.json").unlink()
    assert folder_state(folder) is FolderState.BETWEEN
    for read in (report, open_results):
        with pytest.raises(InputError, match=r"being replaced.*go on with: forumsim sweep PLAN --out"):
            read(folder)


@pytest.mark.parametrize("version", [1, 99, None])
def test_another_layout_is_not_complete(given, tmp_path, version):
    folder = sweep(given, tmp_path / "out", run=fake_run).folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"schema_version": version}), encoding="utf-8")
    with pytest.raises(InputError, match="layout of the folder"):
        sweep(given, folder, run=fake_run)


@pytest.mark.parametrize("name", ["my plan", "Ünï", "研究", "a&b (2)"])
def test_results_of_any_name_pass_their_own_check(given, tmp_path, name):
    folder = sweep(make_plan(given, name=name), tmp_path / "out", run=fake_run).folder
    found = check_results(folder).problems
    assert [p for p in found if "series.csv" not in p.where] == []  # the numbers of `fake_run` are out of range


def test_a_name_that_is_no_text_is_refused_before_anything_runs(given, tmp_path):
    with pytest.raises(InputError, match="name of the plan: is not UTF-8"):
        sweep(make_plan(given, name="bad\udcff"), tmp_path / "out", run=fake_run)
    assert not (tmp_path / "out").exists()


def test_a_results_folder_may_be_a_link(given, tmp_path):
    (tmp_path / "large_disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "large_disk")
    results = sweep(given, tmp_path / "out", run=fake_run)
    assert tables_of(tmp_path / "large_disk") == tables_of(results.folder)


def test_a_hard_linked_file_keeps_its_content(given, tmp_path):
    results = sweep(given, tmp_path / "out", run=fake_run)
    os.link(results.folder / "runs.csv", tmp_path / "mine.csv")
    before = (tmp_path / "mine.csv").read_bytes()
    sweep(given | {"replicates": 4}, results.folder, extend=True, run=fake_run)
    assert (tmp_path / "mine.csv").read_bytes() == before != (results.folder / "runs.csv").read_bytes()


def test_differences_are_named():
    now = {"plan": {"seed": 2, "vary": {"dialogue.level": [0, 1], "redline.scale": [1]}}, "model_digest": "b"}
    assert compare(HEAD, now) == [
        "seed: 1 there, 2 now",
        "model has changed since",
        "vary.redline.scale: absent there, [1] now",
    ]
    assert compare(HEAD, HEAD) == []
    other = {"plan": {"seed": 1, "vary": {"dialogue.level": [0, 1]}, "fields": {}}, "model_digest": "a"}
    there = HEAD | {"scenario_digests": {"two_blocs": "x"}}
    assert compare(there, there | {"scenario_digests": {"two_blocs": "y"}}) == ["scenario two_blocs has changed since"]
    now = other | {"plan": other["plan"] | {"scenario": "nuclear"}, "scenario_digests": {"nuclear": "z"}}
    assert compare(there, now) == ['scenario: absent there, "nuclear" now']  # neither has changed

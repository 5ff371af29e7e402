"""Results grow: more replicates, more points, failed runs tried again."""

import pytest
from fake_runs import fails_at_full_level, fake_run, files_of, interrupts, stored, tables_of

from any_runs import sweep
from forumsim.core.errors import InputError
from forumsim.sweeps import TooManyFailures


@pytest.fixture
def small(given):
    return given | {"replicates": 2, "vary": {"dialogue.level": [0, 1]}}


@pytest.fixture
def larger(given):
    return given | {"replicates": 4, "vary": {"dialogue.level": [0, 0.5, 1]}}


def test_extended_results_are_those_of_the_larger_plan_to_the_byte(small, larger, tmp_path):
    whole = sweep(larger, tmp_path / "whole", run=fake_run)
    sweep(small, tmp_path / "grown", run=fake_run)
    with pytest.raises(InputError, match="--extend"):
        sweep(larger, tmp_path / "grown", run=fake_run)
    grown = sweep(larger, tmp_path / "grown", extend=True, run=counting(tmp_path, fake_run))
    assert tables_of(grown.folder) == tables_of(whole.folder)
    assert grown.manifest["runs"] == whole.manifest["runs"]
    assert len((tmp_path / "calls").read_text()) == 12 - 4  # what was there is not run again
    # and once more
    more = larger | {"replicates": 5}
    again = sweep(more, tmp_path / "grown", extend=True, run=fake_run)
    assert tables_of(again.folder) == tables_of(sweep(more, tmp_path / "five", run=fake_run).folder)


def counting(tmp_path, run):
    def counted(*args, **kwargs):
        with open(tmp_path / "calls", "a", encoding="utf-8") as file:
            file.write(".")
        return run(*args, **kwargs)

    return counted


def test_an_interrupted_extension_goes_on(small, larger, tmp_path, monkeypatch):
    whole = sweep(larger, tmp_path / "whole", run=fake_run)
    sweep(small, tmp_path / "grown", run=fake_run)
    stop = tmp_path / "stop"
    stop.write_text("3", encoding="utf-8")
    monkeypatch.setenv("STOP_FILE", str(stop))
    with pytest.raises(KeyboardInterrupt):
        sweep(larger, tmp_path / "grown", extend=True, run=interrupts)
    grown = sweep(larger, tmp_path / "grown", extend=True, run=fake_run)
    assert tables_of(grown.folder) == tables_of(whole.folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 6}, "seed: 5 there, 6 now"),
        ({"steps": 8}, "steps: 6 there, 8 now"),
        ({"record": {"series": ["enf"]}}, "record.series"),
        ({"replicates": 1}, "runs do not belong to the plan any more"),
        ({"vary": {"dialogue.level": [0, 0.5]}}, "2 of its runs do not belong"),
        ({"fields": {"actors": 9, "nonstate": 1}}, "fields.actors"),
    ],
)
def test_what_is_no_extension_is_refused(small, tmp_path, change, message):
    folder = sweep(small, tmp_path / "out", run=fake_run).folder
    before = files_of(folder)
    with pytest.raises(InputError) as caught:
        sweep(small | change, folder, extend=True, run=fake_run)
    assert message in str(caught.value)
    assert files_of(folder) == before


def test_edited_tables_are_written_anew_when_they_are_extended(small, larger, tmp_path):
    whole = sweep(larger, tmp_path / "whole", run=fake_run)
    folder = sweep(small, tmp_path / "out", run=fake_run).folder
    path = folder / "series.csv"
    path.write_bytes(path.read_bytes().replace(b",0,", b",00,", 1))
    (folder / "runs.csv").write_bytes(b"")
    assert tables_of(sweep(larger, folder, extend=True, run=fake_run).folder) == tables_of(whole.folder)


def test_failed_runs_are_tried_again(given, tmp_path):
    whole = sweep(given, tmp_path / "whole", run=fake_run)
    failing = sweep(given, tmp_path / "out", run=fails_at_full_level)
    assert len(failing.failures) == 6
    assert len(sweep(given, tmp_path / "out", run=fake_run).failures) == 6  # complete as it is
    mended = sweep(given, tmp_path / "out", retry_failed=True, run=counting(tmp_path, fake_run))
    assert tables_of(mended.folder) == tables_of(whole.folder)
    assert len((tmp_path / "calls").read_text()) == 6
    sweep(given, tmp_path / "out", retry_failed=True, run=fails_at_full_level)  # nothing failed: nothing to do


@pytest.mark.parametrize(("handling", "most"), [({"fail_fast": True}, 1), ({"max_failures": 2}, 3)])
def test_too_many_failures_stop_it_and_keep_what_is_done(given, tmp_path, handling, most):
    given |= {"replicates": 30}
    folder = tmp_path / "out"
    with pytest.raises(TooManyFailures):
        sweep(given, folder, run=fails_at_full_level, **handling)
    failed = sum(not ok for _, ok in stored(folder))
    assert most <= failed < 60  # those of the chunk that was under way are kept
    assert not (folder / "manifest.json").exists()
    mended = sweep(given, folder, retry_failed=True, run=fake_run)
    assert tables_of(mended.folder) == tables_of(sweep(given, tmp_path / "whole", run=fake_run).folder)


def test_bad_numbers(given, tmp_path):
    with pytest.raises(InputError, match="max_failures"):
        sweep(given, tmp_path / "out", max_failures=-1, run=fake_run)

"""A disk that is full, or a quota: the file that cannot be written is named, and no half of anything stays."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest
import typer

from forumsim.commands.console import FAILED, MISTAKE, guarded
from forumsim.results.files import AtomicFile, write_files
from forumsim.scenarios import copy_scenario
from forumsim.scenarios.reading import read_bytes

#: Largest file that may be written, in bytes: a quota within the process.
MOST = 20_000


def with_quota(*words, cwd):
    """Call the command line where no file may grow beyond ``MOST`` bytes, as on a disk without room."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))

    return subprocess.run(
        [sys.executable, "-m", "forumsim", *words],
        cwd=cwd,
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )


def test_half_a_copy_of_a_scenario_does_not_stay(tmp_path):
    """The table of trust has more than MOST bytes, that of two_blocs does not."""
    done = with_quota("scenarios", "ai_governance", "--copy", "mine", cwd=tmp_path)
    assert done.returncode == MISTAKE
    assert "mine: cannot be copied: " in done.stderr and "trust.csv" in done.stderr
    assert len(done.stderr.splitlines()) == 2 and not list(tmp_path.iterdir())
    assert with_quota("scenarios", "two_blocs", "--copy", "mine", cwd=tmp_path).returncode == 0


def test_an_interrupted_copy_does_not_stay(tmp_path, monkeypatch):
    def interrupted(source, target):
        target.mkdir()
        (target / "forums.csv").write_text("id\n")
        raise KeyboardInterrupt

    monkeypatch.setattr("forumsim.scenarios.loader._copy_folder", interrupted)
    with pytest.raises(KeyboardInterrupt):
        copy_scenario("two_blocs", tmp_path / "mine")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [10, 10**6])  # what fits into a buffer fails when it is flushed, the rest at once
def test_the_file_that_cannot_be_written_is_named(tmp_path, monkeypatch, size):
    def on_a_full_disk(self, path):
        made(self, path)
        self._file.close()
        self._file = open("/dev/full", "wb")  # noqa: SIM115 - a device on which each write finds no space left

    made = AtomicFile.__init__
    monkeypatch.setattr(AtomicFile, "__init__", on_a_full_disk)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_files(tmp_path, {"figures/effects.png": bytes(size)})
    assert caught.value.filename == str(tmp_path / "figures" / "effects.png")
    assert not list((tmp_path / "figures").iterdir())


def test_a_file_that_is_longer_than_the_system_says_is_read_whole():
    """Of files in /proc the system says that they have 0 bytes."""
    problems = []
    content = read_bytes("/proc/self/limits", "limits", problems)
    assert not problems and content.startswith(b"Limit") and content.endswith(b"\n")


def test_too_little_memory_is_told_in_words(capsys):
    @guarded
    def command():
        raise MemoryError

    with pytest.raises(typer.Exit) as caught:
        command()
    assert caught.value.exit_code == FAILED
    assert "not enough memory" in capsys.readouterr().err

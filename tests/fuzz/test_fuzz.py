"""No input whatever ends in a traceback, takes long, or leaves traces where it was refused.

The first inputs run with the tests, all of them with ``-m slow``. ``pytest "tests/fuzz/test_fuzz.py::test_input[17]"``
repeats one.
"""

from __future__ import annotations

import os
import signal
import time
import traceback
from pathlib import Path

import pytest
from inputs import FILES, make
from typer.testing import CliRunner

from forumsim.commands.cli import app

#: Inputs, those that every test run has, and seconds of processor time that each may take.
ALL, ALWAYS, SECONDS = 400, 60, 5.0


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Results of the small plan, and everything compiled and imported."""
    folder = tmp_path_factory.mktemp("base")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    out = folder / "out"
    for words in (["sweep", folder / "plan.toml", "--workers", "1", "--out", out, "--quiet"], ["report", out]):
        assert CliRunner().invoke(app, [str(word) for word in words]).exit_code == 0
    return out


def on_disk(folder: Path) -> dict[str, object]:
    """What a folder holds: names with content, links not followed."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        else:
            found[name] = path.read_bytes() if path.is_file() else path.lstat().st_mode
    return found


def _too_long(number: int, frame: object) -> None:
    raise TimeoutError("no end in sight")


@pytest.mark.parametrize("number", [n if n < ALWAYS else pytest.param(n, marks=pytest.mark.slow) for n in range(ALL)])
def test_input(number, tmp_path, monkeypatch, results):
    given = make(number, tmp_path, results)
    monkeypatch.chdir(tmp_path)
    before, begun = on_disk(tmp_path), time.process_time()
    old = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(60)
    try:
        ended = CliRunner().invoke(app, given.words)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)
    seconds = time.process_time() - begun
    story = f"{given.what}: forumsim {' '.join(map(ascii, given.words))[:300]}\n{ended.output[-2000:]}"
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        story += "".join(traceback.format_exception(ended.exception))
        pytest.fail(story)
    # check and rerun say with status 1 that results are not as they should be
    allowed = (2,) if given.bad else (0, 1, 2) if given.words[0] in ("check", "rerun") else (0, 2)
    assert ended.exit_code in allowed, story
    assert "Traceback" not in ended.output, story
    assert len(ended.output) < 20_000, story
    assert seconds < SECONDS, story
    if ended.exit_code == 2:
        assert on_disk(tmp_path) == before, story

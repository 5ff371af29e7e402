"""A sweep is killed at every call that changes its folder: the same command goes on, to the same bytes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
KINDS = ("fresh", "extend", "retry", "replace")

pytestmark = pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="needs a C compiler, Linux")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "deaths.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(path), str(HERE / "deaths.c"), "-ldl"], check=True)
    return path


def deaths(library, folder, kind, every):
    """How often a sweep died, and went on every time."""
    command = [sys.executable, str(HERE / "deaths.py"), str(library), str(folder), kind, str(every)]
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return int(ended.stdout)


@pytest.mark.parametrize("kind", KINDS)
def test_some_deaths(library, tmp_path, kind):
    assert deaths(library, tmp_path, kind, 23) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_death(library, tmp_path, kind):
    found = deaths(library, tmp_path, kind, 1)
    print(f"{kind}: {found} deaths")
    assert found >= 90  # 133, 116, 105 and 152 when this was written

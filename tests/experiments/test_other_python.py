"""What this Python has run, the other one runs again to the bit: that of an environment beside the one in use."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from forumsim.sweeps import sweep

PLANS = {
    "two_blocs": {
        "scenario": "two_blocs", "steps": 40, "replicates": 2, "seed": 5, "fields": {"actors": 20},
        "vary": {"dialogue.level": [0, 1], "scenario.polarisation": [0.3, 0.9]},
        "record": {"every": 4, "detail": "all"},
    },
    "ai_governance": {
        "scenario": "ai_governance", "steps": 12, "replicates": 1, "seed": 8, "preset": "intense",
        "vary": {"realist": [False, True]}, "record": {"detail": "all"},
        "interventions": [{"step": 3, "act": "shock", "kind": "crisis"}],
    },
}  # fmt: skip


def version(python):
    """Its version without the patch level; empty where it does not run, or lacks forumsim."""
    asked = "import forumsim, sys; print('%d.%d' % sys.version_info[:2])"
    try:
        found = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False, timeout=60)
    except OSError:
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""


@pytest.fixture(scope="module")
def other(root):
    """An interpreter of another version, with forumsim."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in sorted(root.glob(".venv*/bin/python")):
        if Path(sys.prefix) != python.parents[1] and version(python) not in ("", own):
            return python
    pytest.skip("no environment with another Python is beside this one (make setup PYTHON=python3.12)")


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_rows_and_tables_are_the_same_to_the_bit(other, tmp_path, name):
    results = sweep(PLANS[name], tmp_path / "out")
    assert results.failures.empty

    def again(*arguments):
        command = [other, "-m", "forumsim", "rerun", str(results.folder), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    ids = results.runs["run_id"].tolist()
    for run_id in (ids[0], ids[-1]):
        said = again(run_id)
        rows = int((results.series["run_id"] == run_id).sum())
        assert re.search(rf"identical: runs\.csv 1 row, series\.csv {rows} rows, events\.csv \d+ rows", said), said
        assert "different" not in said
    assert again("--quiet", "--workers", "1").startswith(f"identical: {len(ids)} runs, ")

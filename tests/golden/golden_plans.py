"""Golden digests of the tables that three small plans leave: their bytes, but for what names the version of the model.

Ids of runs depend on the model's sources. In the digests they are replaced by their number in the order of runs.csv, so
that a digest changes when a number or a column changes, and not with every edit of the code.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from forumsim import sweep

SMALL = {"actors": 10, "nonstate": 1}
SERIES = ["fragmentation", "fragmentation_across", "enf", "trust_across"]
SANCTION = {"step": 2, "act": "shock", "kind": "sanction", "actor": "west_major", "other": "east_major", "size": 0.9}

PLANS: dict[str, dict[str, Any]] = {
    "grid_with_contrasts": {
        "scenario": "two_blocs", "steps": 12, "replicates": 4, "seed": 3, "fields": SMALL,
        "vary": {"dialogue.level": [0, 0.5, 1], "scenario.polarisation": [0.3, 0.8]},
        "contrasts": {"talk": {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}}},
        "record": {"series": SERIES, "every": 3, "detail": "first", "snapshots": [0, 12]},
    },
    "parts_with_interventions_and_a_stop": {
        "scenario": "two_blocs", "steps": 16, "replicates": 3, "seed": 4, "fields": SMALL,
        "vary": {"dialogue.level": [0.2, 1]},
        "stop": {"when": "fragmentation < 0.3", "for": 2, "after": 4},
        "record": {"series": SERIES, "every": 2, "detail": "all"},
        "part": [
            {"name": "with", "interventions": [SANCTION]},
            {"name": "without"},
        ],
    },
    "lhs_with_adaptive_replication": {
        "scenario": "two_blocs", "steps": 10, "seed": 5, "fields": SMALL,
        "replication": {"minimum": 2, "maximum": 6, "ahead": 1, "precision": {"fragmentation": 0.05}},
        "design": {"kind": "lhs", "n": 5},
        "vary": {"dialogue.level": {"from": 0, "to": 1}, "scenario.polarisation": {"from": 0.2, "to": 0.9}},
        "record": {"series": SERIES, "every": 5},
    },
}  # fmt: skip


def digests_of_tables(folder: Path) -> dict[str, str]:
    """Rows and digest of every CSV of a results folder."""
    ids = [line.split(b",", 1)[0] for line in (folder / "runs.csv").read_bytes().splitlines()[1:]]
    numbers = {run_id: b"r%06d" % number for number, run_id in enumerate(ids)}
    found = {}
    for path in sorted(folder.glob("*.csv")):
        text = re.sub(rb"(?m)^r[0-9a-f]{12}(?=,)", lambda match: numbers.get(match[0], b"?"), path.read_bytes())
        found[path.stem] = f"{text.count(bytes([10])) - 1} rows {hashlib.sha256(text).hexdigest()[:16]}"
    return found


@cache
def digests_of_plan(name: str) -> dict[str, str]:
    """The tables of a plan, run anew."""
    with tempfile.TemporaryDirectory() as folder:
        sweep(PLANS[name], Path(folder) / "results")
        return digests_of_tables(Path(folder) / "results")


def digests_of_plans() -> dict[str, dict[str, str]]:
    """The tables of all plans."""
    return {name: digests_of_plan(name) for name in PLANS}

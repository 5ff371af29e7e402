"""Manifests for results that tests make up."""

from __future__ import annotations

import json
from pathlib import Path

from forumsim.results.manifest import SCHEMA_VERSION
from forumsim.results.opening import file_digest


def sign(folder: Path, **more: object) -> Path:
    """Write a manifest that agrees with the tables as they are now, or renew the digests of the one that is there."""
    path = folder / "manifest.json"
    base = {"schema_version": SCHEMA_VERSION, "plan": {}, "plan_digest": "0", "runs": {"planned": 1}}
    content = {**base, **(json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}), **more}
    content["files"] = {table.name: file_digest(table) for table in sorted(folder.glob("*.csv"))}
    path.write_text(json.dumps(content), encoding="utf-8")
    return folder

"""The manifest: what was run, with what, when, and what came out."""

from __future__ import annotations

import functools
import platform
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from forumsim.core.compilation import MODEL_DIGEST, PACKAGE
from forumsim.extensions import description
from forumsim.plans.plan import Plan
from forumsim.plans.seeds import run_seed
from forumsim.results.comparison import comparison
from forumsim.results.inputs import version_of

#: Version of the layout of a results folder.
SCHEMA_VERSION = 2
#: Packages that may decide a result or a figure.
PACKAGES = ("forumsim", "numpy", "scipy", "numba", "llvmlite", "pandas", "mesa", "SALib")


def identity(plan: Plan) -> dict[str, Any]:
    """What decides the results, for the store and the manifest: plan, scenarios, model, extensions."""
    digests = {part.name or part.scenario: part.digest for part in plan.parts}
    own = {"extensions": plan.extensions.digests} if plan.extensions else {}
    return {"plan": plan.content(), "scenario_digests": digests, "model_digest": MODEL_DIGEST, **own}


def recorded_identity(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The `identity` that a manifest holds."""
    keys = ("plan", "scenario_digests", "model_digest", "extensions")
    return {key: manifest[key] for key in keys if key in manifest}


def make_manifest(
    plan: Plan, scenarios: Sequence[Any], counts: Mapping[str, int], times: Mapping[str, Any], files: Mapping[str, str],
    inputs: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """The content of manifest.json.

    Parameters
    ----------
    plan : Plan
    scenarios : sequence of Scenario
        Those of the parts.
    counts : mapping
        Runs planned, ended, failed.
    times : mapping
        When it began and ended.
    files : mapping
        SHA-256 (hex) by name.
    inputs : mapping
        Where in the folder the scenarios and files are that the plan names (`forumsim.results.inputs`).
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "name": plan.name,
        **identity(plan),
        "plan_digest": plan.digest,
        **({"declared": description(plan.extensions)} if plan.extensions else {}),
        **({"notes": list(plan.notes)} if plan.notes else {}),
        "labels": labels(scenarios[0]),
        "comparison": comparison(plan, scenarios, [labels(scenario) for scenario in scenarios]),
        "seeds": {
            "plan": plan.seed,
            "rule": "forumsim.plans.seeds.run_seed(plan seed, replicate); the same at all points",
            "first_replicates": [run_seed(plan.seed, r) for r in plan.replication.numbers[:10]],
        },
        "runs": dict(counts),
        "software": software(),
        "times": dict(times),
        "inputs": dict(inputs),
        "files": dict(files),
    }


def labels(scenario: Any) -> dict[str, Any]:
    """What the scenario calls things: title, issues with what 0 and 1 mean, blocs. Figures and reports read it."""
    issues = zip(scenario.issues, scenario.issue_labels, scenario.issue_ends, strict=True)
    return {
        "title": scenario.title,
        "issues": [{"id": i, "label": label, "low": low, "high": high} for i, label, (low, high) in issues],
        "blocs": [{"id": b, "label": label} for b, label in zip(scenario.blocs, scenario.bloc_labels, strict=True)],
    }


def software() -> dict[str, str]:
    """Versions of Python, the system and the packages that matter, and the commit of a checkout."""
    versions = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    versions |= {package: version for package in PACKAGES if (version := version_of(package))}
    commit = _commit()
    return versions | ({"git_commit": commit} if commit else {})


@functools.cache
def _commit() -> str:
    """The commit of the checkout that this code runs from, with + where it was changed; empty where there is none."""
    if not (PACKAGE.parent.parent / ".git").exists():
        return ""
    try:
        git = ["git", "-C", str(PACKAGE)]
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=True)
        dirty = subprocess.run([*git, "status", "--porcelain", "--", str(PACKAGE)], capture_output=True, text=True,
                               timeout=5, check=True)  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return head.stdout.strip() + ("+" if dirty.stdout.strip() else "")

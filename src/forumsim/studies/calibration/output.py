"""The folder of a calibration: trials, fit of the best, parameters to use in plans, manifest last."""

from __future__ import annotations

import importlib.metadata
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.plans.plan import as_toml
from forumsim.plans.seeds import run_seed
from forumsim.results.codebook_tables import results_tables
from forumsim.results.files import write_files
from forumsim.results.manifest import SCHEMA_VERSION, software
from forumsim.results.opening import CHANGED, file_digest
from forumsim.running.text import csv_lines, exact, measured
from forumsim.scenarios.settings import column_name, sort_settings
from forumsim.studies.calibration.file import Calibration
from forumsim.studies.calibration.loss import Fit

TRIAL_COLUMNS = ("loss", "loss_se", "loss_noise", "missing", "fresh_loss", "fresh_loss_se", "fresh_loss_noise")
FIT_COLUMNS = ("trial", "seeds", "measure", "issue", "step", "target", "tolerance", "n", "mean", "sd", "ci_low",
               "ci_high", "off")  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """One point that was tried."""

    number: int  #: from 1
    values: dict[str, Any]  #: by varied name
    fit: Fit  #: on the seeds that all trials share
    fresh: Fit | None = None  #: on seeds that no trial had; of the best few alone


def is_complete(folder: Path, digest: str) -> bool:
    """Whether the folder holds the results of just this calibration.

    Raises
    ------
    InputError
        It does, but some have changed since they were written.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        files = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if manifest.get("calibration_digest") != digest or not all((folder / name).is_file() for name in files):
        return False
    hint = "take it away: the same command writes it again"
    changed = [
        Problem(str(folder / name), "has changed since it was written", "", hint)
        for name, known in files.items() if file_digest(folder / name) != known
    ]  # fmt: skip
    if changed:
        raise InputError(changed, CHANGED)
    return True


def write(
    folder: Path, calibration: Calibration, scenario: Any, trials: Sequence[Trial], best: Trial,
    failures: Sequence[bytes], head: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write the tables, the parameters, the file as given, and the manifest last.

    ``failures`` are rows of failures.csv, ``head`` says what decides the results, and the times.
    """
    texts = {
        "trials.csv": _trials(calibration, trials),
        "fit.csv": _fits(calibration, trials),
        "best.toml": best_toml(calibration, best),
        "calibration.toml": calibration.text,
        **{source.name: source.text for source in calibration.plan.extensions.sources if not source.installed},
    }
    own = calibration.plan.extensions
    if failures:
        varied, fields = calibration.part.varied, scenario.field_specs
        header = results_tables(scenario.issues, (), varied, fields, own=own.parameters)["failures"].header
        texts["failures.csv"] = (csv_lines([header]) + b"".join(failures)).decode("utf-8")
    else:
        (folder / "failures.csv").unlink(missing_ok=True)
    digests = write_files(folder, texts)
    first, fresh = calibration.replicates, calibration.check
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "name": calibration.name,
        **{key: value for key, value in head.items() if key != "times"},
        "calibration_digest": calibration.digest,
        "trials": len(trials),
        "best_trial": best.number,
        "checked": {"trials": [trial.number for trial in trials if trial.fresh is not None], "replicates": fresh},
        "seeds": {
            "calibration": calibration.plan.seed,
            "rule": "forumsim.plans.seeds.run_seed(seed, replicate); the same for all trials",
            "trials": [run_seed(calibration.plan.seed, r) for r in range(first)],
            "fresh": [run_seed(calibration.plan.seed, r) for r in range(first, first + fresh)],
        },
        "failed_runs": len(failures),
        "software": software() | {"optuna": importlib.metadata.version("optuna")},
        "times": head["times"],
        "files": digests,
    }
    write_files(folder, {"manifest.json": json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"})


def _trials(calibration: Calibration, trials: Sequence[Trial]) -> str:
    """One row a trial: values, loss on the common seeds, and on fresh ones where it was run there."""
    varied = calibration.part.varied
    rows: list[list[str]] = [["trial", *map(column_name, varied), *TRIAL_COLUMNS]]
    for trial in trials:
        numbers = [trial.fit.loss, trial.fit.se, trial.fit.noise, trial.fit.missing]
        numbers += [math.nan] * 3 if trial.fresh is None else [trial.fresh.loss, trial.fresh.se, trial.fresh.noise]
        values = [exact(trial.values[name]) for name in varied]
        rows.append([str(trial.number), *values, *map(measured, numbers)])
    return csv_lines(rows).decode("utf-8")


def _fits(calibration: Calibration, trials: Sequence[Trial]) -> str:
    """The best few against each target, on the seeds of the trials and on fresh ones."""
    rows: list[list[str]] = [list(FIT_COLUMNS)]
    for trial in trials:
        for seeds, found in (("trials", trial.fit), ("fresh", trial.fresh)):
            if trial.fresh is not None and found is not None:
                rows += [[str(trial.number), seeds, *cells] for cells in fit_cells(calibration, found)]
    return csv_lines(rows).decode("utf-8")


def fit_cells(calibration: Calibration, found: Fit) -> Iterator[list[str]]:
    """For each target its row of fit.csv, without trial and seeds."""
    for k, target in enumerate(calibration.targets):
        numbers = [found.mean[k], found.sd[k], found.low[k], found.high[k], found.off[k]]
        yield [
            target.measure, target.issue, target.when, exact(target.target), exact(target.tolerance),
            str(int(found.n[k])), *(measured(float(number)) for number in numbers),
        ]  # fmt: skip


def best_toml(calibration: Calibration, best: Trial) -> str:
    """The tables [fields] and [parameters] of a plan with the best values, and what the calibration had fixed."""
    part = calibration.part
    found = sort_settings(best.values)
    fields, parameters = part.fields | found.fields, part.parameters | found.parameters
    given: dict[str, Any] = {}
    preset = found.preset or part.preset
    if preset:
        given["preset"] = preset
    given |= {"fields": fields} if fields else {}
    given |= {"parameters": {name: _unset(value) for name, value in parameters.items()}} if parameters else {}
    fresh = best.fresh or best.fit
    head = [
        f"# Trial {best.number} of {calibration.trials} of the calibration {calibration.name}: to be used in a plan "
        f"for {part.scenario}, {part.steps} steps.",
        f"# Loss {measured(best.fit.loss)} on the seeds of the trials, {measured(fresh.loss)} "
        f"(standard error {measured(fresh.se)}) on fresh ones.",
    ]
    return "\n".join(head) + "\n" + as_toml(given)


def _unset(value: Any) -> Any:
    return "unset" if isinstance(value, float) and math.isnan(value) else value

"""``forumsim calibrate``: parameters for which a scenario comes near targets."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from forumsim.commands.compilation import compile_once
from forumsim.commands.console import columns, note, number_text, say, wrapped
from forumsim.commands.options import Quiet, With, Workers, argument, option
from forumsim.commands.sweep import cores

if TYPE_CHECKING:
    from forumsim.studies.calibration import Calibrated, Fit


def calibrate(
    file: Annotated[Path, argument(help="What to calibrate, a TOML file.")],
    out: Annotated[
        Path | None, option(metavar="DIR", help="Folder to write to.  [default: results/NAME OF THE FILE]")
    ] = None,
    workers: Workers = None,
    quiet: Quiet = False,
    with_: With = None,
) -> None:
    """Search for parameters with which a scenario comes near targets. The same command again resumes it.

    The file is a plan with ranges in [vary] and a table [target] with trials and file. That file is a CSV with the
    columns measure, issue, step (a number, or end), target and tolerance; source and note may be added.
    experiments/README.md explains them.

    Raises
    ------
    InputError
        When the file cannot be used or the folder holds something else.
    """
    from forumsim.studies.calibration import calibrate as run_calibration
    from forumsim.studies.calibration import load_calibration
    from forumsim.studies.calibration.search import import_optuna

    calibration = load_calibration(file, with_)
    import_optuna()  # mistakes first, before the wait for numba
    compile_once(bool(calibration.plan.extensions))
    number = min(workers or cores(), calibration.replicates)
    found = run_calibration(calibration, out, number, progress=not quiet)
    if found.done_before:
        say(f"{found.folder} is complete ({calibration.trials} trials), nothing to do")
    _say_targets(found)
    say()
    _say_best(found)
    if (found.folder / "failures.csv").is_file():
        note(f"forumsim: some runs failed and count as missing, see {found.folder / 'failures.csv'}")
    say()
    say(f"parameters for a plan: {found.folder / 'best.toml'}")
    say(f"tables: {found.folder / 'trials.csv'}, {found.folder / 'fit.csv'}")


def _say_targets(found: Calibrated) -> None:
    """The targets, and what came out at the best point on fresh seeds."""
    mine, best = found.calibration, found.best
    fresh = best.fresh
    assert fresh is not None
    say(
        f"Targets, and trial {best.number} on {mine.check} fresh seeds: mean, 95 % interval, distance in tolerances; "
        "sd over runs"
    )
    rows = []
    for k, target in enumerate(mine.targets):
        aim, tolerance, mean, low, high, off, sd = map(number_text, (
            target.target, target.tolerance, fresh.mean[k], fresh.low[k], fresh.high[k], fresh.off[k], fresh.sd[k],
        ))  # fmt: skip
        rows.append((target.measure, target.issue, target.when, aim, tolerance, mean, f"[{low}, {high}]", off, sd))
    head = ("measure", "issue", "step", "target", "tolerance", "obtained", "", "off", "sd")
    say(columns(rows, head, right="lllrrrlrr"))
    if best.fit.missing or fresh.missing:
        say(wrapped(f"{fresh.missing:.1%} of the values are missing in these runs.", "  "))


def _say_best(found: Calibrated) -> None:
    """The best few: their values, their loss on the seeds of the trials and on fresh ones."""
    mine = found.calibration
    say(f"The best of {len(found.trials)} trials, by their loss on fresh seeds (± standard error)")
    rows = [
        (t.number, _loss(t.fit), _loss(t.fresh), *(_value(t.values[name]) for name in mine.part.varied))
        for t in found.checked
        if t.fresh is not None
    ]
    head = (
        "trial",
        f"loss, {mine.replicates} seeds of the trials",
        f"loss, {mine.check} fresh seeds",
        *mine.part.varied,
    )
    say(columns(rows, head, right="rrr" + "r" * len(mine.part.varied)))
    fresh = found.best.fresh
    assert fresh is not None
    say(
        wrapped(
            "The loss is the mean squared distance from the targets in tolerances. The first is too low, as trials "
            f"were chosen by it; compare by the second. Replicate noise alone makes {number_text(fresh.noise)} of it.",
            "  ",
        )
    )


def _loss(fit: Fit | None) -> str:
    if fit is None:
        return ""
    return number_text(fit.loss) + ("" if math.isnan(fit.se) else f" ± {number_text(fit.se)}")


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, (int, float)) else str(value)

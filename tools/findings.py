"""Runs the plans of the hypotheses and judges what they claim: ``python tools/findings.py`` (`make findings`).

`experiments/hypotheses/claims.toml` says what each hypothesis expects of which plan: the same seeds once with the
settings ``from`` and once with ``to``. The effect of a claim is the mean difference between the two with its 95 % t
interval; where a claim has ``against``, less the same difference under other settings. The realist null is the same
effect among realists, in the part of the same name with "realists" before it.

An effect that holds at the priors may not hold beside them. So every claim is tried again at parameter sets from a
Latin hypercube over the plausible ranges of all parameters that its plan leaves free. Sets under which silence does not
do what it should (share forums at polarisation .2, divide them at .8) are left out, as they are of another world.

The tables of all plans go to ``--out``, the table of verdicts to ``docs/hypotheses.csv``, and the curves behind the
figure of each hypothesis to ``docs/hypotheses_curves.csv``.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

import findings_each
import findings_figure
from findings_claims import (
    NULL,
    PLANS,
    effect_of,
    holds,
    interval,
    verdict,
    window_means,
    window_of,
    with_what_it_needs,
)
from forumsim.core.parameters import PARAMETERS
from forumsim.sweeps import sweep

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "hypotheses.csv"
#: Not drawn with the other parameters: what the claims are about, definitions of measures, what is off by default.
KEPT = (
    "dialogue.level", "dialogue.track", "sincerity.", "measure.", "confidence.", "aspiration.start", "founding.poisson",
)  # fmt: skip
#: Where silence shares forums, and where it divides them: the polarisation, and the bound of F across blocs.
PATTERNS = {"near": (0.2, 0.5), "apart": (0.8, 0.67)}
COLUMNS = (
    "hypothesis", "says", "plan", "measure", "issue", "expected", "n", "effect", "ci_low", "ci_high", "null_effect",
    "null_ci_low", "null_ci_high", "verdict", "sets", "sets_holding",
)  # fmt: skip


# --- at the priors --------------------------------------------------------------------------------------------------


def judge(claim: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Effect, null and verdict of a claim from the tables of its plan."""
    runs, series = (pd.read_csv(folder / f"{name}.csv", low_memory=False) for name in ("runs", "series"))
    issue = claim.get("issue", "pooled")
    steps = runs.groupby("part")["steps"].first() if "part" in runs else runs["steps"]
    length = int(steps[claim["from"]["part"]] if "part" in claim["from"] else steps.iloc[0])
    values = window_means(series, claim["measure"], issue, window_of(claim, length))
    runs = with_what_it_needs(claim, runs, series)
    parts = set(runs["part"]) if "part" in runs else set()
    plain = parts == {"model", NULL}
    effects = effect_of(claim, runs, values, part="model" if plain else "")
    mean, low, high = interval(effects)
    null = (np.nan, np.nan, np.nan)
    if plain:
        null = interval(effect_of(claim, runs, values, part=NULL))
    elif any(part.startswith(f"{NULL}, ") for part in parts):
        null = interval(effect_of(claim, runs, values, prefix=f"{NULL}, "))
    return {
        "hypothesis": claim["hypothesis"], "says": claim["says"], "plan": claim["plan"], "measure": claim["measure"],
        "issue": issue, "expected": claim["expected"], "n": len(effects), "effect": mean,
        "ci_low": low, "ci_high": high, "null_effect": null[0], "null_ci_low": null[1], "null_ci_high": null[2],
        "verdict": verdict(claim, mean, low, high),
    }  # fmt: skip


# --- at other parameters --------------------------------------------------------------------------------------------


def _settled(given: Mapping[str, Any], selector: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A part of its own with all that a plan fixes for these settings."""
    part: dict[str, Any] = {"name": name, "fields": dict(given.get("fields", {}))}
    part["parameters"] = dict(given.get("parameters", {}))
    parts = {each["name"]: each for each in given.get("part", [])}
    chosen_part = parts.get(selector.get("part", "model"), {})
    for key in ("fields", "parameters"):
        part[key] |= chosen_part.get(key, {})
    for key in ("scenario", "steps", "interventions"):
        if key in chosen_part:
            part[key] = chosen_part[key]
    for setting, value in selector.items():
        if setting != "part":
            field = setting.startswith(("scenario.", "forums."))
            part["fields" if field else "parameters"][setting.removeprefix("scenario.")] = value
    return part


def parameter_sets(sets: int) -> pd.DataFrame:
    """A Latin hypercube over the plausible ranges of all parameters but those of `KEPT`: one row a set."""
    drawn = [item for item in PARAMETERS if item.range is not None and not item.name.startswith(KEPT)]
    unit = qmc.LatinHypercube(len(drawn), rng=7).random(sets)
    columns = {}
    for k, item in enumerate(drawn):
        low, high = item.range or (0.0, 1.0)
        values = low + (high - low) * unit[:, k]
        columns[item.name] = np.round(values).astype(int) if item.is_whole else values
    return pd.DataFrame(columns)


class Sets:
    """Runs the settings of claims at the same parameter sets.

    Parameters
    ----------
    out : path
        Folder of the results.
    sets, replicates, workers : int
    """

    def __init__(self, out: Path, sets: int, replicates: int, workers: int) -> None:
        self.out, self.replicates, self.workers = out, replicates, workers
        self.table = parameter_sets(sets)
        self.sound = self._sound() if sets else set()

    def _sound(self) -> set[int]:
        """The sets under which silence does what it should."""
        parts = [
            {"name": name, "fields": {"polarisation": polarisation}, "parameters": {"dialogue.level": 0}}
            for name, (polarisation, _) in PATTERNS.items()
        ]
        claim = {"measure": "fragmentation_across"}
        runs, values = self._run("patterns", "two_blocs", 120, parts, claim, (101, 120))
        by_set = runs.assign(value=runs["run_id"].map(values)).groupby(["row", "part"])["value"].mean().unstack("part")
        kept = (by_set["near"] < PATTERNS["near"][1]) & (by_set["apart"] > PATTERNS["apart"][1])
        return {int(row) for row in by_set.index[kept]}

    def _run(self, name: str, scenario: str, steps: int, parts: list[dict[str, Any]], claim: Mapping[str, Any],
             window: tuple[int, int]) -> tuple[pd.DataFrame, pd.Series]:  # fmt: skip
        """The runs of some parts, each numbered by its parameter set, and the value of each."""
        fixed = {setting for part in parts for setting in part["parameters"]}
        points = self.out / f"{name}.csv"
        points.parent.mkdir(parents=True, exist_ok=True)
        self.table.drop(columns=list(fixed & set(self.table.columns))).to_csv(points, index=False)
        needed = [claim["needs"]["measure"]] if "needs" in claim else []
        plan = {
            "scenario": scenario, "steps": steps, "replicates": self.replicates, "seed": 99, "part": parts,
            "design": {"kind": "table", "file": str(points.resolve())},
            "record": {"series": [claim["measure"], *needed], "every": 4},
        }  # fmt: skip
        sweep(plan, self.out / name, self.workers, yes=True, plan_folder=PLANS)
        runs, series = (pd.read_csv(self.out / name / f"{each}.csv", low_memory=False) for each in ("runs", "series"))
        runs["row"] = runs.groupby(["part", "replicate"]).cumcount()
        runs = with_what_it_needs(
            {**claim, "from": {"part": "a"}, "to": {"part": "b"}}, runs, series, ("row", "replicate")
        )
        return runs, window_means(series, claim["measure"], claim.get("issue", "pooled"), window)

    def tried(self, name: str, claim: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[int, int]:
        """Number of sound parameter sets, and of those under which a claim has the expected sign."""
        before, after = claim["from"], claim["to"]
        selectors = [before, after]
        against = claim.get("against")
        if against:
            selectors += [against["from"], against["to"]] if "from" in against else [before | against, after | against]
        parts = [_settled(given, selector, letter) for selector, letter in zip(selectors, "abcd", strict=False)]
        steps = int(parts[0].pop("steps", given["steps"]))
        scenario = parts[0].pop("scenario", given["scenario"])
        for part in parts[1:]:  # both are those of the first
            part.pop("steps", None)
            part.pop("scenario", None)
        runs, values = self._run(name, scenario, steps, parts, claim, window_of(claim, steps))
        renamed: dict[str, Any] = {"from": {"part": "a"}, "to": {"part": "b"}}
        if against:
            renamed["against"] = {"from": {"part": "c"}, "to": {"part": "d"}}
        means = effect_of({**claim, **renamed}, runs, values, by=("row", "replicate")).groupby("row").mean()
        means = means[means.index.isin(self.sound)]
        return len(means), int(holds(claim, means).sum())


# --- all of it ------------------------------------------------------------------------------------------------------


def line(row: Mapping[str, Any]) -> str:
    """A row of the table in words, for the terminal."""
    text = f"{row['hypothesis']:4}{row['verdict']:14}{row['effect']:+.3f} [{row['ci_low']:+.3f}, {row['ci_high']:+.3f}]"
    text += f"  realists {row['null_effect']:+.3f}"
    if "sets" in row:
        text += f"  {row['sets_holding']} of {row['sets']} sets"
    return f"{text}  {row['says']}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python tools/findings.py", description="Run and judge the hypotheses.")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "hypotheses", help="folder of the results")
    parser.add_argument("--only", nargs="+", metavar="H", help="hypotheses, such as H1 H14; the table is left as it is")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--sets", type=int, default=200, help="parameter sets to try claims at (default 200; 0: none)")
    parser.add_argument("--replicates", type=int, default=3, help="runs of each of them (default 3)")
    given = parser.parse_args(arguments)
    claims = tomllib.loads((PLANS / "claims.toml").read_text(encoding="utf-8"))["claim"]
    if given.only:
        claims = [claim for claim in claims if claim["hypothesis"] in given.only]
    began = time.monotonic()
    rows = []
    tries = Sets(given.out / "sets", given.sets, given.replicates, given.workers)
    for number, claim in enumerate(claims):
        plan = PLANS / f"{claim['plan']}.toml"
        sweep(plan, given.out / claim["plan"], given.workers)
        row = judge(claim, given.out / claim["plan"])
        if given.sets:
            name = f"{number:02d}_{claim['hypothesis']}"
            tried = tries.tried(name, claim, tomllib.loads(plan.read_text(encoding="utf-8")))
            row |= dict(zip(("sets", "sets_holding"), tried, strict=True))
        rows.append(row)
        print(line(row), flush=True)
    print(f"{time.monotonic() - began:.0f} s")
    if not given.only:
        table = pd.DataFrame(rows, columns=COLUMNS)
        table.to_csv(TABLE, index=False, float_format="%.4f", lineterminator="\n")
        findings_figure.main()
        findings_each.from_results(claims, given.out)
        print(TABLE)
    return 0


if __name__ == "__main__":
    sys.exit(main())

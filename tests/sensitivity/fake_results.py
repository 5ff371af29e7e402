"""Results folders of functions whose indices are known, written as a sweep would write its own."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from forumsim.plans.designs import rows
from forumsim.plans.factors import Factor
from forumsim.scenarios.settings import column_name
from signed import sign


def write_results(
    folder: Path,
    ranges,
    design,
    function,
    noise=0.0,
    replicates=1,
    missing=(),
    measure="enf",
    whole=(),
    seed=3,
    merged=False,
):
    """A folder with the means of ``function(values)`` plus normal noise of the runs, alike at no two points.

    ``ranges`` are (low, high) by name; ``missing`` are numbers of points at which there is no value; ``merged``: rows
    of the design that are the same are one point, as a sweep has them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = {key: value for key, value in design.items() if key != "kind"}
    factors = [Factor(name, (), float(low), float(high), name in whole) for name, (low, high) in ranges.items()]
    points = rows(design["kind"], factors, options)
    if merged:
        points = list(dict.fromkeys(points))
    exact = function(np.array(points, dtype=float))
    rng = np.random.default_rng(seed)
    runs = exact[:, None] + noise * rng.standard_normal((len(exact), replicates))
    names = [column_name(name) for name in ranges]
    with open(folder / "points.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["point", *names, "replicates", "failed", "stopped"])
        for k, point in enumerate(points):
            table.writerow([f"p{k + 1:04d}", *(repr(value) for value in point), replicates, 0, "fixed"])
    with open(folder / "summary.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["point", *names, "issue", "measure", "n", "mean", "sd", "ci_low", "ci_high"])
        for k, point in enumerate(points):
            first = [f"p{k + 1:04d}", *point]
            share = round(float(10 * (exact[k] - exact.min()) / np.ptp(exact))) / 10
            if k in missing:
                table.writerow([*first, "pooled", measure, 0, "", "", "", ""])
            else:
                sd = repr(float(runs[k].std(ddof=1))) if replicates > 1 else ""
                table.writerow([*first, "pooled", measure, replicates, repr(float(runs[k].mean())), sd, "", ""])
            table.writerow([*first, "pooled", "share_fragmentation", 10, share, "", "", ""])
            table.writerow([*first, "pooled", "share_mixed", 10, 0.5, "", "", ""])
    vary = {factor.name: factor.content() for factor in factors}
    plan = {"scenario": "two_blocs", "vary": vary, "design": design, "record": {"series": [measure]}}
    return sign(folder, plan=plan)

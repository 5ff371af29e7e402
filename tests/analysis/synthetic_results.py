"""Results folders with made-up numbers in the layout that sweeps write: known effects, a small political world."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd

from forumsim.analysis.style import Sheet
from signed import sign

#: For tests that look at what is drawn, and not at its files: the fastest to draw.
QUICK = Sheet(("png",), dpi=50)

ISSUES = ("values", "order", "military")
SCOPES = (*ISSUES, "pooled")
PER_ISSUE = ("fragmentation", "fragmentation_across", "fragmentation_within", "enf", "contact", "coverage",
             "legalization")  # fmt: skip
POOLED_ONLY = ("trust_within", "trust_across", "trust_majors", "genuine_share", "words_without_deeds")
MEASURES = (*PER_ISSUE, *POOLED_ONLY)
BASE = {"fragmentation": 0.8, "fragmentation_across": 0.9, "fragmentation_within": 0.55, "enf": 6.0, "contact": 0.95,
        "coverage": 0.7, "legalization": 0.34, "trust_within": 0.75, "trust_across": 0.31, "trust_majors": 0.3,
        "genuine_share": 0.5, "words_without_deeds": 0.6}  # fmt: skip
#: Effect of a unit of the first parameter at the second = 1 and at 0; between them it is linear.
EFFECT = {"fragmentation": (-0.12, 0.02), "fragmentation_across": (-0.2, 0.03), "fragmentation_within": (0.0, 0.0),
          "enf": (-2.0, 0.3), "contact": (0.0, 0.0), "coverage": (0.05, -0.02), "legalization": (0.1, -0.2),
          "trust_within": (0.05, -0.02), "trust_across": (0.35, -0.2), "trust_majors": (0.3, -0.25),
          "genuine_share": (0.2, -0.1), "words_without_deeds": (-0.3, 0.4)}  # fmt: skip
BLOCS = ("west", "east", "south")
FORUMS = (
    ("un", "United Nations", (1, 1, 1), (0.5, 0.55, 0.5)),
    ("gpai", "Global Partnership on AI", (1, 1, 0), (0.25, 0.3, 0.5)),
    ("g7", "G7 Hiroshima AI Process", (1, 1, 0), (0.22, 0.28, 0.5)),
    ("brics", "BRICS AI Study Group", (0, 1, 0), (0.5, 0.78, 0.5)),
    ("poldec", "Political Declaration on Responsible Military Use", (0, 0, 1), (0.5, 0.5, 0.25)),
    ("bletchley", "AI Safety Summit series (Bletchley)", (1, 0, 0), (0.4, 0.5, 0.5)),
    ("coe", "Council of Europe Framework Convention on AI", (1, 0, 0), (0.18, 0.5, 0.5)),
    ("founded_01", "Forum founded by India (2026-Q1)", (0, 1, 0), (0.5, 0.62, 0.5)),
    ("founded_02", "Forum founded by China (2029-Q3)", (1, 1, 1), (0.75, 0.74, 0.7)),
)
NAMED = {"west": ("USA", "GBR", "DEU", "FRA", "JPN", "CAN"), "east": ("CHN", "RUS", "IRN"),
         "south": ("IND", "BRA", "ZAF", "IDN", "NGA")}  # fmt: skip


def date(step: int) -> str:
    """Quarter of a step, the start being 2024-Q4."""
    quarter = 2024 * 4 + 3 + step
    return f"{quarter // 4}-Q{quarter % 4 + 1}"


def write_results(
    folder: Path,
    vary: dict[str, list] | None = None,
    replicates: int = 6,
    steps: int = 60,
    every: int = 4,
    noise: float = 0.05,
    missing: float = 0.0,
    detail: bool = True,
    seed: int = 7,
) -> Path:
    """Write a results folder; run values share the noise of their replicate (common random numbers)."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    vary = {"dialogue_level": [0.0, 0.25, 0.5, 0.75, 1.0], "sincerity_level": [0.2, 0.5, 0.8]} if vary is None else vary
    points = list(itertools.product(*vary.values())) or [()]
    recorded = np.arange(0, steps + 1, every)
    runs, series = [], []
    for replicate in range(replicates):
        shared = rng.normal(0, noise, (len(recorded), len(SCOPES), len(MEASURES)))
        for index, point in enumerate(points):
            run_id = f"r{len(runs) + 1:06d}"
            values = _values(point, recorded, steps, shared + rng.normal(0, noise / 4, shared.shape))
            values[rng.random(values.shape) < missing] = np.nan
            runs.append(_run_row(run_id, index, replicate, steps, vary, point, values))
            block = pd.DataFrame(values.reshape(-1, len(MEASURES)), columns=list(MEASURES))
            block.insert(0, "issue", list(SCOPES) * len(recorded))
            block.insert(0, "date", np.repeat([date(s) for s in recorded], len(SCOPES)))
            block.insert(0, "step", np.repeat(recorded, len(SCOPES)))
            block.insert(0, "run_id", run_id)
            series.append(block)
    pd.DataFrame(runs).to_csv(folder / "runs.csv", index=False)
    pd.concat(series).round(6).to_csv(folder / "series.csv", index=False)
    if detail:
        _write_detail(folder, [runs[i]["run_id"] for i in range(len(points))], steps, rng)
    return sign(folder, software={"forumsim": "0.1.0"}, seed=seed)


def _values(point: tuple, recorded: np.ndarray, steps: int, noise: np.ndarray) -> np.ndarray:
    numbers = [float(v) if isinstance(v, (int, float)) else 0.5 for v in point]
    level = numbers[0] if numbers else 0.5
    other = numbers[1] if len(numbers) > 1 else 0.8
    ramp = np.minimum(1.0, recorded / (0.6 * steps))[:, None]
    values = np.full(noise.shape, np.nan)
    for m, name in enumerate(MEASURES):
        high, low = EFFECT[name]
        effect = level * (low + (high - low) * other)
        scope = np.array([1.0, 1.1, 0.5, 0.9])
        course = BASE[name] * (1 - 0.05 * np.arange(4)) + effect * ramp * scope
        scale = 4.0 if name == "enf" else 1.0
        values[:, :, m] = np.clip(course + scale * noise[:, :, m], 0, None if name == "enf" else 1)
        if name in POOLED_ONLY:
            values[:, :3, m] = np.nan
    values[0, :, MEASURES.index("words_without_deeds")] = np.nan
    return values


def _run_row(run_id: str, index: int, replicate: int, steps: int, vary: dict, point: tuple, values: np.ndarray) -> dict:
    row = {"run_id": run_id, "point": f"p{index + 1:04d}", "replicate": replicate, "seed": 1000 + replicate,
           "scenario": "ai_governance", "steps": steps, **dict(zip(vary, point, strict=True))}  # fmt: skip
    for i, scope in enumerate(SCOPES):
        f = values[-1, i, 0]
        row[f"state_{scope}"] = "convergence" if f < 0.62 else "fragmentation" if f > 0.74 else "mixed"
        change = values[-1, i, 1] - values[0, i, 1]
        row[f"tendency_{scope}"] = "converging" if change < -0.05 else "fragmenting" if change > 0.05 else "steady"
    return row


def _actors(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    centre = {"west": (0.2, 0.25, 0.2), "east": (0.85, 0.8, 0.75), "south": (0.5, 0.7, 0.55)}
    for bloc, count in (("west", 40), ("east", 20), ("south", 90)):
        names = [*NAMED[bloc], *(f"{bloc[0].upper()}{i:02d}" for i in range(count))][:count]
        for i, name in enumerate(names):
            power = 6.0 / (i + 1) if i < len(NAMED[bloc]) else 0.1 * rng.random()
            power *= {"west": 1.2, "east": 1.2, "south": 0.5}[bloc]
            rows.append((name, name, "state", "major" if name in ("USA", "CHN") else "state", bloc, power,
                         *np.clip(rng.normal(centre[bloc], 0.09), 0.01, 0.99)))  # fmt: skip
    for i in range(8):
        rows.append((f"firm_{i}", f"Firm {i}", "nonstate", "firm", "west", 0.0, *rng.random(3)))
    columns = ["actor", "name", "kind", "role", "bloc", "power", *(f"position_{i}" for i in ISSUES)]
    frame = pd.DataFrame(rows, columns=columns)
    frame["power"] /= frame["power"].sum()
    return frame


def _write_detail(folder: Path, run_ids: list[str], steps: int, rng: np.random.Generator) -> None:
    """Events, forums, memberships and actors of some runs; the same small history in each."""
    actors = _actors(rng)
    tables: dict[str, list[pd.DataFrame]] = {"events": [], "forums": [], "memberships": [], "actors": []}
    for run_id in run_ids:
        for name, frame in _history(actors, steps, np.random.default_rng(3)).items():
            frame.insert(0, "run_id", run_id)
            tables[name].append(frame)
    for name, frames in tables.items():
        pd.concat(frames).to_csv(folder / f"{name}.csv", index=False)


def _history(actors: pd.DataFrame, steps: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    live = {f[0] for f in FORUMS[:7]}
    members = {f[0]: set() for f in FORUMS}
    for name, *_ in FORUMS[:7]:
        members[name] = set(_first_members(actors, name, rng))
    events: list[tuple] = []
    shots: dict[str, list] = {"forums": [], "memberships": [], "actors": []}
    founded = {"founded_01": (5, "IND"), "founded_02": (19, "CHN")}
    moved = actors.copy()
    for step in range(steps + 1):
        for forum, (when, founder) in founded.items():
            if step == when:
                live.add(forum)
                events.append((step, "founding", founder, "", forum, "order", 0.3))
                for actor in _first_members(actors, forum, rng):
                    members[forum].add(actor)
                    events.append((step, "join", actor, "", forum, "", 0.0))
                if forum == "founded_02":
                    events.append((step, "competitive_creation", founder, "", forum, "order", 0.4))
        if step == 40:
            events.append((step, "dissolution", "", "", "coe", "", 0.0))
            events += [(step, "exit", a, "", "coe", "", 0.0) for a in sorted(members["coe"])]
            members["coe"], live = set(), live - {"coe"}
        for forum in sorted(live):
            _churn(step, forum, members[forum], actors, events, rng)
        if step in {round(k * steps / 3) for k in range(4)}:
            positions = [f"position_{i}" for i in ISSUES]
            moved[positions] = np.clip(moved[positions] * 0.93 + 0.07 * 0.45, 0, 1)
            _snapshot(step, live, members, moved, shots)
    log = pd.DataFrame(events, columns=["step", "event", "actor", "other", "forum", "issue", "value"])
    log.insert(1, "date", [date(s) for s in log["step"]])
    return {"events": log, **{name: pd.concat(frames) for name, frames in shots.items()}}


def _first_members(actors: pd.DataFrame, forum: str, rng: np.random.Generator) -> list[str]:
    share = {"un": (0.95, 0.95, 0.95), "gpai": (0.7, 0.0, 0.1), "g7": (0.25, 0, 0), "brics": (0, 0.5, 0.15),
             "poldec": (0.8, 0.0, 0.1), "bletchley": (0.5, 0.15, 0.1), "coe": (0.5, 0, 0),
             "founded_01": (0.1, 0.2, 0.6), "founded_02": (0, 0.9, 0.4)}[forum]  # fmt: skip
    chance = actors["bloc"].map(dict(zip(BLOCS, share, strict=True)))
    large = actors["actor"].isin([n for names in NAMED.values() for n in names]) & (chance > 0.2)
    drawn = (rng.random(len(actors)) < chance) | (large & (rng.random(len(actors)) < 0.85))
    return sorted(actors.loc[drawn & (actors["kind"] == "state"), "actor"])


def _churn(step: int, forum: str, members: set, actors: pd.DataFrame, events: list, rng: np.random.Generator) -> None:
    for actor in rng.choice(actors["actor"], 2):
        if actor in members and rng.random() < 0.2:
            members.discard(actor)
            events.append((step, "exit", actor, "", forum, "", 0.0))
        elif actor not in members and rng.random() < 0.4:
            members.add(actor)
            events.append((step, "join", actor, "", forum, "", 0.0))
    if rng.random() < 0.15 and members:
        events.append((step, "regime_shift", sorted(members)[0], "", forum, "values", 0.2))


def _snapshot(step: int, live: set, members: dict, actors: pd.DataFrame, shots: dict[str, list]) -> None:
    power = actors.set_index("actor")["power"]
    rows = []
    for name, label, mandate, charter in FORUMS:
        if name in live or (name == "coe" and step > 40):
            status = "alive" if name in live else "dissolved"
            weight = float(power[sorted(members[name])].sum())
            rows.append((step, date(step), name, label, status, "standing", "club", -4, "USA", "", 0.3, 0.5,
                         len(members[name]), weight, *mandate, *charter))  # fmt: skip
    columns = ["step", "date", "forum", "name", "status", "mode", "form", "founded", "founder", "parent",
               "legalization", "vitality", "members", "weight_in", *(f"mandate_{i}" for i in ISSUES),
               *(f"charter_{i}" for i in ISSUES)]  # fmt: skip
    shots["forums"].append(pd.DataFrame(rows, columns=columns))
    held: dict[str, list[str]] = {}
    for forum in sorted(live):
        for actor in sorted(members[forum]):
            held.setdefault(actor, []).append(forum)
    ties = [(step, date(step), f, a, 1 / len(fs)) for a, fs in sorted(held.items()) for f in fs]
    shots["memberships"].append(pd.DataFrame(ties, columns=["step", "date", "forum", "actor", "attention"]))
    shot = actors.assign(step=step, date=date(step), capacity=1.0, focal="")
    shots["actors"].append(shot[["step", "date", *actors.columns[:6], "capacity", *actors.columns[6:], "focal"]])

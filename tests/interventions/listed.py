"""Lists of interventions for tests: every act of both scenarios, at the start, at the end, several in a step."""

from __future__ import annotations

from typing import Any

import numpy as np

from forumsim import ForumModel
from forumsim.core.world import World
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario

STEPS = 10
FIELDS: dict[str, dict[str, Any]] = {"two_blocs": {"actors": 14, "nonstate": 2}, "ai_governance": {}}
SETTINGS = {"dialogue.level": 0.5}

#: Two states, one other, an issue, a forum that both may join and leave.
NAMES = {
    "two_blocs": ("west_major", "east_major", "west_01", "civil", "universal_civil"),
    "ai_governance": ("USA", "CHN", "ARE", "values", "GPAI"),
}


def acts(scenario: str) -> list[dict[str, Any]]:
    """All acts at least once; the list is in the order of the steps."""
    a, b, c, issue, forum = NAMES[scenario]
    return [
        {"step": 0, "act": "set", "parameters": {"dialogue.level": 0.8, "redline.scale": 2.0}},
        {"step": 0, "act": "channel", "actor": a, "other": b, "track": 2, "rate": 1.5, "steps": 4},
        {"step": 0, "act": "shock", "kind": "red_line", "actor": c, "issue": issue, "size": float("inf")},
        {"step": 1, "act": "shock", "kind": "sanction", "actor": a, "other": b, "size": 0.4, "steps": 3},
        {"step": 2, "act": "shock", "kind": "crisis", "actor": b, "other": c, "issue": issue, "size": 0.4},
        {"step": 3, "act": "leave", "actor": c, "forum": forum},
        {"step": 3, "act": "meet", "actor": a, "other": c, "track": "1.5"},
        {"step": 3, "act": "meet", "actor": a, "other": c, "track": 2},
        {"step": 3, "act": "host", "actors": [a, b, c], "track": 2, "forum": forum},
        {"step": 4, "act": "found", "actor": b, "issue": issue, "inclusive": True},
        {"step": 5, "act": "join", "actor": c, "forum": forum},
        {"step": 5, "act": "write", "what": "position", "value": {issue: 0.25}, "actor": b},
        {"step": 5, "act": "write", "what": "charter", "value": 0.4, "forum": forum},
        {"step": 5, "act": "write", "what": "trust", "value": {b: 0.9}, "actor": a},
        {"step": 5, "act": "meet", "actor": a, "other": c, "track": 2},
        {"step": 7, "act": "shock", "kind": "closing", "forum": forum},
        {"step": STEPS, "act": "write", "what": "power", "value": 0.3, "actor": a},
        {"step": STEPS, "act": "shock", "kind": "sanction", "actor": a, "other": b, "size": 0.5},
    ]


def bits(world: World) -> dict[str, bytes]:
    """All arrays of a world as bytes; of the log what is in it."""
    arrays = {name: array.tobytes() for name, array in world.arrays() if name != "events"}
    return arrays | {"events": world.log().tobytes()}


def by_model(scenario: str, entries: list[dict[str, Any]], seed: int = 3) -> ForumModel:
    """A model that has done the acts, and run to its end."""
    model = ForumModel(scenario, steps=STEPS, rng=seed, **FIELDS[scenario], **SETTINGS)
    for step in range(STEPS + 1):
        for entry in entries:
            if entry["step"] == step:
                model.intervene(entry["act"], **{k: v for k, v in entry.items() if k not in ("step", "act")})
        if step < STEPS:
            model.step()
    return model


def by_batch(scenario: str, entries: Any = (), seed: int = 3, steps: int = STEPS, **more: Any) -> Any:
    """The same by the path of sweeps."""
    case = load_scenario(scenario, **FIELDS[scenario])
    return run_arrays(case, params_for(case, SETTINGS), steps, seed, interventions=entries, **more)


def differing(one: World, other: World) -> list[str]:
    """Names of the arrays that are not the same to the bit."""
    here, there = bits(one), bits(other)
    return [name for name in here if here[name] != there[name]]


def same_floats(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal to the bit."""
    return one.shape == other.shape and one.tobytes() == other.tobytes()

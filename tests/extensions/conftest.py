"""An extension whose outcome is known by hand, and a plan that varies its parameter."""

from __future__ import annotations

import pytest

from forumsim.core.schedule import SCHEDULE

#: With the model's own rules off nothing but this rule moves trust.
TEXT = """
from forumsim.extensions import measure, parameter, rule

@rule(after="dialogue", loss=parameter(0.01, 0, 1, "Share of trust that everybody loses in a step.", unit="share"))
def fatigue(world, p, loss):
    world.trust *= 1 - loss

@measure(label="Mean trust", unit="trust", description="Over all pairs.")
def mean_trust(world, p):
    n = world.actors
    return (world.trust.sum() - world.trust.trace()) / (n * (n - 1))
"""
RULES = {f"rule.{rule.__name__}": False for rule in SCHEDULE}


@pytest.fixture
def own(tmp_path):
    """The file of the extension."""
    path = tmp_path / "my_rules.py"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def plan():
    """A plan that needs it; a change may be given."""

    def make(**changes):
        given = {
            "scenario": "two_blocs", "with": ["my_rules.py"], "steps": 8, "replicates": 3, "seed": 5,
            "fields": {"actors": 8, "nonstate": 0}, "parameters": dict(RULES),
            "vary": {"fatigue.loss": [0, 0.25]}, "record": {"series": ["enf", "mean_trust"], "every": 4},
            "contrasts": {"tired": {"from": {"fatigue.loss": 0}, "to": {"fatigue.loss": 0.25}}},
        }  # fmt: skip
        return given | changes

    return make

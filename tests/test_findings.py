"""What docs/findings.md says of single forums, measured again."""

import re

import numpy as np
import pytest

from forumsim.running.run import record_for, run_arrays
from forumsim.scenarios import load_scenario

SEEDS = range(1, 17)


def law_at_the_end(sincerity):
    """Mean legalization of UNESCO_AI and US_POLDEC_MIL, and the share of reach that founded forums hold."""
    case = load_scenario("ai_governance")
    record = record_for(case, {"dialogue.level": 1.0, "sincerity.level": sincerity})
    founded = np.array([name.startswith("founded_") for name in case.forum_ids])
    rows = []
    for seed in SEEDS:
        world = run_arrays(case, record, 60, seed, every=60).world
        live = world.live()
        shared = [world.legalization[case.forum_ids.index(name)] for name in ("UNESCO_AI", "US_POLDEC_MIL")]
        rows.append([*shared, world.weight_in[live & founded].sum() / world.weight_in[live].sum()])
    return np.mean(rows, axis=0)


def test_law_hardens_in_shared_forums_while_clubs_lose_reach(root):
    text = " ".join((root / "docs" / "findings.md").read_text(encoding="utf-8").split())
    said = re.search(
        r"recommendation (\.\d+) against (\.\d+), the Political Declaration (\.\d+) against (\.\d+)\).* "
        r"held (\d+) % of the reach against (\d+) %",
        text,
    )
    assert said is not None
    unesco, unesco_low, declaration, declaration_low, clubs, clubs_low = (float(part) for part in said.groups())
    high, low = law_at_the_end(0.8), law_at_the_end(0.2)
    assert [unesco, declaration, clubs / 100] == pytest.approx(high, abs=0.00501)
    assert [unesco_low, declaration_low, clubs_low / 100] == pytest.approx(low, abs=0.00501)

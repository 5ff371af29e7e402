"""Scenarios: what a world is made of. Shipped cases, and folders of the user's own (TOML and CSV)."""

from forumsim.scenarios.loader import copy_scenario, list_scenarios, load_scenario
from forumsim.scenarios.scenario import Scenario

__all__ = ["Scenario", "copy_scenario", "list_scenarios", "load_scenario"]

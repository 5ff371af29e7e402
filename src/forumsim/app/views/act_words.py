"""Interventions in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forumsim.scenarios import Scenario


def act_words(scenario: Scenario, entry: Mapping[str, Any]) -> str:
    """An entry of ``ForumModel.interventions`` as a clause: "sanctions between Ghana and Togo, size 0.5"."""
    actors = dict(zip(scenario.actor_ids, scenario.actor_names, strict=True))
    forums = dict(zip(scenario.forum_ids, scenario.forum_names, strict=True))
    given = dict(entry)
    who, other = actors.get(given.get("actor", ""), "somebody"), actors.get(given.get("other", ""), "somebody")
    forum = forums.get(given.get("forum", ""), str(given.get("forum", "a forum")))
    issue = f" on {given['issue']}" if given.get("issue") else ""
    size = f", size {given['size']:g}" if isinstance(given.get("size"), (int, float)) else ""
    track = f"Track {given.get('track', 2)}"
    rate = f"{float(given.get('rate', 1.0)):g} meetings a step"
    parties = f" between {who} and {other}" if given.get("actor") else ""
    lasts = f" for {given['steps']} steps" if given.get("steps") else ""
    written = "; ".join(f"{name} = {value}" for name, value in dict(given.get("parameters", {})).items())
    guests = ", ".join(actors.get(name, str(name)) for name in given.get("actors", ()))
    shocks = {
        "crisis": f"a crisis{issue or ' on all issues'}{parties}{size}",
        "technology": f"a leap in technology of {who}{size}",
        "leadership": f"a new leadership of {who}{issue}{size}",
        "sanction": f"sanctions between {who} and {other}{size}{lasts}",
        "violation": f"a past violation of {who} is revealed{size}",
        "summit": f"a summit of {who} and {other}",
        "opening": f"{forum} opens",
        "closing": f"{forum} is closed",
        "red_line": f"a new red line of {who}{issue}{size}",
        "leave": f"{who} leaves {forum}",
    }
    acts = {
        "set": f"set {written}",
        "schedule": "other rules in a step",
        "shock": shocks.get(str(given.get("kind")), f"a shock: {given.get('kind')}"),
        "join": f"{who} joins {forum}",
        "leave": f"{who} leaves {forum}",
        "found": f"{who} proposes a new forum{issue or ' on all issues'}",
        "meet": f"{who} meets {other} on {track}",
        "host": f"a meeting of {guests or 'some actors'} on {track}",
        "channel": f"a channel between {who} and {other} on {track}, {rate}{lasts}",
        "write": f"{given.get('what')} of {who if 'actor' in given else forum} = {given.get('value')}",
    }
    return acts.get(str(given.get("act")), str(given.get("act")))

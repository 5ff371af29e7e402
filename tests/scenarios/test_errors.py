"""Every kind of mistake in a scenario gives a message that says where, what was found and what is allowed."""

from __future__ import annotations

import datetime
import os
import re

import pytest

from forumsim import ForumModel, simulate, sweep
from forumsim.core.errors import InputError
from forumsim.running.notes import RunNote
from forumsim.scenarios import copy_scenario, load_scenario
from forumsim.scenarios.mistakes import SHOWN

#: File, text in it, what replaces it, and the whole message (or its beginning, where it ends in "...").
CASES = {
    "unknown key": (
        "scenario.toml", "steps = 20", "steps = 20\nstep = 4",
        "scenario.toml, key 'step': no such key; allowed: name, title, ... (did you mean 'steps'?)",
    ),
    "unknown key of an issue": (
        "scenario.toml", 'label = "Arms"', 'label = "Arms"\nlabl = "x"',
        "scenario.toml, [[issues]] no. 2, key 'labl': no such key; allowed: id, label, low, high "
        "(did you mean 'label'?)",
    ),
    "missing key": (
        "scenario.toml", "steps = 20\n", "",
        "scenario.toml, key 'steps': the key is missing; allowed: a whole number from 1 to 100000",
    ),
    "missing key of a field": (
        "scenario.toml", 'meaning = "start of the run"', "",
        "scenario.toml, [fields.start], key 'meaning': the key is missing; allowed: text",
    ),
    "wrong type in TOML": (
        "scenario.toml", "steps = 20", 'steps = "20"',
        "scenario.toml, key 'steps': found '20'; allowed: a whole number from 1 to 100000",
    ),
    "a switch for a number": (
        "scenario.toml", "steps = 20", "steps = true",
        "scenario.toml, key 'steps': found true; allowed: a whole number from 1 to 100000",
    ),
    "out of range in TOML": (
        "scenario.toml", "steps = 20", "steps = 0",
        "scenario.toml, key 'steps': found 0; allowed: a whole number from 1 to 100000",
    ),
    "NaN in TOML": (
        "scenario.toml", "value = 0.7", "value = nan",
        "scenario.toml, [priors.sincerity], key 'value': found nan; allowed: a finite number",
    ),
    "inf in TOML": (
        "scenario.toml", "high = 0.9", "high = inf",
        "scenario.toml, [priors.sincerity], key 'high': found inf; allowed: a finite number",
    ),
    "prior outside its own range": (
        "scenario.toml", "value = 0.7", "value = 0.95",
        "scenario.toml, [priors.sincerity], key 'value': found 0.95; allowed: from 0.2 (low) to 0.9 (high)",
    ),
    "bad TOML": (
        "scenario.toml", "steps = 20", "steps 20",
        "scenario.toml, line 4, column 7: not TOML: Expected '=' after a key in a key/value pair; "
        "allowed: TOML 1.0, such as steps = 60",
    ),
    "unknown parameter": (
        "scenario.toml", '"dialogue.level" = 0.5', '"dialogue.levl" = 0.5',
        "scenario.toml, [parameters] dialogue.levl: no such parameter (did you mean 'dialogue.level'?)",
    ),
    "parameter out of range": (
        "scenario.toml", '"dialogue.level" = 0.5', '"dialogue.level" = 2',
        "scenario.toml, [parameters] dialogue.level: found 2; allowed: 0 to 1",
    ),
    "quarter that is none": (
        "scenario.toml", 'start = "2024-Q4"', 'start = "2024-Q5"',
        "scenario.toml, key 'start': found '2024-Q5'; allowed: a quarter in quotes, such as \"2024-Q4\"",
    ),
    "two starts": (
        "scenario.toml", 'start = "2024-Q4"', 'start = "2024-Q3"',
        "scenario.toml, [fields.start], key 'default': found '2024-Q4', but 'start' is '2024-Q3'; "
        "allowed: the same quarter in both",
    ),
    "field that nothing reads": (
        "scenario.toml", "[fields.start]", "[fields.strat]",
        "scenario.toml, [fields.strat]: no such field; allowed: start (did you mean 'start'?)",
    ),
    "field of no type": (
        "scenario.toml", 'type = "quarter"', 'type = "quater"',
        "scenario.toml, [fields.start], key 'type': found 'quater'; allowed: int, float, quarter "
        "(did you mean 'quarter'?)",
    ),
    "default outside the bounds": (
        "scenario.toml", 'low = "2018-Q1"', 'low = "2025-Q1"',
        "scenario.toml, [fields.start], key 'default': found 2024-Q4; allowed: from 2025-Q1 (low) to 2025-Q4 (high)",
    ),
    "unknown generator": (
        "scenario.toml", "steps = 20", 'steps = 20\ngenerator = "two_block"',
        "scenario.toml, key 'generator': no generator 'two_block'; allowed: two_blocs, lifecycle "
        "(did you mean 'two_blocs'?)",
    ),
    "duplicate issues": (
        "scenario.toml", 'id = "arms"', 'id = "rights"',
        "scenario.toml, [[issues]] no. 2, key 'id': found 'rights' again; allowed: each id once",
    ),
    "too few slots": (
        "scenario.toml", "forum_slots = 6", "forum_slots = 3",
        "scenario.toml, key 'forum_slots': found 3, but forums.csv has 4 forums; "
        "allowed: 4 or more; what is above leaves room to found",
    ),
    "unknown column": (
        "actors.csv", "id,name,kind", "id,nam,kind",
        "actors.csv, column 'nam': no such column; allowed: ... (did you mean 'name'?)",
    ),
    "missing column": (
        "actors.csv", "position_rights", "note",
        "actors.csv: the column 'position_rights' is missing; allowed: a number from 0 to 1",
    ),
    "column twice": (
        "actors.csv", "id,name,kind", "id,id,kind",
        "actors.csv, column 'id': the column stands there twice; allowed: once",
    ),
    "wrong type in CSV": (
        "actors.csv", "AAA,Aland,state,major,north,0.4", "AAA,Aland,state,major,north,much",
        "actors.csv, row 2, column 'power': found 'much'; allowed: a number, 0 or more",
    ),
    "decimal comma": (
        "actors.csv", "AAA,Aland,state,major,north,0.4", 'AAA,Aland,state,major,north,"0,4"',
        "actors.csv, row 2, column 'power': found '0,4'; allowed: a number, 0 or more "
        "(write the decimals after a point: 0.4)",
    ),
    "out of range in CSV": (
        "actors.csv", "CCC,Celand,state,major,south,0.3,,,1,,,0.1", "CCC,Celand,state,major,south,0.3,,,1,,,1.1",
        "actors.csv, row 4, column 'position_rights': found '1.1'; allowed: a number from 0 to 1",
    ),
    "NaN in CSV": (
        "actors.csv", "CCC,Celand,state,major,south,0.3,,,1,,,0.1", "CCC,Celand,state,major,south,0.3,,,1,,,NaN",
        "actors.csv, row 4, column 'position_rights': found 'NaN'; allowed: a number from 0 to 1",
    ),
    "NaN as a red line": (
        "actors.csv", "0.5,0.5,inf", "0.5,0.5,nan",
        "actors.csv, row 4, column 'red_line_arms': found 'nan'; allowed: a number above 0, or empty for none",
    ),
    "red line of nothing": (
        "actors.csv", "0.25,0.75,0.2", "0.25,0.75,0",
        "actors.csv, row 3, column 'red_line_arms': found '0'; allowed: a number above 0, or empty for none",
    ),
    "inf where it is not allowed": (
        "actors.csv", "north,0.4,,0.5,1.5", "north,0.4,,0.5,inf",
        "actors.csv, row 2, column 'capacity': found 'inf'; allowed: a number above 0",
    ),
    "unknown word": (
        "actors.csv", "AAA,Aland,state,major", "AAA,Aland,state,mayor",
        "actors.csv, row 2, column 'role': found 'mayor'; allowed: major, state, union, firm, ngo, epistemic "
        "(did you mean 'major'?)",
    ),
    "duplicate ids": (
        "actors.csv", "DDD,Deland", "BBB,Deland",
        "actors.csv, row 5, column 'id': found 'BBB' again, first in row 3; allowed: each id once",
    ),
    "power does not sum": (
        "actors.csv", "north,0.4", "north,0.5",
        "actors.csv, column 'power': the states' shares sum to 1.1; allowed: a sum of 1 over the states",
    ),
    "salience does not sum": (
        "actors.csv", "0.25,0.75", "0.25,0.7",
        "actors.csv, row 3, columns 'salience_...': the shares sum to 0.95; allowed: a sum of 1",
    ),
    "power of a non-state actor": (
        "actors.csv", "firm,north,0,", "firm,north,0.1,",
        "actors.csv, row 6, column 'power': found 0.1; allowed: 0 for a non-state actor",
    ),
    "no power": (
        "actors.csv", "south,0.1", "south,",
        "actors.csv, row 5, column 'power': the cell is empty; allowed: a number, 0 or more",
    ),
    "influence of a state": (
        "actors.csv", "south,0.1,", "south,0.1,0.5",
        "actors.csv, row 5, column 'influence': found 0.5; allowed: 0 for a state",
    ),
    "role of another kind": (
        "actors.csv", "nonstate,firm", "nonstate,major",
        "actors.csv, row 6, column 'role': found 'major' for a nonstate actor; allowed: union, firm, ngo, epistemic",
    ),
    "unknown bloc": (
        "actors.csv", "major,south", "major,sout",
        "actors.csv, row 4, column 'bloc': no bloc 'sout'; allowed: north, south (did you mean 'south'?)",
    ),
    "state without bloc": (
        "actors.csv", "major,south", "major,",
        "actors.csv, row 4, column 'bloc': the cell is empty; allowed: north, south",
    ),
    "unknown patron": (
        "actors.csv", "0.5,AAA,", "0.5,AAB,",
        "actors.csv, row 6, column 'patron': no actor 'AAB'; allowed: ... (did you mean ...?)",
    ),
    "patron that is no state": (
        "actors.csv", "0.5,AAA,", "0.5,WATCH,",
        "actors.csv, row 6, column 'patron': 'WATCH' is no state; allowed: the id of a state",
    ),
    "unknown cause": (
        "actors.csv", "0.5,,arms,", "0.5,,army,",
        "actors.csv, row 7, column 'cause': no issue 'army'; allowed: rights, arms (did you mean 'arms'?)",
    ),
    "cell too many": (
        "memberships.csv", "assembly,BBB,1991-01-01,,,", "assembly,BBB,1991-01-01,,,,x",
        "memberships.csv, row 3: found 7 cells; allowed: 6, as in the header row (a list in a cell is separated by "
        "semicolons, a text with commas stands in double quotes)",
    ),
    "start as a day": (
        "scenario.toml", 'start = "2024-Q4"', 'start = "2024-10-01"',
        "scenario.toml, key 'start': found '2024-10-01'; allowed: a quarter in quotes, such as \"2024-Q4\" "
        "(write the quarter: \"2024-Q4\")",
    ),
    "start as a year": (
        "scenario.toml", 'start = "2024-Q4"', "start = 2024",
        "scenario.toml, key 'start': found 2024; allowed: a quarter in quotes, such as \"2024-Q4\" "
        "(write the quarter: \"2024-Q1\")",
    ),
    "a year is no step": (
        "memberships.csv", "1991-01-01", "1991",
        "memberships.csv, row 3, column 'date': found 1991, which counts steps from the start; allowed: a date such as "
        "2024-03-21, a quarter such as 2024-Q1, or a whole number of steps from the start (for the year write "
        "1991-01-01 or 1991-Q1)",
    ),
    "semicolons": (
        "gates.csv", "forum,actor", "forum;actor",
        "gates.csv, row 1: found 'forum;actor', one column: the cells are separated by semicolons; allowed: ...",
    ),
    "open quotes": (
        "gates.csv", "treaty,CCC", 'treaty,"CCC',
        "gates.csv, line 3: bad CSV: unexpected end of data; allowed: comma-separated values; text with ...",
    ),
    "forum of no known founder": (
        "forums.csv", "AAA;BBB", "AAA;BBC",
        "forums.csv, row 3, column 'founder': no actor 'BBC'; allowed: ... (did you mean 'BBB'?)",
    ),
    "forum after the end": (
        "forums.csv", "2026-03-01", "2031-03-01",
        "forums.csv, row 5, column 'founded': found step 25, after the end; allowed: up to step 20, 2029-Q4",
    ),
    "bad date": (
        "forums.csv", "2023-11-01", "2023-13-01",
        "forums.csv, row 4, column 'founded': found '2023-13-01'; allowed: a date such as 2024-03-21, "
        "a quarter such as 2024-Q1, or a whole number of steps from the start",
    ),
    "date of another country": (
        "memberships.csv", "1991-01-01", "01/01/1991",
        "memberships.csv, row 3, column 'date': found '01/01/1991'; allowed: a date such as 2024-03-21, ...",
    ),
    "empty mandate": (
        "forums.csv", ",rights;arms,", ",,",
        "forums.csv, row 2, column 'mandate': the cell is empty; allowed: ids of one or more issues, separated by ;",
    ),
    "mandate of nothing": (
        "forums.csv", ",rights;arms,", ",;,",
        "forums.csv, row 2, column 'mandate': is empty; allowed: ids of one or more issues, separated by ;",
    ),
    "unknown issue": (
        "forums.csv", ",rights;arms,", ",rights;harms,",
        "forums.csv, row 2, column 'mandate': no issue 'harms'; allowed: rights, arms (did you mean 'arms'?)",
    ),
    "mandate without charter": (
        "forums.csv", "0.5,0.5", "0.5,",
        "forums.csv, row 2, column 'charter_arms': the cell is empty although 'arms' is in the mandate; "
        "allowed: a number from 0 to 1",
    ),
    "gate on an unknown forum": (
        "forums.csv", "0.6,assembly", "0.6,asembly",
        "forums.csv, row 3, column 'gate_forum': no forum 'asembly'; allowed: assembly, club, summit, treaty "
        "(did you mean 'assembly'?)",
    ),
    "gate upside down": (
        "forums.csv", "rights,0.5,1,", "rights,0.5,0.4,",
        "forums.csv, row 3, column 'gate_low': found 0.5; allowed: at most gate_high, 0.4",
    ),
    "series without period": (
        "forums.csv", "summit,,2,", "summit,,0,",
        "forums.csv, row 4, column 'period': found 0 for a series; allowed: 1 or more steps",
    ),
    "id of a free slot": (
        "forums.csv", "treaty,Treaty", "founded_03,Treaty",
        "forums.csv, row 5, column 'id': found 'founded_03', the name of a forum that a run founds; "
        "allowed: another id",
    ),
    "member of no known forum": (
        "memberships.csv", "club,AAA", "clubb,AAA",
        "memberships.csv, row 6, column 'forum': no forum 'clubb'; allowed: assembly, club, summit, treaty "
        "(did you mean 'club'?)",
    ),
    "unknown member": (
        "memberships.csv", "club,AAA", "club,AAAA",
        "memberships.csv, row 6, column 'actor': no actor 'AAAA'; allowed: ... (did you mean 'AAA'?)",
    ),
    "membership twice": (
        "memberships.csv", "club,BBB", "club,AAA",
        "memberships.csv, row 7: 'AAA' is in 'club' again, first in row 6; allowed: each membership once",
    ),
    "member before the founding": (
        "memberships.csv", "club,AAA,2020-02-01", "club,AAA,2019-12-31",
        "memberships.csv, row 6, column 'date': a member before 'club' was founded; "
        "allowed: the quarter of its founding or later",
    ),
    "role of a member": (
        "memberships.csv", ",veto,", ",vetto,",
        "memberships.csv, row 4, column 'role': found 'vetto'; allowed: member, veto",
    ),
    "gate of an unknown forum": (
        "gates.csv", "treaty,CCC", "traety,CCC",
        "gates.csv, row 2, column 'forum': no forum 'traety'; allowed: assembly, club, summit, treaty "
        "(did you mean 'treaty'?)",
    ),
    "trust in oneself": (
        "trust.csv", "AAA,BBB,0.9", "AAA,AAA,0.9",
        "trust.csv, row 2: trust of 'AAA' in itself; allowed: two different actors",
    ),
    "trust twice": (
        "trust.csv", "CCC,AAA,0.2", "AAA,CCC,0.2",
        "trust.csv, row 4: trust of 'AAA' in 'CCC' again, first in row 3; allowed: each direction once",
    ),
    "trust out of range": (
        "trust.csv", "CCC,AAA,0.2", "CCC,AAA,-0.2",
        "trust.csv, row 4, column 'trust': found '-0.2'; allowed: a number from 0 to 1",
    ),
    "unknown shock": (
        "shocks.csv", ",closing,", ",clossing,",
        "shocks.csv, row 7, column 'kind': found 'clossing'; allowed: crisis, technology, leadership, sanction, "
        "violation, summit, opening, closing, red_line, leave (did you mean 'closing'?)",
    ),
    "shock without its actor": (
        "shocks.csv", "sanction,bloc:north,CCC", "sanction,bloc:north,",
        "shocks.csv, row 2, column 'other': the cell is empty; a sanction shock needs it; "
        "allowed: ids of actors separated by ;, or bloc:NAME",
    ),
    "crisis of one side": (
        "shocks.csv", "2025-05-01,crisis,,,", "2025-05-01,crisis,AAA,,",
        "shocks.csv, row 6, column 'other': the cell is empty; the crisis names its other side; "
        "allowed: both sides of a crisis, or neither",
    ),
    "shock without its forum": (
        "shocks.csv", "closing,,,club", "closing,,,",
        "shocks.csv, row 7, column 'forum': the cell is empty; a closing shock needs it; allowed: the id of a forum",
    ),
    "unknown bloc of a shock": (
        "shocks.csv", "bloc:north", "bloc:nord",
        "shocks.csv, row 2, column 'actor': no bloc 'nord'; allowed: north, south (did you mean 'north'?)",
    ),
    "infinite shock": (
        "shocks.csv", "CCC,,,0.2", "CCC,,,inf",
        "shocks.csv, row 2, column 'size': found inf; allowed: a number from 0 to 1: the share of trust that is...",
    ),
    "a sanction of forty, meant as 40 %": (
        "shocks.csv", "CCC,,,0.2", "CCC,,,40",
        "shocks.csv, row 2, column 'size': found 40; allowed: a number from 0 to 1: the share of trust that is lost, "
        ".4 for 40 %",
    ),
    "a negative sanction": (
        "shocks.csv", "CCC,,,0.2", "CCC,,,-5",
        "shocks.csv, row 2, column 'size': found -5; allowed: a number from 0 to 1...",
    ),
    "a crisis that takes more than all": (
        "shocks.csv", "arms,0.5,,", "arms,1.5,,", "shocks.csv, row 6, column 'size': found 1.5; allowed: a number...",
    ),
    "a sanction of an actor with itself": (
        "shocks.csv", "bloc:north,CCC,,,0.2", "CCC,CCC,,,0.2",
        "shocks.csv, row 2, column 'other': found 'CCC', which is the actor itself; allowed: another actor",
    ),
    "a channel of an actor with itself": (
        "channels.csv", "2,AAA,CCC", "2,AAA,AAA",
        "channels.csv, row 2, column 'other': found 'AAA', which is the actor itself; allowed: another actor",
    ),
    "a channel of a nine hundred meetings": (
        "channels.csv", "AAA,CCC,0.5,1", "AAA,CCC,900,1",
        "channels.csv, row 2, column 'rate': found 900; allowed: at most 20, 20 for each pair of actors",
    ),
    "a patron of oneself": (
        "actors.csv", "AAA,Aland,state,major,north,0.4,,0.5,1.5,,", "AAA,Aland,state,major,north,0.4,,0.5,1.5,AAA,",
        "actors.csv, row 2, column 'patron': found the actor itself; allowed: another actor, a state",
    ),
    "a gate to itself": (
        "forums.csv", "0.6,assembly,0.1", "0.6,club,0.1",
        "forums.csv, row 3, column 'gate_forum': leads back to 'club': club -> club; allowed: no circle",
    ),
    "a circle of descent": (
        "forums.csv", "AAA;BBB,assembly,", "AAA;BBB,treaty,",
        "forums.csv, row 3, column 'parent': leads back to 'club': club -> treaty -> club; allowed: no circle",
    ),
    "digits in groups": (
        "shocks.csv", "CCC,,,0.2", "CCC,,,0_2", "shocks.csv, row 2, column 'size': found '0_2'; allowed: a number",
    ),
    "full-width digits": (
        "shocks.csv", "2022-10-07", "\uff12\uff10\uff12\uff12-10-07", "shocks.csv, row 2, column 'date': found ...",
    ),
    "full-width step": (
        "shocks.csv", "2022-10-07", "\uff14", "shocks.csv, row 2, column 'date': found ...",
    ),
    "a bilateral forum of four": (
        "forums.csv", "Assembly,universal", "Assembly,bilateral",
        "forums.csv, row 2, column 'form': a bilateral forum between 4: AAA, BBB, CCC, DDD; allowed: two actors in "
        "all, as founders, in memberships.csv or in gates.csv (a club has more members)",
    ),
    "a bilateral forum that is open": (
        "forums.csv", "club,,,2020-02-01,AAA;BBB,assembly,,", "bilateral,,,2020-02-01,AAA;BBB,assembly,open,",
        "forums.csv, row 3, column 'admission': found 'open' for a bilateral forum; allowed: invitation, or empty",
    ),
    "unknown track": (
        "channels.csv", ",1.5,AAA", ",3,AAA",
        "channels.csv, row 3, column 'track': found '3'; allowed: 2, 1.5, 1",
    ),
    "channel that ends before it begins": (
        "channels.csv", "2024-05-14,2025-12-31", "2024-05-14,2023-12-31",
        "channels.csv, row 3, column 'last': it ends before it begins; allowed: first or later, or empty",
    ),
    "channel without actor": (
        "channels.csv", "2,AAA,CCC", "2,,CCC",
        "channels.csv, row 2, column 'actor': the cell is empty; allowed: ids of actors separated by ;, or bloc:NAME",
    ),
}  # fmt: skip


def fits(message: str, pattern: str) -> bool:
    """Whether a message is the pattern, in which ``...`` stands for anything."""
    place = 0
    parts = pattern.split("...")
    for part in parts:
        found = message.find(part, place)
        if found < 0 or (part is parts[0] and found != 0):
            return False
        place = found + len(part)
    return place == len(message) or not parts[-1]


@pytest.mark.parametrize("name", CASES)
def test_message(name, mistakes):
    file, old, new, pattern = CASES[name]
    messages = mistakes(file, old, new)
    assert any(fits(message, pattern) for message in messages), "\n".join(messages)
    if name not in ("semicolons", "open quotes", "missing column"):
        assert len(messages) <= 4, "one mistake brings others:\n" + "\n".join(messages)


def test_unknown_scenario():
    with pytest.raises(InputError) as caught:
        load_scenario("two_block")
    text = str(caught.value)
    assert text.startswith("scenario: no scenario and no folder 'two_block'; allowed: ai_governance, ")
    assert text.endswith("or a folder with a scenario.toml (did you mean 'two_blocs'?)")


def test_a_file_is_no_scenario(little):
    with pytest.raises(InputError, match=r"actors.csv' is a file"):
        load_scenario(little.folder / "actors.csv")


def test_a_folder_without_a_scenario(tmp_path):
    with pytest.raises(InputError, match=r"scenario.toml: the file is missing \(a folder with this file"):
        load_scenario(tmp_path)


@pytest.mark.parametrize("name", ["scenario.toml", "actors.csv", "forums.csv", "memberships.csv"])
def test_missing_file(little, name):
    (little.folder / name).unlink()
    messages = little.mistakes()
    assert any(message.startswith(f"{name}: the file is missing") for message in messages)
    assert len(messages) == 1, messages


def test_misspelt_file(little):
    (little.folder / "trust.csv").rename(little.folder / "trusts.csv")
    assert little.mistakes() == ["trusts.csv: no table of a scenario (did you mean 'trust.csv'?)"]


@pytest.mark.parametrize("name", ["scenario.toml", "actors.csv", "gates.csv"])
@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_empty_file(little, name, content):
    (little.folder / name).write_bytes(content)
    messages = little.mistakes()
    assert messages[0].startswith(f"{name}: the file is empty")
    assert len(messages) == 1, messages


def test_table_without_rows(little):
    header = (little.folder / "actors.csv").read_text().splitlines()[0]
    (little.folder / "actors.csv").write_text(header + "\n")
    assert little.mistakes()[0] == "actors.csv: there is no row below the header; allowed: one row per actor"


@pytest.mark.parametrize("name", ["scenario.toml", "actors.csv"])
def test_wrong_encoding(little, name):
    path = little.folder / name
    path.write_bytes(path.read_bytes().replace(b"A little", b"A l\xefttle").replace(b"Beland", b"B\xe9land"))
    line, byte = ("2", "ef") if name == "scenario.toml" else ("3", "e9")
    assert little.mistakes() == [
        f"{name}, line {line}: found the byte 0x{byte}, which is not UTF-8; allowed: text in UTF-8 "
        "(save it as UTF-8; in a spreadsheet: CSV UTF-8)"
    ]


def test_dates_need_a_start(little):
    text = (little.folder / "scenario.toml").read_text().replace('start = "2024-Q4"\n', "")
    head, _, rest = text.partition("[fields.start]")
    (little.folder / "scenario.toml").write_text(head + "[priors" + rest.partition("[priors")[2])
    assert (
        "forums.csv, row 2, column 'founded': found a date (1990-Q2) although scenario.toml has no 'start'; "
        "allowed: a whole number of steps from the start"
    ) in little.mistakes()


@pytest.mark.parametrize(
    ("value", "found"),
    [("2017-Q4", "'2017-Q4'"), ("autumn", "'autumn'"), (None, "None"), (float("nan"), "nan")],
)
def test_field_values(little, value, found):
    assert little.mistakes(start=value) == [
        f'scenario.start: found {found}; allowed: a quarter from "2018-Q1" to "2025-Q4"'
    ]


def test_unknown_field(little):
    assert little.mistakes(stat="2024-Q1") == [
        "scenario.stat: no such field of the scenario; allowed: start, spread, spread.rights, spread.arms "
        "(did you mean 'start'?)"
    ]


def test_all_mistakes_of_all_files_at_once(little):
    little.change("scenario.toml", "steps = 20", "steps = -1")
    little.change("actors.csv", "north,0.4", "north,x")
    little.change("forums.csv", "AAA;BBB", "AAA;XXX")
    little.change("memberships.csv", "club,AAA", "clubs,AAA")
    little.change("trust.csv", "CCC,AAA,0.2", "CCC,AAA,2")
    (little.folder / "gates.csv").write_bytes(b"\xff\xfe")
    places = [message.split(":")[0] for message in little.mistakes()]
    assert places == [
        "scenario.toml, key 'steps'",
        "actors.csv, row 2, column 'power'",
        "gates.csv, line 1",
        "trust.csv, row 4, column 'trust'",
        "forums.csv, row 3, column 'founder'",
        "memberships.csv, row 6, column 'forum'",
    ]


def test_many_mistakes_of_one_kind_fit_a_screen(little):
    little.add("memberships.csv", "".join(f"nowhere,AAA,{year}-01-01,,,\n" for year in range(1900, 2000)))
    messages = little.mistakes()
    assert len(messages) < 4 * SHOWN
    assert any(
        message.startswith(f"memberships.csv, rows {10 + SHOWN} to 109, column 'forum': {100 - SHOWN} more mistakes")
        for message in messages
    )


def test_a_single_mistake_beyond_the_first_stands_in_one_row(little):
    little.add("memberships.csv", "".join(f"nowhere,AAA,{1900 + k}-01-01,,,\n" for k in range(SHOWN + 1)))
    where = f"memberships.csv, row {10 + SHOWN}, column 'forum': one more mistake of this kind"
    assert any(message.startswith(where) for message in little.mistakes())


def test_a_spreadsheet_in_place_of_a_table(little):
    (little.folder / "actors.csv").rename(little.folder / "actors.xlsx")
    told = "actors.xlsx: a spreadsheet, which is not read (save its sheet as actors.csv, in the format CSV UTF-8)"
    assert told in little.mistakes()


def test_a_date_for_a_field_that_is_a_quarter():
    for given, quarter in (("2023", 1), ("2023Q3", 3), ("2023-08-15", 3), (datetime.date(2023, 12, 31), 4)):
        with pytest.raises(InputError, match=rf'found \'{given}\'; .*write the quarter: "2023-Q{quarter}"'):
            load_scenario("ai_governance", start=given)
    with pytest.raises(InputError, match="allowed: a quarter from") as error:
        load_scenario("ai_governance", start="2010-Q1")
    assert "write" not in str(error.value)


def test_bad_folder_leaves_no_trace(little):
    """A folder that failed is read anew once it is mended."""
    little.change("actors.csv", "north,0.4", "north,0.5")
    assert little.mistakes()
    little.change("actors.csv", "north,0.5", "north,0.4")
    assert load_scenario(little.folder).build(1).actors == 6


# --- files that are none, and dates that never come -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["actors.csv", "trust.csv", "scenario.toml"])
def test_a_pipe_is_not_waited_for(little, name):
    (little.folder / name).unlink()
    os.mkfifo(little.folder / name)
    messages = little.mistakes()
    assert f"{name}: is a pipe or a device, not a file on a disk" in messages
    assert sum(str(message).startswith(f"{name}:") for message in messages) == 1
    with pytest.raises(InputError, match="is a pipe, a device or a socket"):
        copy_scenario(little.folder, little.folder.parent / "copy")
    assert not (little.folder.parent / "copy").exists()


def test_a_link_to_a_device_without_an_end_is_not_read(little):
    (little.folder / "trust.csv").unlink()
    (little.folder / "trust.csv").symlink_to("/dev/zero")
    assert "trust.csv: is a pipe or a device, not a file on a disk" in little.mistakes()
    with pytest.raises(InputError, match="is a pipe, a device or a socket"):
        copy_scenario(little.folder, little.folder.parent / "copy")


def test_a_text_without_end_is_refused_in_toml_as_in_a_table(little):
    """A title of ten million letters would fill the terminal, and each page and figure."""
    title = re.search(r'^title = "(.*)"$', (little.folder / "scenario.toml").read_text(encoding="utf-8"), re.M)[1]
    little.change("scenario.toml", title, "Y" * 131_073)
    found = "scenario.toml, key title: found a text of 131073 characters; allowed: 131072 at most"
    assert any(str(message).startswith(found) for message in little.mistakes())


def test_blocs_have_to_be_declared(little):
    declared = '[[blocs]]\nid = "north"\nlabel = "North"\n\n[[blocs]]\nid = "south"\nlabel = "South"\n\n'
    little.change("scenario.toml", declared, "")
    assert "actors.csv, row 2, column 'bloc': no bloc 'north'; allowed: none" in little.mistakes()


def test_a_bloc_without_states_is_no_side(little):
    little.change("scenario.toml", "[parameters]", '[[blocs]]\nid = "west"\nlabel = "West"\n\n[parameters]')
    little.change("channels.csv", "2,AAA,CCC", "2,AAA,bloc:west")
    little.change("shocks.csv", "bloc:north,CCC", "bloc:west,CCC")
    assert little.mistakes() == [
        "shocks.csv, row 2, column 'actor': 'bloc:west' has no state; allowed: a bloc with states",
        "channels.csv, row 2, column 'other': 'bloc:west' has no state; allowed: a bloc with states",
    ]


def test_what_is_dated_after_the_end_is_told(little):
    """From 2024-Q4: the crisis of 2025-05 is step 2, the closing of 2026-01 step 5, the treaty of 2026-03 step 5."""
    scenario = load_scenario(little.folder)
    assert scenario.after_end(5) == "" == scenario.after_end(20)
    late = scenario.after_end(4)
    assert late.startswith("little dates some things after the end of the run (step 4, 2025-Q4)")
    assert late.endswith("so that they do not take place: shocks.csv, row 7; forums.csv, row 5")
    assert "shocks.csv, rows 6, 7; forums.csv, row 5" in scenario.after_end(1)
    little.add("channels.csv", "2025-05-01,,2,AAA,CCC,0.5,1,,\n")
    assert "; channels.csv, row 5;" in load_scenario(little.folder).after_end(1)


def test_python_is_warned_of_what_is_dated_after_the_end(little, tmp_path, recwarn):
    """As the command says it: by a run, by a model and by a sweep, naming the line of the user."""
    plan = {"scenario": str(little.folder), "steps": 4, "replicates": 1, "seed": 1}
    for make in (
        lambda: simulate(little.folder, 4),
        lambda: ForumModel(little.folder, steps=4, rng=1),
        lambda: sweep(plan, tmp_path / "late"),
    ):
        with pytest.warns(RunNote, match=r"after the end of the run \(step 4, 2025-Q4\).*shocks\.csv, row 7") as told:
            make()
        assert {warning.filename for warning in told} == {__file__}
    assert not recwarn.list
    simulate(little.folder, 5)
    ForumModel(little.folder, steps=5, rng=1)
    sweep({**plan, "steps": 5}, tmp_path / "whole")
    assert not recwarn.list


def test_a_bilateral_forum_stays_between_two(little):
    """A club of this gate and trust grows; the same as a bilateral forum does not, in any run."""
    keen = {
        "membership.temperature": 5.0, "taste.renewal": 1, "membership.rate": 1.0, "founding.rate": 0.0,
        "lifecycle.merge": 1.0, "lifecycle.merge_overlap": 0.0, "lifecycle.merge_conflict": 2.0,
        "lifecycle.hazard": 0.0,
    }  # fmt: skip
    little.change("forums.csv", "0.6,assembly,0.1,rights,0.5,1", "0,,,,,")

    def most():
        sizes = []
        for seed in range(1, 6):
            events = simulate(little.folder, 12, seed, keen, snapshots=range(13)).forums
            sizes.append(events.loc[events["forum"] == "club", "members"].max())
        return max(sizes)

    assert most() > 2
    little.change("forums.csv", "Club of the north,club,", "Club of the north,bilateral,")
    assert most() == 2

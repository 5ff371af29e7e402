"""A small valid scenario in a folder, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forumsim.core.errors import InputError
from forumsim.scenarios import load_scenario

HEAD = """\
name = "little"
title = "A little world"
start = "2024-Q4"
steps = 20
forum_slots = 6

[[issues]]
id = "rights"
label = "Rights"
low = "none"
high = "all"

[[issues]]
id = "arms"
label = "Arms"

[[blocs]]
id = "north"
label = "North"

[[blocs]]
id = "south"
label = "South"

[parameters]
"dialogue.level" = 0.5

[fields.start]
type = "quarter"
default = "2024-Q4"
low = "2018-Q1"
high = "2025-Q4"
meaning = "start of the run"

[priors.sincerity]
value = 0.7
low = 0.2
high = 0.9
meaning = "inclination to genuine talk"
"""
ACTORS = """\
id,name,kind,role,bloc,power,influence,sincerity,capacity,patron,cause,position_rights,position_arms,salience_rights,salience_arms,red_line_arms
AAA,Aland,state,major,north,0.4,,0.5,1.5,,,0.9,0.2,0.5,0.5,
BBB,Beland,state,state,north,0.2,,,1,,,0.8,0.3,0.25,0.75,0.2
CCC,Celand,state,major,south,0.3,,,1,,,0.1,0.9,0.5,0.5,inf
DDD,Deland,state,state,south,0.1,,,0.5,,,0.2,0.7,0.6,0.4,
ACME,Acme,nonstate,firm,north,0,0.5,,0.5,AAA,,0.9,0.2,0.5,0.5,
WATCH,Watch,nonstate,ngo,,,0.3,,0.5,,arms,0.5,0.5,0.5,0.5,
"""
FORUMS = """\
id,name,form,mode,period,founded,founder,parent,admission,approval,gate_forum,gate_power,gate_issue,gate_low,gate_high,decision,quota,legalization,mandate,charter_rights,charter_arms
assembly,Assembly,universal,,,1990-05-01,,,,,,,,,,,,,rights;arms,0.5,0.5
club,Club of the north,club,,,2020-02-01,AAA;BBB,assembly,,0.6,assembly,0.1,rights,0.5,1,,,,rights,0.85,
summit,Summit,summit,,2,2023-11-01,AAA,,,,,,,,,,,,arms,,0.4
treaty,Treaty,law,,,2026-03-01,CCC;DDD,club,,,,,,,,veto,0.6,,arms,,0.8
"""
MEMBERSHIPS = """\
forum,actor,date,role,confidence,source
assembly,AAA,1990-05-01,member,A,charter
assembly,BBB,1991-01-01,,,
assembly,CCC,,veto,,
assembly,DDD,2025-02-01,,,
club,AAA,2020-02-01,,,
club,BBB,2024-12-31,,,
summit,AAA,2023-11-01,,,
summit,CCC,2023-11-01,,,
"""
GATES = """\
forum,actor
treaty,CCC
treaty,DDD
"""
TRUST = """\
a,b,trust
AAA,BBB,0.9
AAA,CCC,0.3
CCC,AAA,0.2
"""
SHOCKS = """\
date,kind,actor,other,forum,issue,size,description,source
2022-10-07,sanction,bloc:north,CCC,,,0.2,Export controls,press
2019-01-01,crisis,,,,arms,0.5,over before the start,
2024-11-01,summit,AAA,CCC,,,1,in the starting quarter,
2024-06-01,leave,CCC,,summit,,,,
2025-05-01,crisis,,,,arms,0.5,,
2026-01-01,closing,,,club,,,,
"""
CHANNELS = """\
first,last,track,actor,other,rate,scaled,description,source
2019-10-01,,2,AAA,CCC,0.5,1,institutes,
2024-05-14,2025-12-31,1.5,AAA;BBB,bloc:south,0.8,,officials,
2019-01-01,2020-12-31,1,AAA,CCC,0.5,0,over,
"""
FILES = {
    "scenario.toml": HEAD,
    "actors.csv": ACTORS,
    "forums.csv": FORUMS,
    "memberships.csv": MEMBERSHIPS,
    "gates.csv": GATES,
    "trust.csv": TRUST,
    "shocks.csv": SHOCKS,
    "channels.csv": CHANNELS,
}


class Little:
    """The folder of the small scenario."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands in a file."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Add lines at the end of a file."""
        path = self.folder / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def mistakes(self, **fields: object) -> list[str]:
        """The messages that loading the folder gives."""
        with pytest.raises(InputError) as caught:
            load_scenario(self.folder, **fields)
        assert str(self.folder) in caught.value.title or "cannot have these fields" in caught.value.title
        return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def little(tmp_path: Path) -> Little:
    """A small valid scenario in a folder of its own."""
    return Little(tmp_path / "little")


@pytest.fixture
def mistakes(little: Little) -> Callable[..., list[str]]:
    """Messages after one change of the small scenario: ``mistakes(file, old, new)``."""

    def after(name: str, old: str, new: str, **fields: object) -> list[str]:
        little.change(name, old, new)
        return little.mistakes(**fields)

    return after

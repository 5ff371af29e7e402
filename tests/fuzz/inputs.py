"""Inputs of all kinds, spoilt at random: each is a folder with files, and the words of a command that reads them.

An input is made from its number alone, so that a failure can be repeated. Most spoilt inputs are invalid; those that
are so for certain say it.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEAD = """name = "small"
title = "A small world"
start = "2024-Q4"
steps = 4
forum_slots = 4

[[issues]]
id = "rights"
label = "Rights"

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
"""
PLAN = """scenario = "small"
steps = 4
replicates = 1
seed = 3
title = "A plan"

[fields]
start = "2024-Q4"

[parameters]
"sincerity.level" = 0.5

[vary]
"dialogue.level" = [0, 0.5]

[record]
series = ["fragmentation", "enf"]
every = 2
detail = "first"

[[interventions]]
step = 1
act = "leave"
actor = "AAA"
forum = "club"
"""
TABLE_PLAN = """scenario = "small"
steps = 2
replicates = 1
design = {kind = "table", file = "points.csv"}
"""
CALIBRATION = """scenario = "small"
steps = 2
replicates = 1

[vary]
"dialogue.level" = {from = 0, to = 1}

[target]
file = "targets.csv"
trials = 1
startup = 1
best = 1
check = 2
"""
ACTS_TOML = """[[interventions]]
step = 1
act = "channel"
actor = "AAA"
other = "CCC"
track = 1.5
rate = 2

[[interventions]]
step = 2
act = "write"
what = "sincerity"
actor = "AAA"
value = 0.9
"""
FILES = {
    "small/scenario.toml": HEAD,
    "small/actors.csv": "id,name,kind,bloc,power,position_rights,salience_rights\nAAA,Aland,state,north,0.4,0.9,1\n"
    "BBB,Beland,state,north,0.3,0.8,1\nCCC,Celand,state,south,0.3,0.1,1\n",
    "small/forums.csv": "id,name,form,founded,founder,mandate,charter_rights\n"
    "assembly,Assembly,universal,1990-05-01,,rights,0.5\nclub,Club,club,2020-02-01,AAA;BBB,rights,0.8\n",
    "small/memberships.csv": "forum,actor,date,role\nassembly,AAA,,\nassembly,CCC,2001-01-01,veto\nclub,AAA,,\n",
    "small/gates.csv": "forum,actor\nclub,BBB\nclub,AAA\n",
    "small/trust.csv": "a,b,trust\nAAA,BBB,0.9\nCCC,AAA,0.2\n",
    "small/shocks.csv": "date,kind,actor,other,issue,size\n2025-05-01,crisis,,,rights,0.5\n2,sanction,AAA,CCC,,0.2\n",
    "small/channels.csv": "first,last,track,actor,other,rate\n0,3,2,AAA,CCC,0.5\n",
    "plan.toml": PLAN,
    "table.toml": TABLE_PLAN,
    "points.csv": "dialogue.level,sincerity.level\n0,0.5\n1,0.2\n",
    "acts.toml": ACTS_TOML,
    "acts.csv": 'step,act,details\n1,leave,"{""actor"": ""AAA"", ""forum"": ""club""}"\n',
    "calibration.toml": CALIBRATION,
    "targets.csv": "measure,issue,step,target,tolerance\nfragmentation,pooled,end,0.5,0.1\n",
}
RUN = ["run", "small", "--steps", "2"]
#: Files with the commands that read them.
READERS: dict[str, list[list[str]]] = {
    **{name: [RUN, ["scenarios", "small"], ["plan", "plan.toml", "--no-try"]] for name in FILES if "/" in name},
    "plan.toml": [["plan", "plan.toml", "--no-try"], ["sweep", "plan.toml", "--workers", "1", "--quiet"]],
    "table.toml": [["plan", "table.toml", "--no-try"]],
    "points.csv": [["plan", "table.toml", "--no-try"]],
    "acts.toml": [[*RUN, "--interventions", "acts.toml"]],
    "acts.csv": [[*RUN, "--interventions", "acts.csv"]],
    "calibration.toml": [["calibrate", "calibration.toml", "--workers", "1", "--quiet"]],
    "targets.csv": [["calibrate", "calibration.toml", "--workers", "1", "--quiet"]],
}
#: Commands on the results folder ``out``.
ON_RESULTS = (["report", "out"], ["check", "out"], ["export", "out", "--stata", "--out", "stata"], ["rerun", "out"],
              ["plan", "out/plan.toml", "--no-try"], ["sensitivity", "out"])  # fmt: skip

LONG = "9" * 400
HUGE = "9" * 4400
#: Values in the place of another, as TOML and as text.
VALUES = ("-1", "0", "1e400", "-1e400", "nan", "inf", "-inf", "true", "[]", "{}", '""', '"²"', '"１"',
          '"\\u001b[31m"',
          "2024-10-01", LONG, HUGE, "[1, [2, [3]]]", '"=1+1"', '"../../.."', '"~nobody"', '"0,5"', "1.5", '"x"',
          '["a", 1, true]', "{from = 0, to = 1, n = 3}", "9223372036854775807", '"$_%<>&"',
          "-0.0", '"2024-Q5"')  # fmt: skip
CELLS = ("", "-1", "1e400", "nan", "inf", "²", "１", "0,5", "true", LONG, HUGE, "\x1b[31m", "=1+1", "x" * 200000,
         "\x00",         '"', "'", ";", "AAA;AAA", "2024-13-01", "99999-01-01", "bloc:east", "\u202e", "🜨",
         "-0", "1.5", "\u2028")  # fmt: skip


@dataclass
class Input:
    """What is called in a folder, and whether it is a mistake for certain."""

    what: str
    words: list[str]
    bad: bool = False


def make(number: int, folder: Path, results: Path) -> Input:
    """Input of a number, with its files in an empty folder; ``results`` is a results folder to copy."""
    dice = random.Random(number)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    kind = (_text_file, _text_file, _whole_file, _option, _results, _path)[number % 6]
    return kind(dice, folder, results)


# --- files --------------------------------------------------------------------------------------------------------


def _text_file(dice: random.Random, folder: Path, results: Path) -> Input:
    """One change within a file, whose outcome is open."""
    name = dice.choice(list(READERS))
    path = folder / name
    text = path.read_text(encoding="utf-8")
    change = dice.choice(_TOML if name.endswith(".toml") else _CSV)
    path.write_bytes(change(dice, text).encode("utf-8", "surrogatepass"))
    return Input(f"{change.__name__} in {name}", list(dice.choice(READERS[name])))


def _value(dice: random.Random, text: str) -> str:
    """Another value for a key."""
    places = list(re.finditer(r"= (.+)$", text, re.MULTILINE))
    place = dice.choice(places)
    return text[: place.start(1)] + dice.choice(VALUES) + text[place.end(1) :]


def _key(dice: random.Random, text: str) -> str:
    """A letter of a key is another one."""
    place = dice.choice(list(re.finditer(r"^(\S+) =", text, re.MULTILINE)))
    k = dice.randrange(place.start(1), place.end(1))
    return text[:k] + dice.choice('abz_."=[]{}#\x07é') + text[k + 1 :]


def _no_line(dice: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    del lines[dice.randrange(len(lines))]
    return "".join(lines)


def _line_twice(dice: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    lines.insert(dice.randrange(len(lines)), dice.choice(lines))
    return "".join(lines)


def _cut(dice: random.Random, text: str) -> str:
    return text[: dice.randrange(len(text))]


def _letter(dice: random.Random, text: str) -> str:
    k = dice.randrange(len(text))
    return text[:k] + dice.choice(',;"\n\t\x00\x1b\ufeff€=\ud800') + text[k + dice.randrange(2) :]


def _no_quotes(dice: random.Random, text: str) -> str:
    return text.replace('"', "", 2) if dice.random() < 0.5 else text.replace('"', "")


def _byte_order_mark(dice: random.Random, text: str) -> str:
    return "\ufeff" + text.replace("\n", "\r\n")


def _cell(dice: random.Random, text: str) -> str:
    """Another cell."""
    lines = [line.split(",") for line in text.splitlines()]
    row = dice.choice(lines)
    row[dice.randrange(len(row))] = dice.choice(CELLS)
    return "\n".join(",".join(line) for line in lines) + "\n"


def _spreadsheet(dice: random.Random, text: str) -> str:
    """As spreadsheets and data frames leave tables: empty columns and rows, an index, other signs between cells."""
    lines = text.splitlines()
    way = dice.randrange(4)
    if way == 0:
        return "".join(f"{line},,\n" for line in lines) + ",,,\n,,,\n"
    if way == 1:
        return "\n".join(f"{k - 1 if k else ''},{line}" for k, line in enumerate(lines)) + "\n"
    return text.replace(",", ";" if way == 2 else "\t")


_TOML = (_value, _value, _value, _key, _no_line, _line_twice, _cut, _letter, _no_quotes, _byte_order_mark)
_CSV = (_cell, _cell, _cell, _no_line, _line_twice, _cut, _letter, _spreadsheet, _byte_order_mark)


def _whole_file(dice: random.Random, folder: Path, results: Path) -> Input:
    """A file that is none, or cannot be read."""
    name = dice.choice(list(READERS))
    way = dice.choice(_WHOLE)
    path = folder / name
    path.unlink()
    way(path)
    optional = name.startswith("small/") and Path(name).stem in ("gates", "trust", "shocks", "channels")
    return Input(f"{way.__name__} for {name}", list(dice.choice(READERS[name])), not (optional and way is _absent))


def _absent(path: Path) -> None:
    pass


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _a_folder(path: Path) -> None:
    path.mkdir()


def _a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _a_pipe(path: Path) -> None:
    os.mkfifo(path)


def _a_loop(path: Path) -> None:
    path.symlink_to(path.name)


def _latin(path: Path) -> None:
    path.write_bytes("größer = 'ö'\n".encode("latin-1"))


def _utf16(path: Path) -> None:
    path.write_text("a = 1\n", encoding="utf-16")


def _noise(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(5000))


def _deep(path: Path) -> None:
    path.write_text(f"{'x = ' if path.suffix == '.toml' else ''}{'[' * 900}{']' * 900}\n", encoding="utf-8")


def _digits(path: Path) -> None:
    path.write_text(f"steps = {HUGE}\n" if path.suffix == ".toml" else f"id,step\n{HUGE},{HUGE}\n", encoding="utf-8")


_WHOLE: tuple[Callable[[Path], None], ...] = (
    _absent, _empty, _a_folder, _a_device, _a_pipe, _a_loop, _latin, _utf16, _noise, _deep, _digits
)  # fmt: skip


# --- options and paths --------------------------------------------------------------------------------------------


def _option(dice: random.Random, folder: Path, results: Path) -> Input:
    """An option with a strange value."""
    value = dice.choice(
        ("-1", "²", "１", LONG, HUGE, "nan", "inf", "", " ", "1e9", "0,5", "true", "[]", "\x1b[31m", "x" * 5000)
    )
    words, bad = dice.choice((
        ([*RUN, "--seed", value], value != "１"), (["run", "small", "--steps", value], value != "１"),
        ([*RUN, "--every", value], value != "１"), ([*RUN, "--preset", value], True),
        ([*RUN, "--set", value], True), ([*RUN, "--set", f"dialogue.level={value}"], value not in ("true",)),
        ([*RUN, "--set", f"scenario.start={value}"], True), ([*RUN, "--set", f"{value}=1"], True),
        ([*RUN, "--set", f"dialogue.bridging={value}", "--set", f"track.open={value}"], True),
        (["sweep", "plan.toml", "--workers", value], value != "１"), (["verify", value], True),
        (["backtest", "--set", f"x={value}"], True), (["backtest", "--runs", value], True),
        (["view", "small", "--seed", value], True), (["view", "small", "--port", value], True),
        (["view", "small", "--set", f"dialogue.level={value}x"], True),
        (["sweep", "plan.toml", "--cluster", value], True),
    ))  # fmt: skip
    if value == "１" and words[0] in ("backtest", "view", "sweep"):
        words, bad = [*RUN, "--set", "dialogue.level=１"], True
    return Input("an option", words, bad)


PATHS = ("~nobody", "none", "a\x00b", "/dev/zero", "x" * 5000, "small", "plan.toml", "", "/", "out/../none", "\udcff",
         "none\n", "/proc/self/mem", "small/actors.csv", "~", ".", "\x1b[31m")  # fmt: skip


def _path(dice: random.Random, folder: Path, results: Path) -> Input:
    """A path that is none."""
    path = dice.choice(PATHS)
    words = list(dice.choice((
        ["run", path], ["scenarios", path], ["plan", path, "--no-try"], ["sweep", path], ["calibrate", path],
        ["report", path], ["check", path], ["export", path, "--stata"], ["rerun", path], ["sensitivity", path],
        [*RUN, "--interventions", path], ["scenarios", path, "--copy", "new"], ["scenarios", "small", "--copy", path],
        [*RUN, "--out", path], ["sweep", "plan.toml", "--cluster", f"slurm:{path}"],
    )))  # fmt: skip
    new = path in ("none", "none\n", "out/../none", "~nobody", "\udcff", "\x1b[31m")
    a_plan = path == "plan.toml" and words[0] in ("plan", "sweep") and "--cluster" not in words
    good = (path == "small" and words[0] in ("run", "scenarios")) or ("--copy" in words and new) or a_plan
    good = good or "--out" in words
    if "--out" in words or "--copy" in words:  # never outside the folder
        words = [word if word not in ("/", "~", "/dev/zero", "/proc/self/mem") else "plan.toml" for word in words]
    return Input("a path", words, not good)


# --- results ------------------------------------------------------------------------------------------------------


def _results(dice: random.Random, folder: Path, results: Path) -> Input:
    """A results folder with one file spoilt."""
    out = folder / "out"
    shutil.copytree(results, out, ignore=shutil.ignore_patterns("report.html", "figures"))
    path = dice.choice(sorted(path for path in out.iterdir() if path.is_file()))
    words = list(dice.choice(ON_RESULTS))
    way = dice.randrange(4)
    if way == 0:
        whole = dice.choice(_WHOLE)
        path.unlink()
        whole(path)
        return Input(f"{whole.__name__} for out/{path.name}", words)
    if path.suffix == ".sqlite":
        spoil = dice.choice(_BINARY)
        path.write_bytes(spoil(dice, path.read_bytes()))
        return Input(f"{spoil.__name__} in out/{path.name}", words)
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        changes: tuple[Callable[[random.Random, str], str], ...] = (_json, _json, _cut, _letter, _no_line)
    else:
        changes = _CSV if path.suffix == ".csv" else _TOML
    change = dice.choice(changes)
    path.write_bytes(change(dice, text).encode("utf-8", "surrogatepass"))
    return Input(f"{change.__name__} in out/{path.name}", words)


def _bit(dice: random.Random, content: bytes) -> bytes:
    """One bit is another."""
    k = dice.randrange(len(content))
    return content[:k] + bytes([content[k] ^ 1 << dice.randrange(8)]) + content[k + 1 :]


def _hole(dice: random.Random, content: bytes) -> bytes:
    """A stretch of zeros, as a disk that was full leaves it."""
    k = dice.randrange(len(content))
    size = min(dice.choice((16, 512, 4096)), len(content) - k)
    return content[:k] + bytes(size) + content[k + size :]


def _cut_bytes(dice: random.Random, content: bytes) -> bytes:
    return content[: dice.randrange(len(content))]


def _other_bytes(dice: random.Random, content: bytes) -> bytes:
    """The head is that of a database, and the rest is noise."""
    return content[:100] + dice.randbytes(len(content) - 100)


_BINARY = (_bit, _bit, _bit, _hole, _cut_bytes, _other_bytes)


def _json(dice: random.Random, text: str) -> str:
    """Another value for a key."""
    place = dice.choice(list(re.finditer(r'": ("[^"]*"|[-\d.e]+|\{|\[)', text)))
    value = dice.choice(("null", "true", "-1", "[]", "{}", '"x"', '"../../../etc/passwd"', LONG, HUGE, "1e999", '""'))
    if place[1] in "{[":
        return text[: place.start()] + f'": {value}, "_{dice.randrange(9)}": ' + text[place.start(1) :]
    return text[: place.start(1)] + value + text[place.end(1) :]

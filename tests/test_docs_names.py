"""What the pages name is there: links and headings, files, scripts, tests, targets of make, commands and options."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from forumsim.commands.cli import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [
        *ROOT.glob("*.md"),
        *(p for room in ("docs", "experiments", "src") for p in (ROOT / room).rglob("*.md")),
    ]
)
#: Folders that a path in a page may begin from.
HOMES = (ROOT, ROOT / "src" / "forumsim", ROOT / "docs")
ROOMS = "src|tests|docs|experiments|tools|benchmarks|examples|core|running|scenarios|sweeps|app|plans|analysis|studies"
COMMANDS = typer.main.get_command(app).commands


@pytest.fixture(params=PAGES)
def page(request):
    return ROOT / request.param


def text_of(page):
    return page.read_text(encoding="utf-8")


def heading(line):
    """A heading as it stands in the address of a link."""
    return re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-")


def test_links_and_their_headings(page):
    wrong = []
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]+))?\)", text_of(page)):
        path = page.parent / target if target else page
        if not path.exists():
            wrong.append(target)
        elif anchor and anchor not in map(heading, re.findall(r"^#+ (.*)$", text_of(path), re.MULTILINE)):
            wrong.append(f"{target}#{anchor}")
    assert not wrong


def test_files_scripts_and_tests(page):
    text = text_of(page)
    named = {*re.findall(rf"`((?:{ROOMS})/[\w./-]*)`", text)}
    named |= {*re.findall(r"python ((?:docs|tools|benchmarks|tests)/\w+\.py)", text)}
    named |= {*re.findall(r"pytest (?:-m (?:\"[^\"]*\"|\w+) )?(tests/[\w/.]+)", text)}
    assert not [name for name in sorted(named) if not any((home / name).exists() for home in HOMES)]


def test_targets_of_make(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)\b", text_of(page))) <= targets


def test_commands_and_their_options(page):
    """Every line of a block, and what stands between backticks, that begins with the name of the program."""
    text = text_of(page)
    fenced = re.findall(r"```(\w*)\n(.*?)```", text, re.DOTALL)
    blocks = "\n".join(block for language, block in fenced if language in ("", "sh")).replace("\\\n", " ")
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines = [*re.findall(r"^(forumsim .+)$", blocks, re.MULTILINE), *re.findall(r"`(forumsim [^`]+)`", plain)]
    wrong = []
    for line in lines:
        words = shlex.split(line.replace("\n", " ").replace("[", "").replace("]", ""), comments=True)[1:]
        name = words[0].split("|")[0] if words else ""
        if name.startswith("-") or name.endswith(":"):  # an option of the program itself, or a message
            continue
        if name not in COMMANDS:
            wrong.append(line)
            continue
        known = {
            option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        known |= {"-h", "--help"}
        wrong += [
            f"{word} in: {line}" for word in words if re.match(r"--?[a-z]", word) and word.split("=")[0] not in known
        ]
    assert not wrong

"""A command line that cannot be understood, told as any other mistake: where, what was found, what is allowed.

The words of typer differ from version to version and leave out what was typed; here are those of the rest of forumsim.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from forumsim.commands.console import MISTAKE, describe, note
from forumsim.core.errors import InputError, Problem, nearest, shown

_EXTRA = re.compile(r"Got unexpected extra arguments? ?(?:\(s\))? ?\((?P<words>.*)\)", re.DOTALL)
_SETTING = ("--set", "--twin")
#: The scenarios that come with forumsim; to list them would take seconds, as the model is imported for it.
_SHIPPED = Path(__file__).resolve().parents[1] / "scenarios"


class Commands(TyperGroup):
    """The commands, which tell what is wrong with the words of a command line."""

    _words: tuple[str, ...] = ()

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> Any:
        """Read the words before the command."""
        self._words = tuple(args)
        with self._told():
            return super().make_context(info_name, args, *more, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Read the words of the command, and run it."""
        with self._told():
            return super().invoke(ctx)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # typer keeps a copy of click of its own, or uses the package: there is no one class to name
            if not hasattr(error, "format_message") or type(error).__name__ == "NoArgsIsHelpError":
                raise
            name = next((word for word in self._words if word in self.commands), "")
            problem = _problem(error, self._words, self.commands.get(name, self), list(self.commands))
            note(describe(InputError([problem], "the command cannot be understood")))
            note(f"  {f'forumsim {name}'.strip()} -h says what it takes")
            raise typer.Exit(MISTAKE) from None


def _problem(error: Any, words: Sequence[str], command: Any, commands: Sequence[str]) -> Problem:
    """What is wrong, from an error of click, the words that were typed and the command that they name."""
    param = getattr(error, "param", None)
    extra = _EXTRA.fullmatch(error.message)
    if extra is not None:
        return _left_over(extra["words"].split(), words)
    if error.message.startswith("No such command"):
        return _no_command(next(word for word in words if not word.startswith("-")), commands)
    if hasattr(error, "option_name"):
        name = error.option_name
        options = [option for item in command.params for option in item.opts if option.startswith("--")]
        if error.message.startswith("No such option"):
            return Problem(name, "no such option", ", ".join(options), nearest(name, options))
        named = next((item for item in command.params if name in item.opts), None)
        form = getattr(named, "metavar", None)
        return Problem(name, "its value is missing", f"{name} {form}" if form else _allowed(named))
    if type(error).__name__ == "MissingParameter" and param is not None:
        return Problem(param.opts[0], "is missing", _allowed(param))
    if param is not None:
        typed = _after(param.opts, words)
        return Problem(param.opts[0], f"found {shown(typed)}" if typed else error.message, _allowed(param))
    return Problem("forumsim", error.format_message())


def _left_over(extra: Sequence[str], words: Sequence[str]) -> Problem:
    """Words that no option and no argument takes: mostly a setting in pieces, or a name with a space in it."""
    where, found = shown(" ".join(extra)), "belongs to no option and to no argument"
    rest = [word for word in extra if word != "="]
    for option, name in itertools.pairwise(words):
        if option in _SETTING and not name.partition("=")[2] and rest:
            value = rest[0].removeprefix("=")
            return Problem(where, found, "", f"write it without spaces: {option} {name.rstrip('=')}={value}")
    settings = [word for word in rest if re.fullmatch(r"[\w.]+=.+", word)]
    if settings:
        return Problem(where, found, "", f"each setting needs a --set of its own: --set {settings[0]}")
    return Problem(where, found, "", "put a name with spaces in quotes")


def _no_command(word: str, commands: Sequence[str]) -> Problem:
    """A first word that is no command: mostly what a command is to be applied to."""
    path = Path(word)
    if word == "help":
        hint = "forumsim -h shows what there is"
    elif path.suffix == ".toml":
        hint = f"is it a plan? forumsim sweep {word}"
    elif (path / "manifest.json").is_file():
        hint = f"is it a results folder? forumsim report {word}"
    elif (path / "scenario.toml").is_file() or (_SHIPPED / word / "scenario.toml").is_file():
        hint = f"is it a scenario? forumsim run {word}"
    else:
        hint = nearest(word, commands)
    return Problem(word, "no such command", ", ".join(commands), hint)


def _allowed(param: Any) -> str:
    """What an option or an argument takes: its range, or the first sentence of its help."""
    kind = getattr(param, "type", None)
    low, high = (getattr(param, end, getattr(kind, end, None)) for end in ("min", "max"))
    if high is not None:
        return f"a whole number from {low} to {high}"
    if low is not None:
        return f"a number, {low} or more"
    text = (getattr(param, "help", "") or "").partition("  [")[0].rstrip(".")
    return text[:1].lower() + text[1:]


def _after(options: Sequence[str], words: Sequence[str]) -> str:
    """What was typed as the value of an option: the last one counts."""
    typed = ""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name in options:
            typed = value if equals else following
    return typed

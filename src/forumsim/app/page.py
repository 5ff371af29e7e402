"""The page: each browser session gets models of its own. `forumsim view` serves it.

The first render makes the session, which gives a pulse after every change: the page reads it and hands it down, so that
one pass draws all that shows the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import solara
import solara.lab

from forumsim.app import start
from forumsim.app.acts import Acts
from forumsim.app.board import Board, Shown
from forumsim.app.choice import choice
from forumsim.app.compare import Compare
from forumsim.app.download import zipped
from forumsim.app.head import Head, press
from forumsim.app.keeping import evict_soon, kept, restore
from forumsim.app.knobs import GROUPS, AnyParameter, Field, Knob, Typed
from forumsim.app.picture import Keep, Keys, follow
from forumsim.app.session import Session, Setup
from forumsim.app.style import CSS
from forumsim.app.views.why import STYLE as WHY_STYLE
from forumsim.app.views.words import STYLE as WORDS_STYLE
from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.parameters import BY_NAME, PRESETS
from forumsim.core.values import parse_value
from forumsim.running.arguments import MAX_SEED
from forumsim.scenarios import load_scenario
from forumsim.scenarios.settings import CELL, PARAMETER, find_setting


def asked(search: str, first: Setup) -> tuple[Setup, str]:
    """The setup that an address asks for (``?scenario=two_blocs&seed=3&dialogue.level=0.6``), and what is wrong in it.

    What the address leaves open is as in ``first``, with which `forumsim view` was started.
    """
    setup, wrong = first, []
    for key, text in parse_qsl(search or "", keep_blank_values=True, max_num_fields=100):
        value = parse_value(text)
        setting = find_setting(key, first.extensions.parameters)
        if key == "scenario" and text in start.choices():
            setup = replace(setup, scenario=text, fields={} if text != setup.scenario else setup.fields)
        elif key == "seed" and isinstance(value, int):
            setup = replace(setup, seed=value)
        elif key == "steps" and isinstance(value, int):
            setup = replace(setup, steps=value)
        elif key == "preset" and text in PRESETS:
            setup = replace(setup, preset=text)
        elif setting is not None and setting.kind == PARAMETER:
            setup = replace(setup, parameters={**setup.parameters, setting.name: value})
        elif setting is not None and setting.of_scenario:
            value = setting.settled(text) if setting.kind == CELL else value
            setup = replace(setup, fields={**setup.fields, setting.key: value})
        else:
            wrong.append(_not_there(key, text))
    return setup, f"the address asks for what is not there: {'; '.join(map(str, wrong))}" if wrong else ""


def _not_there(key: str, text: str) -> Problem:
    """What is wrong with a part of an address, and what is meant perhaps."""
    lists = {"scenario": start.choices(), "preset": tuple(PRESETS)}
    if key in lists:
        return Problem(key, f"found {text!r}", ", ".join(lists[key]), nearest(text, lists[key]))
    if key in ("seed", "steps"):
        return Problem(key, f"found {text[:40]!r}", f"0 to {MAX_SEED}" if key == "seed" else "1 to 100000")
    extensions = start.FIRST.extensions
    fields = [f"scenario.{name}" for name in load_scenario(start.FIRST.scenario, with_=extensions).field_specs]
    own = [parameter.name for parameter in extensions.parameters]
    names = ("scenario", "seed", "steps", "preset", *BY_NAME, *own, *fields)
    return Problem(
        key, "no such setting", "", nearest(f"scenario.{key}" if f"scenario.{key}" in fields else key, names)
    )


def begin(search: str) -> Session:
    """A session for an address; what cannot be had is told, and the page opens all the same."""
    evict_soon()
    try:
        setup, wrong = asked(search, start.FIRST)
    except ValueError as error:
        setup, wrong = start.FIRST, f"the address cannot be read: {error}"
    try:
        session = Session(setup)
    except InputError as error:
        session = Session(start.FIRST)
        wrong = "; ".join([*([wrong] if wrong else []), *(str(problem) for problem in error.problems)])
    session.error = wrong
    return session


@solara.component
def Page() -> None:
    """All of it."""
    search = solara.use_router().search or ""
    session = solara.use_memo(lambda: begin(search), [])
    pulse, turn = solara.use_reactive(0), solara.use_reactive(0)
    look = solara.use_reactive(Shown())
    counter = solara.use_ref(0)

    def tell() -> None:
        counter.current += 1
        pulse.set(counter.current)

    session.tell = tell
    solara.use_effect(lambda: session.close, [])
    begun = f"{start.FIRST} {search}"

    def rebuild(text: Any) -> None:
        """The run of before a reload or a sleep."""
        if restore(session, str(text), begun):
            tell()
            renew()

    def renew() -> None:
        """Forms begin anew: other models are there."""
        turn.set(turn.value + 1)

    solara.Title("forumsim")
    solara.Style(CSS + WORDS_STYLE + WHY_STYLE)
    with solara.Div(classes=["fs-page"]):
        Head(session, pulse.value, renew)
        Keys(event_key=lambda key: press(session, key))
        held = Keep(event_restore=rebuild)
        follow(session.watch, held, lambda widget: setattr(widget, "record", kept(session, begun)))
        with solara.Div(classes=["fs-body"]):
            Side(session, turn, renew)
            Board(session, pulse.value, look)


@solara.component
def Side(session: Session, turn: solara.Reactive[int], renew: Callable[[], None]) -> None:
    """Everything that may be chosen or done."""
    _ = turn.value
    again, set_again = solara.use_state(0)
    draft = solara.use_reactive(session.setup)
    solara.use_effect(lambda: draft.set(session.setup), [turn.value])

    def set_now(name: str, value: Any) -> None:
        """A parameter of the running model, and of the next one."""
        parameter = session.setup.extensions.find_parameter(name)
        if parameter is not None and parameter.at_once:
            session.guarded(lambda: session.set(name, value))
        draft.set(replace(draft.value, parameters={**draft.value.parameters, name: value}))
        set_again(again + 1)

    values = session.models[0].parameters
    with solara.v.Html(tag="aside", class_="fs-side", attributes={"aria-label": "Controls"}):
        with Fold("The run", True):
            StartForm(session, session.setup, draft, renew)
        for title, names in GROUPS.items():
            with Fold(title, title == "Dialogue"):
                for name in names:
                    Knob(name, values, set_now)
        for item in session.setup.extensions.declared:
            if item.parameters:
                with Fold(f"Your {item.kind} {item.name}", True):
                    for parameter in item.parameters:
                        Knob(parameter.name, values, set_now, parameter)
        with Fold("Intervene"):
            Acts(session, session.frames[0]).key(f"acts {turn.value}")
        with Fold("Compare"):
            Compare(session, session.setup.other is not None, renew)
        with Fold("Any other parameter"):
            AnyParameter(values, set_now)
        with Fold("Take it with you", True):
            Take(session)


def Fold(title: str, opened: bool = False) -> Any:
    """A part of the side that folds away, as a context for what is in it."""
    box = solara.v.Html(tag="details", attributes={"open": True} if opened else {})
    box.add_children([solara.v.Html(tag="summary", children=[title])])
    return box


@solara.component
def StartForm(session: Session, begun: Setup, draft: solara.Reactive[Setup], renew: Callable[[], None]) -> None:
    """What takes effect at a reset: scenario, fields, preset, seed, length; the run shown has ``begun`` with some."""
    setup = draft.value
    model = session.models[0]

    def change(**news: Any) -> None:
        draft.set(replace(draft.value, **news))

    def apply() -> None:
        if session.guarded(lambda: session.reset(draft.value)):
            renew()

    def choose(name: str) -> None:
        chosen = Setup(name, seed=draft.value.seed, extensions=session.setup.extensions)
        draft.set(chosen)
        if session.guarded(lambda: session.reset(chosen)):
            renew()

    choice("Scenario", [(name, name) for name in start.choices()], setup.scenario, choose)
    presets = [("as in the scenario", ""), *((name, name) for name in PRESETS)]

    def choose_preset(name: str) -> None:
        change(preset=name or "", parameters=without_dialogue(setup.parameters))

    choice("Preset of dialogue (at reset)", presets, setup.preset, choose_preset)
    _number("Seed", setup.seed, f"0 to {MAX_SEED}", lambda value: change(seed=value))
    _number("Length in steps", setup.steps or model.length, "1 to 100000", lambda value: change(steps=value))
    late = model.scenario.after_end(model.length)
    if late:
        solara.v.Html(tag="div", class_="fs-mean", children=[late], attributes={"role": "note"})
    for name, spec in model.scenario.field_specs.items():
        if "." in name:  # spread of single issues: by the address or the command line
            continue
        value = setup.fields.get(name, model.scenario.fields[name])
        Field(name, spec, value, lambda key, new: change(fields={**draft.value.fields, key: new}))
    solara.Button("Reset with these", color="primary", on_click=apply, outlined=setup == begun)


def without_dialogue(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters but for those that presets set, which would go before the preset."""
    set_by_presets = {name for preset in PRESETS.values() for name in preset}
    return {name: value for name, value in parameters.items() if name not in set_by_presets}


def _number(label: str, value: int, allowed: str, change: Callable[[int], None]) -> None:
    """A whole number, typed; the model itself says what is wrong with it."""

    def read(text: str) -> None:
        number = parse_value(text)
        change(number if isinstance(number, int) and not isinstance(number, bool) else text)  # type: ignore[arg-type]

    Typed(f"{label} ({allowed}; at reset)", value, read)


@solara.component
def Take(session: Session) -> None:
    """The run as a file."""
    note = ("A zip file with all tables of the run so far as CSV, interventions included, and the command that repeats "
            "it to the bit.")  # fmt: skip
    solara.HTML(tag="div", unsafe_innerHTML=note, classes=["fs-mean"])

    def data() -> bytes:
        files: list[bytes] = []
        if session.guarded(lambda: files.append(zipped(session.snapshot()))):
            return files[0]
        return b""

    name = f"forumsim_{session.setup.scenario.replace('/', '_')}_{session.setup.seed}.zip"
    solara.FileDownload(data, filename=name, label="Download the run", mime_type="application/zip")


@solara.component
def Layout(children: list[Any] = []) -> None:  # noqa: B006 - Solara's own way of taking children
    """The page alone, without Solara's bars."""
    with solara.Div(children=children):
        pass

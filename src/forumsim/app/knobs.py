"""What may be set on the page: parameters and fields of the scenario, with what the registry says of each."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from typing import Any

import solara

from forumsim.app.choice import choice
from forumsim.core.parameters import BY_NAME, PARAMETERS, Parameter
from forumsim.core.values import parse_value

#: Parameters with a slider, in groups; all others are under "any other parameter".
GROUPS: dict[str, tuple[str, ...]] = {
    "Dialogue": ("dialogue.level", "dialogue.track2", "dialogue.track15", "dialogue.track1", "dialogue.bridging",
                 "sincerity.scale"),
    "Forums and law": ("utility.network", "redline.scale", "founding.legalization", "utility.sovereignty",
                       "founding.rate"),
    "Null model": ("realist",),
}  # fmt: skip
#: Words for the sliders where the name alone says little.
LABELS = {
    "dialogue.level": "Dialogue, all tracks", "dialogue.track2": "Track 2 (experts)",
    "dialogue.track15": "Track 1.5 (officials in private)", "dialogue.track1": "Track 1 (governments)",
    "dialogue.bridging": "Bridging: talk to the distant", "sincerity.scale": "Sincerity",
    "utility.network": "Network effect", "redline.scale": "Red lines (below 1: tighter)",
    "founding.legalization": "Hard law: legalization of new forums", "utility.sovereignty": "Cost of hard law",
    "founding.rate": "Founding of rivals", "realist": "Realist mode",
}  # fmt: skip
#: Widest range of a slider where the bounds are wider still.
_TRACKS = ("dialogue.track2", "dialogue.track15", "dialogue.track1")


def when(at_once: bool) -> str:
    """Markup that says when a change takes effect."""
    words = ("fs-when fs-now", "applies at once") if at_once else ("fs-when", "at reset")
    return f'<span class="{words[0]}">{words[1]}</span>'


def slider_range(parameter: Parameter) -> tuple[float, float]:
    """Ends of a parameter's slider: its bounds where they are near, else its plausible range."""
    low, high = parameter.low, parameter.high
    if high - low > 2.0 and parameter.range is not None:
        low, high = parameter.range
    return low, high


@solara.component
def Slider(
    label: str, value: float, low: float, high: float, done: Callable[[float], None], whole: bool = False
) -> None:
    """A slider with its value; it tells its value when it is let go, not at each move on the way."""
    shown, set_shown = solara.use_state(value)
    solara.use_effect(lambda: set_shown(value), [value])
    step = 1.0 if whole else 10.0 ** math.floor(math.log10((high - low) / 50.0)) if high > low else 1.0
    slider = solara.v.Slider(
        label=f"{label}: {shown:g}", v_model=shown, on_v_model=lambda new: set_shown(float(new)), min=low, max=high,
        step=step, thumb_label=False, hide_details=True, dense=True, class_="fs-slider", vertical=False,
    )  # fmt: skip
    solara.v.use_event(slider, "change", lambda _widget, _event, new: done(int(new) if whole else float(new)))


def _meaning(at_once: bool, text: str) -> None:
    solara.HTML(tag="div", unsafe_innerHTML=f"{when(at_once)} {escape(text)}", classes=["fs-mean"])


def _range_text(parameter: Parameter) -> str:
    low, high = slider_range(parameter)
    unit = "" if parameter.unit in ("", "share", "switch") else f" {parameter.unit}"
    return f"{low:g} to {high:g}{unit}"


@solara.component
def Knob(
    name: str, values: dict[str, float | None], change: Callable[[str, Any], None], own: Parameter | None = None
) -> None:
    """The control of one parameter, with its range, its meaning and when it takes effect; ``own``: of an extension."""
    parameter = BY_NAME[name] if own is None else own
    label, value = LABELS.get(name, name), values.get(name)
    follows = name in _TRACKS and value is None
    if parameter.is_switch:
        solara.Switch(label=label, value=bool(value), on_value=lambda new: change(name, bool(new)))
        _meaning(parameter.at_once, parameter.meaning)
        return
    low, high = slider_range(parameter)
    shown = values.get("dialogue.level") if follows else value
    number = low if shown is None or math.isnan(shown) else float(shown)
    Slider(
        label,
        number,
        min(low, number),
        max(high, number),
        lambda new: change(name, new),
        own is not None and own.is_whole,
    )
    text = f"{_range_text(parameter)}; {parameter.meaning}"
    _meaning(parameter.at_once, "follows the common level until it is moved" if follows else text)
    if name in _TRACKS and not follows:
        solara.Button("follow the common level", text=True, on_click=lambda: change(name, "unset"), small=True)


@solara.component
def Typed(label: str, value: Any, change: Callable[[str], None]) -> None:
    """A field for text, which is told letter by letter.

    Told when the field is left, a busy browser sends that it was left before it sends what was typed, which is then
    shown and never taken.
    """
    text, set_text = solara.use_state(str(value))

    def read(new: str) -> None:
        set_text(new)
        change(new)

    shown = text if parse_value(text) == value else str(value)  # as it was typed, as long as it says the same
    solara.InputText(label, value=shown, on_value=read, continuous_update=True)


@solara.component
def AnyParameter(values: dict[str, float | None], change: Callable[[str, Any], None]) -> None:
    """Any parameter of the registry, by name."""
    name, set_name = solara.use_state("dialogue.penalty")
    text, set_text = solara.use_state("")
    parameter = BY_NAME.get(name) or PARAMETERS[0]
    choice("Parameter", [(key, key) for key in BY_NAME], name, lambda new: set_name(new or name), search=True)
    now = values.get(parameter.name)
    Typed(f"New value (now {'unset' if now is None else format(now, 'g')})", text, set_text)
    allowed = f"{parameter.low:g} to {parameter.high:g}" + (' or "unset"' if parameter.default is None else "")
    _meaning(parameter.at_once, f"{allowed}; {parameter.meaning} (default: {parameter.source})")
    solara.Button("Set", on_click=lambda: change(parameter.name, typed(text, parameter)), disabled=not text.strip())


def typed(text: str, parameter: Parameter) -> Any:
    """What somebody typed, as the checks of parameters take it: a number, a switch, or the text itself."""
    value = parse_value(text)
    return bool(value) if parameter.is_switch and value in (0, 1) else value


@solara.component
def Field(name: str, spec: Any, value: Any, change: Callable[[str, Any], None]) -> None:
    """The control of a field of the scenario: a slider where its range is finite, else text."""
    label = name.replace("_", " ")
    low, high = getattr(spec, "low", None), getattr(spec, "high", None)
    numeric = spec.type in ("int", "float") and isinstance(value, (int, float))
    if numeric and low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
        Slider(label, value, low, high, lambda new: change(name, new), whole=spec.type == "int")
        _meaning(False, f"{low:g} to {high:g}; {spec.meaning}")
        return
    Typed(label, value, lambda text: change(name, parse_value(text)))
    _meaning(False, f"{low} to {high}; {spec.meaning}")

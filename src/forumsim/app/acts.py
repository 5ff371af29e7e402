"""Interventions from the page: one form for each thing that may be done to a run, made from a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import solara

from forumsim.app.choice import choice
from forumsim.app.frame import Frame
from forumsim.app.session import Session


@dataclass(frozen=True)
class ActForm:
    """What a user may do: its words, the act with what is fixed of it, what has to be chosen, and a sentence on it."""

    label: str
    act: str
    fixed: Mapping[str, Any]
    needs: tuple[str, ...]
    meaning: str
    size: tuple[float, float, float] = (0.0, 1.0, 0.5)


FORMS: dict[str, ActForm] = {
    "crisis": ActForm("Crisis", "shock", {"kind": "crisis"}, ("actor", "other", "issue", "size"),
                   "makes an issue more salient to everybody; the two lose trust, and talk as far as governments do"),
    "sanction": ActForm("Sanctions", "shock", {"kind": "sanction"}, ("actor", "other", "size"),
                     "trust between the two falls by this share, and for ten years its baseline with it"),
    "summit": ActForm("Summit", "shock", {"kind": "summit"}, ("actor", "other"),
                   "the two meet on Track 1, which stays open between them for a while, whatever their trust"),
    "leadership": ActForm("Leadership change", "shock", {"kind": "leadership"}, ("actor", "issue", "size"),
                       "moves an actor's position by so much, for good", (-0.5, 0.5, 0.2)),
    "technology": ActForm("Leap in technology", "shock", {"kind": "technology"}, ("actor", "size"),
                       "raises an actor's power by this share before rescaling"),
    "violation": ActForm("Past violation revealed", "shock", {"kind": "violation"}, ("actor", "size"),
                      "everybody's trust in the actor falls by this share"),
    "channel": ActForm("Open a dialogue channel", "channel", {}, ("actor", "other", "track", "rate"),
                    "so many meetings a step between the two, from now on"),
    "meet": ActForm("One meeting", "meet", {}, ("actor", "other", "track"), "the two meet once, if the track is open"),
    "found": ActForm("Propose a new forum", "found", {}, ("actor", "issue", "inclusive"),
                  "the actor invites whom it trusts and who is near; the forum comes to be if all gain by it"),
    "leave": ActForm("Make an actor leave", "leave", {}, ("actor", "forum"), "the actor leaves the forum now"),
    "join": ActForm("Make an actor join", "join", {}, ("actor", "forum"), "the actor joins now, if it is admitted"),
    "closing": ActForm("Close a forum", "shock", {"kind": "closing"}, ("forum",), "the forum is dissolved"),
}  # fmt: skip
#: Those that have a button of their own.
QUICK = ("crisis", "sanction", "summit", "leadership")
#: Who sees a change may choose what it does; a whole issue or all of them.
ALL_ISSUES = "all issues"


def first_choices(frame: Frame) -> dict[str, Any]:
    """What forms begin with: the two strongest majors (or states), the first issue, the largest forum."""
    world, ids = frame.world, frame.scenario.actor_ids
    ranked = sorted(frame.states, key=lambda i: (world.role[i] != 0, -world.power[i]))
    two = [ids[int(i)] for i in ranked[:2]] or [ids[0]]
    return {"actor": two[0], "other": two[-1], "issue": ALL_ISSUES, "forum": "", "track": "1.5", "rate": 1.0,
            "size": 0.5, "inclusive": False}  # fmt: skip


def details(form: ActForm, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the act as the user chose them."""
    given = {name: chosen[name] for name in form.needs}
    if given.get("issue") == ALL_ISSUES:
        del given["issue"]
    if "track" in given:
        given["track"] = float(given["track"])
    return {**form.fixed, **given}


def do(session: Session, form: ActForm, chosen: Mapping[str, Any]) -> str:
    """Do it and say what came of it."""
    came: list[Any] = []
    well = session.guarded(lambda: came.append(session.act(form.act, **details(form, chosen))))
    if not well:
        return ""
    nothing = came[0] is False or (form.act == "found" and came[0] == -1)
    why = {"found": "no coalition gains by it", "join": "it is in already, or is not admitted",
           "leave": "it is not in", "meet": "the track is not open between them"}  # fmt: skip
    return f"{form.label}: nothing came of it ({why.get(form.act, 'no change')})" if nothing else f"{form.label}: done"


@solara.component
def Acts(session: Session, frame: Frame) -> None:
    """Buttons for what happens often, and the form for everything."""
    kind, set_kind = solara.use_state("sanction")
    chosen, set_chosen = solara.use_state(first_choices(frame))
    said, set_said = solara.use_state("")
    form = FORMS[kind]

    def press(name: str) -> None:
        set_kind(name)
        set_said("")
        set_chosen({**chosen, "size": FORMS[name].size[2]})

    with solara.Div(classes=["fs-row"]):
        for name in QUICK:
            solara.Button(FORMS[name].label, on_click=lambda name=name: press(name), outlined=True, small=True,
                          color="primary" if name == kind else None)  # fmt: skip
    choice("What happens", [(item.label, key) for key, item in FORMS.items()], kind, press)
    solara.HTML(tag="div", unsafe_innerHTML=f"{form.meaning}", classes=["fs-mean"])
    for need in form.needs:
        _choice(need, form, frame, chosen, lambda name, value: set_chosen({**chosen, name: value}))
    solara.Button("Do it now", color="primary", on_click=lambda: set_said(do(session, form, chosen)))
    solara.HTML(tag="div", unsafe_innerHTML=said, classes=["fs-note"], attributes={"role": "status"})


def _choice(
    need: str, form: ActForm, frame: Frame, chosen: Mapping[str, Any], change: Callable[[str, Any], None]
) -> None:
    """The control of one argument."""
    scenario = frame.scenario
    if need in ("actor", "other"):
        label = "Actor" if need == "actor" else "Other actor"
        names = zip(scenario.actor_names, scenario.actor_ids, strict=True)
        items = [(f"{name} ({key})" if name != key else name, key) for name, key in names]
        choice(label, items, chosen[need], lambda new: change(need, new or chosen[need]), search=True)
    elif need == "forum":
        items = [(frame.forum_name(int(f)), scenario.forum_ids[int(f)]) for f in frame.forums]
        choice("Forum", items, chosen["forum"], lambda new: change("forum", new or ""), search=True)
    elif need == "issue":
        items = [(ALL_ISSUES, ALL_ISSUES), *((frame.issue_label(issue), issue) for issue in scenario.issues)]
        choice("Issue", items, chosen["issue"], lambda new: change("issue", new))
    elif need == "track":
        choice("Track", [(track, track) for track in ("2", "1.5", "1")], chosen["track"],
               lambda new: change("track", new))  # fmt: skip
    elif need == "inclusive":
        solara.Checkbox(label="inclusive: its charter starts half-way to the mean of all", value=chosen["inclusive"],
                        on_value=lambda new: change("inclusive", new))  # fmt: skip
    else:
        from forumsim.app.knobs import Slider

        low, high = (0.0, 5.0) if need == "rate" else form.size[:2]
        label = "Meetings a step" if need == "rate" else "Size"
        Slider(label, float(chosen[need]), low, high, lambda new: change(need, new))

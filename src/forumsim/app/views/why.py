"""Who an actor or a forum is, and why an actor values each forum as it does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from forumsim.app.frame import Frame
from forumsim.app.svg import element
from forumsim.core.rules.admission import admitted
from forumsim.core.terms import OWN_DECISION, Admission, Decision, Form, Kind, Mode, Role, Status
from forumsim.running.events import TERM_WORDS
from forumsim.running.model.explain import WORTH_TERMS, explain

#: Terms in plain words.
TERMS = {term.name.lower(): words for term, words in TERM_WORDS.items()}
UNIT = (
    "Worth in logits: above 0 the actor wants to be a member, below 0 it does not. The bars are what makes it up. "
    "Taste is what the actor sees in a forum beyond the terms of the model; it stays the same unless a new leadership "
    "changes it."
)
#: Room for the words beside the bars, in pixels.
WORDS = 186
STYLE = """
.fs-who { font-size: 13px; } .fs-who h3 { font-size: 14px; margin: 2px 0; }
.fs-who h4 { font-size: 13px; margin: 8px 0 2px; }
.fs-who table { border-collapse: collapse; font-size: 12px; } .fs-who td, .fs-who th { padding: 1px 8px 1px 0;
  text-align: left; vertical-align: top; } .fs-who .fs-num { text-align: right; } .fs-who p { margin: 2px 0 6px; }
.fs-who h3, .fs-who td:first-child, .fs-who th + td { overflow-wrap: anywhere; }
.fs-who [data-pick] { text-decoration: underline dotted #777; } .fs-who .fs-scroll { overflow-x: auto; }
"""


def who(frame: Frame, picked: str, width: int) -> str:
    """What there is to know of a picked actor or forum, as HTML; bars are longer where there is room."""
    i, f = frame.picked(picked)
    if i >= 0:
        inside = _actor(frame, i, width)
    elif f >= 0:
        state = Status(int(frame.world.status[f]))
        if state == Status.EMPTY:
            inside = f"<p>{escape(frame.scenario.forum_names[f])} has not opened yet.</p>"
        elif state not in (Status.ALIVE, Status.DORMANT):
            inside = f"<p>{escape(frame.forum_name(f))} has ended ({state.name.lower()}).</p>"
        else:
            inside = _forum(frame, f)
    else:
        inside = f"<p>There is no {escape(picked)} in this run.</p>"
    return f'<div class="fs-who">{inside}</div>'


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    """A table of names and values; values are markup."""
    cells = "".join(f"<tr><th scope='row'>{escape(name)}</th><td>{value}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>"


def _pick(name: str, key: str) -> str:
    return element("span", pick=key, inner=escape(name))


# --- an actor -------------------------------------------------------------------------------------------------------


def _actor(frame: Frame, i: int, width: int) -> str:
    world, scenario = frame.world, frame.scenario
    state = world.kind[i] == Kind.STATE
    rows = [
        (
            "What it is",
            f"{escape(Role(int(world.role[i])).name.lower())}, {escape(frame.bloc_label(int(world.bloc[i])))}",
        ),
        ("Power" if state else "Influence", f"{float(world.power[i] if state else world.influence[i]):.3f}"),
        ("Capacity, sincerity", f"{float(world.capacity[i]):.2f}, {float(world.sincerity[i]):.2f}"),
        ("Keeps commitments", f"{float(world.reputation[i]):.2f} (0 never, 1 always)"),
        ("Satisfaction", f"{float(world.satisfaction[i]):.2f}; it aspires to {float(world.aspiration[i]):.2f}"),
    ]
    for k, issue in enumerate(scenario.issues):
        line = float(world.red_line[i, k])
        red = f"; red line at {line:.2f} from it" if math.isfinite(line) else ""
        rows.append((frame.issue_label(issue), f"position {float(world.position[i, k]):.2f}, weight "
                                               f"{float(world.salience[i, k]):.2f}{red}"))  # fmt: skip
    return f"<h3>{escape(scenario.actor_names[i])}</h3>{_facts(rows)}{_why(frame, i, width)}"


def _why(frame: Frame, i: int, width: int) -> str:
    """Every live forum with its worth to the actor and the terms of it."""
    world, params = frame.world, frame.outcome.params
    wide = width >= WORDS + 230
    room = max(WORDS + 40, min(WORDS + 150, width - 190 if wide else width - 20))
    found = sorted(
        ((explain(world, params, int(f), i), int(f)) for f in frame.forums),
        key=lambda pair: -pair[0]["worth"] - pair[0]["taste"],
    )
    rows = []
    for terms, f in found:
        member = bool(world.member[f, i])
        inside = "member" if member else "may join" if admitted(world, params, f, i) else "would not be admitted"
        attention = f", {100 * float(world.attention[f, i]):.0f} % of its attention" if member else ""
        worth = terms["worth"] + terms["taste"]
        number = _signed(worth) if math.isfinite(worth) else "beyond a red line"
        name = _pick(frame.forum_name(f), f"forum:{frame.scenario.forum_ids[f]}")
        told = f"<td>{name}<br><small>{inside}{attention}</small></td><td class='fs-num'>{number}</td>"
        below = "" if wide else "</tr><tr>"
        rows.append(f"<tr>{told}{below}<td colspan='{3 - 2 * wide}'>{_bars(terms, room)}</td></tr>")
    head = f"<tr><th>forum</th><th>worth</th>{'<th>made up of</th>' * wide}</tr>"
    table = f"<div class='fs-scroll'><table>{head}{''.join(rows)}</table></div>"
    return f"<h4>Why it is where it is</h4><p>{UNIT}</p>{table if rows else '<p>There is no forum.</p>'}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _bars(terms: dict[str, float], width: int) -> str:
    """Terms as words and numbers, with bars left (against) and right (for) of a line beside them."""
    shown = [
        (term, terms[term])
        for term in (*WORTH_TERMS, "taste")
        if math.isfinite(terms[term]) and abs(terms[term]) >= 0.005
    ]
    if not shown:
        return ""
    most = max(2.0, max(abs(value) for _, value in shown))
    middle, half = WORDS, width - WORDS
    parts = []
    words = [f"{TERMS[term]} {_signed(value)}" for term, value in shown]
    for k, (_, value) in enumerate(shown):
        size = half * abs(value) / most
        parts.append(element("rect", x=float(middle - size if value < 0 else middle), y=14.0 * k + 2, width=float(size),
                             height=10, fill="#D55E00" if value < 0 else "#0072B2", opacity=0.35))  # fmt: skip
        parts.append(element("text", x=2, y=14.0 * k + 11, font_size=11, inner=escape(words[k])))
    line = element("line", x1=float(middle), x2=float(middle), y1=0, y2=14 * len(shown), stroke="#999")
    said = escape(", ".join(words), quote=True)
    return (f'<svg width="{width}" height="{14 * len(shown) + 2}" role="img" aria-label="{said}">'
            f"{''.join(parts)}{line}</svg>")  # fmt: skip


# --- a forum --------------------------------------------------------------------------------------------------------


def _forum(frame: Frame, f: int) -> str:
    world, scenario = frame.world, frame.scenario
    founder, members = int(world.founder[f]), world.member[f]
    by = f" by {_pick(scenario.actor_names[founder], f'actor:{scenario.actor_ids[founder]}')}" if founder >= 0 else ""
    rows = [
        ("What it is", ", ".join(kind.name.lower().replace("_", " ") for kind in (
            Form(int(world.form[f])), Mode(int(world.mode[f])), Status(int(world.status[f]))))),
        ("Founded", f"{escape(frame.date_of(int(world.founded[f])))}{by}"),
        ("Members", f"{int(members.sum())}, with {float(world.power[members].sum()):.2f} of power"),
        ("Legalization", f"{float(world.legalization[f]):.2f} (0 soft law, 1 hard law)"),
        ("Admission", _admission(frame, f)),
        ("Decides by", _decision(frame, f)),
        ("Vitality", f"{float(world.vitality[f]):.3f} (attention of its members over their fair share)"),
    ]  # fmt: skip
    for k in np.flatnonzero(world.mandate[f]).tolist():
        ends = "; ".join(f"{value}: {escape(words)}" for value, words in enumerate(scenario.issue_ends[k]) if words)
        meaning = f" <small>({ends})</small>" if ends else ""
        rows.append((frame.issue_label(scenario.issues[k]), f"charter at {float(world.charter[f, k]):.2f}{meaning}"))
    return f"<h3>{escape(frame.forum_name(f))}</h3>{_facts(rows)}{_members(frame, f)}{_conflicts(frame, f)}"


def _decision(frame: Frame, f: int) -> str:
    number = int(frame.world.decision[f])
    return escape(frame.scenario.own_decisions[f]) if number == OWN_DECISION else Decision(number).name.lower()


def _admission(frame: Frame, f: int) -> str:
    world, scenario = frame.world, frame.scenario
    parts = [Admission(int(world.admission[f])).name.lower()]
    if world.admission[f] != Admission.OPEN:
        parts.append(f"members' trust of {float(world.approval[f]):.2f} or more")
    if world.gate_forum[f] >= 0:
        parts.append(f"for members of {escape(scenario.forum_names[int(world.gate_forum[f])])}")
    if world.gate_power[f] > 0:
        parts.append(f"power of {float(world.gate_power[f]):.3f} or more")
    if world.gate_issue[f] >= 0:
        issue = frame.issue_label(scenario.issues[int(world.gate_issue[f])]).lower()
        parts.append(f"{escape(issue)} from {float(world.gate_low[f]):.2f} to {float(world.gate_high[f]):.2f}")
    return "; ".join(parts)


def _members(frame: Frame, f: int) -> str:
    world, scenario = frame.world, frame.scenario
    inside = np.flatnonzero(world.member[f])
    rows = []
    for bloc in [*range(len(scenario.blocs)), -1]:
        own = inside[world.bloc[inside] == bloc]
        if len(own):
            ranked = own[np.argsort(-world.power[own], kind="stable")]
            named = [_pick(scenario.actor_names[int(i)], f"actor:{scenario.actor_ids[int(i)]}") for i in ranked[:6]]
            more = f" and {len(own) - 6} more" if len(own) > 6 else ""
            rows.append((f"{frame.bloc_label(bloc)}: {len(own)}", ", ".join(named) + more))
    return f"<h4>Members by bloc</h4>{_facts(rows)}" if rows else "<p>It has no member.</p>"


def _conflicts(frame: Frame, f: int) -> str:
    world, scenario = frame.world, frame.scenario
    rows = sorted(((float(world.conflict[f, int(g)]), int(g)) for g in frame.forums if int(g) != f), reverse=True)
    told = [
        (f"{value:.2f}", _pick(frame.forum_name(g), f"forum:{scenario.forum_ids[g]}"))
        for value, g in rows[:6]
        if value > 0
    ]
    return f"<h4>Conflict of charters with</h4>{_facts(told)}" if told else ""

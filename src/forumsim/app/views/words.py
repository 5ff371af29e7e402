"""The event log in words, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby, islice
from typing import Any

from forumsim.app.frame import Frame
from forumsim.app.svg import element
from forumsim.app.views.act_words import act_words
from forumsim.core.terms import Conduct, Event, Term
from forumsim.running.events import BETWEEN_FORUMS, EVENT_WORDS, TERM_WORDS
from forumsim.running.tables import meeting_of

#: Kinds that are summed up by step and forum.
_SUMMED = {Event.JOIN: "join", Event.EXIT: "leave"}
#: How a side met the other.
_MET = {
    Conduct.GENUINE: "in earnest", Conduct.UNSEEN: "with propaganda, not seen through",
    Conduct.SEEN_THROUGH: "with propaganda, seen through",
}  # fmt: skip
#: What sets the user's own acts apart.
YOU = ' class="fs-you"'
#: Names told when many join or leave.
_TOLD = 3

#: The words' own part of the page's sheet.
STYLE = """
.fs-log ol { list-style: none; padding: 0 0 0 4px; margin: 0 0 8px; } .fs-log h3 { font-size: 12px; margin: 6px 0 2px; }
.fs-log li { font-size: 13px; line-height: 1.4; padding: 1px 0; } .fs-log li.fs-you { border-left: 3px solid #D55E00;
  padding-left: 6px; }
.fs-log { overflow-wrap: anywhere; } .fs-log [data-pick] { text-decoration: underline dotted #777; }
"""


class _Teller:
    """Turns rows of the log into sentences; ``mark`` says how a name is written (plain, or to be picked)."""

    def __init__(self, frame: Frame, acts: Sequence[Mapping[str, Any]], marked: bool) -> None:
        self.frame, self.acts, self.marked = frame, acts, marked

    def actor(self, i: int) -> str:
        """Name of an actor."""
        scenario = self.frame.scenario
        if i < 0:
            return "nobody in particular"
        return self._name(scenario.actor_names[i], f"actor:{scenario.actor_ids[i]}")

    def forum(self, f: int) -> str:
        """Name of a forum."""
        return (
            "no forum" if f < 0 else self._name(self.frame.forum_name(f), f"forum:{self.frame.scenario.forum_ids[f]}")
        )

    def _name(self, name: str, key: str) -> str:
        return element("span", tip="", pick=key, inner=escape(name)) if self.marked else name

    def issue(self, k: int) -> str:
        """Label of an issue, or all."""
        issues = self.frame.scenario.issues
        label = self.frame.issue_label(issues[k]).lower() if 0 <= k < len(issues) else "all issues"
        return escape(label) if self.marked else label

    def sentence(self, rows: Sequence[Any]) -> str:
        """One sentence for one event, or for the joins or exits of one forum in one step."""
        event = rows[0]
        kind = Event(int(event["kind"]))
        if len(rows) > 1:
            return self._summed(kind, rows)
        other = self.forum if kind in BETWEEN_FORUMS else self.actor
        return EVENT_WORDS[kind].sentence.format(
            a=self.actor(int(event["actor"])), o=other(int(event["other"])), f=self.forum(int(event["forum"])),
            i=self.issue(int(event["issue"])), v=float(event["value"]),
            u=self._act(event) if kind == Event.INTERVENTION else "",
            m=self._meeting(event) if kind == Event.MEETING else "",
            p=self._parties(event) if kind == Event.CRISIS else "",
            t=f": {TERM_WORDS[Term(term)]}" if (term := int(event["term"])) else "",
        )  # fmt: skip

    def _parties(self, event: Any) -> str:
        actor, other = int(event["actor"]), int(event["other"])
        return f" between {self.actor(actor)} and {self.actor(other)}" if min(actor, other) >= 0 else ""

    def _meeting(self, event: Any) -> str:
        track, *sides = meeting_of(float(event["value"]))
        names = [self.actor(int(event[column])) for column in ("actor", "other")]
        if sides[0] == sides[1]:
            return f"{track}: both {_MET[sides[0]]}"
        return f"{track}: {names[0]} {_MET[sides[0]]}, {names[1]} {_MET[sides[1]]}"

    def _act(self, event: Any) -> str:
        number = int(event["value"])
        if not 0 < number <= len(self.acts):
            return f"intervention {number}"
        text = act_words(self.frame.scenario, self.acts[number - 1])
        return escape(text) if self.marked else text

    def _summed(self, kind: Event, rows: Sequence[Any]) -> str:
        names = [self.actor(int(row["actor"])) for row in rows]
        some = ", ".join(names[:_TOLD])
        more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        return f"{self.forum(int(rows[0]['forum']))}: {len(names)} {_SUMMED[kind]} ({some}{more})"


def _groups(frame: Frame) -> Iterator[list[Any]]:
    """Events from the newest to the oldest, joins and exits of one forum in one step together."""
    for _, block in groupby(frame.outcome.events[::-1], key=lambda row: int(row["step"])):
        grouped: dict[Any, list[Any]] = {}
        for place, row in enumerate(block):
            kind = int(row["kind"])
            key = (kind, int(row["forum"])) if kind in _SUMMED else ("alone", place)
            grouped.setdefault(key, []).append(row)
        for rows in grouped.values():
            yield rows[::-1]


def sentences(
    frame: Frame, acts: Sequence[Mapping[str, Any]] = (), marked: bool = False
) -> Iterator[tuple[int, Event, str]]:
    """Step, kind and sentence of all events, the newest first; joins and exits of one forum in a step are one.

    Parameters
    ----------
    frame : Frame
    acts : sequence of mapping
        What the user did (``ForumModel.interventions``).
    marked : bool
        Whether sentences are HTML with names that can be picked.
    """
    teller = _Teller(frame, acts, marked)
    for rows in _groups(frame):
        yield int(rows[0]["step"]), Event(int(rows[0]["kind"])), teller.sentence(rows)


def log_html(frame: Frame, most: int = 120, acts: Sequence[Mapping[str, Any]] = ()) -> str:
    """The same as HTML: a list for each date, names that can be picked."""
    parts = []
    for step, rows in groupby(islice(sentences(frame, acts, True), most), key=lambda row: row[0]):
        items = "".join(f"<li{YOU if kind == Event.INTERVENTION else ''}>{text}</li>" for _, kind, text in rows)
        parts.append(f"<h3>{escape(frame.date_of(step))}</h3><ol>{items}</ol>")
    return f'<div class="fs-log">{"".join(parts) or "<p>Nothing has happened yet.</p>"}</div>'

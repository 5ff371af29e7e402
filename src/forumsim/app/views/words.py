"""The event log in words, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from forumsim.app.frame import Frame
from forumsim.app.svg import element
from forumsim.app.views.act_words import act_words
from forumsim.core.terms import Conduct, Event
from forumsim.running.tables import meeting_of

#: Sentences by kind of event; {a} is the actor, {o} the other (an actor or a forum), {f} the forum, {i} the issue,
#: {v} the value.
SENTENCES: dict[Event, str] = {
    Event.JOIN: "{a} joins {f}",
    Event.EXIT: "{a} leaves {f}",
    Event.FOUNDING: "{a} founds {f} with {v:.0f} members",
    Event.DISSOLUTION: "{f} is dissolved",
    Event.MERGER: "{f} merges into {o}",
    Event.DORMANCY: "{f} falls dormant: alive on paper only",
    Event.REVIVAL: "{f} wakes up",
    Event.REGIME_SHIFT: "{a} shifts its focus from {o} to {f}: regime shifting (conflict {v:.2f})",
    Event.COMPETITIVE_CREATION: "{f} rivals {o}: competitive regime creation (conflict {v:.2f})",
    Event.DECLARATION: "{a} and {o} make a joint declaration on {i}",
    Event.DEEDS: "{a} and {o}: deeds follow their declaration on {i}, {v:.0f} steps later",
    Event.WORDS: "{a} and {o}: words without deeds on {i}",
    Event.CHANGE_OF_REGIME: "{a} moves the charter of {f} beyond the old regime (by {v:.2f})",
    Event.CHANGE_WITHIN_REGIME: "{a} moves the charter of {f} (by {v:.3f})",
    Event.LEGALIZATION: "{a} changes the legalization of {f} by {v:+.3f}",
    Event.REJECTION: "{f} rejects a proposal of {a}",
    Event.RED_LINE: "{a} draws a red line on {i} at {v:.2f}",
    Event.OPENING: "{f} opens",
    Event.EDITION: "{f} holds an edition",
    Event.CONFIDENCE_BUILDING: "{a} takes a costly step toward {o} (trust {v:+.2f})",
    Event.CRISIS: "crisis on {i}{p} (size {v:.2f})",
    Event.TECHNOLOGY: "{a} makes a leap in technology ({v:+.2f})",
    Event.LEADERSHIP: "{a} has a new leadership: it moves by {v:+.2f} on {i}",
    Event.SANCTION: "sanctions between {a} and {o} (share of trust lost: {v:.2f})",
    Event.SANCTION_LIFTED: "sanctions between {a} and {o} are lifted",
    Event.VIOLATION: "a past violation of {a} is revealed (share of trust lost: {v:.2f})",
    Event.SUMMIT: "{a} and {o} hold a summit",
    Event.INTERVENTION: "You: {u}",
    Event.NO_EFFECT: "nothing came of it: {a}, {f}",
    Event.MEETING: "{a} and {o} meet on Track {m}",
}
#: Events in which the other is a forum; kinds that are summed up by step and forum.
#: How a side met the other.
_MET = {
    Conduct.GENUINE: "in earnest", Conduct.UNSEEN: "with propaganda, not seen through",
    Conduct.SEEN_THROUGH: "with propaganda, seen through",
}  # fmt: skip
_BETWEEN = (Event.MERGER, Event.REGIME_SHIFT, Event.COMPETITIVE_CREATION)
_SUMMED = {Event.JOIN: ("join", "joins"), Event.EXIT: ("leave", "leaves")}
#: What sets the user's own acts apart.
YOU = ' class="fs-you"'
#: Names told when many join or leave.
_TOLD = 3

#: The words' own part of the page's sheet.
STYLE = """
.fs-log ol { list-style: none; padding: 0 0 0 4px; margin: 0 0 8px; } .fs-log h3 { font-size: 12px; margin: 6px 0 2px; }
.fs-log li { font-size: 13px; line-height: 1.4; padding: 1px 0; } .fs-log li.fs-you { border-left: 3px solid #D55E00;
  padding-left: 6px; } .fs-log [data-pick] { text-decoration: underline dotted #777; }
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
        other = self.forum if kind in _BETWEEN else self.actor
        return SENTENCES[kind].format(
            a=self.actor(int(event["actor"])), o=other(int(event["other"])), f=self.forum(int(event["forum"])),
            i=self.issue(int(event["issue"])), v=float(event["value"]),
            u=self._act(event) if kind == Event.INTERVENTION else "",
            m=self._meeting(event) if kind == Event.MEETING else "",
            p=self._parties(event) if kind == Event.CRISIS else "",
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
        return f"{self.forum(int(rows[0]['forum']))}: {len(names)} {_SUMMED[kind][0]} ({some}{more})"


def _groups(frame: Frame) -> Iterator[list[Any]]:
    """Events from the newest to the oldest, joins and exits of one forum in one step together."""
    log = frame.outcome.events
    block: list[Any] = []
    for at in range(len(log) - 1, -1, -1):
        row = log[at]
        if block and row["step"] != block[0]["step"]:
            yield from _of_step(block)
            block = []
        block.append(row)
    yield from _of_step(block)


def _of_step(block: list[Any]) -> Iterator[list[Any]]:
    grouped: dict[Any, list[Any]] = {}
    for place, row in enumerate(block):
        kind = int(row["kind"])
        key = (kind, int(row["forum"])) if kind in _SUMMED else ("alone", place)
        grouped.setdefault(key, []).append(row)
    for rows in grouped.values():
        yield rows[::-1]


def words(frame: Frame, most: int = 200, acts: Sequence[Mapping[str, Any]] = ()) -> list[tuple[int, str, str]]:
    """The event log as sentences, the newest first.

    Parameters
    ----------
    frame : Frame
    most : int
        Sentences.
    acts : sequence of mapping
        What the user did (``ForumModel.interventions``).

    Returns
    -------
    list of (step, date, sentence)
    """
    return [(step, frame.date_of(step), text) for step, _, text in _told(frame, most, acts, False)]


def _told(frame: Frame, most: int, acts: Sequence[Mapping[str, Any]], marked: bool) -> Iterator[tuple[int, Event, str]]:
    teller = _Teller(frame, acts, marked)
    for number, rows in enumerate(_groups(frame)):
        if number >= most or not rows:
            return
        yield int(rows[0]["step"]), Event(int(rows[0]["kind"])), teller.sentence(rows)


def log_html(frame: Frame, most: int = 120, acts: Sequence[Mapping[str, Any]] = ()) -> str:
    """The same as HTML: a list for each date, names that can be picked."""
    parts = []
    for step, rows in groupby(_told(frame, most, acts, True), key=lambda row: row[0]):
        items = "".join(f"<li{YOU if kind == Event.INTERVENTION else ''}>{text}</li>" for _, kind, text in rows)
        parts.append(f"<h3>{escape(frame.date_of(step))}</h3><ol>{items}</ol>")
    return f'<div class="fs-log">{"".join(parts) or "<p>Nothing has happened yet.</p>"}</div>'

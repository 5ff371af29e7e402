"""What the keys and columns of a scenario mean, in words for ``docs/scenarios.md``; the schema says what is allowed."""

from __future__ import annotations

from forumsim.scenarios.dated import SANCTION_STEPS
from forumsim.scenarios.forms import APPROVAL, PERIOD
from forumsim.scenarios.meanings import MEANINGS

#: Meaning of the keys of ``scenario.toml`` by part.
KEYS: dict[str, dict[str, str]] = {
    "keys": {
        "name": "name in results; a copy takes the name of its folder",
        "title": "one line for lists and reports",
        "description": "a paragraph",
        "references": "literature and sources",
        "start": "quarter at whose end the run starts (step 0); left out: time is counted in steps",
        "steps": "length of a run unless a user says otherwise",
        "forum_slots": "most forums that a run can hold: those of the table and those that are founded",
        "generator": "draws the actors anew for every run; without it they are read from actors.csv",
        "issues": "the dimensions, in the order of their numbers",
        "blocs": "labels of actors for measures, pictures and `bloc:NAME`; no rule reads them",
        "parameters": "values that differ from the model's defaults, by dotted name",
        "fields": "what users may vary as `scenario.NAME`: `start`, and those of the generator",
        "priors": "numbers that no data identify, for the reader; a run does not read them",
    },
    "issues": {
        "id": "ending of the columns of the issue (`position_ID`); not `pooled`",
        "label": "for figures and tables",
        "low": "what position 0 means",
        "high": "what position 1 means",
    },
    "blocs": {"id": "as in actors.csv", "label": "for figures and tables"},
    "fields": {
        "type": "kind of value",
        "default": "value that is used when none is given",
        "low": "lowest value",
        "high": "highest value",
        "meaning": "what it means, in one line",
    },
    "priors": {
        "value": "the value that is used",
        "low": "lower end of its plausible range",
        "high": "upper end of its plausible range",
        "meaning": "what it means, in one line",
    },
}

#: Meaning of columns, by ``table.column`` or, where several tables have it, by ``column``.
COLUMNS: dict[str, str] = {
    "source": "where the row comes from; for readers",
    "note": "for readers",
    **MEANINGS,
    "memberships.forum": "the forum",
    "memberships.actor": "the member",
    "memberships.date": "since when; later than the start: kept for comparisons, not used by a run",
    "memberships.role": "veto: may block where the decision rule is `veto`",
    "memberships.confidence": "how sure the row is, in letters or words of your own; for readers",
    "gates.forum": "its gate lets nobody pass but the actors listed for it; read where admission is by invitation",
    "gates.actor": "may be admitted",
    "trust.a": "who trusts",
    "trust.b": "whom; one row stands for both directions unless the other has its own",
    "trust.trust": "structural trust: where the run starts and what trust drifts back to",
}

#: What an empty cell or a missing column means, where it is not simply the default of the schema.
DEFAULTS: dict[str, str] = {
    "shocks.id": "made from kind and date, see the end of the page",
    "channels.id": "made from track and first date, see the end of the page",
    "actors.name": "the id",
    "actors.kind": "state",
    "actors.role": "state, or ngo for a non-state actor",
    "actors.bloc": "needed for states if there are blocs",
    "actors.power": "needed for states; 0 for others",
    "actors.patron": "none",
    "actors.cause": "all issues",
    "actors.salience": "all alike if the actor has none, else 0",
    "actors.red_line": "none",
    "forums.name": "the id",
    "forums.form": "universal",
    "forums.mode": "by form",
    "forums.period": f"{PERIOD} for a series",
    "forums.founded": "0, the start",
    "forums.founder": "nobody",
    "forums.parent": "none",
    "forums.predecessor": "none",
    "forums.adopted": "0",
    "forums.fee": "1",
    "forums.admission": "by form",
    "forums.approval": f"0 if open, else {APPROVAL:g}",
    "forums.gate_forum": "no such gate",
    "forums.gate_issue": "no such gate",
    "forums.decision": "by form",
    "forums.quota": "by decision",
    "forums.legalization": "by form",
    "forums.charter": "needed for the issues of the mandate",
    "memberships.date": "since the founding",
    "memberships.role": "member",
    "channels.first": "0, the start",
    "channels.last": "no end",
    "channels.host": "nobody; it is held at its rate",
    "shocks.actor": "needed by most kinds, see below",
    "shocks.issue": "all issues",
    "shocks.until": f"{SANCTION_STEPS} steps after the date",
}

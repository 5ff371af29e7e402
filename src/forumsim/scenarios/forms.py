"""What the form of a forum stands for where its cells are empty. A form sets defaults.

Of all forms, one means more: a bilateral forum is between two, and stays so.
"""

from __future__ import annotations

from typing import NamedTuple

from forumsim.core.terms import Admission, Decision, Form, Mode
from forumsim.scenarios.content import Tables
from forumsim.scenarios.schema import ForumRow


class Usual(NamedTuple):
    """What is usual for a form."""

    mode: Mode
    admission: Admission
    decision: Decision
    legalization: float


USUAL: dict[Form, Usual] = {
    Form.UNIVERSAL: Usual(Mode.STANDING, Admission.OPEN, Decision.WEIGHTED, 0.3),
    Form.CLUB: Usual(Mode.STANDING, Admission.INVITATION, Decision.CONSENSUS, 0.2),
    Form.BILATERAL: Usual(Mode.STANDING, Admission.INVITATION, Decision.CONSENSUS, 0.1),
    Form.SUMMIT: Usual(Mode.SERIES, Admission.APPROVAL, Decision.CONSENSUS, 0.1),
    Form.ALLIANCE: Usual(Mode.STANDING, Admission.INVITATION, Decision.CONSENSUS, 0.4),
    Form.LAW: Usual(Mode.STANDING, Admission.APPROVAL, Decision.WEIGHTED, 0.8),
    Form.DECLARATION: Usual(Mode.DECLARATION, Admission.OPEN, Decision.CONSENSUS, 0.1),
    Form.STUDY_GROUP: Usual(Mode.STANDING, Admission.INVITATION, Decision.CONSENSUS, 0.05),
}
#: Share that a proposal needs, by decision rule.
QUOTAS = {Decision.CONSENSUS: 1.0, Decision.MAJORITY: 0.5, Decision.WEIGHTED: 2 / 3, Decision.VETO: 0.5}
#: Trust of the members that an applicant needs where admission is by approval or invitation.
APPROVAL = 0.5
#: Steps between the editions of a series: a year of quarters.
PERIOD = 4


class Rules(NamedTuple):
    """The rules of one forum, its empty cells filled."""

    mode: Mode
    period: int
    admission: Admission
    approval: float
    decision: Decision
    quota: float
    legalization: float


def rules_of(forum: ForumRow) -> Rules:
    """The rules of a forum: its own cells, else what is usual for its form."""
    usual = USUAL[Form(forum.form)]
    mode = usual.mode if forum.mode is None else Mode(forum.mode)
    period = PERIOD if forum.period is None else forum.period
    admission = usual.admission if forum.admission is None else Admission(forum.admission)
    if forum.own_gate and forum.admission is None:
        admission = Admission.INVITATION
    approval = 0.0 if admission == Admission.OPEN else APPROVAL
    decision = usual.decision if forum.decision is None else Decision(forum.decision)
    return Rules(
        mode=mode,
        period=period if mode == Mode.SERIES else 0,
        admission=admission,
        approval=approval if forum.approval is None else forum.approval,
        decision=decision,
        quota=QUOTAS[decision] if forum.quota is None else forum.quota,
        legalization=usual.legalization if forum.legalization is None else forum.legalization,
    )


def parties(forum: ForumRow, tables: Tables) -> list[str]:
    """Ids of the actors that the tables name for a forum: its founders, members and those whom its gate lets pass."""
    members = [row.actor for row in tables.memberships if row.forum == forum.id]
    listed = [row.actor for row in tables.gates if row.forum == forum.id]
    return list(dict.fromkeys([*forum.founder, *members, *listed]))

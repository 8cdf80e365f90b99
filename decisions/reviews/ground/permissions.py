"""Who may do what with a case. Whatever is not listed is refused.

The table of roles and actions is data. Services ask it before they do anything, pages for what they offer.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from decisions.models import Case, Person, Role


class Reach(enum.IntEnum):
    """Which cases a role reaches with an action."""

    APPEAL = 1
    """The appeals that are assigned to the person."""
    OWN = 2
    """The cases that are assigned to the person."""
    TEAM = 3
    """The cases of the person's team."""
    EVERY_TEAM = 4
    """The cases of every team, also for a person of none."""
    OTHER_TEAMS = 5
    """The cases of other teams, for somebody who has one."""


INTAKE, REVIEWER, PHYSICIAN = Role.INTAKE.value, Role.REVIEWER.value, Role.PHYSICIAN.value
APPEALS, AUDITOR = Role.APPEAL_PHYSICIAN.value, Role.AUDITOR.value
SUPERVISOR = Role.SUPERVISOR.value
EVERY_TEAM, TEAM, OWN, APPEAL = Reach.EVERY_TEAM, Reach.TEAM, Reach.OWN, Reach.APPEAL
OTHER_TEAMS = Reach.OTHER_TEAMS
EVERYBODY_AT_WORK: Mapping[str, Reach] = {INTAKE: TEAM, REVIEWER: TEAM, PHYSICIAN: TEAM}
OVERSEERS: Mapping[str, Reach] = {SUPERVISOR: TEAM, AUDITOR: TEAM}
"""Who reads what others do, and decides none of it."""

RULES: Mapping[str, Mapping[str, Reach]] = {
    "create": EVERYBODY_AT_WORK,
    "see": {**EVERYBODY_AT_WORK, APPEALS: APPEAL, **OVERSEERS},
    # Intake enters requests and issues letters as they are drafted. It reads nothing that is clinical.
    "see_clinical": {REVIEWER: TEAM, PHYSICIAN: TEAM, APPEALS: APPEAL, **OVERSEERS},
    "change_request": EVERYBODY_AT_WORK,
    "make_standard": {REVIEWER: OWN, PHYSICIAN: OWN},
    "submit": EVERYBODY_AT_WORK,
    "answer": {REVIEWER: OWN, PHYSICIAN: OWN, APPEALS: APPEAL},
    # Before they see the determination, where the line of business asks for it.
    "judge": {PHYSICIAN: OWN, APPEALS: APPEAL},
    # An appeal that nobody has is no physician's own yet: it is within reach to be taken, and read after
    # that.
    "claim": {REVIEWER: TEAM, PHYSICIAN: TEAM, APPEALS: TEAM},
    "assign": {REVIEWER: TEAM, PHYSICIAN: TEAM, APPEALS: APPEAL},
    "give": {SUPERVISOR: TEAM},
    "see_figures": {SUPERVISOR: TEAM},
    "make_rules": {SUPERVISOR: TEAM},
    "note": {REVIEWER: TEAM, PHYSICIAN: TEAM, APPEALS: APPEAL, SUPERVISOR: TEAM},
    "extend": {REVIEWER: OWN, PHYSICIAN: OWN, APPEALS: APPEAL},
    "request_information": {REVIEWER: OWN, PHYSICIAN: OWN},
    "receive_information": EVERYBODY_AT_WORK,
    "refer": {REVIEWER: OWN},
    "send_back": {PHYSICIAN: OWN},
    "ask_colleague": {PHYSICIAN: OWN},
    "give_opinion": {PHYSICIAN: TEAM},
    # Whoever asked, also where somebody else has the case by now.
    "withdraw_question": {PHYSICIAN: TEAM},
    # No decision is signed by it, so it needs no physician; the determination alone opens it.
    "send_elsewhere": {REVIEWER: OWN, PHYSICIAN: OWN},
    "sign_approval": {REVIEWER: OWN, PHYSICIAN: OWN},
    # The contract: only a physician signs an adverse decision.
    "sign_adverse": {PHYSICIAN: OWN},
    "file_appeal": EVERYBODY_AT_WORK,
    "decide_appeal": {APPEALS: APPEAL},
    "correct": {PHYSICIAN: TEAM, APPEALS: APPEAL},
    "withdraw": EVERYBODY_AT_WORK,
    "close": EVERYBODY_AT_WORK,
    "reopen": EVERYBODY_AT_WORK,
    "issue_letter": {**EVERYBODY_AT_WORK, APPEALS: APPEAL},
    "read_letter": {**EVERYBODY_AT_WORK, APPEALS: APPEAL, **OVERSEERS},
    "take_emergency_access": {REVIEWER: OTHER_TEAMS, PHYSICIAN: OTHER_TEAMS, APPEALS: OTHER_TEAMS},
    "acknowledge": {AUDITOR: EVERY_TEAM},
    "see_story": {AUDITOR: EVERY_TEAM, REVIEWER: OWN, PHYSICIAN: OWN, APPEALS: APPEAL},
}
REFUSALS = {"sign_adverse": "Only a physician signs an adverse decision. Refer the case to a physician."}
"""What somebody is told whose roles do not include an action, where there is more to say than that."""
EMERGENCY = frozenset({"see", "see_clinical", "note", "read_letter"})
"""What emergency access opens for its hour: reading, and saying what was found. It decides nothing."""


@dataclass(frozen=True, slots=True)
class Permit:
    """That a person may do something, and the role that says so."""

    role: str


def check_known(action: str) -> None:
    """Raises LookupError for an action that the table lacks. Nobody could be given it."""
    if action not in RULES:
        raise LookupError(f"The table of permissions has no action {action!r}.")


def roles_for(person: Person, action: str) -> list[str]:
    """The person's roles that know this action at all."""
    return [role for role in RULES[action] if role in person.role_names]


def permit(person: Person, action: str, case: Case | None = None) -> Permit | None:
    """The permit to do this with a case, or to do it at all; None where there is none.

    A role counts where it reaches the case. Emergency access is looked at elsewhere.
    """
    for role in roles_for(person, action):
        if case is None or reaches(person, RULES[action][role], case):
            return Permit(role)
    return None


def crosses_teams(given: Permit, action: str) -> bool:
    """Whether a permit for an action holds for the cases of every team."""
    return RULES[action][given.role] is Reach.EVERY_TEAM


def reaches(person: Person, reach: Reach, case: Case) -> bool:
    """Whether a role with this reach, held by somebody, reaches a case. A person of no team reaches only what
    is open across teams.
    """
    if reach is Reach.EVERY_TEAM:
        return True
    if reach is Reach.OTHER_TEAMS:
        return person.team_id is not None and person.team_id != case.team_id
    if person.team_id is None or person.team_id != case.team_id:
        return False
    if reach is Reach.TEAM:
        return True
    is_own = case.assignee_id == person.pk
    return is_own and (reach is Reach.OWN or case.appealed)

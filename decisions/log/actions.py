"""The closed vocabulary of the event log: what can happen, in plain words.

``words`` completes a sentence that begins with a person's name; ``{case}`` stands for the case's reference.
``kind`` is the action of FHIR's AuditEvent: C created, R read, U updated, D deleted, E executed. ``failed``
says that nothing was done: something was refused. ``gives_access`` says that an administrator let somebody
in, or could by this have let in whoever they like.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SIGN_IN, PEOPLE, CASES, DECISIONS, LETTERS, REFUSALS, EMERGENCY, RECORD = GROUPS = (
    "Sign-in",
    "People",
    "Cases",
    "Decisions",
    "Letters and exports",
    "Refusals",
    "Emergency access",
    "Event log",
)
ACCESS = "access"
"""How a filter names the actions that give access, of whatever group."""
GROUP_IDS = ("sign_in", "people", "cases", "decisions", "letters", "refusals", "emergency", "record")
"""The groups as a filter names them, in the order of `GROUPS`."""


ANSWERED = "answer_changed"
FIRST_ANSWER, NEXT_ANSWER, NO_ANSWER = (
    "answered a question of {case}",
    "changed an answer of {case}",
    "took back an answer of {case}",
)
"""What an `ANSWERED` event is called, where it is known what was answered before."""

RENAMING = ("person_changed", "address_changed")
"""The events with which somebody's name can have changed."""
NAME_BEFORE = "name_before"
"""The detail of such an event that keeps the former name, where it did."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can happen: its words in a story, its group in the filter, its kind for FHIR."""

    words: str
    group: str
    kind: str
    failed: bool = False
    gives_access: bool = False


_ALL: dict[str, Action] = {
    "signed_in": Action("signed in", SIGN_IN, "E"),
    "signed_out": Action("signed out", SIGN_IN, "E"),
    "sign_in_failed": Action("could not sign in", SIGN_IN, "E", failed=True),
    "sign_in_locked": Action("was locked out after too many attempts to sign in", SIGN_IN, "E", failed=True),
    "second_factor_added": Action("added a second factor", SIGN_IN, "C"),
    "second_factor_removed": Action("removed a second factor", SIGN_IN, "D"),
    "second_factor_failed": Action("gave a second factor that is not right", SIGN_IN, "E", failed=True),
    "second_factor_reset": Action("reset somebody's second factor", SIGN_IN, "D", gives_access=True),
    "link_made": Action("made a link with which a password is set", SIGN_IN, "C", gives_access=True),
    "provider_unlinked": Action("removed somebody's link with the identity provider", SIGN_IN, "D"),
    "notice_read": Action("read what an administrator had changed about their sign-in", SIGN_IN, "U"),
    "session_ended": Action("had a session end", SIGN_IN, "E"),
    "person_added": Action("added a person", PEOPLE, "C"),
    "person_changed": Action("changed a person's entry", PEOPLE, "U"),
    "address_changed": Action(
        "changed the address with which a person signs in elsewhere", PEOPLE, "U", gives_access=True
    ),
    "person_deactivated": Action("deactivated a person", PEOPLE, "U"),
    "person_reactivated": Action("reactivated a person", PEOPLE, "U", gives_access=True),
    "role_granted": Action("granted a role", PEOPLE, "U", gives_access=True),
    "role_taken": Action("took a role away", PEOPLE, "U"),
    "team_changed": Action("changed a team", PEOPLE, "U"),
    "plan_changed": Action("changed a plan or a line of business", PEOPLE, "U"),
    "giving_rule_changed": Action("changed the rules by which a team's cases are given", PEOPLE, "U"),
    "absence_changed": Action("changed on which days somebody is away", PEOPLE, "U"),
    "list_viewed": Action("viewed a list of cases", CASES, "R"),
    "figures_viewed": Action("viewed the figures of a team", CASES, "R"),
    "search_made": Action("searched for cases", CASES, "R"),
    "case_created": Action("created the case {case}", CASES, "C"),
    "case_viewed": Action("viewed the case {case}", CASES, "R"),
    "request_viewed": Action("viewed the request of {case}", CASES, "R"),
    "request_changed": Action("changed the request of {case}", CASES, "U"),
    "made_standard": Action("changed {case} from expedited to standard", CASES, "U"),
    "questionnaire_viewed": Action("viewed the questionnaire of {case}", CASES, "R"),
    "determination_viewed": Action("viewed the determination of {case}", CASES, "R"),
    "judgment_recorded": Action("recorded a judgment on {case}", DECISIONS, "C"),
    "determination_opened": Action("opened the determination of {case} after judging it", DECISIONS, "E"),
    "answer_changed": Action("changed answers of {case}", CASES, "U"),
    "answers_conflicted": Action(
        "sent answers of {case} that somebody else had changed", CASES, "U", failed=True
    ),
    "case_claimed": Action("claimed the case {case}", CASES, "U"),
    "case_taken_over": Action("took the case {case} over from a colleague", CASES, "U"),
    "case_assigned": Action("assigned the case {case}", CASES, "U"),
    "case_given_by_rule": Action("had {case} given to somebody by a rule of the team", CASES, "U"),
    "case_handed_over": Action("handed the case {case} over", CASES, "U"),
    "state_changed": Action("changed the state of {case}", CASES, "U"),
    "extended": Action("extended the turnaround of {case}", CASES, "U"),
    "case_freed": Action("put {case} among the unassigned", CASES, "U"),
    "note_added": Action("added a note to {case}", CASES, "C"),
    "giving_noted": Action("noted why {case} goes to somebody else", CASES, "C"),
    "referred": Action("referred {case} to a physician", CASES, "U"),
    "sent_back": Action("sent {case} back with a question", CASES, "U"),
    "opinion_asked": Action("asked a colleague about {case}", CASES, "C"),
    "opinion_withdrawn": Action("withdrew a question to a colleague about {case}", CASES, "U"),
    "opinion_given": Action("answered a colleague's question about {case}", CASES, "C"),
    "information_requested": Action("asked for information about {case}", CASES, "U"),
    "information_received": Action("noted that information about {case} had arrived", CASES, "U"),
    "sent_elsewhere": Action("sent {case} elsewhere", CASES, "U"),
    "duplicate_seen": Action("was told that {case} may be a duplicate", CASES, "R"),
    "withdrawn": Action("withdrew {case}", CASES, "U"),
    "case_closed": Action("closed the case {case}", CASES, "U"),
    "decision_viewed": Action("viewed a decision on {case}", DECISIONS, "R"),
    "decision_signed": Action("signed a decision on {case}", DECISIONS, "C"),
    "decision_corrected": Action("corrected the decision on {case}", DECISIONS, "C"),
    "appeal_filed": Action("entered an appeal on {case}", DECISIONS, "C"),
    "appeal_decided": Action("decided the appeal on {case}", DECISIONS, "C"),
    "replayed": Action("derived stored determinations again", DECISIONS, "E"),
    "letter_previewed": Action("previewed a letter of {case}", LETTERS, "R"),
    "letter_issued": Action("issued a letter of {case}", LETTERS, "C"),
    "letter_viewed": Action("viewed a letter of {case}", LETTERS, "R"),
    "printed": Action("opened {case} for printing", LETTERS, "R"),
    "exported": Action("exported {case}", LETTERS, "R"),
    "refused": Action("was refused", REFUSALS, "E", failed=True),
    "emergency_access_started": Action("took emergency access to {case}", EMERGENCY, "E"),
    "emergency_access_acknowledged": Action("acknowledged the emergency access to {case}", EMERGENCY, "U"),
    "log_viewed": Action("viewed the event log", RECORD, "R"),
    "log_exported": Action("exported the event log", RECORD, "R"),
    "log_verified": Action("verified the event log", RECORD, "E"),
    "backup_made": Action("made a backup", RECORD, "E"),
    "restored": Action("restored a backup", RECORD, "E"),
}
ACTIONS: Mapping[str, Action] = MappingProxyType(_ALL)
LOOKS = tuple(name for name, action in ACTIONS.items() if action.kind == "R" and not action.failed)
"""The actions with which something was only looked at."""


def of_group(group: str) -> list[str]:
    """The ids of a group's actions. ``group`` is one of `GROUP_IDS`, or `ACCESS`. Raises ValueError."""
    if group == ACCESS:
        return [name for name, action in ACTIONS.items() if action.gives_access]
    title = GROUPS[GROUP_IDS.index(group)]
    return [name for name, action in ACTIONS.items() if action.group == title]

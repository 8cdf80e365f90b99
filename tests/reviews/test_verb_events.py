"""What the event log says of everything that is done with a case: each verb writes its events, and no other.

Whoever is meant is made up.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from decisions.models import Case, Event, Person
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import elsewhere as sending
from decisions.reviews.case import opinions
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.letters import verbs as letters
from decisions.reviews.request import verbs as intake
from tests.reviews.pages import at
from tests.reviews.world import (
    OUT_OF_SCOPE,
    REASON,
    Cases,
    appeal_decided,
    corrected,
    fresh,
    judged,
    make_cases,
    request_of,
    sent,
    signed,
)

pytestmark = pytest.mark.django_db

Do = Callable[[Cases, Person, Case], Any]


@dataclass(frozen=True)
class Verb:
    """Something that somebody does with a case in a state, and what the log says of it, in order."""

    made: str
    who: str
    do: Do
    events: tuple[str, ...]


def changed(world: Cases, person: Person, case: Case) -> None:
    intake.change_request(person, case.pk, sent(case), request_of(case, notes="Another note (made up)."))


def issued(world: Cases, person: Person, case: Case) -> None:
    kind = letters.kinds(case)[0]
    letters.issue(person, case.pk, sent(case), kind, "Dr. O. (made up)", letters.draft(case, kind))


def closed(world: Cases, person: Person, case: Case) -> None:
    issued(world, person, case)
    working.close(person, case.pk, sent(case))


VERBS = {
    "change a request": Verb("draft", "intake", changed, ("request_changed",)),
    "submit": Verb(
        "draft", "intake", lambda _, who, case: intake.submit(who, case.pk, sent(case)), ("state_changed",)
    ),
    "withdraw": Verb(
        "draft",
        "intake",
        lambda _, who, case: working.withdraw(who, case.pk, sent(case), REASON),
        ("note_added", "withdrawn"),
    ),
    "claim": Verb(
        "unclaimed",
        "reviewer",
        lambda _, who, case: working.claim(who, case.pk, sent(case)),
        ("case_claimed",),
    ),
    "assign": Verb(
        "unclaimed",
        "reviewer",
        lambda world, who, case: working.assign(who, case.pk, sent(case), world.reviewer_2),
        ("case_assigned",),
    ),
    "hand over": Verb(
        "in_review",
        "reviewer",
        lambda world, who, case: working.assign(who, case.pk, sent(case), world.reviewer_2, "For you."),
        ("giving_noted", "case_handed_over"),
    ),
    "take over": Verb(
        "in_review",
        "reviewer_2",
        lambda _, who, case: working.claim(who, case.pk, sent(case), REASON),
        ("case_taken_over", "giving_noted"),
    ),
    "answer": Verb(
        "in_review",
        "reviewer",
        lambda _, who, case: answering.answer(who, case.pk, sent(case), {"setting": "inpatient"}),
        ("answer_changed",),
    ),
    "write a note": Verb(
        "in_review",
        "reviewer",
        lambda _, who, case: working.note(who, case.pk, sent(case), "A note (made up)."),
        ("note_added",),
    ),
    "make standard": Verb(
        "expedited",
        "reviewer",
        lambda _, who, case: intake.make_standard(who, case.pk, sent(case), REASON),
        ("note_added", "made_standard"),
    ),
    "judge": Verb(
        "to_be_judged", "physician", lambda _, who, case: judged(who, case), ("judgment_recorded",)
    ),
    "extend": Verb(
        "in_review",
        "reviewer",
        lambda _, who, case: working.extend(who, case.pk, sent(case), REASON),
        ("note_added", "extended"),
    ),
    "refer": Verb(
        "in_review",
        "reviewer",
        lambda _, who, case: working.refer(who, case.pk, sent(case), "Please look."),
        ("note_added", "referred"),
    ),
    "ask for information": Verb(
        "in_review",
        "reviewer",
        lambda _, who, case: working.request_information(who, case.pk, sent(case), "Dr. O.", "Please send."),
        ("information_requested", "letter_issued"),
    ),
    "note that information came": Verb(
        "waiting",
        "intake",
        lambda _, who, case: working.receive_information(who, case.pk, sent(case), "It came."),
        ("note_added", "information_received"),
    ),
    "sign": Verb(
        "in_physician_review",
        "physician",
        lambda _, who, case: signed(who, case, "adverse"),
        ("decision_signed",),
    ),
    "correct": Verb(
        "decided_adverse",
        "physician",
        lambda _, who, case: corrected(who, case, "approved"),
        ("decision_corrected",),
    ),
    "issue a letter": Verb("decided_adverse", "intake", issued, ("letter_issued",)),
    "close": Verb("decided_adverse", "intake", closed, ("letter_issued", "case_closed")),
    "open again": Verb(
        "closed",
        "reviewer",
        lambda _, who, case: working.reopen(who, case.pk, sent(case), REASON),
        ("note_added", "state_changed"),
    ),
    "refer to a physician by name": Verb(
        "in_review",
        "reviewer",
        lambda world, who, case: working.refer(who, case.pk, sent(case), "Please look.", world.physician),
        ("note_added", "referred"),
    ),
    "ask a colleague": Verb(
        "in_physician_review",
        "physician",
        lambda world, who, case: opinions.ask_colleague(
            who, case.pk, sent(case), world.physician_2, "Is it a dimple?"
        ),
        ("note_added", "opinion_asked"),
    ),
    "answer a colleague": Verb(
        "asked",
        "physician_2",
        lambda _, who, case: opinions.give_opinion(who, case.pk, sent(case), "It is one."),
        ("note_added", "opinion_given"),
    ),
    "withdraw a question": Verb(
        "asked",
        "physician",
        lambda world, who, case: opinions.withdraw_question(who, case.pk, sent(case), world.physician_2),
        ("note_added", "opinion_withdrawn"),
    ),
    "send back with a question": Verb(
        "in_physician_review",
        "physician",
        lambda _, who, case: working.send_back(who, case.pk, sent(case), "Is its base seen?"),
        ("note_added", "sent_back"),
    ),
    "send elsewhere": Verb(
        "out of scope",
        "reviewer",
        lambda _, who, case: sending.send_elsewhere(who, case.pk, sent(case), "Extremities", REASON),
        ("note_added", "sent_elsewhere"),
    ),
    "review what was sent elsewhere": Verb(
        "sent elsewhere",
        "intake",
        lambda _, who, case: working.reopen(who, case.pk, sent(case), REASON),
        ("note_added", "state_changed"),
    ),
    "file an appeal": Verb(
        "decided_adverse",
        "intake",
        lambda _, who, case: appealing.file_appeal(who, case.pk, sent(case), "They appeal."),
        ("note_added", "appeal_filed"),
    ),
    "claim an appeal": Verb(
        "unclaimed appeal",
        "appeal_physician",
        lambda _, who, case: working.claim(who, case.pk, sent(case)),
        ("case_claimed",),
    ),
    "decide an appeal": Verb(
        "appealed",
        "appeal_physician",
        lambda _, who, case: appeal_decided(who, case, "approved"),
        ("appeal_decided",),
    ),
}
MADE: dict[str, Callable[[Cases], Case]] = {
    "draft": Cases.draft,
    "unclaimed": Cases.in_review,
    "in_review": lambda world: world.in_review(world.reviewer),
    "expedited": lambda world: world.expedited(world.reviewer),
    "to_be_judged": lambda world: world.to_be_judged(world.physician),
    "waiting": Cases.waiting,
    "in_physician_review": lambda world: world.in_physician_review(world.physician),
    "decided_adverse": Cases.decided_adverse,
    "closed": Cases.closed,
    "out of scope": lambda world: world.in_review(world.reviewer, OUT_OF_SCOPE),
    "sent elsewhere": Cases.sent_elsewhere,
    "asked": Cases.asked,
    "unclaimed appeal": Cases.appealed,
    "appealed": lambda world: world.appealed(world.appeal_physician),
}


def build() -> Cases:
    """A world with a case in every state that a verb starts from."""
    world = make_cases()
    world.standing.update({name: make(world).pk for name, make in MADE.items()})
    return world


def since(seq: int) -> list[tuple[str, str, str, int | None]]:
    """What the log says after an event: each action, of which case, in which role, by whom."""
    told = Event.objects.filter(seq__gt=seq).order_by("seq")
    return list(told.values_list("action", "case", "role", "actor"))


def newest() -> int:
    return Event.objects.latest("seq").seq


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_tells_the_log_what_was_done_by_whom_in_which_role(world: Cases, name: str) -> None:
    verb = VERBS[name]
    case, person = fresh(world.standing[verb.made]), getattr(world, verb.who)
    before = newest()

    verb.do(world, person, case)

    role = verb.who.removesuffix("_2")
    assert since(before) == [(action, case.pk, role, person.pk) for action in verb.events]


LOOKS = {
    "case": ("case", (), "case_viewed"),
    "request": ("request", (), "request_viewed"),
    "decision": ("decision", (1,), "decision_viewed"),
    "determination": ("determination", (), "determination_viewed"),
}


@pytest.mark.parametrize("name", LOOKS)
def test_looking_at_a_page_of_a_case_tells_the_log_who_looked(world: Cases, name: str) -> None:
    address, more, action = LOOKS[name]
    case = fresh(world.standing["in_physician_review" if name == "request" else "decided_adverse"])
    client, before = world.client(world.physician), newest()

    assert client.get(at(address, case, *more)).status_code == 200

    told = [event for event in since(before) if event[0] != "signed_in"]
    assert told == [(action, case.pk, "physician", world.physician.pk)]


def test_the_log_says_the_number_of_each_version_of_a_decision_one_after_the_other(world: Cases) -> None:
    case = world.appeal_decided()
    corrected(world.appeal_physician, case, "adverse")

    signatures = Event.objects.filter(case=case.pk, details__contains='"signed":').order_by("seq")

    assert [json.loads(event.details)["number"] for event in signatures] == [1, 2, 3]
    assert [each.number for each in case.decisions.order_by("signed_at")] == [1, 2, 3]

"""The states of a case: every move from every state, by the table and through the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from decisions.models import Case, Event, Person
from decisions.reviews.case import elsewhere as sending
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.ground import states
from decisions.reviews.ground.work import RefusedError, StaleError
from decisions.reviews.request import verbs as intake
from tests.reviews.test_permissions import stored
from tests.reviews.world import (
    OUT_OF_SCOPE,
    REASON,
    Cases,
    appeal_decided,
    fresh,
    make_cases,
    sent,
    signed,
)

DRAFT, IN_REVIEW, WAITING, PHYSICIAN_REVIEW = "draft", "in_review", "waiting", "physician_review"
DECIDED, APPEALED, CLOSED = "decided", "appealed", "closed"
STATES = (DRAFT, IN_REVIEW, WAITING, PHYSICIAN_REVIEW, DECIDED, APPEALED, CLOSED)

# From each state, the moves that are possible and where they end. Nothing else is.
GRAPH: dict[str, dict[str, str]] = {
    DRAFT: {"submit": IN_REVIEW, "withdraw": CLOSED},
    IN_REVIEW: {
        "request_information": WAITING,
        "refer": PHYSICIAN_REVIEW,
        "decide": DECIDED,
        "send_elsewhere": CLOSED,
        "withdraw": CLOSED,
    },
    WAITING: {"receive_information": "", "withdraw": CLOSED},
    PHYSICIAN_REVIEW: {
        "request_information": WAITING,
        "send_back": IN_REVIEW,
        "decide": DECIDED,
        "send_elsewhere": CLOSED,
        "withdraw": CLOSED,
    },
    DECIDED: {"file_appeal": APPEALED, "close": CLOSED},
    APPEALED: {"decide_appeal": DECIDED},
    CLOSED: {"reopen": DECIDED, "review_again": ""},
}
MOVES = sorted({move for moves in GRAPH.values() for move in moves})

Do = Callable[[Person, Case], Any]
DO: dict[str, Do] = {
    "submit": lambda person, case: intake.submit(person, case.pk, sent(case)),
    "request_information": lambda person, case: working.request_information(
        person, case.pk, sent(case), "Dr. O. (made up)", "Please send the note."
    ),
    "receive_information": lambda person, case: working.receive_information(person, case.pk, sent(case), ""),
    "refer": lambda person, case: working.refer(person, case.pk, sent(case), "Please look."),
    "send_back": lambda person, case: working.send_back(person, case.pk, sent(case), "Is it seen?"),
    "decide": lambda person, case: signed(person, case, "adverse"),
    "file_appeal": lambda person, case: appealing.file_appeal(person, case.pk, sent(case), "They appeal."),
    "decide_appeal": lambda person, case: appeal_decided(person, case, "approved"),
    "withdraw": lambda person, case: working.withdraw(person, case.pk, sent(case), REASON),
    "close": lambda person, case: working.close(person, case.pk, sent(case)),
    "send_elsewhere": lambda person, case: sending.send_elsewhere(
        person, case.pk, sent(case), "Extremities (made up)", REASON
    ),
    "reopen": lambda person, case: working.reopen(person, case.pk, sent(case), REASON),
    "review_again": lambda person, case: working.reopen(person, case.pk, sent(case), REASON),
}
MADE = {
    DRAFT: "draft",
    IN_REVIEW: "in_review",
    WAITING: "waiting",
    PHYSICIAN_REVIEW: "in_physician_review",
    DECIDED: "decided_adverse",
    APPEALED: "appealed",
    CLOSED: "closed",
}


def build() -> Cases:
    """A world with a case in every state, and with somebody who has every clinical role and signed nothing:
    no role stands in the way.
    """
    world = make_cases()
    everybody = world.person("everybody", "reviewer", "physician", "appeal_physician", "intake")
    world.people.people["everybody"] = Person.objects.get(pk=everybody.pk)
    world.standing = {state: getattr(world, made)().pk for state, made in MADE.items()}
    return world


def ready(world: Cases, state: str, move: str, person: Person) -> Case:
    """A case in a state that nothing but the state keeps from a move."""
    case = fresh(world.standing[state])
    if move == "close" and case.decisions.exists() and state == DECIDED:
        last = case.decisions.get()
        case.letters.create(
            number=1, kind="adverse", decision=last, recipient="Dr. O.", body="-", issued_by=world.reviewer
        )
    Case.objects.filter(pk=case.pk).update(assignee=person)
    if move == "send_elsewhere":
        Case.objects.filter(pk=case.pk).update(answers=OUT_OF_SCOPE)
    if move == "review_again" and state == CLOSED:
        Case.objects.filter(pk=case.pk).update(result=Case.Result.ELSEWHERE, resumes_to=IN_REVIEW)
    return fresh(case)


# The table


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
def test_a_move_is_legal_exactly_where_the_graph_has_it(move, state):
    legal = move in GRAPH[state]

    assert states.is_legal(move, state) == legal
    if legal:
        assert states.after(move, state, IN_REVIEW) == (GRAPH[state][move] or IN_REVIEW)
    else:
        with pytest.raises(states.IllegalMoveError):
            states.after(move, state, IN_REVIEW)


def test_there_is_no_other_move_and_no_other_state():
    assert sorted(states.MOVES) == MOVES
    assert sorted(Case.State.values) == sorted(STATES)


@pytest.mark.parametrize("resumes_to", [IN_REVIEW, PHYSICIAN_REVIEW])
def test_a_case_that_waited_goes_on_where_it_was(resumes_to):
    assert states.after("receive_information", WAITING, resumes_to) == resumes_to


def reachable(start: str) -> set[str]:
    found, new = set(), {start}
    while new:
        found |= new
        new = {end for begin, end, _ in states.arrows() if begin in found} - found
    return found


def test_every_state_is_reached_from_a_draft():
    assert reachable(DRAFT) == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_every_state_leads_to_closed_and_closed_back_to_all_but_a_draft(state):
    assert CLOSED in reachable(state)
    assert reachable(CLOSED) == set(STATES) - {DRAFT}


@pytest.mark.parametrize("state", STATES)
def test_an_answer_is_owed_until_a_case_is_decided(state):
    assert (state in states.OPEN) == (state not in (DECIDED, CLOSED))


def test_the_diagram_draws_each_arrow_once():
    drawn = states.diagram(dict(Case.State.choices)).splitlines()
    arrows = [line for line in drawn if "-->" in line and "[*]" not in line]
    ends = [
        end or other
        for moves in GRAPH.values()
        for end in moves.values()
        for other in ((1, 2) if not end else (1,))
    ]

    assert len(arrows) == len(set(arrows)) == len(ends)
    assert drawn[0] == "stateDiagram-v2"
    assert "    [*] --> draft" in drawn
    assert "    closed --> [*]" in drawn


# Through the services


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
def test_a_service_moves_a_case_where_the_graph_says_and_else_changes_nothing(world, move, state):
    person = world.everybody
    case = ready(world, state, move, person)
    before, newest = stored(), Event.objects.count()
    end = GRAPH[state].get(move)
    if end is None:
        with pytest.raises(RefusedError):
            DO[move](person, case)
        assert stored() == before
        assert [event.action for event in Event.objects.order_by("seq")[newest:]] == ["refused"]
        return
    DO[move](person, case)

    now = fresh(case)
    assert now.state == (end or IN_REVIEW)
    assert now.revision == case.revision + 1
    assert now.resumes_to == (state if move in ("request_information", "send_elsewhere") else "")


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "move"), [(state, move) for state in STATES for move in GRAPH[state]])
def test_a_move_from_an_older_revision_changes_nothing(world, state, move):
    person = world.everybody
    case = ready(world, state, move, person)
    old = sent(case)
    Case.objects.filter(pk=case.pk).update(revision=case.revision + 1)
    before = stored()
    calls: dict[str, Callable[[], Any]] = {
        "submit": lambda: intake.submit(person, case.pk, old),
        "request_information": lambda: working.request_information(person, case.pk, old, "Dr. O.", "Please."),
        "receive_information": lambda: working.receive_information(person, case.pk, old, ""),
        "refer": lambda: working.refer(person, case.pk, old, "Please look."),
        "send_back": lambda: working.send_back(person, case.pk, old, "Is it seen?"),
        "decide": lambda: signed(person, case, "adverse", sent=old),
        "file_appeal": lambda: appealing.file_appeal(person, case.pk, old, "They appeal."),
        "decide_appeal": lambda: appeal_decided(person, case, "approved", sent=old),
        "withdraw": lambda: working.withdraw(person, case.pk, old, REASON),
        "close": lambda: working.close(person, case.pk, old),
        "send_elsewhere": lambda: sending.send_elsewhere(person, case.pk, old, "Extremities", REASON),
        "reopen": lambda: working.reopen(person, case.pk, old, REASON),
        "review_again": lambda: working.reopen(person, case.pk, old, REASON),
    }

    with pytest.raises(StaleError) as stale:
        calls[move]()
    assert stale.value.case.revision == case.revision + 1
    assert stored() == before


@pytest.mark.django_db
def test_a_case_that_waited_for_a_physician_goes_back_to_the_physician(world):
    case = world.waiting_for_physician()
    working.receive_information(world.intake, case.pk, sent(case), "It came.")

    assert (fresh(case).state, fresh(case).assignee) == (PHYSICIAN_REVIEW, world.physician)


@pytest.mark.django_db
def test_a_case_is_not_closed_before_the_letter_about_its_newest_decision_is_out(world):
    case = world.decided()

    with pytest.raises(RefusedError, match="letter"):
        working.close(world.reviewer, case.pk, sent(case))
    assert fresh(case).state == DECIDED


@pytest.mark.django_db
@pytest.mark.parametrize("made", ["decided", "appeal_decided"])
def test_an_approval_and_a_decided_appeal_are_not_appealed(world, made):
    case = getattr(world, made)()

    with pytest.raises(RefusedError, match="Only an adverse decision"):
        appealing.file_appeal(world.intake, case.pk, sent(case), "They appeal.")


@pytest.mark.django_db
def test_an_appeal_that_was_upheld_is_not_appealed_again(world):
    case = world.appeal_decided("adverse")

    with pytest.raises(RefusedError, match="not appealed yet"):
        appealing.file_appeal(world.intake, case.pk, sent(case), "They appeal again.")

"""The mark of a case whose information arrived: it stays until somebody works on the case."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
from django.utils import timezone

from decisions.models import Case
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import giving, opinions
from decisions.reviews.case import verbs as working
from decisions.reviews.request import verbs as intake
from decisions.reviews.worklist import arrivals
from tests.reviews.world import REASON, fresh, request_for, sent

pytestmark = pytest.mark.django_db
MARK = "Information arrived"


def came(world, case, note="", at=None):
    """The information that a case waits for, noted by intake."""
    with mock.patch.object(timezone, "now", return_value=at or timezone.now()):
        working.receive_information(world.intake, case.pk, sent(case), note)
    return fresh(case)


def is_marked(case: Case) -> bool:
    return bool(arrivals.arrived([fresh(case)]))


@pytest.mark.parametrize("note", ["", "The chart of the newborn."])
@pytest.mark.parametrize("made", ["waiting", "waiting_for_physician"])
def test_a_case_is_marked_once_its_information_arrived(world, made, note):
    case = getattr(world, made)()
    assert not is_marked(case)

    assert is_marked(came(world, case, note))


WORK = {
    "answered": lambda w, c: answering.answer(w.reviewer, c.pk, sent(c), {"setting": "outpatient"}),
    "noted": lambda w, c: working.note(w.reviewer, c.pk, sent(c), "Read it."),
    "extended": lambda w, c: working.extend(w.reviewer, c.pk, sent(c), REASON),
    "referred": lambda w, c: working.refer(w.reviewer, c.pk, sent(c), "Please look."),
    "asked again": lambda w, c: working.request_information(w.reviewer, c.pk, sent(c), "Dr. O.", "Page 2."),
    "changed": lambda w, c: intake.change_request(
        w.reviewer, c.pk, sent(c), request_for(w.plan, notes="Page 2 came (made up).")
    ),
    "withdrawn": lambda w, c: working.withdraw(w.reviewer, c.pk, sent(c), REASON),
}


@pytest.mark.parametrize("done", WORK)
def test_the_mark_goes_once_somebody_worked_on_the_case(world, done):
    case = came(world, world.waiting())
    WORK[done](world, case)

    assert not is_marked(case)


def test_the_mark_comes_again_when_more_information_arrives(world):
    case = came(world, world.waiting())
    WORK["asked again"](world, case)

    assert is_marked(came(world, fresh(case)))


def answered_by_a_colleague(world) -> Case:
    case = world.asked()
    opinions.give_opinion(world.physician_2, case.pk, sent(case), "It is one.")
    return fresh(case)


OTHERS = {
    "A colleague answered": (answered_by_a_colleague, "physician"),
    "Sent back with a question": (lambda world: world.sent_back(), "reviewer"),
}


@pytest.mark.parametrize("words", OTHERS)
def test_an_opinion_and_a_question_back_are_marked_until_somebody_worked_on_the_case(world, words):
    made, who = OTHERS[words]
    case, person = made(world), getattr(world, who)
    assert arrivals.arrived([case])[case.pk].words == words
    assert words in world.client(person).get("/cases/").content.decode()
    shown = world.client(person).get(f"/cases/{case.pk}/").content.decode()
    assert words in shown or "sent the case back with a question" in shown
    working.note(person, case.pk, sent(case), "Read it.")

    assert not is_marked(case)


def test_a_question_to_a_colleague_marks_nothing(world):
    assert not is_marked(world.asked())


def test_looking_at_a_case_and_giving_it_away_is_no_work_on_it(world):
    case = came(world, world.waiting())
    world.client(world.reviewer).get(f"/cases/{case.pk}/")
    working.assign(world.reviewer, case.pk, sent(case), world.reviewer_2)

    assert is_marked(case)


GIVEN_ON = {
    "handed over with a note": lambda w, c: working.assign(
        w.reviewer, c.pk, sent(c), w.reviewer_2, "I am away (made up)."
    ),
    "given by a supervisor": lambda w, c: giving.give(w.supervisor, c.pk, sent(c), w.reviewer_2, REASON),
    "taken off by a supervisor": lambda w, c: giving.give(w.supervisor, c.pk, sent(c), None, REASON),
    "taken over": lambda w, c: working.claim(w.reviewer_2, c.pk, sent(c), REASON),
}


@pytest.mark.parametrize("given", GIVEN_ON)
@pytest.mark.parametrize("words", ["Information arrived", "Sent back with a question"])
def test_whoever_has_the_case_next_finds_the_mark_whatever_reason_it_was_given_on_with(world, given, words):
    case = world.sent_back() if words in OTHERS else came(world, world.waiting())
    GIVEN_ON[given](world, case)

    assert arrivals.arrived([fresh(case)])[case.pk].words == words
    which = "unassigned" if "off" in given else "mine"
    assert words in world.client(world.reviewer_2).get("/cases/", {"which": which}).content.decode()


def test_a_case_that_waited_for_nothing_has_no_mark(world):
    assert not is_marked(world.in_review(world.reviewer))


def test_the_lists_and_the_page_of_the_case_say_the_day_in_words(world):
    day = dt.datetime.combine(timezone.localdate(), dt.time(0), timezone.get_current_timezone())
    case = came(world, world.waiting(), at=day)
    client = world.client(world.reviewer)
    listed = client.get("/cases/").content.decode()
    shown = client.get(f"/cases/{case.pk}/").content.decode()

    assert f'<span class="due due-arrived">{MARK} {day:%Y-%m-%d}</span>' in listed
    assert f'<span class="due due-arrived">{MARK}</span> on {day:%Y-%m-%d}.' in shown
    working.note(world.reviewer, case.pk, sent(case), "Read it.")
    assert MARK not in client.get("/cases/").content.decode()
    assert MARK not in client.get(f"/cases/{case.pk}/").content.decode()


def test_marks_cost_one_question_for_any_number_of_cases(world, django_assert_num_queries):
    cases = [came(world, world.waiting()) for _ in range(3)]

    with django_assert_num_queries(1):
        assert set(arrivals.arrived(cases)) == {case.pk for case in cases}
    with django_assert_num_queries(0):
        assert arrivals.arrived([]) == {}

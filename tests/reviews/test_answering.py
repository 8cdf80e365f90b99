"""Answers as they are kept: by whom, where they stand, and nothing lost or repeated."""

from __future__ import annotations

import json

import pytest

from decisions.models import Event, new_id
from decisions.questionnaire.answering import ABSENT
from decisions.reviews.answers import verbs as answering
from decisions.reviews.answers.verbs import Evidence, Shown
from decisions.reviews.case import verbs as working
from decisions.reviews.ground import facts
from decisions.reviews.ground.work import RefusedError, Sent, StaleError
from tests.reviews.world import MET, SERVED, fresh, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return world.in_review(world.reviewer)


def given(case) -> list[tuple[str, object, bool]]:
    return list(case.answers_given.order_by("pk").values_list("fact", "value", "taken_back"))


def test_an_answer_is_kept_with_who_gave_it_and_where_it_stands(world, case):
    where = {"stigmata": Evidence("Clinic note", "4")}
    answering.answer(world.reviewer, case.pk, sent(case), MET, where)
    newest = answering.newest(case)

    assert fresh(case).answers == MET
    assert (newest["stigmata"].document, newest["stigmata"].page) == ("Clinic note", "4")
    assert {row.given_by for row in newest.values()} == {world.reviewer}
    assert newest["setting"].document == ""


def test_a_case_is_gone_on_with_by_somebody_else_from_where_it_was_left(world, case):
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"})
    working.assign(world.reviewer, case.pk, sent(case), world.reviewer_2)
    answering.answer(world.reviewer_2, case.pk, sent(case), {"dimple_count": "single"})

    assert fresh(case).answers == {"setting": "inpatient", "dimple_count": "single"}
    assert answering.newest(case)["setting"].given_by == world.reviewer


def test_an_answer_taken_back_is_gone_and_its_rows_stay(world, case):
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"})
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": ABSENT})

    assert fresh(case).answers == {}
    assert given(case) == [("setting", "inpatient", False), ("setting", None, True)]


def test_not_documented_is_an_answer_and_another_one_than_none(world, case):
    answering.answer(world.reviewer, case.pk, sent(case), {"dimple_diameter_mm": None})

    assert fresh(case).answers == {"dimple_diameter_mm": None}
    assert given(case) == [("dimple_diameter_mm", None, False)]


def test_the_same_answer_again_is_no_change_and_another_place_of_it_is_one(world, case):
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"})
    before = fresh(case).revision
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"})
    assert (fresh(case).revision, len(given(case))) == (before, 1)

    place = {"setting": Evidence("Clinic note", "4")}
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"}, place)
    assert (fresh(case).revision, len(given(case))) == (before + 1, 2)


def test_an_answer_that_changes_keeps_where_it_stands_unless_something_else_is_said(world, case):
    place = {"setting": Evidence("Clinic note", "4")}
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"}, place)
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "outpatient"})

    assert answering.newest(case)["setting"].document == "Clinic note"


def test_an_answer_given_again_after_it_was_taken_back_stands_nowhere(world, case):
    place = {"setting": Evidence("Clinic note", "4")}
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"}, place)
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": ABSENT})
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"})

    assert answering.newest(case)["setting"].document == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"age_months": 3},
        {"date_of_birth": "2020-01-01"},
        {"date_of_service": "2020-01-01"},
        {"procedure_codes": ["99999"]},
        {"diagnosis_codes": ["Z00.0"]},
        {"no_such_question": "Fever since Monday"},
    ],
)
def test_what_the_request_says_and_what_no_question_asks_is_no_answer(world, case, changes):
    answering.answer(world.reviewer, case.pk, sent(case), changes)

    assert (fresh(case).answers, given(case)) == ({}, [])
    assert facts.raw_answers(fresh(case))["date_of_service"] == SERVED.isoformat()


def test_a_conflict_saves_nothing_shows_what_is_saved_and_is_recorded_without_values(world, case):
    old = sent(case)
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "inpatient"})
    with pytest.raises(StaleError) as stale:
        answering.answer(world.reviewer, case.pk, old, {"setting": "outpatient"})
    event = Event.objects.order_by("-seq")[0]

    assert stale.value.case.answers == fresh(case).answers == {"setting": "inpatient"}
    assert (event.action, json.loads(event.details)["facts"]) == ("answers_conflicted", ["setting"])
    assert "patient" not in event.details


def test_answers_that_do_not_say_what_they_were_made_from_are_not_saved(world, case):
    with pytest.raises(StaleError):
        answering.answer(world.reviewer, case.pk, Sent(new_id()), {"setting": "inpatient"})
    assert given(case) == []


def test_a_page_that_saves_again_does_not_stand_in_its_own_way_but_in_that_of_another_page(world, case):
    page, nothing_seen = Sent(revision=case.revision), Shown(0, frozenset(["setting"]))
    answering.answer(world.reviewer, case.pk, page, {"setting": "inpatient"}, shown=nothing_seen)
    first = Shown(case.answers_given.get().pk, frozenset(["setting"]))
    answering.answer(world.reviewer, case.pk, page, {"setting": "outpatient"}, shown=first)

    for other in (nothing_seen, first):
        with pytest.raises(StaleError):
            answering.answer(world.reviewer, case.pk, page, {"setting": "inpatient"}, shown=other)
    assert fresh(case).answers == {"setting": "outpatient"}


def test_the_log_holds_a_digest_of_an_answer_that_differs_from_case_to_case(world, case):
    second = world.in_review(world.reviewer)
    for each in (case, second):
        answering.answer(world.reviewer, each.pk, sent(each), {"stigmata": ["tail"]})
    told = [event.details for event in Event.objects.filter(action="answer_changed")]

    assert len({json.loads(details)["value"] for details in told}) == 2
    assert not [details for details in told if "tail" in details]


@pytest.mark.parametrize("made", ["draft", "waiting", "decided", "closed"])
def test_no_answer_is_taken_where_the_questionnaire_is_closed(world, made):
    case = getattr(world, made)()
    type(case).objects.filter(pk=case.pk).update(assignee=world.reviewer)

    with pytest.raises(RefusedError, match="not possible now"):
        answering.answer(world.reviewer, case.pk, sent(case), {"setting": "outpatient"})
    assert not answering.may_answer_now(world.reviewer, fresh(case))

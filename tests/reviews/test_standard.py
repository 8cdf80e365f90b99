"""An expedited case that becomes standard: a step of its own, with a reason, and never by the way."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone

from decisions.models import Case, Event, Note
from decisions.reviews.case import verbs as working
from decisions.reviews.ground.work import RefusedError
from decisions.reviews.request import verbs as intake
from tests.reviews.pages import at, text_of
from tests.reviews.world import Cases, fresh, make_cases, request_of, sent

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WHY = "The ordering clinician says that a week is soon enough (made up)."
STEP = "An expedited request that is under review becomes standard by a step of its own, with a reason"


def build() -> Cases:
    world = make_cases()
    world.sign_in("reviewer")
    return world


def expedited(world: Cases, **fields: object) -> Case:
    return world.in_review(world.reviewer, urgency="expedited", **fields)


def test_an_expedited_case_becomes_standard_with_its_time_counted_from_its_receipt(world):
    received = timezone.now() - 2 * DAY
    case = expedited(world, received_at=received)

    intake.make_standard(world.reviewer, case.pk, sent(case), WHY)

    now = fresh(case)
    assert (now.urgency, now.due_at) == ("standard", received + 7 * DAY)


def test_what_its_clock_stood_still_and_its_extension_stay_with_it(world):
    received = timezone.now()
    plan = world.plan_of(paused_states=["waiting"], extension_days=14)
    case = expedited(world, plan=plan, received_at=received)
    working.extend(world.reviewer, case.pk, sent(case), WHY)
    working.request_information(world.reviewer, case.pk, sent(case), "Dr. O.", "Please.")
    left = fresh(case).clock_left

    intake.make_standard(world.reviewer, case.pk, sent(case), WHY)

    assert fresh(case).due_at is None
    assert abs(fresh(case).clock_left - left - 4 * DAY) < dt.timedelta(minutes=1)


def test_it_leaves_its_event_and_its_reason(world):
    case = expedited(world)

    intake.make_standard(world.reviewer, case.pk, sent(case), WHY)

    event = Event.objects.filter(case=case.pk, action="made_standard").get()
    assert (event.actor, event.role) == (world.reviewer.pk, "reviewer")
    assert json.loads(event.details)["due"] == fresh(case).due_at.isoformat()
    note = fresh(case).case_notes.get(kind=Note.Kind.REVIEW)
    assert note.text == f"Changed from expedited to standard: {WHY}"


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ("in_review", "This case is standard already."),
        ("draft", "This is not possible now. The case is in the state: draft."),
        ("decided", "This is not possible now. The case is in the state: decided."),
    ],
)
def test_a_case_that_is_standard_or_not_under_review_does_not_become_it(world, made, why):
    case = getattr(world, made)(urgency="standard" if made == "in_review" else "expedited")
    Case.objects.filter(pk=case.pk).update(assignee=world.reviewer)

    with pytest.raises(RefusedError, match=f"^{why}$"):
        intake.make_standard(world.reviewer, case.pk, sent(case), WHY)


@pytest.mark.parametrize("made", ["in_review", "waiting"])
def test_a_change_of_the_request_no_longer_makes_it_standard_by_the_way(world, made):
    case = getattr(world, made)(world.reviewer, urgency="expedited")

    with pytest.raises(RefusedError, match=f"^{STEP}"):
        intake.change_request(world.reviewer, case.pk, sent(case), request_of(case, urgency="standard"))

    assert fresh(case).urgency == "expedited"


def test_a_draft_is_still_changed_either_way_and_a_standard_case_becomes_expedited(world):
    draft = world.draft(urgency="expedited")
    intake.change_request(world.intake, draft.pk, sent(draft), request_of(draft, urgency="standard"))
    case = world.in_review(world.reviewer)
    intake.change_request(world.reviewer, case.pk, sent(case), request_of(case, urgency="expedited"))

    assert (fresh(draft).urgency, fresh(case).urgency) == ("standard", "expedited")


def test_the_form_of_the_request_says_where_it_is_done(world):
    case = expedited(world)
    client = world.client(world.reviewer)
    form = client.get(at("request", case)).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}

    response = client.post(at("request", case), {**typed, "urgency": "standard"})

    assert response.status_code == 422
    assert STEP in text_of(response)
    assert fresh(case).urgency == "expedited"


def test_its_page_says_until_when_an_answer_is_due_then_and_asks_for_a_reason(world):
    case = expedited(world, received_at=timezone.now() - DAY)
    client = world.client(world.reviewer)
    assert at("standard", case) in text_of(client.get(at("case", case)))
    page = client.get(at("standard", case))
    due = timezone.localtime(case.received_at + 7 * DAY)
    assert f"An answer is due on {due:%Y-%m-%d %H:%M %Z} then." in text_of(page)
    form = page.context["form"]
    sent_again = {"token": form["token"].value(), "revision": form["revision"].value()}

    assert client.post(at("standard", case), {**sent_again, "reason": " "}).status_code == 422
    assert client.post(at("standard", case), {**sent_again, "reason": WHY}).status_code == 302

    assert fresh(case).urgency == "standard"
    assert at("standard", case) not in text_of(client.get(at("case", case)))

"""A case keeps the birth date, so its age is that of the day that counts: the date of service, else today.

Whoever is meant is made up.
"""

import datetime as dt
import json

import pytest

from decisions import services
from decisions.reviews.decision import replay
from decisions.reviews.ground import facts
from decisions.reviews.ground.work import StaleError
from tests.reviews.pages import at
from tests.reviews.world import MET, basis, fresh, signed
from tests.web.check_helpers import text

pytestmark = pytest.mark.django_db

BORN = dt.date(2024, 11, 30)
EVENING, MORNING = dt.date(2026, 11, 29), dt.date(2026, 11, 30)
"""The day before the second birthday, and the birthday."""


@pytest.fixture
def clock(monkeypatch):
    """Says which day it is."""

    def turn(day: dt.date) -> None:
        monkeypatch.setattr(services, "today", lambda: day)

    turn(EVENING)
    return turn


def outcome_and_age(case):
    found = facts.determination(fresh(case))
    return found.outcome, found.answers.values["age_months"]


def test_without_a_date_of_service_the_age_is_that_of_today(world, clock):
    case = world.in_review(answers=MET, birth_date=BORN, date_of_service=None)
    assert outcome_and_age(case) == ("criteria_met", 23)

    clock(MORNING)
    assert outcome_and_age(case) == ("criteria_not_met", 24)


def test_with_a_date_of_service_the_age_stays_whatever_day_it_is(world, clock):
    case = world.in_review(answers=MET, birth_date=BORN, date_of_service=EVENING)

    clock(dt.date(2027, 1, 1))
    assert outcome_and_age(case) == ("criteria_met", 23)


def test_a_page_of_the_evening_is_not_signed_the_next_morning(world, clock):
    case = world.in_review(world.reviewer, MET, birth_date=BORN, date_of_service=None)
    seen = basis(case)

    clock(MORNING)
    with pytest.raises(StaleError):
        signed(world.reviewer, case, "approved", seen=seen)


def test_a_decision_keeps_the_day_that_it_was_made_on_and_the_zone_of_that_day(world, clock, settings):
    settings.TIME_ZONE = "America/New_York"
    case = world.in_review(world.reviewer, MET, birth_date=BORN, date_of_service=None)
    signed(world.reviewer, case, "approved")
    made = case.decisions.get()

    clock(MORNING)
    settings.TIME_ZONE = "UTC"
    held = json.loads(made.frozen)
    assert (held["as_of"], held["time_zone"]) == ("2026-11-29", "America/New_York")
    assert replay.replayed(made).findings == ()
    page = text(world.client(world.reviewer).get(at("decision", case, 1)))
    assert "As of 2026-11-29 (time zone America/New_York)" in page


def test_the_form_of_a_request_says_by_which_zone_today_counts(world, settings):
    settings.TIME_ZONE = "America/New_York"

    page = text(world.client(world.intake).get("/cases/new/"))

    assert "Without it, today counts." in page
    assert "The time zone is America/New_York." in page

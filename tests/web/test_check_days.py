"""An age that was made from a birth date counts on the day that it was made for, and on no other.

Whoever is meant is made up. The birth date is not kept, so such an age is asked again on another day.
"""

import datetime as dt
from html import unescape

import pytest

from decisions import services as everywhere
from decisions.check import services
from decisions.models import Check
from tests.web.check_helpers import ask, begin, fill, path, saved, text

pytestmark = pytest.mark.django_db

BORN = "2024-11-30"
EVENING, MORNING = dt.date(2026, 11, 29), dt.date(2026, 11, 30)
"""The day before the second birthday, and the birthday."""
AGAIN = "Another day counts now: today, 2026-11-30 (time zone UTC). Give the age, or the birth date"
CHANGED = "The date of service was changed. Give the age, or the birth date, again."
REST = {"setting": "outpatient", "reasons": ["lumbosacral_stigmata"], "stigmata": ["tail"]}


@pytest.fixture
def clock(monkeypatch):
    """Says which day it is."""

    def turn(day: dt.date) -> None:
        monkeypatch.setattr(everywhere, "today", lambda: day)

    turn(EVENING)
    return turn


@pytest.fixture
def check(client, clock):
    """A check of the evening, with an age of 23 months from a birth date and no date of service."""
    made = begin(client)
    ask(client, made, "age_months", age_months__birth=BORN, date_of_service="")
    services.answer(Check.objects.get(pk=made.pk), REST)
    assert saved(made)["age_months"] == 23
    return made


def outcomes(check):
    found = services.determinations(Check.objects.get(pk=check.pk))
    return {each.policy.id: each.outcome for each in found}


def test_the_age_stands_on_the_day_that_it_was_made_for(client, check):
    assert outcomes(check) == {"ash-cpg-038": "unsettled", "cigna-cpg-038": "criteria_met"}
    page = text(client.get(path(check, "q/age_months/")))
    assert "From a birth date, which was not kept" in page
    assert "Another day counts now" not in page


def test_the_next_morning_the_age_is_asked_again_and_why_is_said(client, check, clock):
    clock(MORNING)

    assert set(outcomes(check).values()) == {"more_information"}
    assert client.get(path(check)).headers["Location"] == path(check, "q/age_months/")
    for page in ("q/age_months/", "worksheet/"):
        shown = client.get(path(check, page))
        assert AGAIN in text(shown)
        assert 'name="age_months" value=""' in shown.content.decode()


def test_looking_at_it_the_next_morning_saves_nothing(client, check, clock):
    clock(MORNING)
    before = Check.objects.filter(pk=check.pk).values().get()

    for page in ("", "q/age_months/", "worksheet/", "determination/"):
        client.get(path(check, page))

    assert Check.objects.filter(pk=check.pk).values().get() == before


def test_an_answer_the_next_morning_drops_the_age_for_good(client, check, clock):
    clock(MORNING)
    ask(client, check, "setting", setting="inpatient")

    kept = Check.objects.get(pk=check.pk)
    assert "age_months" not in kept.answers
    assert (kept.age_from_birth_date, kept.age_asked_again, kept.age_made_on) == (False, True, None)
    clock(EVENING)
    assert "age_months" not in services.kept(kept).answers


def test_a_worksheet_of_the_evening_does_not_send_its_age_along_into_the_morning(client, check, clock):
    shown = {"age_months": "23", "age_months.unit": "months", "setting": "inpatient"}
    clock(MORNING)

    response = fill(client, check, shown, htmx=True)

    assert response.status_code == 200
    assert AGAIN in text(response)
    assert saved(check) == {**REST, "setting": "inpatient"}


def test_the_same_age_typed_on_a_page_of_the_morning_counts(client, check, clock):
    clock(MORNING)
    page = client.get(path(check, "q/age_months/")).content.decode()
    (revision,) = [part.split('"')[1] for part in page.split('name="revision" value=')[1:]]

    ask(client, check, "age_months", age_months="23", age_months__unit="months", revision=revision)

    kept = Check.objects.get(pk=check.pk)
    assert (kept.answers["age_months"], kept.age_from_birth_date) == (23, False)
    assert "Another day counts now" not in text(client.get(path(check, "q/age_months/")))


def test_a_worksheet_of_the_morning_is_no_conflict_and_may_say_the_same_age(client, check, clock):
    clock(MORNING)
    stored = Check.objects.get(pk=check.pk)
    revision = services.revision(stored)
    assert revision == stored.revision + 1

    typed = {"age_months": "23", "age_months.unit": "months"}
    response = fill(client, check, typed, page="new", revision=revision, htmx=True)

    assert response.status_code == 200
    assert saved(check)["age_months"] == 23
    assert Check.objects.get(pk=check.pk).revision == revision + 1


@pytest.mark.parametrize("opened", [EVENING, MORNING])
def test_an_age_that_no_longer_counts_is_no_answer_of_another_window(client, check, clock, opened):
    clock(opened)
    page = client.get(path(check, "q/age_months/")).content.decode()
    shown = unescape(page.partition('name="shown" value="')[2].partition('"')[0])
    clock(MORNING)

    sent = ask(client, check, "age_months", age_months="24", age_months__unit="months", shown=shown)

    assert (sent.status_code, saved(check)["age_months"]) == (302, 24)


def test_the_birth_date_given_again_the_next_morning_makes_another_age(client, check, clock):
    clock(MORNING)
    ask(client, check, "age_months", age_months__birth=BORN, date_of_service="")

    kept = Check.objects.get(pk=check.pk)
    assert kept.answers["age_months"] == 24
    assert (kept.age_from_birth_date, kept.age_asked_again, kept.age_made_on) == (True, False, MORNING)


def test_an_age_for_a_date_of_service_stays_whatever_day_it_is(client, clock):
    check = begin(client)
    ask(client, check, "age_months", age_months__birth=BORN, date_of_service="2026-11-29")
    clock(dt.date(2026, 12, 24))

    assert services.kept(Check.objects.get(pk=check.pk)).answers["age_months"] == 23


def test_a_date_of_service_that_is_taken_back_leaves_an_age_only_for_that_day(client, check, clock):
    ask(client, check, "age_months", age_months__birth=BORN, date_of_service="2026-11-28")
    ask(client, check, "date_of_service", date_of_service="")
    assert "age_months" not in saved(check)

    ask(client, check, "age_months", age_months__birth=BORN, date_of_service="2026-11-29")
    ask(client, check, "date_of_service", date_of_service="")
    assert saved(check)["age_months"] == 23


def test_an_age_that_was_typed_as_months_stays_the_next_morning(client, clock):
    check = begin(client)
    ask(client, check, "age_months", age_months="23", age_months__unit="months", date_of_service="")
    clock(MORNING)

    assert services.kept(Check.objects.get(pk=check.pk)).answers["age_months"] == 23


def test_an_age_whose_day_is_not_known_is_asked_again(check):
    Check.objects.filter(pk=check.pk).update(age_made_on=None)

    assert "age_months" not in services.kept(Check.objects.get(pk=check.pk)).answers


def test_the_zone_that_says_which_day_today_is_stands_where_it_is_said(client, check, clock, settings):
    settings.TIME_ZONE = "America/New_York"
    clock(MORNING)

    assert "today, 2026-11-30 (time zone America/New_York)" in text(client.get(path(check, "q/age_months/")))


def test_the_page_that_asks_for_a_date_of_service_says_which_day_counts_without_one(client, clock):
    check = begin(client)
    said = "Without it: today, 2026-11-29 (time zone UTC)."

    assert said in text(client.get(path(check, "q/date_of_service/")))
    assert said in text(client.get(path(check, "worksheet/")))
    ask(client, check, "date_of_service", date_of_service="2026-11-01")
    assert said not in text(client.get(path(check, "q/date_of_service/")))


def test_a_determination_says_in_which_zone_its_day_was_today(client, check, settings):
    settings.TIME_ZONE = "America/New_York"
    assert "as of 2026-11-29 (time zone America/New_York)" in text(client.get(path(check, "determination/")))


# What was typed


@pytest.fixture
def plain(client, clock):
    """A check with a diameter that was typed as something longer than its value."""
    check = begin(client)
    services.answer(check, {"dimple_diameter_mm": "6"}, typed={"dimple_diameter_mm": "0.6 cm"})
    return Check.objects.get(pk=check.pk)


def test_what_was_typed_is_kept_beside_the_answer(plain):
    assert plain.typed == {"dimple_diameter_mm": "0.6 cm"}


@pytest.mark.parametrize("value", ["6.1", None, services.answering.ABSENT])
def test_what_was_typed_goes_with_its_answer(plain, value):
    services.answer(plain, {"dimple_diameter_mm": value})

    assert Check.objects.get(pk=plain.pk).typed == {}


def test_what_was_typed_stays_with_an_answer_that_is_only_sent_along(plain):
    services.answer(plain, {"dimple_diameter_mm": "6", "setting": "outpatient"})

    assert Check.objects.get(pk=plain.pk).typed == {"dimple_diameter_mm": "0.6 cm"}


def test_the_same_answer_typed_in_other_words_is_kept_so(plain):
    services.answer(plain, {"dimple_diameter_mm": "6"}, typed={"dimple_diameter_mm": "6 mm"})
    assert Check.objects.get(pk=plain.pk).typed == {"dimple_diameter_mm": "6 mm"}

    services.answer(plain, {"dimple_diameter_mm": "6"}, typed={"dimple_diameter_mm": ""})
    assert Check.objects.get(pk=plain.pk).typed == {}


def test_nothing_that_was_typed_is_kept_of_a_birth_date(plain):
    typed = {"age_months": BORN}
    services.answer(plain, {"age_months": 23}, from_birth_date=True, typed=typed)

    assert Check.objects.get(pk=plain.pk).typed == {"dimple_diameter_mm": "0.6 cm"}


def test_what_was_typed_of_something_that_was_not_sent_is_not_kept(plain):
    services.answer(plain, {"setting": "outpatient"}, typed={"age_months": "several months"})

    assert Check.objects.get(pk=plain.pk).typed == {"dimple_diameter_mm": "0.6 cm"}

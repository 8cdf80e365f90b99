"""The made-up payer: who is in it, how they sign in, and what there is to do."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from decisions.demonstration import made_up_people as people
from decisions.models import Case, Decision, Event, LineOfBusiness, Person, Plan, Team
from decisions.reviews.decision.replay import replayed

pytestmark = pytest.mark.django_db(databases=["default", "counters"])

LOGIN = "/accounts/login/"


def demo(**options: str) -> str:
    said = StringIO()
    call_command("demo", stdout=said, skip_checks=True, **options)
    return said.getvalue()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """argon2 takes its time by design; what is tested here is not how long it takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def loaded() -> str:
    return demo()


@pytest.mark.parametrize("made_up", people.PEOPLE, ids=lambda made_up: made_up.username)
def test_each_made_up_person_signs_in_as_it_is_printed(made_up: people.MadeUp, loaded: str):
    line = next(line for line in loaded.splitlines() if line.split()[:1] == [made_up.username])
    client = Client()

    answer = client.post(LOGIN, {"login": made_up.username, "password": line.split()[1]}, follow=True)
    if "demo-code" in line:
        assert not answer.wsgi_request.user.is_authenticated, "a second factor is asked for first"
        code = demo(code=made_up.username).strip()
        answer = client.post(answer.redirect_chain[-1][0], {"code": code}, follow=True)

    assert answer.wsgi_request.user.is_authenticated
    assert answer.wsgi_request.user.username == made_up.username


def test_there_is_a_case_in_every_state(loaded: str):
    assert set(Case.objects.values_list("state", flat=True)) == set(Case.State.values)


def test_an_expedited_case_waits_for_somebody_to_take_it(loaded: str):
    assert Case.objects.filter(state="in_review", urgency="expedited", assignee=None).exists()


def test_everything_says_that_it_is_made_up(loaded: str):
    for model in (Person, Team, LineOfBusiness, Plan):
        assert all("made" in thing.name.lower() for thing in model.objects.all())
    assert set(Person.objects.values_list("made_up", flat=True)) == {True}
    assert all(case.member_reference.startswith("MADE-UP") for case in Case.objects.all())


def test_every_decision_of_the_demonstration_can_be_replayed(loaded: str):
    assert Decision.objects.count() == 4
    assert [replayed(decision).findings for decision in Decision.objects.all()] == [()] * 4


def test_a_second_start_makes_nothing_again_and_prints_the_same(loaded: str):
    before = (Case.objects.count(), Person.objects.count(), Event.objects.count())

    assert demo() == loaded
    assert (Case.objects.count(), Person.objects.count(), Event.objects.count()) == before


def test_nothing_is_loaded_where_there_are_real_people():
    Person.objects.make("somebody", None, name="Somebody")

    with pytest.raises(CommandError, match="not made up"):
        demo()

    assert not Case.objects.exists()
    assert Person.objects.count() == 1


@pytest.mark.parametrize("username", ["nora", "nobody"])
def test_no_code_is_shown_for_somebody_without_a_second_factor(username: str, loaded: str):
    with pytest.raises(CommandError, match="authenticator app"):
        demo(code=username)


def test_no_code_is_shown_for_a_real_person(loaded: str):
    Person.objects.filter(username="paula").update(made_up=False)

    with pytest.raises(CommandError, match="authenticator app"):
        demo(code="paula")


def test_no_password_is_stored_or_logged_in_the_clear(loaded: str):
    for made_up in people.PEOPLE:
        said = people.password(made_up.username)
        assert said not in people.loaded(made_up.username).password
        assert not Event.objects.filter(details__contains=said).exists()

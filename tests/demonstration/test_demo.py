"""The made-up payer: who is in it, how they sign in, and what there is to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from decisions.demonstration import made_up_people as people
from decisions.models import Case, Decision, Event, LineOfBusiness, Opinion, Person, Plan, Team
from decisions.reviews.decision.replay import replayed
from tests.reviews.world import undone

pytestmark = pytest.mark.django_db(databases=["default", "counters"])

LOGIN = "/accounts/login/"


def demo(**options: str) -> str:
    said = StringIO()
    call_command("demo", stdout=said, skip_checks=True, **options)
    return said.getvalue()


@pytest.fixture(scope="module", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """argon2 takes its time by design; what is tested here is not how long it takes."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="module", autouse=True)
def loaded(
    _quick_passwords: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """What is printed as all is made, once: it stands in a transaction around that of each test here."""
    with ExitStack() as around:
        with django_db_blocker.unblock():
            around.enter_context(undone())
            printed = demo()
        yield printed
        with django_db_blocker.unblock():
            around.close()


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


def test_a_case_was_sent_elsewhere_one_came_back_and_about_one_a_colleague_is_asked(loaded: str):
    assert Case.objects.filter(result="elsewhere", letters__kind="elsewhere").count() == 1
    assert Case.objects.filter(state="in_review", case_notes__kind="question").count() == 1
    assert Opinion.owed_by(people.loaded("pia")).count() == 1


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

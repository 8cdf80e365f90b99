"""Signing in with a name and a password, and how often one may try."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError
from django.test import Client

from config import settings as production
from decisions.guards import services as guards
from decisions.models import Event, Person, Role
from decisions.people import attempts as limits
from tests.people.helpers import LOGIN, actions, is_in, sign_in
from tests.people.world import PASSWORD, make_person, with_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> Person:
    return with_password(make_person("nora", Role.REVIEWER))


def test_somebody_with_name_and_password_gets_in(client, nora):
    response = sign_in(client, "nora")
    assert (response.status_code, response.headers["Location"]) == (302, "/cases/")
    assert is_in(client)
    assert actions() == ["signed_in"]


def test_the_name_is_the_same_however_it_is_capitalised(client, nora):
    sign_in(client, " NORA ")
    assert is_in(client)


def test_the_password_is_kept_as_argon2(settings):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    nora = with_password(make_person("nora"))
    assert nora.password.startswith("argon2$argon2id$")


def test_signing_in_goes_back_to_the_page_that_was_asked_for(client, nora):
    asked = client.get("/people/account/", {"secret": "x"})
    assert asked.headers["Location"] == f"{LOGIN}?next=%2Fpeople%2Faccount%2F"
    page = client.get(asked.headers["Location"]).content.decode()
    assert 'name="next" value="/people/account/"' in page
    response = client.post(LOGIN, {"login": "nora", "password": PASSWORD, "next": "/people/account/"})
    assert response.headers["Location"] == "/people/account/"


def test_signing_in_goes_to_no_other_host(client, nora):
    response = client.post(LOGIN, {"login": "nora", "password": PASSWORD, "next": "https://evil.example/"})
    assert response.headers["Location"] == "/cases/"


def test_an_unknown_name_a_wrong_password_and_an_inactive_person_are_answered_alike(client, nora):
    with_password(make_person("zita", Role.REVIEWER, is_active=False))
    tries = [("zoe", PASSWORD), ("nora", "not the password"), ("zita", PASSWORD)]
    answers = [sign_in(client, name, password) for name, password in tries]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    pages = {
        without_tokens(answer).replace(name, "NAME") for (name, _), answer in zip(tries, answers, strict=True)
    }
    assert len(pages) == 1
    assert "do not belong together" in pages.pop()
    assert not is_in(client)


def without_tokens(response) -> str:
    lines = response.content.decode().splitlines()
    return "\n".join(line for line in lines if "csrf" not in line.lower())


def test_what_was_typed_as_a_name_stays_and_the_password_does_not(client, nora):
    page = sign_in(client, "nora", "not the password").content.decode()
    assert 'value="nora"' in page
    assert "not the password" not in page


def test_a_failed_sign_in_is_recorded_without_the_name_that_was_typed(client, nora):
    sign_in(client, "nora", "x")
    sign_in(client, "Robert'); DROP TABLE", "x")
    known, unknown = Event.objects.order_by("seq")
    assert (known.action, known.actor) == ("sign_in_failed", nora.pk)
    assert (unknown.action, unknown.actor) == ("sign_in_failed", None)
    assert "Robert" not in unknown.details


def test_the_session_changes_its_key_at_sign_in(client, nora):
    client.post("/theme", {"theme": "dark"})
    before = client.session.session_key
    sign_in(client, "nora")
    assert client.session.session_key not in {None, before}
    assert client.session["theme"] == "dark"


def test_signing_out_ends_the_session(client, nora):
    sign_in(client, "nora")
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert actions() == ["signed_in", "signed_out"]


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/email/",
        "/accounts/inactive/",
        "/accounts/password/set/",
        "/accounts/login/code/confirm/",
        "/accounts/3rdparty/",
    ],
)
def test_nobody_signs_up_or_resets_a_password_by_mail(client, path):
    assert client.get(path).status_code == 404


# How often


def test_the_fifth_attempt_with_a_name_is_looked_at_and_the_sixth_is_not(client, nora):
    for number in range(4):
        assert (
            "do not belong" in sign_in(client, "nora", "x", REMOTE_ADDR=f"10.0.0.{number}").content.decode()
        )
    assert "do not belong" in sign_in(client, "nora", "x", REMOTE_ADDR="10.0.0.8").content.decode()
    page = sign_in(client, "NORA", REMOTE_ADDR="10.0.0.9")
    assert page.status_code == 422
    assert "Too many attempts. Try again in 5 minutes." in page.content.decode()
    assert not is_in(client)


def test_the_right_password_at_the_fifth_attempt_gets_in_and_forgets_the_others(client, nora):
    for number in range(4):
        sign_in(client, "nora", "x", REMOTE_ADDR=f"10.0.0.{number}")
    sign_in(client, "nora", REMOTE_ADDR="10.0.0.8")
    assert is_in(client)
    other = Client()
    for number in range(4):
        sign_in(other, "nora", "x", REMOTE_ADDR=f"10.0.1.{number}")
    sign_in(other, "nora", REMOTE_ADDR="10.0.1.8")
    assert is_in(other)


@pytest.mark.parametrize(("later", "free"), [(299.9, False), (300, True), (300.1, True)])
def test_a_name_is_free_again_after_five_minutes(monkeypatch, later, free):
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000.0)
    for _ in range(5):
        limits.count_attempt(limits.NAME, "nora")
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000.0 + later)
    if free:
        limits.count_attempt(limits.NAME, "nora")
    else:
        with pytest.raises(limits.TooManyAttemptsError, match="Try again in 1 second"):
            limits.count_attempt(limits.NAME, "nora")


def test_the_tenth_attempt_from_an_address_is_looked_at_and_the_eleventh_is_not(client, nora):
    for number in range(10):
        assert "do not belong" in sign_in(client, f"name{number}", "x").content.decode()
    page = sign_in(client, "nora").content.decode()
    assert re.search(r"Too many attempts\. Try again in [1-6]?\d seconds?\.", page)
    assert not is_in(client)


def test_a_forged_header_does_not_make_another_address(client, nora):
    for number in range(10):
        sign_in(client, f"name{number}", "x", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    page = sign_in(client, "nora", HTTP_X_FORWARDED_FOR="192.0.2.99")
    assert "Too many attempts" in page.content.decode()


def test_an_address_that_is_over_its_limit_locks_no_more_names(client, nora):
    for number in range(10):
        sign_in(client, f"name{number}", "x")
    for _ in range(6):
        sign_in(client, "nora", "x")
    sign_in(client, "nora", REMOTE_ADDR="10.0.0.1")
    assert is_in(client)


def test_reaching_a_limit_is_recorded_once(client, nora):
    for number in range(9):
        sign_in(client, "nora", "x", REMOTE_ADDR=f"10.0.0.{number}")
    assert actions().count("sign_in_locked") == 1
    assert actions().count("sign_in_failed") == 5


def test_where_nothing_can_be_counted_nobody_signs_in(client, nora, monkeypatch):
    def broken(*args):
        raise DatabaseError

    monkeypatch.setattr(guards, "count", broken)
    assert "Too many attempts" in sign_in(client, "nora").content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (2, "2 seconds"), (119, "119 seconds"), (120, "2 minutes"), (121, "3 minutes")],
)
def test_the_time_to_wait_is_said_in_words(seconds, words):
    assert limits.spoken(seconds) == words


@pytest.mark.parametrize("where", ["http://localhost/", "//127.0.0.1/", "https://testserver.example/", "//x"])
def test_signing_in_goes_to_no_host_but_the_one_that_was_asked(client, nora, where):
    response = client.post(LOGIN, {"login": "nora", "password": PASSWORD, "next": where})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/")
    assert not response.headers["Location"].startswith("//")

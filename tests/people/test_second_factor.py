"""Second factors: who needs one, how an app is set up, and which codes are accepted."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import Client
from django.urls import reverse

from decisions.models import Person, Role
from decisions.people.factors import needs_second_factor
from tests.people.helpers import actions, code, is_in, sign_in, wrong_code
from tests.people.world import PASSWORD, SECRET, add_app, make_person, with_password

pytestmark = pytest.mark.django_db
AUTHENTICATE = "/accounts/2fa/authenticate/"
ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture
def paul() -> Person:
    return with_password(make_person("paul", Role.PHYSICIAN))


@pytest.fixture
def with_app(paul) -> Person:
    add_app(paul)
    return paul


@pytest.mark.parametrize(
    ("role", "needed"),
    [
        (Role.INTAKE, False),
        (Role.REVIEWER, False),
        (Role.PHYSICIAN, True),
        (Role.APPEAL_PHYSICIAN, True),
        (Role.SUPERVISOR, True),
        (Role.AUDITOR, True),
        (Role.ADMINISTRATOR, True),
    ],
)
def test_a_role_says_whether_a_second_factor_is_needed(role, needed):
    assert needs_second_factor(make_person("somebody", role)) is needed


def test_reviewers_need_one_where_the_setting_says_so(settings):
    settings.REVIEWER_SECOND_FACTOR = True
    assert needs_second_factor(make_person("nora", Role.REVIEWER))
    assert not needs_second_factor(make_person("ida", Role.INTAKE))


def test_with_a_password_alone_nothing_opens_but_the_set_up(client, paul):
    sign_in(client, "paul")
    for path in ["/", "/people/account/", "/people/", "/policies/"]:
        response = client.get(path)
        assert response.status_code in {302, 404}, path
        if response.status_code == 302:
            assert response.headers["Location"] == "/accounts/2fa/", path
    page = client.get("/accounts/2fa/").content.decode()
    assert "Your role needs a second factor." in page


def test_a_form_sent_without_the_second_factor_is_kept(client, paul):
    sign_in(client, "paul")
    response = client.post("/check/start", {"policies": "cigna-cpg-038"})
    assert response.status_code == 403
    assert 'name="policies" value="cigna-cpg-038"' in response.content.decode()


def set_up(client: Client, text: str | None = None):
    """Ask for the page, prove who it is, and send a code for the secret of the page."""
    asked = client.get(ACTIVATE)
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    client.post(asked.headers["Location"], {"password": PASSWORD, "next": ACTIVATE})
    page = client.get(ACTIVATE)
    secret = page.context_data["form"].secret
    assert secret in page.content.decode()
    return client.post(ACTIVATE, {"code": text or code(secret)})


def test_an_app_is_set_up_with_its_first_code_and_recovery_codes_follow(client, paul):
    sign_in(client, "paul")
    response = set_up(client)
    assert response.headers["Location"] == "/accounts/2fa/recovery-codes/"
    page = client.get(response.headers["Location"]).content.decode()
    assert page.count("<code>") == 10
    assert client.get("/").status_code == 200
    assert actions().count("second_factor_added") == 2


def test_an_app_is_not_set_up_with_a_wrong_code(client, paul):
    sign_in(client, "paul")
    response = set_up(client, "000000x")
    assert response.status_code == 422
    assert "is not right" in response.content.decode()
    assert not Authenticator.objects.exists()


def test_the_secret_of_an_app_is_not_readable_in_the_database(with_app):
    stored = Authenticator.objects.get().data["secret"]
    assert "JBSWY3DP" not in stored


def test_setting_one_up_ends_the_sessions_that_were_begun_without_it(client, paul):
    other = Client()
    sign_in(other, "paul")
    sign_in(client, "paul")
    set_up(client)
    assert is_in(client)
    assert not is_in(other)


def test_password_and_code_let_in(client, with_app):
    assert sign_in(client, "paul").headers["Location"] == AUTHENTICATE
    assert not is_in(client)
    response = client.post(AUTHENTICATE, {"code": code()})
    assert response.headers["Location"] == "/cases/"
    assert is_in(client)
    assert actions() == ["signed_in"]


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_accepted_for_half_a_minute_before_and_after_it_is_shown(
    client, with_app, monkeypatch, steps, accepted
):
    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))
    sign_in(client, "paul")
    client.post(
        AUTHENTICATE, {"code": auth.format_hotp_value(auth.hotp_value(SECRET, int(now) // 30 + steps))}
    )
    assert is_in(client) is accepted


def test_a_wrong_code_is_refused_and_recorded(client, with_app):
    sign_in(client, "paul")
    response = client.post(AUTHENTICATE, {"code": wrong_code()})
    assert response.status_code == 422
    assert "This code is not right" in response.content.decode()
    assert actions() == ["second_factor_failed"]


def test_a_code_is_accepted_once(client, with_app):
    sign_in(client, "paul")
    text = code()
    client.post(AUTHENTICATE, {"code": text})
    assert is_in(client)
    other = Client()
    sign_in(other, "paul")
    assert other.post(AUTHENTICATE, {"code": text}).status_code == 422
    assert not is_in(other)


def test_the_fifth_code_is_looked_at_and_the_sixth_is_not(client, with_app):
    sign_in(client, "paul")
    for _ in range(5):
        assert "is not right" in client.post(AUTHENTICATE, {"code": wrong_code()}).content.decode()
    page = client.post(AUTHENTICATE, {"code": code()}).content.decode()
    assert "Too many attempts. Try again in 5 minutes." in page
    assert not is_in(client)
    assert actions().count("sign_in_locked") == 1


def test_a_recovery_code_lets_in_once(client, paul):
    sign_in(client, "paul")
    set_up(client)
    text = client.get("/accounts/2fa/recovery-codes/").context_data["unused_codes"][0]
    for expected in (True, False):
        other = Client()
        sign_in(other, "paul")
        other.post(AUTHENTICATE, {"code": text})
        assert is_in(other) is expected


def test_the_last_factor_of_somebody_who_needs_one_is_not_removed(client, with_app):
    sign_in(client, "paul")
    client.post(AUTHENTICATE, {"code": code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert "Your role needs a second factor." in page
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_somebody_who_needs_none_can_remove_theirs(client):
    nora = with_password(make_person("nora", Role.REVIEWER))
    add_app(nora)
    sign_in(client, "nora")
    client.post(AUTHENTICATE, {"code": code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert actions()[-1] == "second_factor_removed"


def test_the_page_says_that_a_security_key_needs_javascript_and_an_app_does_not(client, paul):
    sign_in(client, "paul")
    page = client.get(reverse("mfa_index")).content.decode()
    assert "A security key needs JavaScript. An authenticator app does not." in page


def test_a_nonsense_answer_of_a_security_key_is_refused(client, with_app):
    sign_in(client, "paul")
    for nonsense in ["", "{", "{}", "[]", "null", '{"id": 1}']:
        assert client.post(AUTHENTICATE, {"credential": nonsense}).status_code == 422, nonsense
    assert not is_in(client)


def test_the_last_security_key_of_somebody_who_needs_one_stays(client, paul):
    key = Authenticator.objects.create(user=paul, type="webauthn", data={"name": "Key", "credential": {}})
    client.force_login(paul)
    for ask in (client.get, client.post):
        response = ask(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
        assert response.headers["Location"] == "/accounts/2fa/webauthn/"
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_somebody_without_a_password_is_told_so(client):
    client.force_login(make_person("nora", Role.REVIEWER))
    page = client.get("/accounts/password/change/", follow=True).content.decode()
    assert "You have no password here." in page


@pytest.mark.parametrize("spelling", ["{}-{}", "{} {}", ".{}{}", "{}{}!"])
def test_a_code_that_was_used_is_refused_however_it_is_spelled(client, with_app, spelling):
    now = code()
    sign_in(client, "paul")
    client.post(AUTHENTICATE, {"code": now})
    assert is_in(client)
    other = Client()
    sign_in(other, "paul")
    response = other.post(AUTHENTICATE, {"code": spelling.format(now[:3], now[3:])})
    assert response.status_code == 422
    assert not is_in(other)


@pytest.mark.parametrize("nonsense", ["[" * 100_000, "{" * 3, '{"a": 1}', "7"])
def test_an_answer_of_a_security_key_that_is_no_answer_is_refused(client, with_app, nonsense):
    sign_in(client, "paul")
    assert client.post(AUTHENTICATE, {"credential": nonsense}).status_code == 422
    assert not is_in(client)

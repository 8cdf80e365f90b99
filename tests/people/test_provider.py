"""Sign-in by an identity provider: who is let in, and which answers of the provider are refused."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config.environment import Environment, IdentityProvider
from decisions.administration import members
from decisions.models import Event, Person, Role
from decisions.people import adapters
from tests.people.helpers import actions, code, is_in, sign_in
from tests.people.provider import CLIENT_ID, CLIENT_SECRET, KEY, OTHER_KEY, running
from tests.people.world import add_app, make_person, make_world, with_password

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/oidc/provider/login/"


@pytest.fixture
def provider(settings):
    with running() as stub:
        app = IdentityProvider("Made-up house", stub.url, CLIENT_ID, CLIENT_SECRET).app
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield stub


@pytest.fixture
def nora() -> Person:
    return make_person("nora", Role.REVIEWER, email="Nora@Example.org")


def go(client: Client, provider, where: str = ""):
    """Sign in there, as a browser does, and come back."""
    sent = client.post(LOGIN + (f"?next={where}" if where else ""))
    query = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["Location"]).query).items()}
    back = urlsplit(provider.authorize(query))
    return client.get(f"{back.path}?{back.query}")


def test_the_sign_in_page_names_the_provider_only_where_there_is_one(client, provider, settings):
    assert "Sign in with Made-up house" in client.get("/accounts/login/").content.decode()
    assert "Go to Made-up house" in client.get(LOGIN).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {}}
    assert "Another way" not in client.get("/accounts/login/").content.decode()
    assert client.get(LOGIN).status_code == 404


def test_the_way_there_has_a_nonce_a_state_and_a_challenge(client, provider):
    query = parse_qs(urlsplit(client.post(LOGIN).headers["Location"]).query)
    assert {"nonce", "state", "code_challenge"} <= set(query)
    assert query["client_id"] == [CLIENT_ID]


def test_somebody_with_a_verified_address_is_let_in(client, provider, nora):
    response = go(client, provider, "/people/account/")
    assert response.headers["Location"] == "/people/account/"
    assert is_in(client)
    assert actions() == ["person_changed", "signed_in"]


def test_once_linked_somebody_is_known_by_the_provider_s_number(client, provider, nora):
    go(client, provider)
    provider.claims = {"email": "married@example.org"}
    other = Client()
    go(other, provider)
    assert is_in(other)


def test_an_administrator_removes_a_link_and_ends_what_was_begun_by_it_alone(client, provider, nora):
    boss = make_world()
    admin, elsewhere = boss.client(boss.administrator), Client()
    with_password(nora)
    sign_in(elsewhere, "nora")
    go(client, provider)
    page = f"/people/{nora.pk}/provider/"
    assert "Linked since" in client.get("/people/account/").text
    assert page in admin.get(f"/people/{nora.pk}/").text
    assert "with the verified address Nora@Example.org" in admin.get(page).text
    assert is_in(client)
    admin.post(page)
    assert not is_in(client)
    assert is_in(elsewhere)
    assert not SocialAccount.objects.exists()
    assert "Linked since" not in admin.get(f"/people/{nora.pk}/").text
    event = Event.objects.get(action="provider_unlinked")
    assert json.loads(event.details) == {"person": nora.pk, "links": 1}
    ended = Event.objects.get(action="session_ended")
    assert json.loads(ended.details) == {"person": nora.pk, "reason": "provider"}


def test_after_that_the_provider_s_number_alone_lets_nobody_in(client, provider, nora):
    go(client, provider)
    boss = make_world().administrator
    Person.objects.filter(pk=nora.pk).update(email="")
    members.unlink_provider(boss, nora)
    other = Client()
    assert go(other, provider).status_code == 403
    assert not is_in(other)


def test_nobody_removes_their_own_link_and_where_there_is_none_nothing_is_recorded(provider):
    world = make_world()
    with pytest.raises(members.RefusedError, match="Another administrator"):
        members.unlink_provider(world.administrator, world.administrator)
    members.unlink_provider(world.administrator, world.intake)
    assert not Event.objects.exists()
    page = world.client(world.administrator).get(f"/people/{world.intake.pk}/provider/").text
    assert "They have no link" in page
    assert "Remove the link</button>" not in page


def test_a_physician_still_needs_the_second_factor(client, provider):
    paul = make_person("paul", Role.PHYSICIAN, email="nora@example.org")
    go(client, provider)
    assert client.get("/").headers["Location"] == "/accounts/2fa/"
    add_app(paul)
    other = Client()
    assert go(other, provider).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": code()})
    assert is_in(other)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.org"},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": "true"},
        {"email_verified": 1},
        {"email": ""},
    ],
)
def test_somebody_who_is_not_known_by_a_verified_address_is_told_so_and_not_made(
    client, provider, nora, claims
):
    provider.claims = claims
    response = go(client, provider)
    assert response.status_code == 403
    assert "No person here has this e-mail" in response.content.decode()
    assert not is_in(client)
    assert Person.objects.count() == 1


def test_an_inactive_person_is_let_in_neither_by_address_nor_by_link(client, provider, nora):
    Person.objects.update(is_active=False)
    assert go(client, provider).status_code == 403
    Person.objects.update(is_active=True)
    go(client, provider)
    Person.objects.update(is_active=False)
    other = Client()
    assert go(other, provider).status_code == 403
    assert not is_in(other)


def test_an_address_is_that_of_its_active_person_whoever_had_it_before(client, provider):
    gone = make_person("gone", Role.REVIEWER, email="nora@example.org", is_active=False)
    assert go(client, provider).status_code == 403
    assert not SocialAccount.objects.exists()
    nora = make_person("nora", Role.REVIEWER, email=gone.email)
    go(client, provider)
    assert is_in(client)
    assert [link.user for link in SocialAccount.objects.all()] == [nora]


def signed(key, algorithm, kid="one"):
    return lambda claims: jwt.encode(claims, key, algorithm, headers={"kid": kid})


REFUSED = {
    "another nonce": {"claims": {"nonce": "of another sign-in"}},
    "no nonce": {"without": {"nonce"}},
    "another audience": {"claims": {"aud": "somebody else"}},
    "no audience": {"without": {"aud"}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "run out": {"claims": {"exp": int(time.time()) - 5}},
    "no end": {"without": {"exp"}},
    "nobody": {"without": {"sub"}},
    "another key": {"sign": signed(OTHER_KEY, "RS256")},
    "an unknown key": {"sign": signed(KEY, "RS256", "two")},
    "no signature": {"sign": signed(None, "none")},
    "a shared secret": {"sign": signed(CLIENT_SECRET * 3, "HS256")},
    "no token": {"sign": lambda claims: None},
    "nonsense": {"sign": lambda claims: "nonsense"},
    "no key named": {"sign": lambda claims: jwt.encode(claims, KEY, "RS256")},
}


@pytest.mark.parametrize("bent", REFUSED.values(), ids=REFUSED.keys())
def test_an_answer_that_is_not_as_it_must_be_lets_nobody_in(client, provider, nora, bent):
    for name, value in bent.items():
        setattr(provider, name, value)
    response = go(client, provider)
    assert response.status_code == 401
    assert "could not be accepted" in response.content.decode()
    assert not is_in(client)


def test_an_answer_with_another_state_lets_nobody_in(client, provider, nora):
    client.post(LOGIN)
    response = client.get("/accounts/oidc/provider/login/callback/?code=code0&state=guessed")
    assert response.status_code == 401
    assert provider.tokens_asked == 0


def test_who_turns_back_there_is_told_that_nobody_was_signed_in(client, provider, nora):
    sent = client.post(LOGIN)
    state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
    answer = f"/accounts/oidc/provider/login/callback/?error=access_denied&state={state}"
    assert "Nobody was signed in." in client.get(answer).content.decode()


def test_more_about_somebody_must_be_about_the_same_person(client, provider, nora):
    provider.without = {"email", "email_verified"}
    provider.userinfo = {"sub": "somebody else", "email": "nora@example.org", "email_verified": True}
    assert go(client, provider).status_code == 401
    provider.userinfo = {**provider.userinfo, "sub": "subject-1"}
    go(client, provider)
    assert is_in(client)


def test_a_provider_that_does_not_answer_is_said_plainly(client, settings):
    app = IdentityProvider("Made-up house", "http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET).app
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    assert client.post(LOGIN).status_code == 502


# The environment

FULL = {
    "CONUS_OIDC_NAME": "House",
    "CONUS_OIDC_URL": "https://id.example.org:8443/realm",
    "CONUS_OIDC_CLIENT_ID": "conus",
    "CONUS_OIDC_SECRET": "made-up-value",
}


def test_all_four_make_a_provider_whose_origin_is_known():
    provider = Environment(FULL).identity_provider("CONUS_OIDC")
    assert provider.origin == "https://id.example.org:8443"
    assert "made-up-value" not in repr(provider)
    assert Environment({}).identity_provider("CONUS_OIDC") is None


@pytest.mark.parametrize("missing", FULL)
def test_one_that_is_missing_is_named(missing):
    rest = {name: value for name, value in FULL.items() if name != missing}
    with pytest.raises(ImproperlyConfigured, match=f"^{missing} is missing"):
        Environment(rest).identity_provider("CONUS_OIDC")


@pytest.mark.parametrize(
    "url",
    ["http://id.example.org", "id.example.org", "https://", "https://a:b@id.example.org", "https://x.org?a=b",
     "https://x.org/#a", "https://x.org:port", "https://x.org; script-src *", "ftp://x.org"],
)  # fmt: skip
def test_an_address_that_is_none_of_a_provider_is_refused_without_repeating_a_value(url):
    with pytest.raises(ImproperlyConfigured, match=r"^CONUS_OIDC_URL is no address") as caught:
        Environment({**FULL, "CONUS_OIDC_URL": url}).identity_provider("CONUS_OIDC")
    assert "made-up-value" not in str(caught.value)


def test_an_address_that_only_the_database_takes_for_the_same_lets_nobody_in(monkeypatch, nora):
    class Alike:
        """A database whose upper case of a dotless i is a plain I."""

        def filter(self, **asked):
            return [nora]

    monkeypatch.setattr(adapters.Person, "objects", Alike())
    assert adapters.person_with(["NORA@example.ORG", "nora@example.org"]) == nora
    assert adapters.person_with(["nora@examp\u0131e.org"]) is None

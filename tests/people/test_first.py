"""The first administrator, and the links with which people set a password."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from allauth.account import app_settings as account_settings
from allauth.account.internal.flows import reauthentication
from django.test import Client

from decisions.models import FirstKey, Person, Role
from decisions.people import links as keys
from decisions.people.own_forms import NewPasswordForm
from tests.people.helpers import actions, is_in, sign_in
from tests.people.world import PASSWORD, make_person, make_world, with_password

pytestmark = pytest.mark.django_db
GIVEN = {"username": "ada", "name": "Ada (made up)", "password": PASSWORD, "password_again": PASSWORD}


def test_with_the_key_the_first_administrator_is_made_signed_in_and_led_to_the_second_factor(client):
    key = keys.first_key()
    page = client.get(f"/people/first/{key}/")
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "strict-origin"
    response = client.post(f"/people/first/{key}/", GIVEN)
    assert response.headers["Location"] == "/accounts/2fa/"
    ada = Person.objects.get()
    assert ada.role_names == {Role.ADMINISTRATOR}
    assert ada.grants.get().granted_by is None
    assert client.get("/people/").headers["Location"] == "/accounts/2fa/"
    assert actions() == ["person_added", "role_granted", "signed_in"]


def test_only_the_digest_of_the_key_is_stored():
    key = keys.first_key()
    assert FirstKey.objects.get().digest != key
    assert len(key) >= 43


def test_a_key_works_once(client):
    key = keys.first_key()
    client.post(f"/people/first/{key}/", GIVEN)
    other = Client()
    assert other.get(f"/people/first/{key}/").status_code == 410
    assert other.post(f"/people/first/{key}/", {**GIVEN, "username": "eve"}).status_code == 410
    assert Person.objects.count() == 1


def test_a_new_start_makes_a_new_key_and_voids_the_old(client):
    old, new = keys.first_key(), keys.first_key()
    assert client.get(f"/people/first/{old}/").status_code == 410
    assert client.get(f"/people/first/{new}/").status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(24 * 60 - 1, 200), (24 * 60, 410), (24 * 60 + 1, 410)])
def test_a_key_is_good_for_a_day(client, minutes, status):
    key = keys.first_key()
    row = FirstKey.objects.get()
    row.made_at -= dt.timedelta(minutes=minutes)
    row.save()
    assert client.get(f"/people/first/{key}/").status_code == status


def test_where_there_is_somebody_there_is_no_key(client):
    key = keys.first_key()
    make_world()
    assert keys.first_key() == ""
    assert client.get(f"/people/first/{key}/").status_code == 410
    assert client.get("/people/first/guessed/").status_code == 410


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "xyz-made-up", "password_again": "xyz-made-up"}, "at least 12 characters"),
        ({"password_again": "something else here"}, "This is not the same password."),
        ({"username": "a b"}, "Enter a valid username"),
        ({"username": ""}, "This field is required."),
        (
            {"password": "ada-made-up-ada", "password_again": "ada-made-up-ada", "username": "ada-made-up"},
            "too similar",
        ),
    ],
)
def test_what_is_not_right_is_said_and_what_was_typed_stays(client, change, said):
    key = keys.first_key()
    response = client.post(f"/people/first/{key}/", {**GIVEN, **change})
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert 'value="Ada (made up)"' in page
    assert PASSWORD not in page
    assert not Person.objects.exists()


# Links


def new_link(client: Client, person: Person) -> str:
    page = client.post(f"/people/{person.pk}/link/").content.decode()
    return re.search(r"http://testserver(/people/set-up/[^<\s]+)", page).group(1)


def test_with_a_link_somebody_sets_a_password_and_is_signed_in(client):
    world = make_world()
    link = new_link(world.client(world.administrator), world.reviewer)
    assert "reviewer" in client.get(link).content.decode()
    response = client.post(link, {"password": PASSWORD, "password_again": PASSWORD})
    assert response.headers["Location"] == "/people/account/"
    assert is_in(client)
    other = Client()
    assert other.get(link).status_code == 410
    assert other.post(link, {"password": "x" * 14, "password_again": "x" * 14}).status_code == 410
    sign_in(other, "reviewer")
    assert is_in(other)


def test_who_has_just_set_a_password_sets_up_a_second_factor_without_typing_it_again(client, monkeypatch):
    world = make_world()
    link = new_link(world.client(world.administrator), world.auditor)
    client.post(link, {"password": PASSWORD, "password_again": PASSWORD})
    activate = "/accounts/2fa/totp/activate/"
    assert client.get(activate).status_code == 200

    now = time.time() + account_settings.REAUTHENTICATION_TIMEOUT + 1
    monkeypatch.setattr(reauthentication.time, "time", lambda: now)

    assert client.get(activate).headers["Location"].startswith("/accounts/reauthenticate/")


def test_the_page_that_asks_for_the_password_once_more_has_the_focus_in_its_field(client):
    with_password(make_person("nora", Role.REVIEWER))
    sign_in(client, "nora")
    asked = client.get("/accounts/2fa/totp/activate/").headers["Location"]

    assert re.search(r'<input[^>]*name="password"[^>]* autofocus', client.get(asked).text)
    assert " autofocus" in client.post(asked, {"password": "wrong"}).text.partition("error-summary")[2][:120]


def test_a_new_link_voids_the_old_takes_the_password_and_ends_the_sessions(client):
    world = make_world()
    with_password(world.reviewer)
    theirs, administrator = world.client(world.reviewer), world.client(world.administrator)
    old, new = new_link(administrator, world.reviewer), new_link(administrator, world.reviewer)
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200
    assert not is_in(theirs)
    sign_in(client, "reviewer")
    assert not is_in(client)


@pytest.mark.parametrize(("hours", "status"), [(23.9, 200), (24.1, 410)])
def test_a_link_is_good_for_a_day(client, monkeypatch, hours, status):
    world = make_world()
    link = new_link(world.client(world.administrator), world.reviewer)
    now = keys.links._now() + dt.timedelta(hours=hours)
    monkeypatch.setattr(keys.Links, "_now", lambda self: now)
    assert client.get(link).status_code == status


def test_a_link_of_somebody_with_a_second_factor_asks_for_it(client):
    world = make_world()
    world.client(world.physician)
    link = new_link(world.client(world.administrator), world.physician)
    response = client.post(link, {"password": PASSWORD, "password_again": PASSWORD})
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_a_guessed_link_and_one_of_somebody_inactive_lead_nowhere(client):
    world = make_world()
    link = new_link(world.client(world.administrator), world.reviewer)
    Person.objects.filter(pk=world.reviewer.pk).update(is_active=False)
    for path in [
        link,
        "/people/set-up/1/guessed/",
        "/people/set-up/zzzzzzzzzzzzzz/x/",
        "/people/set-up/-/x/",
    ]:
        assert client.get(path).status_code == 410, path


def test_a_form_with_a_new_password_that_came_too_late_is_not_shown_with_it():
    world = make_world()
    link = new_link(world.client(world.administrator), world.reviewer)
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    response = strict.post(link, {"password": PASSWORD, "password_again": PASSWORD})
    assert response.status_code == 403
    assert "Not saved yet" in response.content.decode() or "sign-in has ended" in response.content.decode()
    assert PASSWORD not in response.content.decode()


def test_the_page_for_a_new_password_names_both_fields_as_passwords():
    assert [name for name in NewPasswordForm().fields if "password" not in name] == []

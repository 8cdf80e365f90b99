"""Nothing typed is lost when a sign-in has ended or a page is too old."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

import config.urls
from decisions.models import Event
from decisions.people.services import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@signed_in
def save(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"saved {sorted(request.POST.lists())}")


urlpatterns = [path("made-up/save", save, name="save"), path("", include("config.urls"))]
handler403, handler404 = config.urls.handler403, config.urls.handler404
TYPED = {
    "note": 'First line\r\n<b>second</b> & "third"',
    "codes": ["76800", "76801"],
    "empty": "",
    "password": "a made-up secret",
    "new_password1": "a made-up secret",
}


def hidden(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the form that sends everything again, in their order."""
    from html import unescape

    form = page[page.rindex("<form", 0, page.index("Save again")) : page.index("Save again")]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return [(unescape(name), unescape(value)) for name, value in found]


def test_a_form_sent_after_the_end_comes_back_whole_but_for_passwords_and_tokens(world):
    client = world.client(world.reviewer)
    Session.objects.all().delete()
    response = client.post("/made-up/save?step=2", TYPED)
    page = response.content.decode()
    assert response.status_code == 401
    assert "Nothing you typed is lost." in page
    assert page.count('href="/accounts/login/"') == 1
    assert re.findall(r"<\w+ [^>]*autofocus[^>]*>", page)[0].startswith(
        '<a href="/accounts/login/" target="_blank"'
    )
    assert 'action="/made-up/save?step=2"' in page
    kept = [(name, value) for name, value in hidden(page) if name != "csrfmiddlewaretoken"]
    assert kept == [("note", TYPED["note"]), ("codes", "76800"), ("codes", "76801"), ("empty", "")]
    assert "a made-up secret" not in page


def test_sent_again_after_signing_in_it_is_saved(world):
    client = world.client(world.reviewer)
    Session.objects.all().delete()
    page = client.post("/made-up/save", TYPED).content.decode()
    client.force_login(world.reviewer)
    answer = client.post("/made-up/save", {"note": dict(hidden(page))["note"]})
    assert answer.content.decode().startswith("saved [('note'")


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_leads_to_the_sign_in_and_back_without_its_query(client, method):
    response = getattr(client, method)("/made-up/save?name=somebody")
    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/login/?next=%2Fmade-up%2Fsave"


def test_htmx_is_answered_401_without_a_page(client):
    response = client.post("/made-up/save", TYPED, headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (401, b"")


# A page whose token is too old


@pytest.fixture
def strict(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.reviewer)
    return client


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver"},
        {"Referer": "http://testserver/made-up/"},
        {"Origin": "http://testserver", "Referer": "http://evil.example/"},
    ],
)
def test_a_page_of_ours_that_is_too_old_gets_a_button_to_save_again(strict, headers):
    response = strict.post("/made-up/save", TYPED, headers=headers)
    page = response.content.decode()
    assert response.status_code == 403
    assert ("note", TYPED["note"]) in hidden(page)
    assert re.search(r"<button [^>]*autofocus[^>]*>Save again", page)
    again = dict(hidden(page))
    assert strict.post("/made-up/save", again, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "https://testserver"},
        {"Origin": "http://evil.example", "Referer": "http://testserver/made-up/"},
        {"Referer": "http://evil.example/?http://testserver/"},
        {"Referer": "http://testserver@evil.example/"},
    ],
)
def test_what_another_site_has_sent_gets_no_button(strict, headers):
    response = strict.post("/made-up/save", TYPED, headers=headers)
    assert response.status_code == 403
    assert "Save again" not in response.content.decode()
    assert "76800" not in response.content.decode()
    assert "Conus-Token" not in response.headers


def test_htmx_from_a_page_of_ours_gets_a_token_and_is_accepted_with_it(strict):
    headers = {"HX-Request": "true", "Origin": "http://testserver"}
    response = strict.post("/made-up/save", TYPED, headers=headers)
    assert response.status_code == 403
    token = {"X-CSRFToken": response.headers["Conus-Token"]}
    assert strict.post("/made-up/save", TYPED, headers={**headers, **token}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Origin": "http://testserver"}, "page too old"),
        ({"Origin": "http://evil.example"}, "another sender"),
        ({}, "another sender"),
    ],
)
def test_a_form_that_is_refused_for_its_token_is_recorded_of_whoever_is_signed_in(
    world, strict, headers, kind
):
    strict.post("/made-up/save", TYPED, headers=headers)
    event = Event.objects.get(action="refused")
    assert (event.actor, event.case) == (world.reviewer.pk, "")
    assert json.loads(event.details) == {"page": "save", "kind": kind}


def test_what_strangers_send_without_a_token_does_not_fill_the_log(world):
    Client(enforce_csrf_checks=True).post("/made-up/save", TYPED, headers={"Origin": "http://testserver"})
    assert not Event.objects.exists()


def test_a_sign_in_page_that_is_too_old_repeats_nothing(strict):
    given = {"login": "nora", "password": "a made-up secret"}
    response = strict.post("/accounts/login/", given, headers={"Origin": "http://testserver"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Load the page again" in page
    assert "nora" not in page
    assert "a made-up secret" not in page

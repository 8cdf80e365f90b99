"""Sign-in in a real browser: security keys, what was typed when it ends, every page by axe and at 320 px."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect

from decisions.models import Notice, Person, Role
from decisions.people import links as keys
from tests.browser.pages import fits_every_screen, give_cookie, give_session
from tests.people.helpers import code
from tests.people.world import PASSWORD, add_app, make_person, make_world, with_password

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "counters"])


@pytest.fixture(autouse=True)
def _nothing_counted(live_server):
    """The counts are no part of what a test rolls back."""
    with connections["counters"].cursor() as cursor:
        cursor.execute("DELETE FROM conus_count")


@pytest.fixture
def nora() -> Person:
    return with_password(make_person("nora", Role.REVIEWER))


def sign_in(page: Page, name: str, where: str = "/accounts/login/") -> None:
    page.goto(where)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


@pytest.fixture
def signed_in_as(live_server: Any) -> Callable[[Page, Person], None]:
    """Gives a page's browser a session of a person, where signing in is not what is tried."""

    def give(page: Page, person: Person) -> None:
        client = Client()
        client.force_login(person)
        give_cookie(page, live_server, client.cookies[settings.SESSION_COOKIE_NAME].value)

    return give


def by_keyboard(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def test_somebody_signs_in_and_out_by_keyboard(page: Page, nora):
    by_keyboard(page, "nora")
    out = page.get_by_role("button", name="Sign out")
    expect(out).to_be_visible()
    out.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_an_app_is_set_up_and_signs_in_without_javascript(no_js_page: Page):
    with_password(make_person("paul", Role.PHYSICIAN))
    page = no_js_page
    sign_in(page, "paul")
    expect(page.get_by_text("Your role needs a second factor.")).to_be_visible()
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    secret = page.locator("#totp_secret").inner_text()
    page.get_by_label("Code that the app shows now").fill(code(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    first = page.locator(".codes code").first.inner_text()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "paul")
    page.get_by_label(re.compile("recovery code")).fill(first)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_without_javascript_the_page_of_a_security_key_says_that_it_needs_it(
    no_js_page: Page, nora, signed_in_as
):
    page = no_js_page
    signed_in_as(page, nora)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(
        page.get_by_text("A security key needs JavaScript. An authenticator app works without it.")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Ask the key")).to_be_hidden()


def with_key(page: Page) -> None:
    """Plug a made-up security key into the browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_security_key_is_added_and_signs_in(new_page: Callable[..., Page], axe: Callable[..., None]):
    with_password(make_person("paul", Role.PHYSICIAN))
    page = new_page(fresh=True)
    with_key(page)
    sign_in(page, "paul")
    page.get_by_role("link", name="Add a security key").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the key").fill("Blue key")
    axe(page)
    page.get_by_role("button", name="Ask the key").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("Blue key: added")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    sign_in(page, "paul")
    expect(page.get_by_role("button", name="Use a security key")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


# What was typed


def start_entry(page: Page, name: str) -> None:
    """An administrator types into a person's entry."""
    page.goto(f"/people/{Person.objects.get(username=name).pk}/")
    page.get_by_role("textbox", name="Name", exact=True).fill("Typed with care (made up)")
    page.get_by_label("E-mail").fill("typed@example.org")


def administrator() -> Person:
    boss = with_password(make_person("boss", Role.ADMINISTRATOR))
    add_app(boss)
    return boss


def through_both(page: Page, name: str) -> None:
    sign_in(page, name)
    page.get_by_label(re.compile("recovery code")).fill(code())
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_what_was_typed_is_there_after_signing_in_in_a_second_window(
    new_page, faults, nora, signed_in_as, script
):
    faults.allow("status of 40")
    page = new_page(java_script_enabled=script)
    signed_in_as(page, administrator())
    start_entry(page, "nora")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Your sign-in has ended")).to_be_visible()
    way = page.get_by_role("link", name="Sign in (opens a new window)")
    expect(way).to_be_focused()
    expect(page.get_by_role("link", name="Sign in")).to_have_count(1)
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    second = opened.value
    through_both(second, "boss")
    again = page.get_by_role("button", name="Save again")
    if script:
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(again).to_be_focused()
    again.press("Enter")
    if not script:
        expect(page.get_by_text("You have signed in since the page was opened.")).to_be_visible()
        expect(again).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    nora.refresh_from_db()
    assert (nora.name, nora.email) == ("Typed with care (made up)", "typed@example.org")


def test_what_was_typed_is_kept_as_long_as_nobody_has_signed_in_again(new_page, faults, nora, signed_in_as):
    faults.allow("status of 40")
    page = new_page()
    signed_in_as(page, administrator())
    start_entry(page, "nora")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save").click()
    for _ in range(2):
        expect(page.get_by_role("link", name="Sign in (opens a new window)")).to_be_focused()
        with page.expect_navigation():
            page.get_by_role("button", name="Save again").click()
    sent = page.locator('input[name="email"]')
    expect(sent).to_have_value("typed@example.org")


def test_htmx_sends_again_by_itself_after_a_sign_in_made_the_token_too_old(page: Page, faults, nora):
    faults.allow("403")
    page.goto("/")
    page.get_by_role("button", name=re.compile("worksheet", re.IGNORECASE)).first.click()
    page.wait_for_url("**/worksheet/")
    tokens = 'document.querySelector("input[name=csrfmiddlewaretoken]").value'
    before = page.evaluate(tokens)
    second = page.context.new_page()
    sign_in(second, "nora")
    expect(second.get_by_role("button", name="Sign out")).to_be_visible()
    field = page.locator("form[data-hx-post] input[type=radio], form input[type=radio]").first
    with page.expect_response(lambda got: got.request.method == "POST" and got.status == 403):
        field.check()
    with page.expect_response(lambda got: got.request.method == "POST" and got.status == 200):
        page.wait_for_timeout(0)
    expect(page.locator("#notice")).to_be_hidden()
    assert page.evaluate(tokens) != before
    expect(field).to_be_checked()


# Every page


def pages(world: Any) -> list[str]:
    """The pages of somebody who is signed in and administers."""
    person, team, line, plan = (row.pk for row in (world.reviewer, world.team, world.line, world.plan))
    SocialAccount.objects.create(user=world.reviewer, provider="provider", uid="made-up")
    return [
        "/people/",
        "/people/add/",
        f"/people/{person}/",
        f"/people/{person}/deactivate/",
        f"/people/{person}/provider/",
        "/people/teams/",
        f"/people/teams/{team}/",
        "/people/plans/",
        f"/people/lines/{line}/",
        f"/people/plans/{plan}/",
        "/people/plans/add/",
        "/people/account/",
        "/people/account/sessions/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/webauthn/",
    ]


NARROW = [(320, "light"), (320, "dark")]


def fits_320_pixels(page: Page, axe: Callable[..., None], where: str = "") -> None:
    """Nothing is wrong for axe in both themes, and nothing scrolls sideways."""
    fits_every_screen(page, axe, NARROW, where, height=700)


def test_every_page_is_accessible_and_fits_320_pixels(page, live_server, axe):
    world = make_world()
    with_password(world.administrator)
    give_session(page, live_server, world, Person.objects.get(pk=world.administrator.pk))
    for path in pages(world):
        page.goto(path)
        fits_320_pixels(page, axe, path)


def test_what_was_changed_about_a_sign_in_is_read_by_keyboard_and_the_way_goes_on(page, live_server, axe):
    world = make_world()
    Notice.objects.create(person=world.reviewer, kind=Notice.Kind.SECOND_FACTOR, by=world.administrator)
    give_session(page, live_server, world, world.reviewer)
    page.goto("/cases/")
    expect(page.get_by_role("heading", name="Your sign-in was changed")).to_be_visible()
    fits_320_pixels(page, axe)
    page.get_by_role("button", name="I have read this").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/")
    page.goto("/people/account/")
    fits_320_pixels(page, axe)


def test_the_pages_of_visitors_are_accessible_and_fit_320_pixels(page, axe):
    for path in ["/accounts/login/", f"/people/first/{keys.first_key()}/"]:
        page.goto(path)
        fits_320_pixels(page, axe, path)
    page.get_by_role("button", name="Make the first administrator").click()
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("not right")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    fits_320_pixels(page, axe)


def test_the_set_up_of_an_app_is_accessible(page: Page, axe, nora, signed_in_as):
    signed_in_as(page, nora)
    page.goto("/accounts/2fa/totp/activate/")
    axe(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_alt_text("The secret below as a QR code")).to_be_visible()
    axe(page)
    page.get_by_label("Code that the app shows now").fill("1")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("is not right").first).to_be_visible()
    axe(page)

"""What somebody is told whose sign-in an administrator changed, and what the log marks as access given."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone

from decisions.administration import members
from decisions.log.actions import ACCESS, of_group
from decisions.models import Event, Notice, Person
from decisions.people import links as keys
from decisions.people import notices
from tests.people.helpers import actions
from tests.people.world import add_app, make_world

pytestmark = pytest.mark.django_db
NOTICES, READ = "/people/account/notices/", "/people/account/notices/read/"


@pytest.fixture
def world():
    world = make_world()
    Person.objects.update(last_login=timezone.now())
    return world


def reset(world) -> Person:
    """The physician, whose second factor the administrator has reset."""
    add_app(world.physician)
    members.reset_second_factor(world.administrator, world.physician)
    return Person.objects.get(pk=world.physician.pk)


def newest(person: Person) -> int:
    return notices.unread(person).latest("pk").pk


def test_a_reset_is_told_at_the_next_sign_in_before_anything_else(world):
    client = Client()
    client.force_login(reset(world))
    assert client.get("/people/account/").headers["Location"] == NOTICES
    page = client.get(NOTICES).text
    assert "Your second factor was reset by Administrator (made up) on <time" in page
    assert "I have read this" in page


def test_once_read_the_way_is_open_and_the_account_page_still_says_it(world):
    paul = reset(world)
    client = world.client(paul)
    assert client.post(READ, {"newest": newest(paul)}).headers["Location"] == "/cases/"
    page = client.get("/people/account/").text
    assert "Your second factor was reset by Administrator (made up)" in page
    assert "Not read yet" not in page
    assert "nothing that you have not read" in client.get(NOTICES).text
    assert json.loads(Event.objects.get(action="notice_read").details) == {"notices": 1}


def test_reading_the_page_alone_acknowledges_nothing(world):
    client = world.client(reset(world))
    client.get(NOTICES)
    assert client.get("/people/account/").status_code == 302
    assert client.post(READ).headers["Location"] == NOTICES
    assert client.post(READ, {"newest": "x"}).headers["Location"] == NOTICES
    assert Notice.objects.get().read_at is None


def test_what_came_after_the_page_was_shown_stays_unread(world):
    paul = reset(world)
    shown = newest(paul)
    members.new_link(world.administrator, paul)
    client = world.client(paul)
    client.post(READ, {"newest": shown})
    page = client.get(NOTICES).text
    assert "a link was made to set a new one, by Administrator (made up)" in page
    assert "second factor was reset" not in page


def test_nobody_reads_a_notice_for_somebody_else(world):
    paul = reset(world)
    world.client(world.reviewer).post(READ, {"newest": newest(paul)})
    assert Notice.objects.get().read_at is None


def test_what_is_sent_and_what_a_page_fetches_by_itself_goes_through(world):
    members.change(world.administrator, world.reviewer, {"email": "new@example.org"})
    client = world.client(world.reviewer)
    assert client.get("/people/account/", headers={"HX-Request": "true"}).status_code == 200
    assert client.post("/people/account/sessions/end/").headers["Location"] == "/people/account/sessions/"
    assert client.get("/people/account/").headers["Location"] == NOTICES
    assert client.get("/livez").status_code == 200


def test_the_second_factor_is_asked_for_after_that(world):
    paul = reset(world)
    client = Client()
    client.force_login(paul)
    client.post(READ, {"newest": newest(paul)})
    assert client.get("/people/account/").headers["Location"] == "/accounts/2fa/"


def test_whoever_never_signed_in_is_told_nothing(world):
    Person.objects.filter(pk=world.intake.pk).update(last_login=None)
    members.new_link(world.administrator, world.intake)
    assert not Notice.objects.exists()


def test_an_administrator_is_not_told_of_what_they_did_themselves(world):
    members.change(world.administrator, world.administrator, {"email": "new@example.org"})
    assert not Notice.objects.exists()


def test_a_change_of_a_name_tells_nobody(world):
    members.change(world.administrator, world.reviewer, {"name": "Another Name (made up)"})
    assert (Notice.objects.count(), actions()) == (0, ["person_changed"])


def test_a_reset_voids_a_link_that_is_open_and_leaves_a_password_alone(world):
    add_app(world.physician)
    parts = members.new_link(world.administrator, world.physician)
    assert keys.person_of_link(*parts) == world.physician
    members.reset_second_factor(world.administrator, world.physician)
    assert keys.person_of_link(*parts) is None
    add_app(world.physician_2)
    world.physician_2.set_password("made-up password 4711")
    world.physician_2.save()
    members.reset_second_factor(world.administrator, world.physician_2)
    world.physician_2.refresh_from_db()
    assert world.physician_2.check_password("made-up password 4711")


# The log


def test_the_log_marks_what_gives_access_and_shows_it_alone(world):
    reset(world)
    members.new_link(world.administrator, world.physician)
    members.change(world.administrator, world.intake, {"email": "new@example.org"})
    members.change(world.administrator, world.intake, {"name": "Another Name (made up)"})
    members.grant_role(world.administrator, world.intake, "reviewer")
    members.deactivate(world.administrator, world.intake)
    members.reactivate(world.administrator, world.intake)
    page = world.client(world.auditor).get(f"/log/?group={ACCESS}")
    shown = [line.event.action for _, lines in page.context["days"] for line in lines]
    expected = ["second_factor_reset", "link_made", "address_changed", "role_granted", "person_reactivated"]
    assert shown == expected[::-1]
    assert page.text.count('<span class="tag">access given by an administrator</span>') == len(expected)
    assert set(of_group(ACCESS)) == set(expected)

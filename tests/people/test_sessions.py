"""Sessions: how long they last, where they are listed, and who ends them."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from decisions.administration import members
from decisions.models import Event
from decisions.people import sessions
from decisions.people.middleware import Sessions
from decisions.people.services import background
from tests.people.helpers import actions, is_in
from tests.people.world import PASSWORD, with_password

pytestmark = pytest.mark.django_db
ACCOUNT = "/people/account/"


def shift(client: Client, **seconds: float) -> None:
    """Let so many seconds pass for a clock of a session."""
    session = client.session
    for name, value in seconds.items():
        session[name] -= value
    session.save()


@pytest.mark.parametrize(
    ("clock", "passed", "alive"),
    [
        (sessions.SEEN, 15 * 60 - 2, True),
        (sessions.SEEN, 15 * 60, False),
        (sessions.SEEN, 15 * 60 + 1, False),
        (sessions.BEGAN, 12 * 3600 - 2, True),
        (sessions.BEGAN, 12 * 3600, False),
        (sessions.BEGAN, 12 * 3600 + 1, False),
    ],
)
def test_a_session_ends_a_quarter_of_an_hour_after_its_last_use_and_after_twelve_hours(
    world, clock, passed, alive
):
    client = world.client(world.reviewer)
    shift(client, **{clock: passed})
    assert (client.get(ACCOUNT).status_code == 200) is alive


@pytest.mark.parametrize(
    ("clock", "limit", "reason"),
    [
        (sessions.SEEN, settings.SESSION_IDLE, "idle"),
        (sessions.BEGAN, settings.SESSION_LONGEST, "longest"),
    ],
)
def test_a_session_is_over_at_its_limit_and_not_before(rf, monkeypatch, clock, limit, reason):
    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    for passed, why in ((limit - 0.5, ""), (limit, reason), (limit + 0.5, reason)):
        request = rf.get("/")
        request.session = {sessions.BEGAN: now, sessions.SEEN: now, clock: now - passed}
        assert sessions.why_over(request) == why


def test_use_keeps_a_session_alive(world):
    client = world.client(world.reviewer)
    for _ in range(3):
        shift(client, **{sessions.SEEN: 10 * 60})
        assert client.get(ACCOUNT).status_code == 200


def test_a_request_that_a_page_sends_by_itself_does_not_keep_it_alive(world):
    client = world.client(world.reviewer)
    session = client.session
    session[sessions.SEEN] -= 60
    before = session[sessions.SEEN]

    def request():
        made = RequestFactory().get("/")
        made.COOKIES["conus_session"] = "x"
        made.session, made.user, made.resolver_match = session, world.reviewer, None
        return made

    guard = Sessions(lambda request: HttpResponse())
    guard.process_view(request(), background(lambda request: HttpResponse()), (), {})
    assert session[sessions.SEEN] == before
    guard.process_view(request(), lambda request: HttpResponse(), (), {})
    assert session[sessions.SEEN] > before


def test_when_a_session_has_ended_the_page_says_why_and_the_log_keeps_it_once(world):
    client = world.client(world.reviewer)
    shift(client, **{sessions.SEEN: 16 * 60})
    page = client.get(ACCOUNT, follow=True).content.decode()
    assert "Your sign-in has ended: Conus was not used for 15 minutes." in page
    client.get(ACCOUNT)
    event = Event.objects.get(action="session_ended")
    assert event.actor == world.reviewer.pk
    assert '"idle"' in event.details
    assert not UserSession.objects.exists()


def test_a_session_without_clocks_is_over(world):
    client = world.client(world.reviewer)
    session = client.session
    del session[sessions.BEGAN]
    session.save()
    assert not is_in(client)


def test_the_list_shows_where_somebody_is_signed_in_and_ends_the_others(world):
    client = world.client(world.reviewer, headers={"User-Agent": "Browser One"})
    other = world.client(world.reviewer, headers={"User-Agent": "Browser Two"})
    third = world.client(world.reviewer, headers={"User-Agent": "Browser Three"})
    stranger = world.client(world.other_reviewer, headers={"User-Agent": "Browser Four"})
    client.get(ACCOUNT)
    page = client.get("/people/account/sessions/").content.decode()
    assert page.count('<button type="submit" class="btn btn-sm btn-outline-secondary" name="number"') == 2
    number = UserSession.objects.get(session_key=other.session.session_key).pk
    client.post("/people/account/sessions/end/", {"number": number})
    assert [is_in(one) for one in (client, other, third, stranger)] == [True, False, True, True]
    client.post("/people/account/sessions/end/")
    assert [is_in(one) for one in (client, third, stranger)] == [True, False, True]


def test_the_list_leaves_out_where_a_session_has_ended_by_itself(world, monkeypatch):
    world.client(world.reviewer)
    row, now = UserSession.objects.get(), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    idle, longest = (dt.timedelta(seconds=s) for s in (settings.SESSION_IDLE, settings.SESSION_LONGEST))
    second = dt.timedelta(seconds=1)
    for seen, begun, count in (
        (idle - second, idle, 1),
        (idle, idle, 0),
        (idle + second, idle + second, 0),
        (second, longest - second, 1),
        (second, longest, 0),
        (second, longest + second, 0),
    ):
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=now - seen, created_at=now - begun)
        assert len(sessions.places(world.reviewer, None)) == count


def test_nobody_ends_a_session_of_somebody_else_with_its_number(world):
    client, stranger = world.client(world.reviewer), world.client(world.other_reviewer)
    number = UserSession.objects.get(session_key=stranger.session.session_key).pk
    client.post("/people/account/sessions/end/", {"number": number})
    client.post("/people/account/sessions/end/", {"number": "x"})
    assert is_in(stranger)


def test_an_administrator_ends_sessions_of_anybody(world):
    administrator, client = world.client(world.administrator), world.client(world.reviewer)
    page = administrator.get(f"/people/{world.reviewer.pk}/").content.decode()
    assert "last seen" in page
    administrator.post(f"/people/{world.reviewer.pk}/sessions/")
    assert not is_in(client)
    assert is_in(administrator)


def test_a_deactivated_person_is_out_at_once_and_stays_out_when_reactivated(world):
    client = world.client(world.reviewer)
    members.deactivate(world.administrator, world.reviewer)
    assert not is_in(client)
    members.reactivate(world.administrator, world.reviewer)
    assert not is_in(client)


@pytest.mark.parametrize(
    ("verb", "reason"), [(members.new_link, "password"), (members.reset_second_factor, "second factor")]
)
def test_whose_way_to_sign_in_an_administrator_takes_away_is_out_at_once_and_the_log_says_why(
    world, verb, reason
):
    client, other = world.client(world.reviewer), world.client(world.reviewer_2)
    verb(world.administrator, world.reviewer)
    assert [is_in(client), is_in(other)] == [False, True]
    assert [row.user for row in UserSession.objects.exclude(user=world.administrator)] == [world.reviewer_2]
    told = json.loads(Event.objects.get(action="session_ended").details)
    assert told == {"person": world.reviewer.pk, "reason": reason}


def test_a_new_password_ends_the_other_sessions(world):
    with_password(world.reviewer)
    client, other = world.client(world.reviewer), world.client(world.reviewer)
    new = "another made-up password"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    response = client.post("/accounts/password/change/", given)
    assert response.status_code == 302
    assert [is_in(client), is_in(other)] == [True, False]
    world.reviewer.refresh_from_db()
    assert world.reviewer.check_password(new)
    assert "person_changed" in actions()
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("xyz-made-up", "at least 12 characters"),
        ("123456789012", "entirely numeric"),
        ("qwertyuiop123", "too common"),
        ("reviewer", "too similar"),
        ("twelve-chars", ""),
    ],
)
def test_passwords_are_held_to_the_rules(world, new, said):
    with_password(world.reviewer)
    client = world.client(world.reviewer)
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    response = client.post("/accounts/password/change/", given)
    assert response.status_code == (422 if said else 302)
    assert said in response.content.decode()


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world):
    client = world.client(world.reviewer)
    client.get(ACCOUNT)
    cookie = client.post("/theme", {"theme": "dark"}).cookies["conus_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_visitor_without_a_session_costs_no_query(client, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(0):
        assert client.get("/").status_code == 200


def test_a_page_of_somebody_signed_in_costs_three_queries_for_the_sign_in(world, django_assert_num_queries):
    client = world.client(world.reviewer)
    client.get(ACCOUNT)
    with django_assert_num_queries(3):  # the session, the person with team and factor, the roles
        client.get("/")


def test_the_clock_is_not_written_with_every_request(world, monkeypatch):
    client = world.client(world.reviewer)
    now = time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + sessions.GRAIN - 1)
    client.get(ACCOUNT)
    before = client.session[sessions.SEEN]
    monkeypatch.setattr(sessions.time, "time", lambda: now + sessions.GRAIN + 1)
    client.get(ACCOUNT)
    assert client.session[sessions.SEEN] > before


def test_a_sign_in_forgets_the_sessions_that_are_over(world):
    world.client(world.reviewer)
    long_ago = timezone.now() - dt.timedelta(seconds=settings.SESSION_LONGEST + 1)
    UserSession.objects.update(created_at=long_ago)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    world.client(world.intake)
    assert [row.user for row in UserSession.objects.all()] == [world.intake]
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("back", "over"),
    [(60, ""), (settings.SESSION_IDLE + 60, "idle"), (settings.SESSION_LONGEST + 60, "longest")],
)
def test_a_clock_that_was_set_back_far_makes_no_session_last_longer(rf, back, over):
    request = rf.get("/")
    now = time.time()
    request.session = {sessions.BEGAN: now + back, sessions.SEEN: now + back}
    assert sessions.why_over(request) == over

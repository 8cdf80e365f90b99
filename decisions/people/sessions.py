"""Sessions of people who are signed in: how long they last, which there are, and how they are ended."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from decisions.log.services import record
from decisions.models import Person
from decisions.people.adapters import address_of

BEGAN, SEEN = "signed_in_at", "seen_at"
GRAIN = 10
"""Seconds between two notes of when a session was last used. It may end this much early, never late."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is signed in, as the list on their account page tells it."""

    id: int
    address: str
    browser: str
    since: dt.datetime
    used_at: dt.datetime
    current: bool


def begin(request: HttpRequest, person: Person) -> None:
    """Start the clocks of a new session, and list it. Forget the sessions that are over."""
    forget_ended()
    request.session[BEGAN] = request.session[SEEN] = time.time()
    # A session has no key until it is saved, and is listed by its key.
    if not request.session.session_key:
        request.session.save()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": person,
            "ip": address_of(request),
            "user_agent": request.headers.get("User-Agent", "")[:200],
            "last_seen_at": timezone.now(),
        },
    )


def forget_ended() -> None:
    """Forget the sessions that are over, and where they were."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.filter(created_at__lt=now - dt.timedelta(seconds=settings.SESSION_LONGEST)).delete()


def why_over(request: HttpRequest) -> str:
    """Why the session is over: "idle", "longest", or nothing where it is not.

    A clock that was set back far makes none last longer: what lies that far ahead is over too.
    """
    now, began, seen = time.time(), request.session.get(BEGAN, 0), request.session.get(SEEN, 0)
    if abs(now - began) >= settings.SESSION_LONGEST:
        return "longest"
    return "idle" if abs(now - seen) >= settings.SESSION_IDLE else ""


def keep_name(request: HttpRequest) -> None:
    """Sign the session of an older secret key with the current one, and keep its key as it is.

    Django would cycle the session key: the list of sessions would lose it, and of two requests at once one
    would find no session.
    """
    person = Person.objects.filter(pk=request.session[SESSION_KEY]).first()
    held = request.session.get(HASH_SESSION_KEY, "")
    if person and any(constant_time_compare(held, old) for old in person.get_session_auth_fallback_hash()):
        request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()


def touch(request: HttpRequest) -> None:
    """Note that the session was used."""
    if time.time() - request.session.get(SEEN, 0) >= GRAIN:
        request.session[SEEN] = time.time()
        mine = UserSession.objects.filter(session_key=request.session.session_key)
        mine.update(last_seen_at=timezone.now())


def expire(request: HttpRequest, reason: str) -> None:
    """End the session of a request that came too late, and record it once."""
    person = Person.objects.filter(pk=request.session[SESSION_KEY]).first()
    if person and request.session.session_key:
        end(request.session.session_key, person, reason, by=person)
    request.session.flush()


def end(key: str, person: Person, reason: str, *, by: Person) -> bool:
    """End one session. Says whether there was one: of two who end it, one did."""
    with transaction.atomic():
        ended, _ = Session.objects.filter(session_key=key).delete()
        UserSession.objects.filter(session_key=key).delete()
        if ended:
            record("session_ended", actor=by, details={"person": person.pk, "reason": reason})
    return bool(ended)


def end_all(person: Person, reason: str, *, by: Person, but: str | None = None) -> int:
    """End every session of a person but one. Says how many there were."""
    with transaction.atomic():
        keys = UserSession.objects.filter(user=person).exclude(session_key=but or "")
        return sum(end(key, person, reason, by=by) for key in keys.values_list("session_key", flat=True))


def end_begun_elsewhere(person: Person, *, by: Person) -> int:
    """End the sessions that a person began at the identity provider. Says how many there were.

    One whose beginning cannot be read counts as such.
    """
    mine = UserSession.objects.filter(user=person).values_list("session_key", flat=True)
    with transaction.atomic():
        keys = [row.session_key for row in Session.objects.filter(pk__in=mine) if _began_elsewhere(row)]
        return sum(end(key, person, "provider", by=by) for key in keys)


def _began_elsewhere(session: Session) -> bool:
    steps = session.get_decoded().get(AUTHENTICATION_METHODS_SESSION_KEY)
    return not steps or any(step.get("method") == "socialaccount" for step in steps)


def end_one(person: Person, number: int, *, by: Person) -> bool:
    """End the session with a number from the person's list. Says whether there was one."""
    session = UserSession.objects.filter(user=person, pk=number).first()
    return bool(session and end(session.session_key, person, "ended", by=by))


def places(person: Person, current: str | None) -> list[Place]:
    """Where a person is signed in, the newest use first. What has ended by itself is left out."""
    now = timezone.now()
    alive = UserSession.objects.filter(
        user=person,
        last_seen_at__gt=now - dt.timedelta(seconds=settings.SESSION_IDLE),
        created_at__gt=now - dt.timedelta(seconds=settings.SESSION_LONGEST),
        session_key__in=Session.objects.filter(expire_date__gt=now).values("session_key"),
    )
    return [
        Place(row.pk, row.ip, row.user_agent, row.created_at, row.last_seen_at, row.session_key == current)
        for row in alive.order_by("-last_seen_at", "pk")
    ]

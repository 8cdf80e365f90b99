"""What the tests of sign-in share: signing in as a person does, codes of an app, the event log, a world."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoDbBlocker

from decisions.models import Event
from tests.people.world import PASSWORD, SECRET, World, make_world
from tests.reviews.world import standing

LOGIN = "/accounts/login/"
TURNAROUND = {
    "expedited_hours": 72,
    "standard_days": 7,
    "extension_days": 14,
    "due_soon_hours": 24,
    "appeal_expedited_hours": 72,
    "appeal_standard_days": 30,
}
"""What the form of a line of business asks for, but for its name."""


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    """The world of a module."""
    yield from standing(django_db_blocker, make_world)


@pytest.fixture
def world(built: bytes) -> World:
    """Two teams and their people. A module whose tests no rollback undoes makes a world of its own."""
    return pickle.loads(built)  # noqa: S301 (our own)


def sign_in(client: Client, name: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
    """Send the form of the sign-in page."""
    return client.post(LOGIN, {"login": name, "password": password}, **extra)


def code(secret: str = SECRET, steps: int = 0) -> str:
    """What an authenticator app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def wrong_code() -> str:
    """A code that no app of the tests shows around now."""
    around = {code(steps=steps) for steps in range(-2, 3)}
    return next(text for text in map(str, range(111111, 111199)) if text not in around)


def is_in(client: Client) -> bool:
    """Whether somebody is signed in in a browser, as the first page says."""
    return "Sign out" in client.get("/people/account/").content.decode()


def actions() -> list[str]:
    """The actions in the event log, in their order."""
    return list(Event.objects.order_by("seq").values_list("action", flat=True))

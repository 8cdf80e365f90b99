"""What these tests share: pages in which somebody is signed in, or has begun a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from decisions.check.services import OWNER
from decisions.models import Check, new_id
from tests.browser.pages import give_cookie, give_session

BOTH = ("ash-cpg-038", "cigna-cpg-038")


@pytest.fixture(autouse=True)
def _quick_passwords(quick_passwords: None) -> None:
    """In every test here: who signs in waits for pages, not for argon2."""


@pytest.fixture
def begun(live_server: Any) -> Callable[..., Check]:
    """Makes checks that the browser of a page has begun, as the first page would, with some answers given."""

    def make(page: Page, answers: Mapping[str, Any] | None = None, policies: tuple[str, ...] = BOTH) -> Check:
        session = SessionStore()
        session[OWNER] = new_id()
        session.save()
        give_cookie(page, live_server, str(session.session_key))
        return Check.objects.create(
            owner=session[OWNER],
            topic="spinal_ultrasound",
            policies=list(policies),
            answers=dict(answers or {}),
        )

    return make


@pytest.fixture
def signed_in(new_page: Callable[..., Page], live_server: Any, world: Any) -> Iterator[Callable[..., Page]]:
    """Makes pages of signed-in people, each with a browser of its own. None is closed during an update."""
    pages = []

    def make(person: Any, **options: Any) -> Page:
        page = new_page(**options)
        give_session(page, live_server, world, person)
        pages.append(page)
        return page

    yield make
    for page in pages:
        if not page.is_closed():
            expect(page.locator(".htmx-request")).to_have_count(0)

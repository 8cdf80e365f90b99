"""What tests of signed-in pages share: a page in which somebody of the module's world is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import give_session


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

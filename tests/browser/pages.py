"""What tests do with a page and ask of it, whatever the page is about."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from playwright.sync_api import Page


def give_session(page: Page, live_server: Any, world: Any, person: Any) -> None:
    """Give the page's browser a session of the person."""
    key = world.client(person).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])


def saved(page: Page) -> Any:
    """Waits for the worksheet's next update."""
    return page.expect_response(lambda response: response.request.method == "POST")


def no_sideways_scroll(page: Page, where: str = "") -> None:
    """Assert that nothing of the page is wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where

"""What tests do with a page and ask of it, whatever the page is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from playwright.sync_api import Page


def give_session(page: Page, live_server: Any, world: Any, person: Any) -> None:
    """Give the page's browser a session of the person."""
    give_cookie(page, live_server, world.client(person).cookies[settings.SESSION_COOKIE_NAME].value)


def give_cookie(page: Page, live_server: Any, key: str) -> None:
    """Give the page's browser the cookie of a session."""
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])


Screen = tuple[int, str]
"""How wide a window is, in pixels, and its theme: light or dark."""
AT_REST = """() => document.getAnimations().forEach((one) => {
  if (one.effect.getTiming().iterations !== Infinity) { one.finish(); }
})"""
"""Ends what still changes from one color to another."""


def on_each(page: Page, screens: Iterable[Screen], height: int = 800) -> Iterator[Screen]:
    """The page that is loaded, on one screen after the other, each time with its colors at rest.

    What a page looks like follows from the window as it is. What it does when it is loaded (where the focus
    is, how far it is scrolled) is to be tried on a page that is loaded on that screen.
    """
    for width, theme in screens:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.evaluate(AT_REST)
        yield width, theme


def saved(page: Page) -> Any:
    """Waits for the worksheet's next update."""
    return page.expect_response(lambda response: response.request.method == "POST")


def no_sideways_scroll(page: Page, where: object = "") -> None:
    """Assert that nothing of the page is wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where

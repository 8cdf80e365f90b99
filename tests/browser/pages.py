"""What tests do with a page and ask of it, whatever the page is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from playwright.sync_api import Locator, Page, expect


def give_session(page: Page, live_server: Any, world: Any, person: Any) -> None:
    """Give the page's browser a session of the person."""
    give_cookie(page, live_server, world.client(person).cookies[settings.SESSION_COOKIE_NAME].value)


def give_cookie(page: Page, live_server: Any, key: str) -> None:
    """Give the page's browser the cookie of a session."""
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])


COLOR_RULES = ["color-contrast", "link-in-text-block"]
"""The rules of axe that can find something else in another theme, since themes differ in colors alone."""
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
    shown = None
    for width, theme in screens:
        if page.viewport_size != {"width": width, "height": height}:
            page.set_viewport_size({"width": width, "height": height})
        if theme != shown:
            page.emulate_media(color_scheme=theme)
        shown = theme
        page.evaluate(AT_REST)
        yield width, theme


UNSETTLED = "html:has([autofocus]):not(:has(:focus))"
"""A page that puts the focus somewhere and has not done so yet."""
MANY = 120
"""More stops of the Tab key than any page has."""


def settled(page: Page) -> None:
    """Wait until the page has put the focus where it wants it, which it does once it is drawn."""
    expect(page.locator(UNSETTLED)).to_have_count(0)


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this, or one of these, has the focus, if the page has not put it there."""
    settled(page)
    for _ in range(MANY):
        if wanted.and_(page.locator(":focus")).count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {wanted} at {page.url}")


def saved(page: Page) -> Any:
    """Waits for the worksheet's next update."""
    return page.expect_response(lambda response: response.request.method == "POST")


def no_sideways_scroll(page: Page, where: object = "") -> None:
    """Assert that nothing of the page is wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where


def fits_every_screen(
    page: Page, axe: Callable[..., None], screens: Iterable[Screen], where: object = "", height: int = 800
) -> None:
    """Assert that nothing is wrong for axe, and that nothing scrolls sideways. The last screen stays.

    In the second theme of a width, axe looks at the colors alone.
    """
    seen = set()
    for width, theme in on_each(page, screens, height):
        axe(page, (where, width, theme), rules=COLOR_RULES if width in seen else ())
        no_sideways_scroll(page, (where, width, theme))
        seen.add(width)


A_LINE = 24
"""How many pixels of a passage say that it begins."""


def above_the_fold(page: Page | Locator, seen: str, height: int) -> None:
    """Assert that all of an element is seen in a window of this height before anybody scrolls."""
    box = page.locator(seen).first.bounding_box()
    assert box is not None, seen
    assert box["y"] >= 0, (seen, box)
    assert box["y"] + box["height"] <= height, (seen, box)

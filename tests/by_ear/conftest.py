"""A page that is read aloud by a screen reader, in which somebody of the module's world is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.pages import give_session
from tests.by_ear.hearing import Ear, browser_with_a_window, desktop, why_not
from tests.conftest import FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

WINDOW = [flag for flag in FLAGS if flag != "--headless"]


@pytest.fixture(scope="session")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ear]:
    """A desktop with a screen reader. Skips the test where none is asked for or there, and says so."""
    if why := why_not():
        pytest.skip(why)
    with desktop(tmp_path_factory.mktemp("desktop")) as listening:
        yield listening


@pytest.fixture(scope="session")
def read_aloud(playwright: Playwright, ear: Ear) -> Iterator[Browser]:
    """A browser with a window that the screen reader reads."""
    arguments = [*WINDOW, "--force-renderer-accessibility", "--window-size=1280,900", "--window-position=0,0"]
    environment: dict[str, Any] = dict(ear.environment)
    with playwright.chromium.launch(
        executable_path=browser_with_a_window(), headless=False, args=arguments, env=environment
    ) as chromium:
        yield chromium


@pytest.fixture
def heard_by(read_aloud: Browser, ear: Ear, live_server: Any, world: Any) -> Iterator[Callable[[Any], Page]]:
    """Makes a page that is read aloud, for a person of the world, and gives it the keyboard."""
    context = read_aloud.new_context(base_url=live_server.url, no_viewport=True)

    def make(person: Any) -> Page:
        page = context.new_page()
        give_session(page, live_server, world, person)
        page.goto("/")
        ear.look_at("Chromium")
        ear.hear("Finished loading")
        ear.listen()
        ear.forget()
        return page

    yield make
    context.close()

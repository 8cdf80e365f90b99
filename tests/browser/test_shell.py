"""The frame of every page in a real browser: theme, script, keyboard, paper and narrow screens."""

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.pages import COLOR_RULES, fits_every_screen, no_sideways_scroll, on_each

ROOT = Path(__file__).resolve().parents[2]
LAYOUT = """[...document.querySelectorAll("body *")].map(part => {
  const { display, visibility, fontSize, fontWeight, textDecorationLine } = getComputedStyle(part);
  const shape = part.getBoundingClientRect().toJSON();
  return { ...shape, display, visibility, fontSize, fontWeight, textDecorationLine };
})"""
"""Where each part of a page is and how it is drawn, but for its colors."""
RULES_ABOUT_COLORS = """axe._audit.rules
  .filter(rule => rule.enabled && rule.tags.includes("cat.color")).map(rule => rule.id)"""
WHITE = "rgb(255, 255, 255)"
pytestmark = pytest.mark.urls("tests.browser.demo")


def test_every_part_is_accessible_in_both_themes_and_on_both_screens(page, axe):
    page.goto("/every-part")

    fits_every_screen(page, axe, product((390, 1280), ("light", "dark")))


def test_a_theme_changes_nothing_but_colors(page):
    page.goto("/every-part")
    drawn = [page.evaluate(LAYOUT) for _ in on_each(page, [(1280, "light"), (1280, "dark")])]

    assert len(drawn[0]) > 100
    assert drawn[0] == drawn[1]


def test_a_color_that_cannot_be_read_in_one_theme_alone_fails_its_test(page, axe):
    page.goto("/every-part")
    page.locator("h1").evaluate("heading => { heading.style.color = 'light-dark(black, black)' }")

    fits_every_screen(page, axe, [(1280, "light")])
    with pytest.raises(AssertionError, match=r"'dark'\)\s+color-contrast"):
        fits_every_screen(page, axe, [(1280, "light"), (1280, "dark")])


def test_the_rules_of_axe_about_colors_are_those_that_it_has(page, axe):
    page.goto("/every-part")
    axe(page)

    assert page.evaluate(RULES_ABOUT_COLORS) == COLOR_RULES


def test_the_page_of_an_error_is_accessible(page, axe, faults):
    faults.allow("status of 404")
    page.goto("/nowhere")

    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    axe(page)


def test_a_screen_of_320_pixels_never_scrolls_sideways(new_page):
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto("/every-part")

    no_sideways_scroll(page)


def test_the_theme_follows_the_system_and_the_switch_overrules_it_without_a_script(new_page):
    page = new_page(color_scheme="dark", java_script_enabled=False)
    page.goto("/every-part")
    page.get_by_role("button", name="Light").click()

    assert page.locator("html").get_attribute("data-theme") == "light"
    assert page.get_by_role("button", name="Light").get_attribute("aria-pressed") == "true"
    assert page.url.endswith("/every-part")


def test_the_chosen_theme_changes_the_colours(new_page):
    page = new_page(color_scheme="dark")
    page.goto("/every-part")
    expect(page.locator("body")).not_to_have_css("background-color", WHITE)
    page.get_by_role("button", name="Light").click()

    expect(page.locator("body")).to_have_css("background-color", WHITE)


def test_the_first_tab_leads_past_the_navigation(page):
    page.goto("/every-part")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_what_a_view_says_is_announced(page):
    page.goto("/every-part")
    page.get_by_role("button", name="News").click()

    expect(page.locator("#announcer")).to_have_text("Two questions can still matter.")


def test_the_focus_stays_on_a_field_whose_part_of_the_page_is_replaced(page):
    page.goto("/every-part")
    again = page.get_by_role("button", name="Again")
    again.evaluate("button => button.setAttribute('data-old', '')")
    again.press("Enter")
    expect(page.locator("[data-old]")).to_have_count(0)

    expect(again).to_be_focused()


def test_a_refused_form_is_shown_and_takes_the_focus_where_it_says_so(page):
    page.goto("/every-part")
    page.get_by_label("Size").fill("3")
    page.get_by_role("button", name="Continue").click()

    expect(page.locator("#refused")).to_be_focused()


def test_a_form_sent_by_htmx_carries_the_token_against_forgery(page):
    page.goto("/every-part")
    page.get_by_label("Size").fill("3")
    with page.expect_request("**/refuse") as sent:
        page.get_by_role("button", name="Continue").click()

    assert sent.value.headers["x-csrftoken"]


def test_an_answer_that_could_not_be_had_is_said_on_the_page(page, faults):
    faults.allow("429")
    page.goto("/every-part")
    page.get_by_role("button", name="Too many").click()

    page.get_by_role("alert").filter(has_text="Too many requests. Try again in 7 seconds.").wait_for()


def test_the_text_is_copied(new_page, live_server):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/every-part")
    page.get_by_role("button", name="Copy as text").click()
    expect(page.locator("#announcer")).to_have_text("Copied.")

    assert page.evaluate("navigator.clipboard.readText()") == "As text."


def test_a_button_that_needs_a_script_is_not_there_without_one(no_js_page):
    no_js_page.goto("/every-part")

    assert no_js_page.get_by_role("button", name="Copy as text").count() == 0


def test_on_paper_nothing_is_folded_away_and_the_navigation_is_gone(no_js_page):
    no_js_page.set_viewport_size({"width": 700, "height": 800})
    no_js_page.goto("/every-part")
    assert not no_js_page.locator("#folded").is_visible()

    no_js_page.emulate_media(media="print")

    assert no_js_page.locator("#folded").is_visible()
    assert not no_js_page.get_by_role("navigation", name="Conus").is_visible()


def test_before_printing_details_are_opened_and_afterwards_closed_again(page):
    page.goto("/every-part")
    is_open = "document.querySelector('details').open"

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(is_open) is True

    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(is_open) is False


def test_each_state_has_a_shape_of_its_own_besides_its_colour(page):
    page.goto("/every-part")

    shapes = page.eval_on_selector_all(
        ".states .state", "states => states.map(state => getComputedStyle(state, '::before').maskImage)"
    )

    assert len(shapes) == len(set(shapes)) == 5


def test_a_page_that_loads_from_another_host_fails_its_test(new_page, faults):
    page = new_page(bypass_csp=True)
    faults.allow("Failed to load resource")
    page.goto("/every-part")
    page.evaluate("fetch('http://other.invalid/x').catch(() => null)")

    assert faults.left == ["another host: http://other.invalid/x"]
    faults.allow("other.invalid")


def test_a_page_with_a_console_error_fails_its_test(page, faults):
    page.goto("/every-part")
    page.evaluate("console.error('broken')")

    assert faults.left == ["console: broken"]
    faults.allow("broken")


def without_a_browser(tmp_path: Path, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One browser test, run where no browser is on the PATH, with options of pytest."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONUS_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, f"{__file__}::{SAMPLE}"],
        cwd=ROOT,
        env={**kept, "PATH": str(tmp_path), **more},
        capture_output=True,
        text=True,
        check=False,
    )


SAMPLE = test_a_screen_of_320_pixels_never_scrolls_sideways.__name__


IN_ONE_PROCESS_AND_IN_SEVERAL = pytest.mark.parametrize("options", [[], ["-n", "1"]])


@IN_ONE_PROCESS_AND_IN_SEVERAL
def test_without_a_browser_the_closing_lines_say_what_was_skipped(tmp_path, options):
    done = without_a_browser(tmp_path, *options)

    assert done.returncode == 0
    assert "1 browser tests were skipped: no Chromium or Chrome on the PATH." in done.stdout


@IN_ONE_PROCESS_AND_IN_SEVERAL
def test_a_skipped_browser_test_is_a_failure_where_a_browser_is_required(tmp_path, options):
    assert without_a_browser(tmp_path, *options, CONUS_REQUIRE_BROWSER="1").returncode == 1

"""The first page and the policy library in a real browser: screens, themes, keyboard, paper, no script."""

import pytest
from playwright.sync_api import expect

from decisions.services import library
from tests.browser.pages import fits_every_screen, tab_to

pytestmark = pytest.mark.django_db(transaction=True)
EDITIONS = [p for editions in library().editions.values() for p in editions]
CODED = max(EDITIONS, key=lambda policy: len(policy.codes))
LONG = max(EDITIONS, key=lambda policy: len(policy.passages))


def address(policy, page=""):
    return f"/policies/{policy.id}/{policy.edition}/{page}"


PAGES = [
    "/",
    "/policies/",
    "/policies/compare/",
    "/policies/compare/?one=nothing",
    *[
        address(CODED, page)
        for page in ("", "logic/", "codes/", "readings/", "references/", "proof/", "source/")
    ],
    address(CODED, "codes/?q=zebra"),
    address(CODED, "codes/?q=" + "x" * 80),
    address(LONG),
    address(LONG, "references/"),
]


@pytest.mark.parametrize("place", dict.fromkeys(PAGES))
def test_a_page_is_accessible_wide_and_small_and_dark_never_scrolls_sideways_and_is_whole_on_paper(
    page, axe, place
):
    page.goto(place)
    fits_every_screen(page, axe, [(320, "dark"), (1280, "light")])

    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator("details:not([open])").count() == 0, place
    assert page.locator(".site-nav:visible, .no-print:visible").count() == 0, place


def test_a_passage_reached_by_a_link_is_in_sight_and_marked(page):
    passage = list(LONG.passages)[-5]
    page.goto(f"{address(LONG)}#{passage}")
    target = page.locator(f"[id='{passage}']")

    expect(target).to_be_in_viewport()
    plain = page.locator(f"[id='{next(iter(LONG.passages))}']")
    color = "element => getComputedStyle(element).backgroundColor"
    assert target.evaluate(color) != plain.evaluate(color)


def test_a_note_in_the_margin_leads_to_the_criterion_in_words(page):
    criterion = LONG.criteria[0]
    page.goto(address(LONG))
    page.locator(f".used-by > p a[href$='#{criterion.id}']").first.click()

    expect(page).to_have_url(f"{page.url.split('#')[0]}#{criterion.id}")
    expect(page.get_by_role("heading", name=criterion.title, exact=True)).to_be_in_viewport()


def test_a_citation_leads_to_its_entry(page):
    citation = next(c for c in LONG.citations if c.reference)
    page.goto(address(LONG))
    page.locator(f"[id='{citation.passage}'] a.cite").first.click()

    entry = citation.reference.rpartition(":")[2]
    expect(page.locator(f"[id='{entry}']")).to_be_in_viewport()


def test_the_tabs_are_links_and_every_page_works_without_a_script(no_js_page):
    page = no_js_page
    page.goto(address(CODED))
    for label in ("Logic in words", "Codes", "Readings", "References", "Proof", "Source", "Text"):
        page.get_by_role("navigation", name="Pages of this policy").get_by_role("link", name=label).click()

        expect(page.locator(".tabs [aria-current=page]")).to_have_text(label)


def test_the_filter_narrows_the_codes_while_one_types_and_keeps_the_focus(page):
    row = next(row for row in CODED.codes if row.last)
    page.goto(address(CODED, "codes/"))
    field = page.get_by_label("Code or words")
    field.press_sequentially(row.first)

    expect(page.locator("#code_tables tbody tr")).to_have_count(1)
    expect(field).to_be_focused()
    expect(field).to_have_value(row.first)
    field.fill("zebra")
    expect(page.get_by_role("status")).to_have_text("No listed code and no description has “zebra”.")


def test_the_filter_works_by_submit_without_a_script(no_js_page):
    page = no_js_page
    row = next(row for row in CODED.codes if row.last)
    page.goto(address(CODED, "codes/"))
    page.get_by_label("Code or words").fill(row.first)
    page.get_by_role("button", name="Filter").click()

    expect(page.locator("#code_tables tbody tr")).to_have_count(1)
    expect(page.get_by_label("Code or words")).to_have_value(row.first)


def test_a_check_is_begun_from_the_first_page_by_keyboard_alone(page):
    page.goto("/")
    tab_to(page, page.get_by_role("checkbox").last)
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox").last).not_to_be_checked()
    tab_to(page, page.get_by_role("button", name="Start a check"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/check/**")


def test_enter_on_a_ticked_policy_begins_the_guided_check(page):
    page.goto("/")
    page.get_by_role("checkbox").first.press("Enter")

    page.wait_for_url("**/check/*/q/**")


def test_the_start_is_in_sight_on_a_screen_of_1280_by_800(page):
    page.goto("/")

    expect(page.get_by_role("button", name="Start a check")).to_be_in_viewport()


def test_two_editions_are_chosen_by_keyboard_and_compared(page):
    page.goto("/policies/compare/")
    page.get_by_label("One edition").press("End")
    page.get_by_label("The other").press("Home")
    page.get_by_label("The other").press("Tab")
    page.keyboard.press("Enter")

    last = page.get_by_label("One edition").locator("option").last
    expect(page.get_by_label("One edition")).to_have_value(last.get_attribute("value"))
    expect(page.get_by_role("heading", name="Criterion by criterion")).to_be_visible()


def test_a_folded_condition_opens_by_keyboard(page):
    page.goto(address(CODED, "logic/"))
    folded = page.locator("details:not([open]) > summary").first
    folded.press("Enter")

    expect(page.locator("details[open] > summary").first).to_be_visible()
    expect(page.locator("section.logic details[open] ul").first).to_be_visible()

"""Keys of the pages, and what a question and an announcement tell whoever does not see them."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from decisions.models import Note
from tests.browser.pages import no_sideways_scroll
from tests.reviews.world import INCOMPLETE, make_cases

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = """() => [...document.querySelectorAll(".choices > .form-check")].map(
    (option) => getComputedStyle(option, "::before").content)"""
ANNOUNCE = "value => document.dispatchEvent(new CustomEvent('announce', { detail: { value } }))"
ANNOUNCED = "document.getElementById('announcer').textContent"


@pytest.fixture
def world():
    return make_cases()


def numbers(page: Page) -> int:
    """How many options show a number."""
    return sum(content != "none" for content in page.evaluate(NUMBERS))


def test_a_question_is_asked_with_its_choices_and_answered_by_keys(world, signed_in):
    case = world.in_review(world.reviewer)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/q/setting/")
    group = page.get_by_role("group", name="Where is the ultrasound done?")
    expect(group).to_be_focused()
    expect(group).to_have_accessible_description(re.compile("Choices: Outpatient, Inpatient, During spinal"))
    expect(page.get_by_role("radio", name="Outpatient")).to_have_accessible_name("Outpatient")
    assert numbers(page) == 5

    page.keyboard.press("p")
    expect(page.get_by_label("Page", exact=True)).to_be_focused()
    page.keyboard.type("1?/")
    expect(page.get_by_label("Page", exact=True)).to_have_value("1?/")
    expect(page.get_by_label("Outpatient")).not_to_be_checked()
    expect(page.locator("dialog")).to_have_count(0)

    page.set_viewport_size({"width": 390, "height": 844})
    assert numbers(page) == 0
    expect(page.locator(".key-hint:visible")).to_have_count(0)
    no_sideways_scroll(page)


def test_the_key_of_the_page_selects_what_stands_there_so_that_typing_takes_its_place(world, signed_in):
    case = world.in_review(world.reviewer)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/q/setting/")
    number = page.get_by_label("Page", exact=True)
    number.fill("2")
    page.get_by_role("group", name="Where is the ultrasound done?").focus()

    page.keyboard.press("p")
    expect(number).to_be_focused()
    page.keyboard.type("2")
    expect(number).to_have_value("2")


def test_the_keys_of_a_question_work_from_wherever_nothing_is_typed(world, signed_in, faults):
    faults.allow("status of 422")
    case = world.in_review(world.reviewer)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/q/setting/")
    page.get_by_label("Page", exact=True).fill("x" * 21)
    page.get_by_label("Outpatient").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#errors")).to_be_focused()

    page.keyboard.press("2")
    expect(page.get_by_label("Inpatient")).to_be_checked()
    page.locator("#main").focus()
    page.keyboard.press("1")
    expect(page.get_by_label("Outpatient")).to_be_checked()
    page.locator("#main").focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_label("Outpatient")).to_be_checked()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.locator("#main").focus()
    page.keyboard.press("p")
    expect(page.get_by_label("Page", exact=True)).to_be_focused()
    page.keyboard.type("2")
    expect(page.get_by_label("Page", exact=True)).to_have_value("2")
    expect(page.get_by_label("Outpatient")).to_be_checked()


def test_the_list_of_keys_opens_over_a_page_and_a_slash_leads_to_the_search(world, signed_in, axe):
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/worksheet/")
    option = page.get_by_label("Inpatient")
    option.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Goes to the search")
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(option).to_be_focused()
    assert numbers(page) == 5

    page.keyboard.press("1")
    expect(page.get_by_label("Outpatient")).to_be_checked()
    page.get_by_label("Diameter in mm").press("2")
    expect(page.get_by_label("Diameter in mm")).to_have_value("2")

    page.get_by_role("button", name="Update").focus()
    page.keyboard.press("/")
    page.wait_for_url("**/cases/search/")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("[role=search] input[type=text]")).to_be_focused()


def test_what_is_announced_waits_until_the_focus_rests(new_page):
    page = new_page(fresh=True)
    page.clock.install(time=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    page.goto("/")
    page.clock.pause_at(dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('announce', {detail: {value: 'Now asked: Setting.'}}))"
    )
    page.clock.run_for(600)
    page.keyboard.press("Tab")
    page.clock.run_for(600)
    assert page.evaluate(ANNOUNCED) == ""

    page.evaluate(ANNOUNCE, "Saved.")
    page.clock.run_for(701)
    assert page.evaluate(ANNOUNCED) == "Now asked: Setting. Saved."


def test_control_and_enter_send_a_note_and_an_empty_one_is_told_by_the_page(world, signed_in, faults):
    faults.allow("status of 422")
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/note/")
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors")).to_contain_text("Note: This field is required.")

    page.get_by_label("Note").fill("A made-up note.")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/cases/{case.pk}/")
    assert Note.objects.get(case=case).text == "A made-up note."

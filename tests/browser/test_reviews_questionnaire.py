"""The questionnaire of a case in a real browser: by keyboard, in two windows, on every kind of screen."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from decisions.reviews.answers import verbs as answering
from tests.browser.pages import fits_every_screen, no_sideways_scroll, saved
from tests.reviews.world import INCOMPLETE, NOT_MET, fresh, make_cases, sent

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [(1280, "light"), (1280, "dark"), (390, "light"), (320, "light"), (320, "dark")]


@pytest.fixture
def world():
    return make_cases()


def ready(page: Page, fact: str) -> None:
    page.wait_for_url(f"**/q/{fact}/")
    expect(page.locator(f"#f-{fact}:focus, #i-{fact}:focus")).to_have_count(1)


def test_a_whole_case_is_answered_by_keyboard_alone(world, signed_in):
    case = world.in_review(world.reviewer, attachments=["Fax", "Clinic note"])
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/go/")
    ready(page, "setting")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    ready(page, "reasons")
    page.keyboard.press("4")
    expect(page.get_by_label("Lumbosacral stigmata")).to_be_checked()
    page.keyboard.press("Enter")
    ready(page, "stigmata")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    ready(page, "dimple_diameter_mm")
    page.keyboard.type("4")
    page.get_by_role("radio", name="Clinic note").check()
    page.get_by_label("Page", exact=True).fill("3")
    page.keyboard.press("Enter")
    ready(page, "dimple_distance_cm")
    page.keyboard.type("3.2")
    page.keyboard.press("Tab")
    page.keyboard.press("p")
    expect(page.get_by_label("Page", exact=True)).to_be_focused()
    page.keyboard.type("4p?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/determination/")

    expect(page.get_by_role("link", name="Sign a decision")).to_be_visible()
    rows = case.answers_given.order_by("pk").values_list("fact", "document", "page")
    assert list(rows)[-2:] == [
        ("dimple_diameter_mm", "Clinic note", "3"),
        ("dimple_distance_cm", "Clinic note", "4p?"),
    ]


def test_a_second_tab_with_the_same_question_shows_both_answers(world, signed_in):
    case = world.in_review(world.reviewer)
    first = signed_in(world.reviewer)
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto(f"/cases/{case.pk}/q/setting/")
    first.get_by_label("Outpatient").check()
    first.get_by_role("button", name="Continue").click()
    first.wait_for_url("**/q/reasons/")

    second.get_by_label("Inpatient").check()
    second.get_by_role("button", name="Continue").click()

    expect(second.get_by_role("heading", name="Not saved: the case was changed in between")).to_be_focused()
    assert fresh(case).answers == {"setting": "outpatient"}
    second.get_by_role("button", name="Save mine").click()
    second.wait_for_url("**/q/reasons/")
    assert fresh(case).answers == {"setting": "inpatient"}
    second.close()


def test_an_answer_on_the_worksheet_says_by_whom_and_where_without_losing_the_focus(world, signed_in):
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/worksheet/")
    field = page.locator("#f-dimple_diameter_mm")
    with saved(page):
        field.get_by_label("Diameter in mm").fill("4")
        field.locator("summary").click()
    expect(page.locator("#b-dimple_diameter_mm")).to_contain_text("Reviewer (made up)")
    with saved(page):
        field.get_by_role("radio", name="made-up/record-1.pdf").check()
    said = page.locator("#b-dimple_diameter_mm")
    expect(said).to_contain_text("made-up/record-1.pdf · Reviewer (made up)")
    expect(page.locator("#b-dimple_distance_cm")).to_have_text("made-up/record-1.pdf, as before")
    expect(page.locator("#i-dimple_distance_cm-paper-1")).to_be_checked()
    expect(page.locator("#i-setting-paper-0")).to_be_checked()
    with saved(page):
        field.get_by_role("radio", name="Another paper").check()
    field.get_by_role("textbox", name="Another paper").press_sequentially("Clinic note")
    with saved(page):
        page.keyboard.press("Tab")

    expect(said).to_contain_text("Clinic note · Reviewer (made up)")
    expect(field.get_by_label("Page", exact=True)).to_be_focused()
    assert case.answers_given.filter(fact="dimple_diameter_mm").last().document == "Clinic note"


def test_not_documented_leaves_where_it_stands_alone(world, signed_in):
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/worksheet/")
    field = page.locator("#f-dimple_diameter_mm")
    field.locator("summary").click()
    field.get_by_role("radio", name="Another paper").check()
    field.get_by_role("textbox", name="Another paper").fill("Clinic note")
    with saved(page):
        field.get_by_label("Not documented").check()

    expect(field.get_by_role("textbox", name="Another paper")).to_have_value("Clinic note")
    field.get_by_label("Page", exact=True).fill("3")
    expect(field.get_by_label("Not documented")).to_be_checked()


def test_too_long_a_place_is_told_at_its_input(world, signed_in):
    case = world.in_review(world.reviewer, {**INCOMPLETE, "dimple_diameter_mm": "4"})
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/worksheet/")
    field = page.locator("#f-dimple_diameter_mm")
    field.locator("summary").click()
    field.get_by_label("Page", exact=True).fill("x" * 21)
    with saved(page):
        page.keyboard.press("Tab")

    expect(field.locator(".field-error")).to_have_text("The page has 21 characters; allowed: up to 20.")
    expect(field.get_by_label("Page", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(field.get_by_label("Diameter in mm")).not_to_have_attribute("aria-invalid", "true")


def in_two_browsers(world, signed_in):
    """A case whose worksheet is open in two browsers; the first one has saved an answer."""
    case = world.in_review(world.reviewer, INCOMPLETE)
    first, second = signed_in(world.reviewer), signed_in(world.reviewer)
    for page in (first, second):
        page.goto(f"/cases/{case.pk}/worksheet/")
    with saved(first):
        first.get_by_label("Outpatient").check()
    return case, first, second


def overtaken(world, page, answers, **given):
    """A case whose worksheet is open in a page, while its reviewer gives answers in another browser."""
    case = world.in_review(world.reviewer, answers)
    page.goto(f"/cases/{case.pk}/worksheet/")
    answering.answer(world.reviewer, case.pk, sent(case), given)
    return case


def conflicting(world, signed_in, faults):
    """A case that another browser has saved answers of, and a page that was refused."""
    faults.allow("status of 409")
    page = signed_in(world.reviewer)
    case = overtaken(world, page, INCOMPLETE, setting="outpatient", dimple_diameter_mm="5")
    give_the_diameter(page, "4")
    expect(page.locator("#conflict").get_by_role("heading")).to_be_focused()
    return case, page


def give_the_diameter(page, text):
    """Type it, and leave its field."""
    with saved(page):
        page.get_by_label("Diameter in mm").fill(text)
        page.get_by_label("Diameter in mm").press("Tab")


def test_two_browsers_that_answer_different_questions_both_win(world, signed_in):
    case, _, second = in_two_browsers(world, signed_in)
    give_the_diameter(second, "4")

    expect(second.get_by_label("Outpatient")).to_be_checked()
    expect(second.locator("#m-setting")).to_contain_text("Changed in another window")
    expect(second.get_by_label("Distance from the anus in cm")).to_have_value("")
    with saved(second):
        second.get_by_label("Inpatient").check()
    assert fresh(case).answers == {**INCOMPLETE, "dimple_diameter_mm": "4"}


def test_an_answer_that_is_changed_while_it_is_saved_does_not_stand_in_its_own_way(world, signed_in):
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/worksheet/")
    page.evaluate(
        """() => document.getElementById("worksheet-form").addEventListener(
            "htmx:beforeSend",
            () => document.querySelector("input[value=intraoperative_other]").click(),
            { once: true },
        )"""
    )
    with page.expect_response(lambda response: "intraoperative_other" in (response.request.post_data or "")):
        page.get_by_label("Outpatient").click(force=True, no_wait_after=True)

    given = case.answers_given.filter(fact="setting").order_by("pk").values_list("value", flat=True)
    assert list(given) == ["inpatient", "outpatient", "intraoperative_other"]
    expect(page.locator("#conflict")).to_be_empty()


def test_of_two_browsers_one_is_shown_both_versions_and_saves_its_own(world, signed_in, faults, axe):
    case, page = conflicting(world, signed_in, faults)
    conflict = page.locator("#conflict")

    expect(conflict.get_by_role("heading")).to_be_focused()
    expect(conflict.get_by_role("row").nth(1)).to_contain_text("Outpatient")
    expect(conflict.get_by_role("row").nth(2)).to_contain_text("4 mm")
    expect(page.get_by_label("Diameter in mm")).to_have_value("4")
    axe(page)

    with saved(page):
        page.locator("#f-dimple_base_visible").get_by_label("Yes").check()
    expect(conflict.get_by_role("row").nth(3)).to_contain_text("Yes")
    expect(conflict.get_by_label("Leave this as it is: Setting")).to_be_checked()
    conflict.get_by_role("button", name="Save mine").click()
    expect(page.locator("#conflict")).to_be_empty()

    kept = {"setting": "outpatient", "dimple_diameter_mm": "4", "dimple_base_visible": True}
    assert fresh(case).answers == {**INCOMPLETE, **kept}


def test_enter_in_a_text_does_not_decide_a_conflict(world, signed_in, faults):
    case, page = conflicting(world, signed_in, faults)
    with saved(page):
        page.get_by_label("Diameter in mm").press("Enter")

    expect(page.locator("#conflict").get_by_role("heading")).to_be_focused()
    assert fresh(case).answers["dimple_diameter_mm"] == "5"


def test_typing_on_during_a_conflict_is_not_disturbed(world, signed_in, faults):
    _, page = conflicting(world, signed_in, faults)
    distance = page.get_by_label("Distance from the anus in cm")
    distance.click()
    with saved(page):
        page.keyboard.type("3.2")

    expect(page.locator("#conflict").get_by_role("row").nth(3)).to_contain_text("3.2 cm")
    expect(distance).to_be_focused()
    expect(distance).to_have_value("3.2")


GOES_ON = """() => document.addEventListener("htmx:beforeOnLoad", () => {
    const distance = document.getElementById("i-dimple_distance_cm");
    distance.focus();
    distance.value = "3.2";
    distance.dispatchEvent(new Event("input", { bubbles: true }));
}, { once: true })"""
"""Somebody goes on to the next answer while the last one is saved."""


def test_who_goes_on_typing_is_not_called_back_by_a_conflict(world, signed_in, faults):
    faults.allow("status of 409")
    page = signed_in(world.reviewer)
    overtaken(world, page, INCOMPLETE, setting="outpatient")
    page.evaluate(GOES_ON)

    page.locator("input[value=intraoperative_other]").check()

    conflict, distance = page.locator("#conflict"), page.get_by_label("Distance from the anus in cm")
    expect(conflict.get_by_role("heading")).to_be_visible()
    expect(distance).to_be_focused()
    expect(conflict.get_by_role("row").last).to_contain_text("3.2 cm")
    expect(distance).to_be_focused()
    expect(distance).to_have_value("3.2")


def test_theirs_is_kept_by_one_link(world, signed_in, faults):
    _, page = conflicting(world, signed_in, faults)
    page.get_by_role("link", name="Keep theirs").click()

    expect(page.get_by_label("Outpatient")).to_be_checked()
    expect(page.get_by_label("Diameter in mm")).to_have_value("5")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_of_two_browsers_with_one_question_one_decides(world, signed_in, faults, axe, javascript):
    faults.allow("status of 409")
    case = world.in_review(world.reviewer, INCOMPLETE)
    pages = [signed_in(world.reviewer, java_script_enabled=javascript) for _ in range(2)]
    for page in pages:
        page.goto(f"/cases/{case.pk}/q/setting/")
    for page, label in zip(pages, ("Outpatient", "Inpatient"), strict=True):
        page.get_by_label(label).check()
        page.get_by_role("button", name="Continue").click()
    refused = pages[1]
    expect(refused.get_by_role("heading", name="Not saved")).to_be_focused()
    expect(refused.get_by_role("row").nth(1)).to_contain_text("Outpatient")
    expect(refused.get_by_label("Inpatient")).to_be_checked()
    if javascript:
        axe(refused)
    refused.get_by_role("button", name="Save mine").click()
    refused.wait_for_url("**/q/dimple_diameter_mm/")

    assert fresh(case).answers["setting"] == "inpatient"


def test_a_worksheet_whose_sign_in_ended_says_so_and_keeps_what_was_typed(world, signed_in, faults):
    faults.allow("status of 401")
    faults.allow("Status Error Code 401")
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/worksheet/")
    held = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    with saved(page):
        page.get_by_label("Outpatient").check()
    expect(page.locator("#notice")).to_be_visible()
    expect(page.get_by_label("Outpatient")).to_be_checked()

    page.context.add_cookies(held)
    with saved(page):
        page.get_by_label("Caudal regression syndrome").check()
    expect(page.locator("#notice")).to_be_hidden()
    assert fresh(case).answers["setting"] == "outpatient"


def test_nothing_is_wrong_with_the_pages_for_axe(world, signed_in, axe):
    case = world.in_review(world.reviewer, NOT_MET)
    page = signed_in(world.reviewer)
    for rest in ("q/stigmata/", "worksheet/", "determination/", "determination/text/"):
        page.goto(f"/cases/{case.pk}/{rest}")
        for summary in page.locator(".beside > summary").all()[:2]:
            summary.click()
        fits_every_screen(page, axe, SCREENS, rest)


@pytest.mark.parametrize(("width", "height", "theme"), [(320, 640, "light"), (1280, 800, "dark")])
def test_nothing_is_wrong_with_a_conflict_for_axe(world, signed_in, faults, axe, width, height, theme):
    faults.allow("status of 409")
    page = signed_in(world.reviewer, viewport={"width": width, "height": height}, color_scheme=theme)
    overtaken(world, page, NOT_MET, setting="outpatient")
    with saved(page):
        page.get_by_label("During another operation").check()

    expect(page.locator("#conflict")).to_contain_text(re.compile("Save mine"))
    expect(page.locator("#conflict").get_by_role("heading")).to_be_in_viewport()
    axe(page)
    no_sideways_scroll(page)

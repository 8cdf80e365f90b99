"""A check in a real browser: by keyboard, by mouse, without JavaScript, and on every kind of screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from decisions.check import services
from decisions.models import Check
from tests.browser.pages import fits_every_screen, saved

pytestmark = pytest.mark.django_db(transaction=True)

DIMPLE = {"reasons": ["lumbosacral_stigmata"], "stigmata": ["sacral_dimple"]}
SCREENS = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]


@pytest.fixture
def new_page(new_page):
    """Pages that are not closed while an update is under way."""
    pages = []

    def make(**options):
        pages.append(new_page(**options))
        return pages[-1]

    yield make
    for page in pages:
        expect(page.locator(".htmx-request")).to_have_count(0)


def begin_on_the_first_page(page: Page, mode: str = "guided") -> None:
    page.goto("/")
    page.locator(f'[name="mode"][value="{mode}"]').click()
    page.wait_for_url("**/check/**")


@pytest.fixture
def begin(begun) -> Callable[..., Check]:
    """Opens a page of a check that has some answers: the worksheet or a question."""

    def opened(page: Page, where: str = "q/setting/", **answers: object) -> Check:
        check = begun(page, answers)
        page.goto(f"/check/{check.pk}/{where}")
        return check

    return opened


def asked(page: Page, fact: str) -> None:
    page.wait_for_url(f"**/q/{fact}/")


def ready(page: Page, fact: str) -> None:
    """The page of a question, with the focus on it, or in its text."""
    asked(page, fact)
    expect(page.locator(f"#f-{fact}:focus, #i-{fact}:focus")).to_have_count(1)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def answer_by_mouse(page: Page) -> None:
    """A dimple 3.2 cm from the anus in an infant of seven weeks, and nothing else."""
    page.get_by_label("Outpatient").check()
    go_on(page)
    asked(page, "age_months")
    page.get_by_label("Age", exact=True).fill("7")
    page.get_by_label("Unit of the age").select_option("weeks")
    go_on(page)
    asked(page, "reasons")
    page.get_by_label("Lumbosacral stigmata").check()
    go_on(page)
    asked(page, "stigmata")
    page.get_by_label("Sacral dimple", exact=True).check()
    go_on(page)
    asked(page, "dimple_diameter_mm")
    page.get_by_label("Diameter in mm").fill("4")
    go_on(page)
    asked(page, "dimple_distance_cm")
    page.get_by_label("Distance from the anus in cm").fill("3,2")
    go_on(page)
    page.wait_for_url("**/determination/")


def test_a_guided_check_by_mouse(page):
    begin_on_the_first_page(page)
    answer_by_mouse(page)

    expect(page.locator("main")).to_contain_text(re.compile("medically necessary", re.IGNORECASE))


def test_a_guided_check_without_javascript(no_js_page):
    begin_on_the_first_page(no_js_page)
    answer_by_mouse(no_js_page)

    expect(no_js_page.locator("main")).to_contain_text(re.compile("medically necessary", re.IGNORECASE))


def test_a_guided_check_by_keyboard_alone(begin, page):
    begin(page)
    ready(page, "setting")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    ready(page, "age_months")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    ready(page, "reasons")
    page.keyboard.press("4")
    expect(page.get_by_label("Lumbosacral stigmata")).to_be_checked()
    page.keyboard.press("Enter")
    ready(page, "stigmata")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#i-stigmata")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    ready(page, "dimple_diameter_mm")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    ready(page, "dimple_distance_cm")
    page.keyboard.type("3.2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/determination/")


def test_a_number_key_chooses_from_beside_a_question_that_is_alone_on_its_page(begin, page):
    begin(page)
    ready(page, "setting")
    page.get_by_role("button", name="Continue").focus()

    page.keyboard.press("1")

    expect(page.get_by_label("Outpatient")).to_be_checked()


def test_a_number_key_does_nothing_outside_the_options_of_a_worksheet(begin, page):
    begin(page, "worksheet/")
    page.get_by_role("button", name="Update").focus()

    page.keyboard.press("1")

    expect(page.get_by_label("Outpatient")).not_to_be_checked()


def test_number_keys_type_digits_in_a_text(begin, page):
    begin(page, "q/age_months/", setting="outpatient")
    ready(page, "age_months")

    page.keyboard.type("12")

    expect(page.get_by_label("Age", exact=True)).to_have_value("12")


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(begin, page):
    begin(page, "q/age_months/", setting="outpatient")
    page.get_by_label("Age", exact=True).fill("abc")
    go_on(page)

    summary = page.get_by_role("alert").filter(has_text="needs a look")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Age", exact=True)).to_be_focused()
    expect(page.get_by_label("Age", exact=True)).to_have_value("abc")


def test_not_documented_and_a_finding_give_way_to_each_other(begin, page):
    begin(page, "worksheet/")
    stigmata = page.get_by_label("Lumbosacral stigmata")
    stigmata.check()
    page.locator("#f-reasons").get_by_label("Not documented").check()

    expect(stigmata).not_to_be_checked()

    stigmata.check()
    expect(page.locator("#f-reasons").get_by_label("Not documented")).not_to_be_checked()


def test_the_figure_follows_the_typing_and_the_caret_stays(begin, page):
    begin(page, "q/dimple_distance_cm/", **DIMPLE)
    distance = page.get_by_label("Distance from the anus in cm")
    distance.press_sequentially("3.2")

    expect(page.locator("#figure-words")).to_contain_text("3.2 cm from the anus, farther")
    expect(distance).to_be_focused()
    page.keyboard.type("5")
    expect(page.locator("#figure-words")).to_contain_text("3.25 cm from the anus")
    expect(distance).to_have_value("3.25")


def test_the_worksheet_follows_without_losing_focus_or_caret(begin, page):
    begin(page, "worksheet/", **DIMPLE)
    distance = page.get_by_label("Distance from the anus in cm")
    distance.click()
    with saved(page):
        page.keyboard.type("25")
    page.keyboard.press("ArrowLeft")
    with saved(page):
        page.keyboard.type(".")

    expect(page.locator("#figure-words")).to_contain_text("2.5 cm")
    expect(distance).to_have_value("2.5")
    expect(distance).to_be_focused()
    assert distance.evaluate("input => input.selectionStart") == 2


def test_what_appears_and_vanishes_is_announced_and_takes_no_focus(begin, page):
    begin(page, "worksheet/")
    reason = page.get_by_label("Lumbosacral stigmata")
    reason.focus()

    page.keyboard.press("Space")
    expect(page.locator("#announcer")).to_contain_text("Now asked: Lumbosacral skin findings")
    expect(page.get_by_label("Sacral dimple", exact=True)).to_be_visible()
    expect(reason).to_be_focused()

    page.keyboard.press("Space")
    expect(page.locator("#announcer")).to_contain_text("No longer asked: Lumbosacral skin findings")
    expect(page.get_by_label("Sacral dimple", exact=True)).to_have_count(0)
    expect(reason).to_be_focused()


def test_a_wrong_number_on_the_worksheet_is_marked_once_the_field_is_left(begin, page):
    begin(page, "worksheet/")
    age = page.get_by_label("Age", exact=True)
    age.fill("abc")
    age.press("Tab")

    expect(page.locator("#m-age_months")).to_contain_text("“abc” is not an age")
    expect(page.locator("#announcer")).to_contain_text("Age: “abc” is not an age")
    expect(age).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Unit of the age")).to_be_focused()

    age.fill("3")
    age.press("Tab")
    expect(page.locator("#m-age_months")).not_to_contain_text("abc")
    expect(age).not_to_have_attribute("aria-invalid", "true")
    expect(age).to_have_value("3")


def test_a_birth_date_leaves_the_worksheet_and_the_focus_goes_on(begin, page):
    begin(page, "worksheet/")
    page.get_by_label("Date of service").fill("2026-03-14")
    birth = page.get_by_label("or the birth date")
    birth.fill("2026-01-15")
    birth.press("Tab")

    expect(page.get_by_label("Age", exact=True)).to_have_value("1")
    expect(birth).to_have_value("")
    expect(page.locator("#f-age_months").get_by_label("Not documented")).to_be_focused()


class Held:
    """Requests to an address, kept from the server until they are let go."""

    def __init__(self, page: Page, address: str) -> None:
        self.routes, self.passes = [], False
        page.route(address, self.take)

    def take(self, route) -> None:
        if self.passes:
            route.continue_()
        else:
            self.routes.append(route)

    def first(self, page: Page):
        """The first of them. It may come here a little after the page has sent it."""
        while not self.routes:
            page.evaluate("0")
        return self.routes[0]

    def let_go(self) -> None:
        self.passes = True
        for route in self.routes:
            route.continue_()


def test_what_is_entered_while_an_update_is_under_way_is_kept(begin, page):
    begin(page, "worksheet/")
    with saved(page):
        page.get_by_label("Date of service").fill("2026-03-14")
        page.get_by_label("Date of service").press("Tab")
    birth = page.get_by_label("or the birth date")
    birth.fill("2026-01-15")
    held = Held(page, "**/worksheet/")
    with page.expect_request("**/worksheet/"):
        birth.press("Tab")
    unknown = page.locator("#f-age_months").get_by_label("Not documented")
    unknown.check()
    with saved(page), saved(page):
        held.let_go()

    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(unknown).to_be_checked()
    expect(page.get_by_label("Age", exact=True)).to_have_value("")


def test_updates_in_quick_succession_abort_none(begin, page):
    begin(page, "worksheet/")
    held, aborted = Held(page, "**/worksheet/"), []
    page.on("requestfailed", lambda request: aborted.append(request.url))
    with page.expect_request("**/worksheet/"):
        page.get_by_label("Lumbosacral stigmata").check()
    page.get_by_label("Caudal regression syndrome").check()
    page.get_by_label("Outpatient").check()
    with saved(page), saved(page):
        held.let_go()

    expect(page.get_by_label("Sacral dimple", exact=True)).to_be_visible()
    expect(page.get_by_label("Anal atresia", exact=True)).to_be_visible()
    expect(page.locator(".htmx-request")).to_have_count(0)
    assert aborted == []


def test_a_worksheet_is_not_held_up_by_an_update_of_its_own_that_is_under_way(begin, page):
    check = begin(page, "worksheet/")
    held = Held(page, "**/worksheet/")
    with page.expect_request("**/worksheet/"):
        page.get_by_label("Lumbosacral stigmata").check()
    held.first(page).fetch()  # what was sent is saved, and the page is not told
    held.passes = True
    page.get_by_label("Caudal regression syndrome").check()
    page.get_by_role("button", name="Show the determination").click()

    page.wait_for_url("**/determination/")
    check.refresh_from_db()
    assert check.answers["reasons"] == ["lumbosacral_stigmata", "caudal_regression"]


def test_leaving_during_an_update_is_no_fault(begin, page):
    begin(page, "worksheet/")
    Held(page, "**/worksheet/")
    with page.expect_request("**/worksheet/"):
        page.get_by_label("Outpatient").check()
    page.goto("/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_figure_is_drawn_anew_after_the_one_under_way(begin, page):
    begin(page, "q/dimple_distance_cm/", **DIMPLE)
    held = Held(page, "**/figure/")
    distance = page.get_by_label("Distance from the anus in cm")
    with page.expect_request("**/figure/"):
        distance.press_sequentially("3")
    distance.press_sequentially(".2")
    held.let_go()

    expect(page.locator("#figure-words")).to_contain_text("3.2 cm from the anus, farther")


def test_enter_updates_the_worksheet_in_place(begin, page):
    begin(page, "worksheet/")
    age = page.get_by_label("Age", exact=True)
    age.fill("3")
    address = page.url
    with saved(page):
        age.press("Enter")

    expect(age).to_be_focused()
    assert page.url == address


def test_a_missing_answer_is_one_link_away(begin, page):
    begin(page, "worksheet/")
    page.locator("#panel").get_by_role("link", name="Age").first.click()

    expect(page.get_by_label("Age", exact=True)).to_be_focused()


def test_a_worksheet_leads_to_the_determination(begin, page):
    begin(page, "worksheet/")
    with saved(page):
        page.get_by_label("During spinal or paraspinal surgery").check()
    expect(page.locator("#panel")).to_contain_text("Medically necessary")
    page.get_by_role("button", name="Show the determination").click()

    page.wait_for_url("**/determination/")


def test_a_worksheet_without_javascript(no_js_page):
    page = no_js_page
    begin_on_the_first_page(page, "worksheet")
    page.get_by_label("Lumbosacral stigmata").check()
    page.get_by_role("button", name="Update").click()
    page.get_by_label("Sacral dimple", exact=True).check()
    page.get_by_label("Age", exact=True).fill("2")
    page.get_by_role("button", name="Update").click()
    page.get_by_label("Distance from the anus in cm").fill("3.2")
    page.get_by_label("Outpatient").check()
    page.get_by_role("button", name="Update").click()

    expect(page.locator("#panel")).to_contain_text("Medically necessary")
    expect(page.locator("#figure-words")).to_contain_text("3.2 cm from the anus")
    page.get_by_role("button", name="Show the determination").click()
    page.wait_for_url("**/determination/")


def test_a_worksheet_that_another_window_changed_says_so(begin, page, faults):
    faults.allow("status of 409")
    check = begin(page, "worksheet/")
    services.answer(check, {"setting": "inpatient"})

    page.get_by_label("Outpatient").check()
    expect(page.locator("#conflict")).to_contain_text("changed in another window")
    page.get_by_role("link", name="Keep theirs").click()
    expect(page.get_by_label("Inpatient")).to_be_checked()


def test_a_worksheet_that_another_window_changed_shows_both_versions_and_saves_the_chosen_one(
    begin, page, faults
):
    faults.allow("status of 409")
    begin(page, "worksheet/")
    other = page.context.new_page()
    other.goto(page.url)
    with saved(other):
        other.get_by_label("Inpatient").check()

    page.get_by_label("Outpatient").check()
    expect(page.get_by_role("heading", name="Not saved: the check was changed in between")).to_be_focused()
    expect(page.locator(".conflict-table tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Save mine").click()
    expect(page.locator("#conflict")).to_be_empty()
    expect(page.get_by_label("Outpatient")).to_be_checked()
    other.reload()
    expect(other.get_by_label("Outpatient")).to_be_checked()


def test_the_panel_is_one_line_at_the_bottom_of_a_phone_and_opens(begin, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    begin(page, "worksheet/")
    panel = page.locator(".worksheet-panel")

    expect(page.locator("#panel")).not_to_be_visible()
    box = panel.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert box["height"] < 100
    page.locator("#panel-line").click()
    expect(page.locator("#panel")).to_be_visible()


def test_the_panel_is_open_beside_the_questions_on_a_wide_screen_without_javascript(begin, no_js_page):
    begin(no_js_page, "worksheet/")

    expect(no_js_page.get_by_role("button", name="Show the determination")).to_be_visible()
    expect(no_js_page.locator("#panel")).to_contain_text("More information is needed")


def test_nothing_is_wrong_with_the_guided_pages_for_axe(begun, page, axe):
    base = f"/check/{begun(page).pk}"
    for fact in (
        "setting",
        "age_months",
        "reasons",
        "dimple_distance_cm",
        "dimple_base_visible",
        "diagnosis_codes",
    ):
        page.goto(f"{base}/q/{fact}/")
        page.get_by_text("Why this is asked").click()
        fits_every_screen(page, axe, SCREENS)
    page.goto(f"{base}/q/dimple_diameter_mm/")
    for typed in ("abc", "50"):
        page.get_by_label("Diameter in mm").fill(typed)
        go_on(page)
        expect(page.get_by_role("alert").first).to_be_visible()
        fits_every_screen(page, axe, SCREENS)


def test_nothing_is_wrong_with_the_worksheet_for_axe(begin, page, axe):
    begin(page, "worksheet/")
    fits_every_screen(page, axe, SCREENS)
    page.get_by_label("Lumbosacral stigmata").check()
    page.get_by_label("Sacral dimple", exact=True).check()
    page.get_by_label("Diameter in mm").fill("50")
    page.get_by_label("Age", exact=True).fill("several weeks")
    page.get_by_label("Age", exact=True).press("Tab")
    expect(page.locator("#m-age_months")).to_contain_text("leaves its bounds open")
    expect(page.locator("#m-dimple_diameter_mm")).to_contain_text("Is it really 50 mm?")
    fits_every_screen(page, axe, SCREENS)
    page.locator("#panel-line").click()
    page.get_by_role("button", name="Show the determination").click()
    expect(page.get_by_role("alert").filter(has_text="need a look")).to_be_visible()
    fits_every_screen(page, axe, SCREENS)


@pytest.mark.parametrize("page_of", ["cleared", "over"])
def test_nothing_is_wrong_for_axe_with_the_pages_that_say_a_check_is_gone(
    begin, begun, page, axe, page_of, faults
):
    if page_of == "cleared":
        begin(page)
        page.get_by_text("Clear this check").click()
        page.get_by_role("button", name="Clear it now").click()
        expect(page.get_by_role("heading", name="The check was cleared")).to_be_visible()
    else:
        faults.allow("status of 404")
        begun(page)
        page.goto("/check/AAAAAAAAAAAAAAAAAAAAAA/")
    axe(page)
    page.get_by_role("button", name="Start a new check").click()
    asked(page, "setting")

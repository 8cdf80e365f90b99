"""The determination page in a real browser: what is seen at once, keyboard, paper, copying, both themes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import A_LINE, above_the_fold, fits_every_screen, tab_to

ASH, CIGNA = "ash-cpg-038", "cigna-cpg-038"
DIMPLE = {
    "setting": "outpatient",
    "age_months": 1,
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["sacral_dimple"],
    "dimple_distance_cm": "3.2",
    "diagnosis_codes": ["Q82.6"],
}
OPEN = {"setting": "outpatient", "age_months": 1, "reasons": ["lumbosacral_stigmata"], "stigmata": None}
SIMPLE = {
    **DIMPLE,
    "dimple_distance_cm": "1",
    "dimple_diameter_mm": "3",
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
}
UNSETTLED = {
    "setting": "outpatient",
    "age_months": 14,
    "reasons": ["suspected_defect"],
    "suspected_defects": ["cord_tethering"],
}
SHOULDER = {"setting": "outpatient", "age_months": 400, "reasons": ["extremity_musculoskeletal"]}
STATES = {"met": DIMPLE, "not met": SIMPLE, "unsettled": UNSETTLED, "open": OPEN, "out of scope": SHOULDER}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def show(begun):
    """Opens the determination of answers in a browser that started that check."""

    def opened(page, answers, policies=(ASH, CIGNA), end=""):
        check = begun(page, answers, policies)
        page.goto(f"/check/{check.pk}/determination/{end}")
        return check

    return opened


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (320, 640)])
def test_the_focus_is_on_the_heading_which_tells_the_outcome_with_nothing_scrolled_away(
    show, new_page, width, height
):
    page = new_page(viewport={"width": width, "height": height})
    for name, answers in STATES.items():
        show(page, answers)
        heading = page.get_by_role("heading", level=1)
        expect(heading, name).to_be_focused()
        outcome = page.locator("[id^=answer-]").first.inner_text()
        expect(heading, name).to_have_accessible_description(re.compile(re.escape(" ".join(outcome.split()))))
        assert page.evaluate("scrollY") == 0, name


@pytest.mark.parametrize("state", STATES)
def test_every_outcome_is_accessible_in_both_themes_and_whole_on_a_screen_of_320_pixels(
    show, page, axe, state
):
    show(page, STATES[state])
    fits_every_screen(page, axe, [(1280, "light"), (1280, "dark")])

    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    fits_every_screen(page, axe, [(320, "light")])


@pytest.mark.parametrize("policies", [(ASH,), (CIGNA,), (ASH, CIGNA)])
@pytest.mark.parametrize("answers", [DIMPLE, SIMPLE, UNSETTLED])
def test_answer_reason_and_passage_are_seen_at_once_on_a_common_screen(show, page, policies, answers):
    show(page, answers, policies)

    for policy in policies:
        told, said = f'article[aria-labelledby="answer-{policy}"]', f"#said-{policy} .quote >> nth=0"
        for seen in (f"{told} .verdict", f"{told} .next-step", f"{told} .because", said):
            above_the_fold(page, seen, 800)


@pytest.mark.parametrize("answers", [DIMPLE, SIMPLE, UNSETTLED, OPEN])
def test_a_phone_shows_both_results_at_once_and_then_both_reasons_and_where_the_first_passage_begins(
    show, new_page, answers
):
    page = new_page(viewport={"width": 390, "height": 844})
    show(page, answers)

    above_the_fold(page, ".results", 140)
    for part in page.locator("article.answer").all():
        for seen in (".verdict", ".sentence"):
            above_the_fold(part, seen, 844)
    assert page.locator(".quote").first.bounding_box()["y"] < 844 - A_LINE


def test_the_passages_of_one_policy_stand_beside_its_outcome_on_a_wide_screen(show, page):
    show(page, SIMPLE, [CIGNA])

    outcome, passage = page.locator(".verdict").bounding_box(), page.locator(".quote").first.bounding_box()
    assert passage["x"] > outcome["x"] + outcome["width"]
    assert passage["y"] < outcome["y"] + outcome["height"]


@pytest.mark.parametrize("answers", [DIMPLE, SIMPLE, UNSETTLED])
def test_a_printed_determination_of_two_policies_has_at_most_three_pages(show, page, answers):
    show(page, answers)

    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 3


def test_the_text_is_copied_with_one_click(show, new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    show(page, DIMPLE)
    page.get_by_role("button", name="Copy as text").press("Enter")

    expect(page.locator("#announcer")).to_have_text("Copied.")
    expect(page.locator("button + .copied")).to_be_in_viewport()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Spinal ultrasound. Determination of ")
    assert "Outcome: “medically necessary”" in copied


def test_the_page_of_the_text_copies_where_the_browser_has_no_clipboard_for_it(show, new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("delete Navigator.prototype.clipboard")
    show(page, DIMPLE, end="text/")
    page.get_by_role("button", name="Copy as text").click()

    expect(page.locator("button + .copied")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()


NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
SELECTED = (
    "(({ value, selectionStart: from, selectionEnd: to }) => value.slice(from, to))(document.activeElement)"
)


@pytest.mark.parametrize(
    "refusing",
    [
        "navigator.clipboard.write = () => Promise.reject(new Error('no'))",
        NO_CLIPBOARD,
    ],
)
def test_where_the_browser_does_not_let_a_page_copy_the_whole_text_is_shown_and_selected(
    show, new_page, refusing
):
    page = new_page(fresh=True)
    page.add_init_script(refusing)
    show(page, DIMPLE)
    page.get_by_role("button", name="Copy as text").click()

    expect(page).to_have_url(re.compile("/determination/text/$"))
    whole = page.get_by_label("Text for a case note").input_value()
    assert "Outcome: “medically necessary”" in whole
    assert page.evaluate(SELECTED) == whole


def test_where_the_page_of_the_text_may_not_copy_it_says_so_where_it_is_seen(show, new_page):
    page = new_page(fresh=True)
    page.add_init_script(f"{NO_CLIPBOARD}; document.execCommand = () => false")
    show(page, DIMPLE, end="text/")
    page.get_by_role("button", name="Copy as text").click()

    said = "The browser does not let this page copy. The text is selected: copy it with the keyboard."
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    assert page.evaluate(SELECTED) == page.get_by_label("Text for a case note").input_value()


def test_without_a_script_the_text_can_be_selected_and_no_dead_button_shows(show, no_js_page):
    show(no_js_page, DIMPLE)
    expect(no_js_page.get_by_role("button", name="Copy as text")).to_have_count(0)
    no_js_page.get_by_role("link", name="Text", exact=True).click()

    note = no_js_page.get_by_label("Text for a case note")
    expect(note).to_be_editable(editable=False)
    assert "Outcome: “medically necessary”" in note.input_value()


def test_without_a_script_everything_folded_can_be_unfolded(show, no_js_page):
    show(no_js_page, DIMPLE)
    folded = no_js_page.locator("details", has_text="Criteria not met (9)").first
    expect(folded.get_by_text("Suspected defects")).to_be_hidden()
    folded.locator("summary").click()

    expect(folded.get_by_text("Suspected defects")).to_be_visible()


def test_the_text_page_is_accessible(show, page, axe):
    show(page, DIMPLE, end="text/")

    axe(page)


def test_the_passage_behind_a_quote_is_reached_by_keyboard_and_highlighted(show, page):
    show(page, DIMPLE)
    link = page.locator("#said-cigna-cpg-038 .quote-source a").nth(1)
    tab_to(page, link)
    page.keyboard.press("Enter")

    page.wait_for_url("**/policies/cigna-cpg-038/2024-09-15/#indication-stigmata")
    passage = page.locator("#indication-stigmata")
    expect(passage).to_be_in_viewport()
    assert passage.evaluate("(one) => getComputedStyle(one).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_an_answer_is_changed_from_the_page(show, page):
    check = show(page, DIMPLE)
    page.get_by_role("link", name="Change Distance from the anus").click()

    page.wait_for_url(f"**/check/{check.pk}/q/dimple_distance_cm/")


def test_on_paper_there_is_what_decided_and_neither_navigation_nor_what_is_only_looked_up(show, page):
    show(page, DIMPLE)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.get_by_role("link", name="Change Setting")).to_be_hidden()
    expect(page.locator(".determination-tools")).to_be_hidden()
    expect(page.locator(".paper-head")).to_contain_text("Determination · Spinal ultrasound")
    expect(page.get_by_text("Edition of 2024-09-15, past its next review date")).to_be_visible()
    expect(page.locator(".answer-said .quote").nth(3)).to_be_visible()
    folded = page.locator("details", has_text="Criteria not met (9)").first
    expect(folded.get_by_text("Suspected defects")).to_be_visible()
    expect(page.locator("details", has_text="evidence passage").first).to_be_hidden()

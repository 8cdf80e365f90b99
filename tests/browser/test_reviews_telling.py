"""What the pages of a case tell, and where: seen at once, heard before the next key acts, whole on paper."""

import re

import pytest
from playwright.sync_api import expect

from decisions.reviews.case import opinions
from tests.browser.pages import A_LINE, above_the_fold, give_session
from tests.browser.test_reviews_pages import some_cases
from tests.reviews.world import MET, NOT_MET, make_cases, sent

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, LARGE_SCREEN = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
LANDMARKS = re.compile(r"- (?:banner|navigation|main|contentinfo|region|complementary|search|form)\b")
SPECIFIC, GENERAL = "Simple single sacral midline dimples", "not medically necessary for ANY other indication"


@pytest.fixture
def world():
    return make_cases()


def test_the_determination_of_a_case_tells_result_reason_and_the_passage_about_such_a_case_at_once(
    page, live_server, world
):
    case = world.in_review(world.reviewer, NOT_MET)
    give_session(page, live_server, world, world.reviewer)
    page.goto(f"/cases/{case.pk}/determination/")

    for seen in (".verdict", ".next-step", ".sentence", ".because", ".quote >> nth=0"):
        above_the_fold(page, seen, 800)
    expect(page.locator(".quote").first).to_contain_text(SPECIFIC)
    expect(page.locator(".answer-said > .quote").last).to_contain_text(GENERAL)
    # Where the focus is, the next key acts: what has it says the outcome and the next step.
    here = page.locator(":focus")
    expect(here).to_have_accessible_name("Refer to a physician")
    expect(here).to_have_accessible_description(re.compile("Not medically necessary.*A physician reviews"))
    expect(page).to_have_title(re.compile(f"^{case.reference}: Not medically necessary, a physician reviews"))
    names = page.locator(".answer-said .quote-source a").all_text_contents()
    assert len(set(names)) == len(names)
    heard = page.locator("body").aria_snapshot()
    assert len(LANDMARKS.findall(heard)) <= 4
    before, _ = heard.split('heading "Cigna CPG 038: Not medically necessary', 1)
    assert len(before.splitlines()) < 40, before
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) <= 3
    page.emulate_media(media="print")
    expect(page.locator(".paper-head")).to_contain_text(case.reference)


def test_the_page_of_a_case_and_its_signature_tell_the_passage_and_the_result_at_once(
    page, live_server, world
):
    case = world.in_physician_review(world.physician)
    give_session(page, live_server, world, world.physician)
    page.goto(f"/cases/{case.pk}/")
    for seen in (".verdict", ".next-step", ".quote >> nth=0"):
        above_the_fold(page, seen, 800)
    described = re.compile("^Not medically necessary A physician reviews")
    expect(page.locator(":focus")).to_have_accessible_description(described)

    page.goto(f"/cases/{case.pk}/sign/")
    for seen in (".verdict", ".next-step", ".because", ".quote >> nth=0"):
        above_the_fold(page, seen, 800)
    expect(page.locator(".quote").first).to_contain_text(SPECIFIC)
    expect(page.locator(":focus")).to_have_accessible_description(
        re.compile("Not medically necessary.*reviews")
    )


def test_a_decision_stands_beside_what_it_rests_on(page, live_server, world):
    case = world.decided_adverse()
    give_session(page, live_server, world, world.physician)
    page.goto(f"/cases/{case.pk}/decisions/1/")

    above_the_fold(page, ".verdict", 800)
    above_the_fold(page, ".quote >> nth=0", 800)
    outcome, passage = page.locator(".verdict").bounding_box(), page.locator(".quote").first.bounding_box()
    assert passage["x"] > outcome["x"] + outcome["width"]


@pytest.mark.parametrize("screen", [PHONE, LARGE_SCREEN])
@pytest.mark.parametrize(
    ("of_case", "reason"), [("", ".case-outcome > p"), ("determination/", ".because"), ("sign/", ".because")]
)
@pytest.mark.parametrize("answers", [NOT_MET, MET])
def test_a_case_shows_outcome_reason_and_where_the_passage_begins_at_once(
    signed_in, world, answers, of_case, reason, screen
):
    case = world.in_physician_review(world.physician, answers)
    opinions.ask_colleague(world.physician, case.pk, sent(case), world.physician_2, "A dimple (made up)?")
    page = signed_in(world.physician, viewport=screen)
    page.goto(f"/cases/{case.pk}/{of_case}")

    for seen in (".case-reference", ".due", ".verdict", ".next-step", reason):
        above_the_fold(page, seen, screen["height"])
    assert page.locator(".quote").first.bounding_box()["y"] < screen["height"] - A_LINE


def test_what_is_less_wanted_of_a_case_is_one_step_away_on_a_phone_and_none_on_a_large_screen(
    signed_in, world
):
    case = world.in_physician_review(world.physician)
    page = signed_in(world.physician, viewport=PHONE)
    page.goto(f"/cases/{case.pk}/")
    who, step = page.get_by_text("You have this case"), page.get_by_text("Write a note")
    folded = [("More", who), ("Other steps", step)]
    for fold, what in folded:
        expect(what).to_be_hidden()
        page.locator("summary").filter(has_text=fold).click()
        expect(what).to_be_visible()

    page.reload()
    page.set_viewport_size(LARGE_SCREEN)
    for fold, what in folded:
        expect(what).to_be_visible()
        expect(page.locator("summary").filter(has_text=fold)).to_be_hidden()


def test_the_head_of_a_phone_has_two_rows_and_the_counts_share_one_with_who_is_signed_in(signed_in, world):
    some_cases(world)
    page = signed_in(world.supervisor, viewport=PHONE)
    page.goto("/cases/")

    assert page.locator(".site-count").count() == 3
    counts, person = (page.locator(one).bounding_box() for one in (".site-counts", ".site-person"))
    assert counts["x"] + counts["width"] < person["x"]
    assert abs(counts["y"] + counts["height"] / 2 - person["y"] - person["height"] / 2) < A_LINE / 2
    above_the_fold(page, ".site-header", 90)
    expect(page.get_by_role("link", name=f"{world.supervisor} : your account")).to_be_visible()


def test_a_list_begins_with_its_first_cases_on_a_phone_and_its_filters_are_one_step_away(signed_in, world):
    some_cases(world)
    page = signed_in(world.supervisor, viewport=PHONE)
    page.goto("/cases/")
    above_the_fold(page, ".cases-table tbody tr >> nth=1", 600)
    expect(page.get_by_label("Urgency")).to_be_hidden()
    assert "combobox" not in page.locator("main").aria_snapshot().split("table", 1)[0]

    page.get_by_text("Filters", exact=True).press("Enter")
    page.get_by_label("Urgency").select_option("Expedited")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_text("Filters: Urgency: Expedited")).to_be_visible()
    expect(page.get_by_label("Urgency")).to_have_value("expedited")


@pytest.mark.parametrize("of_case", ["worksheet/", "judge/", "q/setting/", ""])
def test_a_page_of_a_case_has_few_landmarks(signed_in, world, of_case):
    case = world.to_be_judged(world.physician)
    page = signed_in(world.physician)
    page.goto(f"/cases/{case.pk}/{of_case}")

    assert len(LANDMARKS.findall(page.locator("body").aria_snapshot())) <= 4
    expect(page.get_by_role("heading").nth(1)).to_be_attached()


@pytest.mark.parametrize("screen", [PHONE, LARGE_SCREEN])
def test_that_a_chosen_day_is_filled_in_and_nothing_was_saved_is_said_in_sight_of_the_focus(
    page, live_server, world, screen
):
    page.set_viewport_size(screen)
    give_session(page, live_server, world, world.intake)
    page.goto("/cases/new/")
    page.get_by_label("Member reference").fill("MADE-UP-1")
    page.get_by_label("Date of birth").fill("2026-01-10")
    page.locator("#id_plan").select_option(str(world.plan.pk))
    page.get_by_label("Ordering clinician").fill("Dr. Olga Ordering (made up)")
    page.get_by_label("Date of service").fill("07.10.2026")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="October 7, 2026").click()

    expect(page.locator(":focus")).to_have_accessible_name("Save and send to review")
    said = "The day that you chose is filled in. Nothing was saved yet."
    expect(page.locator(":focus")).to_have_accessible_description(said)
    expect(page.get_by_text(said)).to_be_in_viewport(ratio=1)

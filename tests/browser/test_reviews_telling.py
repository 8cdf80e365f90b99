"""What the pages of a case tell, and where: seen at once, heard before the next key acts, whole on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import above_the_fold, give_session
from tests.reviews.world import NOT_MET, make_cases

pytestmark = pytest.mark.django_db(transaction=True)
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
    assert (
        len(re.findall(r"- (?:banner|navigation|main|contentinfo|region|complementary|search|form)\b", heard))
        <= 4
    )
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

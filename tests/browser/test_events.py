"""The event log's pages in a real browser: accessible, narrow, in both themes, by keyboard."""

import pytest
from playwright.sync_api import expect

from decisions.log.services import digest, record_alone
from tests.browser.pages import fits_every_screen
from tests.events.test_pages import make_case
from tests.people.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def case(world):
    """A case with a long story for its length: a refusal, a digest, a detail without a blank to break at."""
    made = make_case(world, world.team, world.reviewer)
    record_alone("case_viewed", actor=world.reviewer, role="reviewer", case=made.pk)
    changed = {"fact": "dimple_diameter_mm", "value": digest(made.pk, 7), "text": "x" * 120}
    record_alone("answer_changed", actor=world.reviewer, role="reviewer", case=made.pk, details=changed)
    record_alone("refused", actor=world.other_reviewer, role="reviewer", case=made.pk)
    record_alone("sign_in_failed", actor=None)
    return made


def test_every_page_is_accessible_and_scrolls_one_way(signed_in, world, case, faults, axe):
    faults.allow("status of 422")
    page = signed_in(world.auditor)
    for address in (
        "/log/",
        "/log/?group=sign_in",
        "/log/?day=nonsense",
        f"/log/case/{case.pk}/",
        "/log/verify/",
        "/log/status/",
    ):
        page.goto(address)
        fits_every_screen(page, axe, SCREENS, address)


def test_an_auditor_filters_reads_a_story_and_verifies_by_keyboard(signed_in, world, case, axe):
    page = signed_in(world.auditor)
    page.goto("/log/")
    page.get_by_label("What").focus()
    page.get_by_label("What").select_option("Sign-in")
    page.get_by_role("button", name="Show", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Somebody not signed in")).to_be_visible()
    expect(page.get_by_text("viewed the case")).to_have_count(0)

    page.goto("/log/")
    page.get_by_role("link", name=case.reference).last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Story of {case.reference}")
    page.get_by_role("button", name="Verify these events").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Unaltered")).to_be_visible()
    axe(page)

    page.goto("/log/verify/")
    page.get_by_role("button", name="Verify now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Not anchored")
    axe(page)

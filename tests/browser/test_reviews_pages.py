"""The work lists, the request, the case and its moves in a real browser: accessible, narrow, by keyboard."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from decisions.models import Case, new_id
from decisions.reviews.case import verbs as working
from decisions.reviews.ground.work import Sent
from decisions.reviews.worklist import emergency
from tests.browser.pages import fits_every_screen, give_session
from tests.reviews.world import MET, make_cases, sent

pytestmark = pytest.mark.django_db(transaction=True)

# Each width and each theme once: what is beside what depends on the one, the contrast on the other.
SCREENS = [(320, "dark"), (390, "light"), (1280, "light")]


@pytest.fixture
def world():
    return make_cases()


def some_cases(world):
    """A case in each standing: overdue, due soon, in time, paused, answered."""
    now = dt.datetime.now(dt.UTC)
    world.in_review(world.reviewer, urgency="expedited", received_at=now - dt.timedelta(hours=80))
    world.in_review(urgency="expedited", received_at=now - dt.timedelta(hours=50))
    mine = world.in_review(world.reviewer, MET)
    world.plan_of()
    world.waiting(plan=paused_plan(world))
    world.decided()
    return mine


def paused_plan(world):
    return world.plan_of(paused_states=["waiting"])


def pages(world):
    """Every page of this part with content in it, who looks at it, and its heading."""
    mine = some_cases(world)
    other = world.of_other_team("in_review", world.other_reviewer)
    emergency.take_access(
        world.physician, Sent(new_id()), other.reference, "The night shift is alone (made up)."
    )
    working.note(world.reviewer, mine.pk, sent(mine), "A made-up note.")
    waiting = Case.objects.filter(state="waiting").first()
    of_case = f"/cases/{mine.pk}"
    draft = world.draft(member_reference=mine.member_reference)
    return [
        (world.reviewer, "/cases/?which=team&state=all"),
        (world.physician, "/cases/"),
        (world.reviewer, "/cases/search/"),
        (world.reviewer, "/cases/new/"),
        (world.reviewer, "/cases/emergency/"),
        (world.auditor, "/cases/emergency/accesses/"),
        (world.reviewer, f"{of_case}/"),
        (world.intake, f"{of_case}/"),
        (world.physician, f"/cases/{other.pk}/"),
        (world.intake, f"/cases/{draft.pk}/"),
        (world.reviewer, f"{of_case}/request/"),
        (world.reviewer, f"{of_case}/refer/"),
        (world.reviewer, f"{of_case}/information/"),
        (world.reviewer, f"{of_case}/assign/"),
        (world.reviewer, f"{of_case}/extend/"),
        (world.reviewer, f"/cases/{waiting.pk}/received/"),
        (world.reviewer_2, f"{of_case}/claim/"),
        (world.supervisor, "/cases/?which=team&urgency=expedited&since=2026-01-31"),
        (world.supervisor, "/cases/team/"),
        (world.supervisor, "/cases/team/rules/"),
    ]


def test_every_page_is_accessible_and_never_scrolls_sideways(page, live_server, world, axe):
    for person, address in pages(world):
        give_session(page, live_server, world, person)
        assert page.goto(address).status == 200, address
        fits_every_screen(page, axe, SCREENS, address)


def test_a_case_on_paper_leaves_out_what_is_to_be_done_next(signed_in, world):
    case = world.in_review(world.reviewer, MET)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/")
    steps = [
        page.get_by_role("heading", name="Next"),
        page.get_by_text("Write a note"),
        page.get_by_text("Change the request"),
        page.get_by_text("The story of this case"),
    ]
    for step in steps:
        expect(step).to_be_visible()

    page.emulate_media(media="print")

    for step in steps:
        expect(step).to_be_hidden()
    expect(page.get_by_role("heading", name="Determination so far")).to_be_visible()


def test_a_refused_request_is_accessible_and_its_summary_has_the_focus(signed_in, world, axe):
    page = signed_in(world.intake)
    page.goto("/cases/new/")
    page.get_by_label("Date of birth").fill("yesterday")
    page.get_by_label("Standard").evaluate("choice => { choice.checked = false }")
    page.get_by_role("button", name="Save the draft").click()

    expect(page.get_by_role("alert").filter(has_text="Not accepted yet")).to_be_focused()
    expect(page.get_by_label("Date of birth")).to_have_value("yesterday")
    axe(page)
    page.get_by_role("link", name="Date of birth").click()
    expect(page.get_by_label("Date of birth")).to_be_focused()
    expect(page.get_by_role("group", name="Urgency").get_by_text("This field is required.")).to_be_visible()
    page.get_by_role("link", name="Urgency").click()
    expect(page.get_by_label("Standard")).to_be_focused()


def test_a_request_is_entered_sent_to_review_and_taken_by_keyboard(signed_in, world, faults):
    faults.allow("status of 422")
    page = signed_in(world.intake)
    page.goto("/cases/new/")
    for label, text in (("Member reference", "MADE-UP-1"), ("Date of birth", "1/10/2026")):
        page.get_by_label(label).focus()
        page.keyboard.type(text)
    page.get_by_role("combobox", name="Plan", exact=True).focus()
    page.keyboard.type("Made-up plan")
    page.get_by_label("Procedure codes").focus()
    page.keyboard.type("76800")
    page.keyboard.press("Tab")
    expect(page.locator("#told-procedure_codes")).to_have_text("76800 Ultrasound, spinal canal and contents")
    page.keyboard.type("q8261")
    page.keyboard.press("Tab")
    expect(page.locator("#told-diagnosis_codes")).to_contain_text("Q82.61: not a valid code")
    page.get_by_label("Diagnosis codes").fill("Q82.6")
    page.get_by_label("Ordering clinician").focus()
    expect(page.locator("#told-diagnosis_codes")).to_have_text("Q82.6 Congenital sacral dimple")
    page.keyboard.type("Dr. Olga Ordering (made up)")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="January 10, 2026").press("Enter")
    expect(page.get_by_label("Date of birth")).to_have_value("2026-01-10")
    expect(page.get_by_role("button", name="Save and send to review").last).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*/")
    expect(page.get_by_role("link", name="Enter the next request")).to_be_focused()
    expect(page.get_by_text("In review")).to_be_visible()

    reviewer = signed_in(world.reviewer)
    reviewer.goto("/cases/?which=unassigned")
    reviewer.get_by_role("button", name="Take").press("Enter")
    expect(reviewer.get_by_text("You have this case")).to_be_visible()


def test_a_case_that_somebody_else_changes_says_so_without_being_loaded_again(signed_in, world):
    case = world.in_review(world.reviewer)
    page = signed_in(world.reviewer, fresh=True)
    page.clock.install()
    page.goto(f"/cases/{case.pk}/")
    working.extend(world.reviewer, case.pk, sent(case), "The record is long (made up).")
    page.clock.run_for(31_000)

    expect(page.get_by_role("status").filter(has_text="Load it again")).to_be_visible()


def test_what_was_typed_for_a_move_survives_a_change_by_somebody_else(signed_in, world, axe, faults):
    faults.allow("status of 409")
    case = world.in_review(world.reviewer)
    page = signed_in(world.reviewer)
    page.goto(f"/cases/{case.pk}/refer/")
    page.get_by_label("Note to the physician").fill("A long thought.")
    working.extend(world.reviewer, case.pk, sent(case), "The record is long (made up).")
    page.get_by_role("button", name="Refer to a physician").click()

    expect(page.get_by_role("alert").filter(has_text="changed in between")).to_be_focused()
    axe(page)
    page.get_by_role("button", name="Refer to a physician").click()
    expect(page.get_by_text("A long thought.")).to_be_visible()
    expect(page.get_by_text("Physician review").first).to_be_visible()

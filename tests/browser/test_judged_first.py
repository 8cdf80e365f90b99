"""A physician judges first, in a real browser: from the request to the signed decision."""

import pytest
from playwright.sync_api import expect

from decisions.models import Case, Decision
from decisions.reviews.answers import verbs as answering
from decisions.reviews.ground import frozen
from tests.browser.pages import no_sideways_scroll, on_each
from tests.reviews.pages import at
from tests.reviews.world import NOT_MET, WHY_JUDGED, fresh, make_cases, sent

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = [(320, "dark"), (390, "light"), (1280, "light")]
OUTCOME = ("not medically necessary", "a physician reviews", "none of the criteria is met", "state-not-met")
NOTE = "None of the criteria is met, I think (made up)."


@pytest.fixture
def world():
    return make_cases()


def entered(world, signed_in):
    """A request that intake enters and sends to review, under a plan of such a line."""
    plan = world.judging_plan()
    page = signed_in(world.intake)
    page.goto("/cases/new/")
    given = {"member_reference": "MADE-UP-1", "birth_date": "2026-01-10", "procedure_codes": "76800"}
    given |= {"diagnosis_codes": "Q82.6", "ordering_clinician": "Dr. Olga Ordering (made up)"}
    for name, value in {**given, "date_of_service": "2026-01-20"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=plan]").select_option(str(plan.pk))
    page.get_by_role("button", name="Save and send to review").last.click()
    expect(page.locator(".case-state").first).to_have_text("In review")
    page.close()
    return fresh(Case.objects.get())


def referred(world, signed_in, case):
    """The nurse takes it, answers, and refers it with a note that repeats the outcome."""
    page = signed_in(world.reviewer)
    page.goto(at("case", case))
    page.get_by_role("button", name="Take this case").click()
    expect(page.get_by_text("You have this case")).to_be_visible()
    answering.answer(world.reviewer, case.pk, sent(case), NOT_MET)
    page.goto(at("refer", case))
    page.locator("[name=text]").fill(NOTE)
    page.get_by_role("button", name="Refer to a physician").click()
    expect(page.locator(".case-state").first).to_have_text("Physician review")
    page.close()


def hidden_everywhere(page, case):
    """Assert that no page and no file tells of the outcome, in its body or in its headers."""
    names = (
        "case",
        "determination",
        "determination_text",
        "determination_json",
        "worksheet",
        "judge",
        "sign",
    )
    for name in names:
        answered = page.request.get(at(name, case))
        text = f"{answered.headers}{answered.text()}".lower()
        assert [word for word in (*OUTCOME, NOTE.lower()) if word in text] == [], name


def test_a_case_goes_from_its_request_to_an_adverse_decision_and_nothing_tells_before_the_judgment(
    world, signed_in, axe
):
    case = entered(world, signed_in)
    referred(world, signed_in, case)
    page = signed_in(world.physician)
    page.goto(at("case", case))
    hidden_everywhere(page, case)
    page.get_by_role("button", name="Take this case").click()
    expect(page.get_by_text("Hidden until you have judged.", exact=True)).to_be_visible()
    hidden_everywhere(page, case)

    page.get_by_role("link", name="Record your judgment").click()
    expect(page.get_by_role("heading", name="Your judgment")).to_be_visible()
    for screen in on_each(page, SCREENS):
        axe(page, screen)
        no_sideways_scroll(page, screen)
    page.get_by_role("button", name="Record the judgment").click()
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page, "refused")
    for part, verdict in zip(page.locator(".judged").all(), ("Met", "Not met"), strict=True):
        part.get_by_label(verdict, exact=True).check()
        part.get_by_label("Why, by the record").fill(WHY_JUDGED)
    hidden_everywhere(page, case)
    page.get_by_role("button", name="Record the judgment").click()

    expect(page.get_by_text("Your judgment is recorded.")).to_be_visible()
    expect(page.get_by_text("Not medically necessary").first).to_be_visible()
    page.goto(at("sign", case))
    expect(page.get_by_text("Differs.")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_visible()
    axe(page, "sign")
    page.get_by_label("I have reviewed the record").check()
    page.get_by_label("Adverse").check()
    page.locator("[name=reason]").fill("A simple dimple (made up).")
    page.get_by_role("button", name="Sign the decision").click()
    expect(page.get_by_role("heading", name="Letter: Adverse determination")).to_be_visible()

    made = Decision.objects.get()
    assert made.result == "adverse"
    assert [each.verdict for each in frozen.read(made.frozen).judgments] == ["met", "not_met"]
    page.goto(at("decision", case, 1))
    for screen in on_each(page, SCREENS):
        axe(page, screen)
        no_sideways_scroll(page, screen)

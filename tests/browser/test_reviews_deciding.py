"""Signing, decisions and letters in a real browser: accessible, narrow, by keyboard, on paper."""

import pytest
from playwright.sync_api import expect

from decisions.models import Decision, Letter
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import verbs as working
from decisions.reviews.letters import verbs as letters
from tests.browser.pages import fits_every_screen, give_session, tab_to
from tests.reviews.pages import at
from tests.reviews.world import INCOMPLETE, MET, corrected, fresh, make_cases, sent

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = [(320, "dark"), (1280, "light")]


@pytest.fixture
def world():
    return make_cases()


def issued(world, person, case):
    """A case whose letter is out."""
    kind = letters.kinds(case)[0]
    letters.issue(person, case.pk, sent(case), kind, letters.recipient(case), letters.draft(case, kind))
    return fresh(case)


def pages(world):
    """Every page of this part with content in it: its name, who looks at it, and where it is."""
    physician = world.physician
    adverse = issued(world, physician, world.decided_adverse())
    both = world.decided_adverse()
    corrected(physician, both, "approved")
    return {
        "sign-reviewer": (world.reviewer, at("sign", world.in_review(answers=MET))),
        "sign-cannot": (world.reviewer, at("sign", world.in_review(answers=INCOMPLETE))),
        "sign-physician": (physician, at("sign", world.in_physician_review(physician))),
        "correct": (physician, at("correct", world.decided_adverse())),
        "appeal": (world.intake, at("appeal", world.decided_adverse())),
        "decide-appeal": (
            world.appeal_physician,
            at("decide_appeal", world.appealed(world.appeal_physician)),
        ),
        "decision": (physician, at("decision", adverse, 1)),
        "decision-corrected": (world.auditor, at("decision", both, 1)),
        "new-letter": (physician, at("new_letter", world.decided_adverse(), "adverse")),
        "new-letter-intake": (world.intake, at("new_letter", world.decided_adverse(), "adverse")),
        "letter": (physician, at("letter", adverse, 1)),
        "letter-intake": (world.intake, at("letter", adverse, 1)),
        "letter-print": (physician, at("print_letter", adverse, 1)),
    }


def test_every_page_is_accessible_and_never_scrolls_sideways(world, page, live_server, axe):
    for name, (person, place) in pages(world).items():
        give_session(page, live_server, world, person)
        page.goto(place)

        assert page.locator("h1").count() == 1, name
        fits_every_screen(page, axe, SCREENS, name)


def test_a_refused_and_an_outdated_form_are_accessible(world, signed_in, axe, faults):
    faults.allow("status of 409")
    case = world.in_physician_review(world.physician)
    page = signed_in(world.physician, viewport={"width": 320, "height": 800}, color_scheme="dark")
    page.goto(at("sign", case))
    page.get_by_label("I have reviewed the record").check()
    page.get_by_label("Adverse").check()
    page.get_by_role("button", name="Sign the decision").click()

    expect(page.locator(".error-summary")).to_be_focused()
    fits_every_screen(page, axe, SCREENS)

    answering.answer(world.physician, case.pk, sent(case), {"dimple_distance_cm": "3.2"})
    page.get_by_role("textbox", name="Reason").fill("Typed reason (made up).")
    page.get_by_role("button", name="Sign the decision").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_role("textbox", name="Reason")).to_have_value("Typed reason (made up).")
    expect(page.get_by_label("I have reviewed the record")).not_to_be_checked()
    fits_every_screen(page, axe, SCREENS)


def test_a_decision_is_signed_and_its_letter_issued_by_keyboard_alone(world, signed_in):
    case = world.in_physician_review(world.physician)
    page = signed_in(world.physician)
    page.goto(at("sign", case))
    page.locator("main").focus()

    reach(page, "confirmed")
    page.keyboard.press("Space")
    reach(page, "result")
    page.keyboard.press("ArrowDown")
    reach(page, "reason")
    page.keyboard.type("The dimple is of the simple kind (made up).")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Letter: Adverse determination")).to_be_visible()
    reach(page, "read_over")
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Issue the letter", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="Letter 1")).to_be_visible()

    assert Decision.objects.get().result == "adverse"
    assert Letter.objects.get().kind == "adverse"


def reach(page, name):
    """Go on with Tab to the field of this name."""
    tab_to(page, page.locator(f"[name={name}]"))


def test_a_decision_is_signed_without_javascript(world, signed_in):
    case = world.in_review(answers=MET)
    page = signed_in(world.reviewer, java_script_enabled=False)
    page.goto(at("sign", case))
    page.get_by_label("I have reviewed the record").check()
    page.get_by_role("button", name="Sign the decision").click()
    page.get_by_role("link", name="decision 1").click()
    expect(page.get_by_role("heading", name="Approved")).to_be_visible()
    page.get_by_role("button", name="Replay this decision").click()
    expect(page.locator(".replayed")).to_contain_text("comes out as it did")


def test_a_letter_on_paper_is_the_letter_alone(world, signed_in):
    case = issued(world, world.physician, world.decided_adverse())
    page = signed_in(world.physician)
    for name in ("letter", "print_letter"):
        page.goto(at(name, case, 1))
        page.emulate_media(media="print")

        for gone in (".site-header", ".site-footer", "nav", ".btn", ".case-head"):
            for part in page.locator(gone).all():
                expect(part).to_be_hidden()
        expect(page.get_by_role("article", name="Letter 1")).to_be_visible()
        expect(page.locator(".letter")).to_contain_text("How to appeal")


def test_the_button_for_printing_prints(world, signed_in):
    case = issued(world, world.physician, world.decided_adverse())
    page = signed_in(world.physician, fresh=True)
    page.add_init_script("window.print = () => { document.title = 'printed' }")
    page.goto(at("print_letter", case, 1))

    page.get_by_role("button", name="Print").click()

    expect(page).to_have_title("printed")


def test_a_note_of_another_team_member_is_read_before_signing(world, signed_in):
    case = world.in_physician_review(world.physician)
    working.note(world.reviewer, case.pk, sent(case), "Read page 4 of the record (made up).")
    page = signed_in(world.physician)
    page.goto(at("sign", case))

    expect(page.get_by_text("Read page 4 of the record (made up).")).to_be_visible()

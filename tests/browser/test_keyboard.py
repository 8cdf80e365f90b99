"""Reviewing by keyboard in a browser: where the focus is, what is in sight, and how many keys it takes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from decisions.models import Case
from decisions.reviews.letters import verbs as letters
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, make_cases, sent

pytestmark = pytest.mark.django_db(transaction=True)

SIZES = [(1280, 800), (320, 640)]
BEGINS = "() => document.querySelector('main').getBoundingClientRect().top >= 0"
MOST_KEYS = 10
"""From a case whose answers are there to the next case: two to get to the page and to the signature, one to
confirm, three to the button, one to sign, two to say that the letter was read and to issue it, and one to
take the next case.
"""


@pytest.fixture
def world():
    made = make_cases()
    texts = dict.fromkeys(("contact", "appeal_rights", "external_review", "peer_review"), "Made up.")
    for name, value in texts.items():
        setattr(made.line, name, value)
    made.line.save()
    return made


def out(world) -> Case:
    """A decided case whose letter is out, and another that waits to be taken."""
    case = world.decided()
    letters.issue(world.reviewer, case.pk, sent(case), "approval", "Dr. O. (made up)", "Approved. " * 500)
    world.in_review()
    return case


PAGES = {
    "a case that nobody has": (lambda w: w.in_review(), "", "Take this case"),
    "a case": (lambda w: w.in_review(w.reviewer), "", "Go on with the questionnaire"),
    "a determination": (lambda w: w.in_review(w.reviewer, MET), "determination/", "Sign a decision"),
    "a signature": (lambda w: w.in_review(w.reviewer, MET), "sign/", "Go on to the signature"),
    "a letter to be issued": (lambda w: w.decided(), "letters/new/approval/", "I have read this letter"),
    "a letter that is out": (out, "letters/1/", "Take the next case"),
}


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_focus_is_in_sight_and_nothing_above_it_is_scrolled_away(
    signed_in, world, live_server, axe, width, height
):
    page = signed_in(world.reviewer, viewport={"width": width, "height": height})
    for name, (made, where, words) in PAGES.items():
        page.goto(f"{live_server.url}/cases/{made(world).pk}/{where}")
        focused = page.locator("a, button", has_text=words).or_(page.get_by_label(words)).first
        expect(focused, name).to_be_focused()
        expect(focused, name).to_be_in_viewport(ratio=0.99)
        assert page.evaluate(BEGINS), name
        axe(page)


MOVES = [
    ("refer", NOT_MET, "Note to the physician"),
    ("information", INCOMPLETE, "To"),
    ("extend", MET, "Reason"),
    ("note", MET, "Note"),
    ("assign", MET, "Give the case to"),
    ("withdraw", MET, "Reason"),
]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_move_has_the_focus_in_its_first_field_with_its_words_in_sight(
    signed_in, world, live_server, width, height
):
    page = signed_in(world.reviewer, viewport={"width": width, "height": height})
    for move, answers, label in MOVES:
        case = world.in_review(world.reviewer, answers)
        page.goto(f"{live_server.url}/cases/{case.pk}/{move}/")
        expect(page.locator(":focus"), move).to_have_accessible_name(label)
        expect(page.locator("#says"), move).to_be_in_viewport()


def test_a_letter_is_read_with_the_keys_of_the_page_before_it_is_issued(signed_in, world, live_server):
    case = world.decided()
    page = signed_in(world.reviewer, viewport={"width": 1280, "height": 600})
    page.goto(f"{live_server.url}/cases/{case.pk}/letters/new/approval/")
    box = page.get_by_label("I have read this letter")
    expect(box).to_be_focused()
    page.keyboard.press("End")

    expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport()
    expect(page.get_by_role("button", name="Issue the letter")).to_be_in_viewport()
    expect(page.locator("#final")).to_be_in_viewport()
    assert case.letters.count() == 0


def test_a_key_that_is_pressed_once_too_often_issues_no_letter(signed_in, world, live_server):
    case = world.decided()
    page = signed_in(world.reviewer)
    page.goto(f"{live_server.url}/cases/{case.pk}/letters/new/approval/")
    box = page.get_by_label("I have read this letter")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Enter")

    assert case.letters.count() == 0
    page.get_by_role("alert").get_by_role("link").press("Enter")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/letters/1/")
    assert case.letters.count() == 1


class Counted:
    """Hands on a keyboard that are counted. They press nothing before a page has shown where it stands."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    @classmethod
    def on(cls, page: Page, address: str) -> Counted:
        """Hands that are ready on a page."""
        page.goto(address)
        hands = cls(page)
        hands.find_the_focus()
        return hands

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def enter(self, where: str) -> None:
        """Press Enter, which leads somewhere."""
        self.press("Enter")
        self.page.wait_for_url(where)
        self.find_the_focus()

    def find_the_focus(self) -> None:
        """Wait until the page has put the focus where it wants it: it does so once it is drawn."""
        expect(self.page.locator("[autofocus]:focus")).to_have_count(1)


def test_an_answered_case_is_approved_its_letter_issued_and_the_next_one_taken_with_few_keys(
    signed_in, world, live_server
):
    case = world.in_review(world.reviewer, MET)
    following = world.in_review()
    page = signed_in(world.reviewer)
    hands = Counted.on(page, f"{live_server.url}/cases/{case.pk}/")
    hands.enter("**/sign/")
    hands.press("Enter")
    expect(page.get_by_label("I have reviewed the record")).to_be_focused()
    hands.press("Space")
    button = page.get_by_role("button", name="Sign the decision")
    while not button.evaluate("it => it === document.activeElement"):
        hands.press("Tab")
        assert hands.keys < MOST_KEYS
    hands.enter("**/letters/new/approval/")
    hands.press("Space")
    hands.enter("**/letters/1/")
    hands.enter(f"**/cases/{following.pk}/")

    expect(page.get_by_role("link", name="Go on with the questionnaire")).to_be_focused()
    assert hands.keys <= MOST_KEYS
    assert Case.objects.get(pk=following.pk).assignee == world.reviewer


MOST_FOR_A_REFERRAL = 20
"""From a case that nobody has to one that is referred: one to take it and one to begin, for each of eight
questions one that answers (where nothing is typed) and one that goes on, one to the referral, and one to send
its note as it is drafted.
"""
SIMPLE_DIMPLE = {
    "setting": ("1",),
    "reasons": ("4",),
    "stigmata": ("1",),
    "dimple_diameter_mm": "3",
    "dimple_distance_cm": "1.5",
    "dimple_base_visible": ("1",),
    "dimple_count": ("1",),
    "dimple_position": ("1",),
}
"""The keys that choose an answer; in its place what somebody types, as they would in any case."""


def test_a_case_is_taken_answered_and_referred_with_a_drafted_note_with_few_keys(
    signed_in, world, live_server
):
    case = world.in_review()
    page = signed_in(world.reviewer)
    hands = Counted.on(page, f"{live_server.url}/cases/{case.pk}/")
    hands.enter("**/cases/*/")
    expect(page.get_by_role("link", name="Go on with the questionnaire")).to_be_focused()
    hands.press("Enter")
    for fact, keys in SIMPLE_DIMPLE.items():
        page.wait_for_url(f"**/{fact}/")
        hands.find_the_focus()
        if isinstance(keys, str):
            page.keyboard.type(keys)
        else:
            hands.press(*keys)
        hands.press("Enter")
    page.wait_for_url("**/determination/")
    hands.find_the_focus()
    hands.enter("**/refer/")
    note = page.get_by_label("Note to the physician")
    expect(note).to_be_focused()
    assert "None of the criteria is met." in note.input_value()
    hands.press("Control+Enter")
    page.wait_for_url(f"**/cases/{case.pk}/")

    referred = Case.objects.get(pk=case.pk)
    assert (referred.state, referred.assignee) == ("physician_review", None)
    assert hands.keys <= MOST_FOR_A_REFERRAL

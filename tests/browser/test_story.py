"""One case from intake to the auditor, by keyboard alone, in the made-up payer that `make demo` loads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from decisions.demonstration import made_up_people as people
from decisions.models import Case, Decision, Event
from tests.browser.pages import MANY, settled

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "counters"])

REFERENCE = "DEMO-002"
FOCUSED = """() => {
  const here = document.activeElement;
  if (here === document.body) return "";
  const label = here.labels && here.labels.length ? here.labels[0].innerText : "";
  return (label || here.getAttribute("aria-label") || here.textContent || "").replace(/\\s+/g, " ").trim();
}"""


class Keyboard:
    """Somebody at a page who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, words: str) -> None:
        """Press Tab until something whose words begin so has the focus, if the page has not put it there."""
        settled(self.page)
        met = []
        for _ in range(MANY):
            met.append(self.page.evaluate(FOCUSED))
            if met[-1].startswith(words):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{words!r} is not reached by Tab at {self.page.url}: {sorted(set(met))}")

    def press(self, words: str) -> None:
        """Go to a link or a button, press Enter, and wait for the page that it leads to."""
        self.to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, words: str, text: str) -> None:
        """Type into a field in the place of what stands there."""
        self.to(words)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def tick(self, words: str) -> None:
        """Tick a box."""
        self.to(words)
        self.page.keyboard.press("Space")

    def choose(self, first: str, words: str) -> None:
        """Choose one of a group, whose first option begins with ``first``."""
        self.to(first)
        self.page.keyboard.press("Space")
        for _ in range(MANY):
            if self.page.evaluate(FOCUSED).startswith(words):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{words!r} is not among the options")

    def answer(self, fact: str, *keys: str) -> None:
        """Answer the question that the page has put the focus on."""
        self.page.wait_for_url(f"**/q/{fact}/")
        expect(self.page.locator(f"#f-{fact}:focus, #i-{fact}:focus")).to_have_count(1)
        for key in keys:
            self.page.keyboard.type(key)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture
def sign_in(new_page: Callable[..., Page]) -> Callable[[str], Keyboard]:
    """Signs a made-up person in, each in their own browser, with the second factor if one is asked."""
    call_command("demo", skip_checks=True, verbosity=0)

    def enter(username: str) -> Keyboard:
        page = new_page(viewport={"width": 1280, "height": 800})
        hands = Keyboard(page)
        page.goto("/")
        hands.press("Sign in")
        hands.type("User name", username)
        hands.type("Password", people.password(username))
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if "/2fa/" in page.url:
            hands.type("Code", people.code(username))
            with page.expect_navigation():
                page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return hands

    return enter


def take(hands: Keyboard) -> None:
    """Take the case from the list of those that nobody has."""
    hands.press("Unassigned")
    hands.press(f"Take {REFERENCE}")
    expect(hands.page.get_by_text("You have this case")).to_be_visible()


def test_a_case_goes_from_the_nurse_to_the_auditor_by_keyboard(sign_in, axe):
    nurse = sign_in("nora")
    take(nurse)
    nurse.press("Go on with the questionnaire")
    answer_as_a_simple_dimple(nurse)
    expect(nurse.page.locator(".verdict")).to_contain_text("Not medically necessary")
    is_refused_an_adverse_signature(nurse)
    nurse.press("Refer to a physician")
    nurse.type("Note to the physician", "A simple dimple by the chart. Made up.")
    nurse.press("Refer to a physician")
    assert the_case().state == "physician_review"

    physician = sign_in("paula")
    take(physician)
    physician.press("Sign a decision")
    expect(physician.page.get_by_text("A simple dimple by the chart. Made up.")).to_be_visible()
    sign(physician, "Adverse", "None of the criteria is met. Made up.", "Sign the decision")
    assert decisions() == [("initial", "adverse", "paula", "physician")]

    intake = sign_in("ines")
    intake.page.goto(f"/cases/{the_case().pk}/")
    intake.press("Enter an appeal")
    intake.type("What the appeal says", "The family asks for another look. Made up.")
    intake.press("Enter the appeal")
    assert the_case().state == "appealed"

    appeals = sign_in("ada")
    take(appeals)
    appeals.press("Decide the appeal")
    why = "Measured again, the dimple is larger. Made up."
    sign(appeals, "Approve", "It was measured again. Made up.", "Sign the decision on the appeal", why)
    assert decisions()[1:] == [("appeal", "approved", "ada", "appeal_physician")]

    auditor = sign_in("otto")
    reads_the_story(auditor)
    axe(auditor.page)
    verifies_the_log(auditor)
    replays_the_decision(auditor)
    assert the_case().state == "decided"


def the_case() -> Case:
    return Case.objects.get(reference=REFERENCE)


def decisions() -> list[tuple[str, ...]]:
    signed = Decision.objects.filter(case=the_case()).order_by("number")
    return list(signed.values_list("kind", "result", "signed_by__username", "role"))


def answer_as_a_simple_dimple(nurse: Keyboard) -> None:
    nurse.answer("setting", "1")
    nurse.answer("reasons", "4")
    nurse.answer("stigmata", "1")
    nurse.answer("dimple_diameter_mm", "3")
    nurse.answer("dimple_distance_cm", "1.5")
    nurse.answer("dimple_base_visible", "1")
    nurse.answer("dimple_count", "1")
    nurse.answer("dimple_position", "1")


def is_refused_an_adverse_signature(nurse: Keyboard) -> None:
    """The page offers none; a form that was made by hand is refused, and that is recorded."""
    nurse.page.goto(f"/cases/{the_case().pk}/sign/")
    expect(nurse.page.get_by_role("radio", name="Adverse")).to_have_count(0)
    token = nurse.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    forged = {"csrfmiddlewaretoken": token, "result": "adverse", "rationale": "x", "reason": "x"}
    form = {**forged, "confirmed": "on", "token": "made-by-hand", "revision": "1", "seen": "x"}
    answer = nurse.page.context.request.post(nurse.page.url, form=form, headers={"Referer": nurse.page.url})
    assert answer.status == 403
    assert "physician" in answer.text()
    assert Event.objects.filter(action="refused", case=the_case().pk).exists()
    assert decisions() == []


def sign(physician: Keyboard, result: str, reason: str, button: str, why: str = "") -> None:
    """Sign. ``why`` takes the place of the drafted rationale, which speaks for the determination."""
    physician.to("Go on to the signature")
    physician.page.keyboard.press("Enter")
    expect(physician.page.get_by_label("I have reviewed the record")).to_be_focused()
    physician.page.keyboard.press("Space")
    physician.choose("Approve", result)
    if why:
        physician.type("Rationale", why)
    physician.type("Reason", reason)
    physician.press(button)


def reads_the_story(auditor: Keyboard) -> None:
    auditor.page.goto(f"/cases/{the_case().pk}/")
    auditor.press("The story of this case")
    story = auditor.page.locator("main")
    for words in ("Nora Nurse (made up)", "Dr. Paula Physician (made up)", "Dr. Ada Appeal (made up)"):
        expect(story).to_contain_text(words)
    for words in ("referred", "signed a decision", "entered an appeal", "refused"):
        expect(story).to_contain_text(words)


def verifies_the_log(auditor: Keyboard) -> None:
    auditor.press("Event log")
    auditor.press("Verify the log")
    auditor.press("Verify")
    expect(auditor.page.locator("#result")).not_to_contain_text("Damaged")
    expect(auditor.page.locator("#result")).to_contain_text("last event")


def replays_the_decision(auditor: Keyboard) -> None:
    auditor.page.goto(f"/cases/{the_case().pk}/decisions/1/")
    auditor.press("Replay")
    expect(auditor.page.locator(".replayed")).to_contain_text("same result")

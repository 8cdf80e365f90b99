"""Where the focus is as a page opens, and how a review leads from one page to the next."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from decisions.models import Letter, Note, new_id
from decisions.reviews.case import verbs as working
from decisions.reviews.letters import verbs as letters
from tests.reviews.pages import at
from tests.reviews.world import (
    INCOMPLETE,
    MET,
    NOT_MET,
    OUT_OF_SCOPE,
    RATIONALE,
    REASON,
    fresh,
    sent,
)

pytestmark = pytest.mark.django_db


class Page(HTMLParser):
    """What of a page takes the focus, in words, and every id that is on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.focused: list[dict[str, str | None]] = []
        self.ids: set[str | None] = set()
        self.words: list[str] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.ids.add(said.get("id"))
        if "autofocus" in said:
            self.focused.append(said)
            self.words.append("")
            self._open = tag if tag in ("a", "button") else ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.words[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""


def opened(response) -> Page:
    assert response.status_code == 200
    return Page(response.content.decode())


def focus_of(response) -> str:
    """The words, or else the name, of the one thing that takes the focus; "" where nothing does."""
    page = Page(response.content.decode())
    assert len(page.focused) <= 1, "more than one thing takes the focus"
    for said in page.focused:
        told = set((said.get("aria-describedby") or "").split())
        assert told <= page.ids, "the focus is described by what is not there"
        return " ".join(page.words[0].split()) or said.get("name") or said.get("id") or ""
    return ""


# Signing in


def test_signing_in_begins_with_the_user_name(client):
    assert focus_of(client.get(reverse("account_login"))) == "login"


@pytest.mark.django_db(databases=["default", "counters"])
def test_a_sign_in_that_failed_has_the_focus_on_what_is_wrong(client):
    response = client.post(reverse("account_login"), {"login": "nobody", "password": "made-up"})

    assert focus_of(response) == "errors"


# The moves


MOVES = [
    ("submit", "intake", lambda w: w.draft(), "Send to review"),
    ("claim", "reviewer_2", lambda w: w.in_review(w.reviewer), "reason"),
    ("assign", "reviewer", lambda w: w.in_review(w.reviewer), "to"),
    ("refer", "reviewer", lambda w: w.in_review(w.reviewer, NOT_MET), "text"),
    ("ask_colleague", "physician", lambda w: w.in_physician_review(w.physician), "to"),
    ("opinion", "physician_2", lambda w: w.asked(), "text"),
    ("withdraw_question", "physician", lambda w: w.asked(), "to"),
    ("send_back", "physician", lambda w: w.in_physician_review(w.physician), "text"),
    ("elsewhere", "reviewer", lambda w: w.in_review(w.reviewer, OUT_OF_SCOPE), "to"),
    ("information", "reviewer", lambda w: w.in_review(w.reviewer, INCOMPLETE), "recipient"),
    ("received", "intake", lambda w: w.waiting(), "text"),
    ("extend", "reviewer", lambda w: w.in_review(w.reviewer), "reason"),
    ("note", "reviewer", lambda w: w.in_review(w.reviewer), "text"),
    ("withdraw", "intake", lambda w: w.draft(), "reason"),
    ("appeal", "intake", lambda w: w.decided_adverse(), "received_at"),
    ("reopen", "intake", lambda w: w.closed(), "reason"),
]


@pytest.mark.parametrize(("move", "who", "made", "focus"), MOVES)
def test_a_move_opens_with_the_focus_where_something_is_to_be_done_and_says_what_it_does(
    world, move, who, made, focus
):
    response = world.client(getattr(world, who)).get(at(move, made(world)))

    assert focus_of(response) == focus
    assert "says" in opened(response).focused[0]["aria-describedby"].split()


def test_closing_opens_with_the_focus_on_its_button(world):
    case = world.closed()
    working.reopen(world.reviewer, case.pk, sent(case), REASON)

    assert focus_of(world.client(world.reviewer).get(at("close", case))) == "Close the case"


@pytest.mark.parametrize("move", ["refer", "note", "extend", "assign"])
def test_what_is_wrong_takes_the_focus_and_nothing_else_does(world, move):
    case = world.in_review(world.reviewer, NOT_MET)
    form = {"token": new_id(), "revision": case.revision}
    response = world.client(world.reviewer).post(at(move, case), form)

    assert response.status_code == 422
    assert focus_of(response) == "errors"


def test_a_page_that_became_outdated_has_the_focus_on_what_happened(world):
    case = world.in_review(world.reviewer, NOT_MET)
    working.extend(world.reviewer, case.pk, sent(case), REASON)
    form = {"token": new_id(), "revision": case.revision, "text": "Please look."}
    response = world.client(world.reviewer).post(at("refer", case), form)

    assert response.status_code == 409
    assert focus_of(response) == "errors"


def test_a_new_request_begins_in_its_first_field(world):
    assert focus_of(world.client(world.intake).get(reverse("reviews:new"))) == "member_reference"


# A case


CASES = [
    ("intake", lambda w: w.draft(), "Send to review"),
    ("reviewer", lambda w: w.in_review(), "Take this case"),
    ("reviewer", lambda w: w.in_review(w.reviewer), "Go on with the questionnaire"),
    ("reviewer", lambda w: w.in_review(w.reviewer, MET), "Sign a decision"),
    ("reviewer", lambda w: w.in_review(w.reviewer, NOT_MET), "Refer to a physician"),
    ("physician", lambda w: w.in_physician_review(w.physician), "Sign a decision"),
    ("reviewer", lambda w: w.waiting(), "Information has arrived"),
    ("reviewer", lambda w: w.decided(), "Letter: Approval"),
    ("reviewer_2", lambda w: w.in_review(w.reviewer), ""),
    ("auditor", lambda w: w.in_review(w.reviewer), ""),
    ("intake", lambda w: w.in_review(), "Enter the next request"),
    ("intake", lambda w: w.appealed(), "Enter the next request"),
    ("intake", lambda w: w.waiting(), "Information has arrived"),
]


LISTS = [
    ("reviewer", "mine", lambda w: w.in_review(w.reviewer), "{}"),
    ("reviewer", "team", lambda w: w.draft(), "{}"),
    ("reviewer", "unassigned", lambda w: w.in_review(), "{}"),
    ("appeal_physician", "unassigned", lambda w: w.appealed(), "Take {}"),
    ("appeal_physician", "team", lambda w: w.appealed(w.person("away", "appeal_physician")), "Take over {}"),
    ("reviewer", "mine", lambda w: w.in_review(), "Take the next case"),
    ("reviewer", "mine", lambda w: w.draft(), "reference"),
    ("reviewer", "unassigned", lambda w: w.draft(), "reference"),
]


@pytest.mark.parametrize(("who", "which", "made", "focus"), LISTS)
def test_a_list_opens_with_the_focus_where_work_begins(world, who, which, made, focus):
    case = made(world)
    response = world.client(getattr(world, who)).get(reverse("reviews:list"), {"which": which})

    assert focus_of(response) == focus.format(case)


def test_a_list_with_a_wrong_filter_has_the_focus_on_what_is_wrong(world):
    world.in_review(world.reviewer)
    response = world.client(world.reviewer).get(reverse("reviews:list"), {"state": "lost"})

    assert focus_of(response) == "errors"


@pytest.mark.parametrize(("count", "focus"), [(0, "reference"), (1, "MADE-UP-0"), (2, "reference")])
def test_a_search_with_one_hit_has_the_focus_on_it(world, count, focus):
    for number in range(count):
        world.draft(reference=f"MADE-UP-{number}")
    client = world.client(world.reviewer)

    assert focus_of(client.get(reverse("reviews:search"))) == "reference"
    assert focus_of(client.post(reverse("reviews:search"), {"reference": "made-up"})) == focus


@pytest.mark.parametrize(("who", "made", "focus"), CASES)
def test_a_case_opens_with_the_focus_on_what_comes_next_and_tells_its_head_with_it(world, who, made, focus):
    response = world.client(getattr(world, who)).get(at("case", made(world)))

    assert focus_of(response) == focus
    described_by = opened(response).focused[0]["aria-describedby"].split() if focus else ["case-head"]
    assert described_by[-1] == "case-head"
    # The result is heard before the head: the next key acts.
    assert not focus or ("verdict" in described_by) == ('id="verdict"' in response.content.decode())


@pytest.mark.parametrize(
    ("answers", "focus"),
    [(MET, "Sign a decision"), (NOT_MET, "Refer to a physician"), (INCOMPLETE, "Continue the questions")],
)
def test_a_determination_opens_with_the_focus_on_the_next_step_above_it(world, answers, focus):
    case = world.in_review(world.reviewer, answers)
    response = world.client(world.reviewer).get(at("determination", case))

    assert focus_of(response) == focus
    html = response.content.decode()
    assert html.index("autofocus") < html.index('class="determinations"')


def test_a_question_has_the_focus_itself(world):
    case = world.in_review(world.reviewer)
    response = world.client(world.reviewer).get(at("go", case), follow=True)

    page = Page(response.content.decode())
    assert [said["id"] for said in page.focused] == ["f-setting"]


# Signing and the letter


def signing(response, **more: str) -> dict[str, object]:
    form = response.context["form"]
    hidden = {field.name: field.value() for field in form.hidden_fields()}
    said = {"confirmed": "on", "result": "approved", "rationale": RATIONALE, "reason": REASON}
    return {**hidden, **said, **more}


def test_a_page_for_signing_opens_before_the_record_with_one_step_to_the_signature(world):
    case = world.in_review(world.reviewer, MET)
    response = world.client(world.reviewer).get(at("sign", case))
    page, html = opened(response), response.content.decode()

    assert focus_of(response) == "Go on to the signature"
    target = page.focused[0]["href"].removeprefix("#")
    assert re.search(rf'<input type="checkbox"[^>]* id="{target}"', html)
    assert html.index("autofocus") < html.index('class="signing-record"')


def test_a_signature_that_is_not_complete_has_the_focus_on_what_is_missing(world):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)
    data = signing(client.get(at("sign", case)), rationale="")
    response = client.post(at("sign", case), data)

    assert response.status_code == 422
    assert focus_of(response) == "errors"


def test_a_signature_leads_to_its_letter_with_the_focus_on_having_read_it(world):
    world.line.contact = world.line.appeal_rights = world.line.external_review = "Made up."
    world.line.peer_review = "Made up."
    world.line.save()
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)
    answer = client.post(at("sign", case), signing(client.get(at("sign", case))))
    page = client.get(answer.url)

    assert answer.url == at("new_letter", case, "approval")
    assert focus_of(page) == "read_over"
    assert letters.draft(fresh(case), "approval").splitlines()[0] in page.content.decode()
    assert at("decision", case, 1) in page.content.decode()
    assert not Letter.objects.exists(), "it is read before it is issued"


def test_a_letter_that_lacks_a_text_keeps_the_focus_off_its_button(world):
    case = world.decided()
    page = world.client(world.reviewer).get(at("new_letter", case, "approval"))

    assert page.context["lacks"]
    assert focus_of(page) == ""


def test_a_signature_that_is_sent_again_after_the_letter_makes_no_second_letter(world):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)
    data = signing(client.get(at("sign", case)))
    client.post(at("sign", case), data)
    letters.issue(world.reviewer, case.pk, sent(case), "approval", "Dr. O. (made up)", "Approved.")

    assert client.post(at("sign", case), data).url == at("decision", case, 1)


def test_a_correction_leads_to_its_letter_too(world):
    case = world.decided_adverse()
    client = world.client(world.physician)
    data = signing(client.get(at("correct", case)))
    answer = client.post(at("correct", case), {**data, "rationale": "It shows more now (made up)."})

    assert answer.url == at("new_letter", case, "approval")


def test_a_corrected_decision_of_a_case_that_was_appealed_meanwhile_is_shown(world):
    case = world.decided_adverse()
    client = world.client(world.physician)
    data = signing(client.get(at("correct", case)), result="adverse")
    assert client.post(at("correct", case), data).url == at("new_letter", case, "adverse")
    intake = world.client(world.intake)
    form = {
        "token": new_id(),
        "revision": fresh(case).revision,
        "text": "They appeal.",
        "urgency": "standard",
    }
    form["received_at"] = intake.get(at("appeal", case)).context["form"]["received_at"].value()
    assert intake.post(at("appeal", case), form).status_code == 302

    assert client.post(at("correct", case), data).url == at("decision", case, 2)


# The next case


def test_a_letter_that_is_out_has_the_focus_on_taking_the_next_case(world):
    case, waiting = world.decided(), world.in_review()
    letters.issue(world.reviewer, case.pk, sent(case), "approval", "Dr. O. (made up)", "Approved.")
    client = world.client(world.reviewer)
    response = client.get(at("letter", case, 1))

    assert focus_of(response) == "Take the next case"
    html = response.content.decode()
    assert html.index("autofocus") < html.index("Approved.")
    token = re.search(r'claim/">.*?name="token" value="([^"]+)"', html, re.DOTALL)[1]
    assert client.post(at("claim", waiting), {"token": token}).url == at("case", waiting)


@pytest.mark.parametrize("more", [0, 1])
def test_after_the_last_letter_the_page_says_what_is_left_and_leads_back_to_the_list(world, more):
    case = world.decided()
    for _ in range(more):
        world.in_review(world.reviewer)
    letters.issue(world.reviewer, case.pk, sent(case), "approval", "Dr. O. (made up)", "Approved.")
    response = world.client(world.reviewer).get(at("letter", case, 1))

    assert focus_of(response) == "Back to the cases"
    none_is_left = "No case is left to take. You have 1 open case." if more else "Your list is empty"
    assert none_is_left in response.content.decode()


def test_a_letter_has_no_focus_of_its_own_for_whoever_takes_no_case(world):
    case = world.decided()
    letters.issue(world.reviewer, case.pk, sent(case), "approval", "Dr. O. (made up)", "Approved.")

    assert focus_of(world.client(world.intake).get(at("letter", case, 1))) == ""


def test_after_a_referral_the_focus_is_on_taking_the_next_case(world):
    case = world.in_review(world.reviewer, NOT_MET)
    waiting = world.in_review()
    client = world.client(world.reviewer)
    form = {"token": new_id(), "revision": case.revision, "text": "Please look."}
    response = client.post(at("refer", case), form, follow=True)

    assert response.context["page"].next_case == waiting
    assert focus_of(response) == "Take the next case"


def test_after_a_referral_nobody_is_led_to_a_case_that_they_cannot_take(world):
    case = world.in_physician_review()
    response = world.client(world.reviewer).get(at("case", case))

    assert response.context["page"].next_case is None
    assert focus_of(response) == ""


def test_whoever_could_take_the_case_that_they_look_at_is_offered_that_one(world):
    case = world.in_physician_review()
    world.in_review()
    response = world.client(world.physician).get(at("case", case))

    assert response.context["page"].next_case is None
    assert focus_of(response) == "Take this case"


def test_whoever_entered_a_request_and_could_review_it_too_goes_on_to_the_next_request(world):
    both = world.person("both", "intake", "reviewer")
    case = world.in_review(by=both)

    assert focus_of(world.client(both).get(at("case", case))) == "Enter the next request"
    assert focus_of(world.client(both).get(at("case", world.in_review()))) == "Take this case"


# Handing over


def test_where_nobody_else_can_have_a_case_the_page_says_so_and_has_no_form(world):
    case = world.in_review(world.reviewer)
    type(world.reviewer).objects.filter(team=world.team).exclude(pk=world.reviewer.pk).update(is_active=False)
    response = world.client(world.reviewer).get(at("assign", case))

    assert "Nobody else in the team can have this case as it is now." in response.content.decode()
    assert 'name="to"' not in response.content.decode()
    assert focus_of(response) == "Back to the case"


@pytest.mark.parametrize("note", ["", "Please call the ordering clinician."])
def test_a_case_is_handed_over_with_a_note_or_without(world, note):
    case = world.in_review(world.reviewer)
    form = {"token": new_id(), "revision": case.revision, "to": world.reviewer_2.pk, "note": note}
    for _ in range(2):
        assert world.client(world.reviewer).post(at("assign", case), form).status_code == 302

    assert fresh(case).assignee == world.reviewer_2
    told = list(Note.objects.values_list("text", "written_by"))
    expected = [(f"Handed over to {world.reviewer_2}: {note}", world.reviewer.pk)] if note else []
    assert told == expected
    seen = world.client(world.reviewer_2).get(at("case", case)).content.decode()
    assert note in seen


def test_the_note_of_a_hand_over_that_names_nobody_stays_on_the_page(world):
    case = world.in_review(world.reviewer)
    form = {"token": new_id(), "revision": case.revision, "to": "", "note": "A long thought."}
    response = world.client(world.reviewer).post(at("assign", case), form)

    assert response.status_code == 422
    assert "A long thought." in response.content.decode()
    assert not Note.objects.exists()


def test_a_hand_over_that_is_refused_leaves_no_note(world):
    case = world.in_review(world.reviewer)
    form = {"token": new_id(), "revision": case.revision, "to": world.intake.pk, "note": "A long thought."}
    response = world.client(world.reviewer).post(at("assign", case), form)

    assert response.status_code in (403, 422)
    assert not Note.objects.exists()

"""The moves of a case as small pages without JavaScript."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from decisions.models import Event, Letter, Note, new_id
from decisions.reviews.case import verbs as working
from decisions.reviews.ground.forms import LONGEST_LETTER, LONGEST_TEXT
from tests.reviews.pages import text_of
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, fresh, sent

pytestmark = pytest.mark.django_db


def address(case, move):
    return f"/cases/{case.pk}/{move}/"


def hidden(response):
    """The token and the revision that a page carries."""
    form = response.context["form"]
    return {name: form[name].value() for name in ("token", "revision")}


def send(client, case, move, **fields):
    """Open a page, fill it in, and send it."""
    opened = client.get(address(case, move))
    assert opened.status_code == 200
    return client.post(address(case, move), {**hidden(opened), **fields})


MOVES = [
    ("submit", "intake", lambda w: w.draft(), {}, "in_review"),
    ("claim", "reviewer", lambda w: w.in_review(), {}, "in_review"),
    (
        "refer",
        "reviewer",
        lambda w: w.in_review(w.reviewer, NOT_MET),
        {"text": "Please look."},
        "physician_review",
    ),
    (
        "information",
        "reviewer",
        lambda w: w.in_review(w.reviewer, INCOMPLETE),
        {"recipient": "Dr. Olga Ordering (made up)", "body": "Please send it.", "read_over": "on"},
        "waiting",
    ),
    (
        "send_back",
        "physician",
        lambda w: w.in_physician_review(w.physician),
        {"text": "Is its base seen?"},
        "in_review",
    ),
    ("received", "intake", lambda w: w.waiting(), {"text": "The record came."}, "in_review"),
    ("received", "intake", lambda w: w.waiting(), {}, "in_review"),
    ("extend", "reviewer", lambda w: w.in_review(w.reviewer), {"reason": "It is long."}, "in_review"),
    ("note", "physician", lambda w: w.in_review(w.reviewer), {"text": "Seen."}, "in_review"),
    ("withdraw", "intake", lambda w: w.draft(), {"reason": "Asked for twice."}, "closed"),
    ("reopen", "intake", lambda w: w.closed(), {"reason": "An appeal arrived."}, "decided"),
]


@pytest.mark.parametrize(
    ("move", "who", "made", "fields", "told"),
    [
        ("submit", "intake", lambda w: w.draft(), {}, "The request is sent to review."),
        ("refer", "reviewer", lambda w: w.in_review(w.reviewer), {"text": "Look."}, "The case is referred."),
    ],
)
def test_a_move_that_takes_a_case_out_of_sight_says_once_that_it_worked(world, move, who, made, fields, told):
    case, client = made(world), world.client(getattr(world, who))
    response = client.get(send(client, case, move, **fields).url)

    assert f'<p class="remark" role="status">{told}' in text_of(response)
    assert told not in text_of(client.get(f"/cases/{case.pk}/"))


@pytest.mark.parametrize(("move", "who", "made", "fields", "state"), MOVES)
def test_a_move_is_made_once_and_leads_back_to_the_case(world, move, who, made, fields, state):
    case, client = made(world), world.client(getattr(world, who))
    page = client.get(address(case, move))
    form = {**hidden(page), **fields}
    first = client.post(address(case, move), form)
    events, notes = Event.objects.filter(case=case.pk).count(), Note.objects.count()
    again = client.post(address(case, move), form)

    assert first.status_code == again.status_code == 302
    assert first.url == again.url == f"/cases/{case.pk}/"
    assert fresh(case).state == state
    assert (Event.objects.filter(case=case.pk).count(), Note.objects.count()) == (events, notes)


@pytest.mark.parametrize(
    ("move", "field"),
    [("refer", "text"), ("note", "text"), ("extend", "reason"), ("withdraw", "reason"), ("assign", "to")],
)
def test_a_move_that_needs_a_word_says_so(world, move, field):
    case = world.in_review(world.reviewer, NOT_MET)
    response = send(world.client(world.reviewer), case, move, **{field: " "})

    assert response.status_code == 422
    assert f'href="#id_{field}"' in text_of(response)
    assert fresh(case).revision == case.revision


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_note_has_a_limit_and_stays_on_the_page_beyond_it(world, over):
    case = world.in_review(world.reviewer)
    note = "x" * (LONGEST_TEXT + over)
    response = send(world.client(world.reviewer), case, "note", text=note)

    assert response.status_code == (422 if over > 0 else 302)
    assert over <= 0 or note in text_of(response)


def noted(world, who, case, text):
    """What the page of the case says after a note."""
    client = world.client(who)
    return text_of(client.get(send(client, case, "note", text=text).url))


def test_a_note_that_is_sent_again_from_a_page_gone_back_to_is_not_written_again(world):
    case = world.in_review(world.reviewer)
    assert "stands already" not in noted(world, world.reviewer, case, "Read page 4.\r\nAll of it.")
    said = noted(world, world.reviewer, case, "Read page 4.\r\nAll of it.")

    written_at = timezone.localtime(case.case_notes.get().written_at)
    assert f"This note stands already: you wrote it on {written_at:%Y-%m-%d %H:%M}." in said
    assert "Read page 4." in said
    assert Event.objects.filter(case=case.pk, action="note_added").count() == 1


def test_a_note_in_other_words_or_by_somebody_else_or_after_another_is_written(world):
    case, words = world.in_review(world.reviewer), "Read page 4."
    for who, text in (
        (world.reviewer, words),
        (world.reviewer, f"{words} And 5."),
        (world.reviewer, words),
        (world.physician, words),
    ):
        assert "stands already" not in noted(world, who, case, text)
    assert "stands already" in noted(world, world.reviewer, case, words)

    assert [note.text for note in case.case_notes.order_by("pk")] == [words, f"{words} And 5.", words, words]


def test_a_note_of_another_kind_in_the_same_words_is_no_reason_to_leave_it_out(world):
    case = world.waiting()
    working.receive_information(world.reviewer, case.pk, sent(case), "Page 2 came.")

    assert "stands already" not in noted(world, world.reviewer, case, "Page 2 came.")
    assert case.case_notes.filter(text="Page 2 came.").count() == 2


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_letter_has_a_limit(world, over):
    case = world.in_review(world.reviewer, INCOMPLETE)
    fields = {
        "recipient": "Dr. Olga Ordering (made up)",
        "body": "x" * (LONGEST_LETTER + over),
        "read_over": "on",
    }
    response = send(world.client(world.reviewer), case, "information", **fields)

    assert response.status_code == (422 if over > 0 else 302)


def test_the_letter_that_asks_lists_what_is_missing_in_words(world):
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = world.client(world.reviewer).get(address(case, "information"))

    body = page.context["form"]["body"].value()
    assert case.reference in body
    assert re.search(r"^- .*\?$", body, re.MULTILINE)
    assert page.context["form"]["recipient"].value() == "Dr. Olga Ordering (made up)"


def test_where_no_question_is_open_whoever_asks_says_for_what(world):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)
    page = client.get(address(case, "information"))
    body = page.context["form"]["body"].value()
    said = {"recipient": "Dr. O. (made up)", "read_over": "on"}
    refused = send(client, case, "information", body=body, **said)

    assert "No question is open" in text_of(page)
    assert refused.status_code == 422
    assert "This letter has to say what is needed, in place of “… (say what)”." in text_of(refused)
    send(client, case, "information", body=body.replace("… (say what)", "the note of the birth"), **said)
    assert fresh(case).state == "waiting"


def test_where_a_question_is_open_nothing_is_said_of_that(world):
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = world.client(world.reviewer).get(address(case, "information"))

    assert "No question is open" not in text_of(page)


def test_a_request_for_information_goes_out_once_somebody_says_that_it_was_read(world):
    case = world.in_review(world.reviewer, INCOMPLETE)
    fields = {"recipient": "Dr. O. (made up)", "body": "Please send page 3."}
    refused = send(world.client(world.reviewer), case, "information", **fields)

    assert refused.status_code == 422
    assert "Please send page 3." in text_of(refused)
    assert fresh(case).state == "in_review"


def test_the_letter_goes_out_as_it_was_edited(world):
    case = world.in_review(world.reviewer, INCOMPLETE)
    fields = {"recipient": "Dr. Other (made up)", "body": "Please send page 3.", "read_over": "on"}
    send(world.client(world.reviewer), case, "information", **fields)

    letter = Letter.objects.get(case=case)
    assert (letter.recipient, letter.body) == ("Dr. Other (made up)", "Please send page 3.")


def test_a_case_is_given_to_a_colleague_who_can_have_it(world):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)
    shown = text_of(client.get(address(case, "assign")))
    assert "Reviewer 2 (made up)" in shown
    assert "Intake (made up)" not in shown
    assert "Other Reviewer" not in shown

    send(client, case, "assign", to=world.reviewer_2.pk)
    assert fresh(case).assignee == world.reviewer_2


@pytest.mark.parametrize("who", ["other_reviewer", "intake"])
def test_a_case_is_not_given_to_somebody_who_cannot_have_it(world, who):
    case = world.in_review(world.reviewer)
    person = getattr(world, who)
    response = send(world.client(world.reviewer), case, "assign", to=person.pk)

    assert response.status_code in (403, 422)
    assert ("Other" in text_of(response)) is False
    assert fresh(case).assignee == world.reviewer


def test_a_case_is_taken_over_with_a_reason(world):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer_2)
    refused = send(client, case, "claim", reason="")
    assert refused.status_code == 403
    assert "To take it over, give a reason." in text_of(refused)

    send(client, case, "claim", reason="Reviewer is ill (made up).")
    assert fresh(case).assignee == world.reviewer_2
    assert "Taken over: Reviewer is ill (made up)." in Note.objects.latest("pk").text


def test_a_case_that_was_changed_in_between_keeps_what_was_typed_and_says_who_did_what(world):
    case = world.in_review(world.reviewer, NOT_MET)
    client = world.client(world.reviewer)
    opened = hidden(client.get(address(case, "refer")))
    working.extend(world.reviewer, case.pk, sent(case), "The record is long (made up).")
    stale = client.post(address(case, "refer"), {**opened, "text": "A long thought."})

    assert stale.status_code == 409
    assert "A long thought." in text_of(stale)
    assert f"{world.reviewer} extended the turnaround of {case.reference}" in text_of(stale)
    assert fresh(case).state == "in_review"

    again = client.post(address(case, "refer"), {**hidden(stale), "text": "A long thought."})
    assert again.status_code == 302
    assert fresh(case).state == "physician_review"


def test_a_move_that_became_impossible_keeps_what_was_typed(world):
    case = world.in_review(world.reviewer, NOT_MET)
    client = world.client(world.reviewer)
    opened = hidden(client.get(address(case, "extend")))
    working.extend(world.reviewer, case.pk, sent(case), "First.")
    form = {**opened, "reason": "A second reason.", "revision": fresh(case).revision}
    response = client.post(address(case, "extend"), form)

    assert response.status_code == 403
    assert "cannot be extended again" in text_of(response)
    assert "A second reason." in text_of(response)


def test_a_case_is_closed_once_its_letter_is_out(world):
    case = world.decided()
    client = world.client(world.reviewer)
    refused = client.post(address(case, "close"), {"token": new_id(), "revision": case.revision})

    assert refused.status_code == 403
    assert "The letter about the decision is not out yet." in text_of(refused)
    assert fresh(case).state == "decided"


def test_a_form_without_its_token_changes_nothing(world):
    case = world.in_review(world.reviewer)
    response = world.client(world.reviewer).post(address(case, "note"), {"text": "Seen."})

    assert response.status_code == 422
    assert not Note.objects.exists()


@pytest.mark.parametrize("move", ["refer", "information", "extend", "note", "assign", "claim"])
def test_intake_opens_no_move_of_a_review(world, move):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.intake)

    assert client.get(address(case, move)).status_code == 403
    response = client.post(address(case, move), {"token": new_id(), "text": "x", "reason": "x", "body": "x"})
    assert response.status_code in (403, 422)
    assert "stigmata" not in text_of(response)
    assert fresh(case).revision == case.revision


@pytest.mark.parametrize("move", ["submit", "note", "withdraw", "close", "information"])
def test_a_move_of_another_teams_case_looks_like_one_of_no_case(world, move):
    case = world.of_other_team("in_review", world.other_reviewer, INCOMPLETE)
    client = world.client(world.reviewer)
    form = {"token": new_id(), "text": "x", "reason": "x", "recipient": "x", "body": "x"}

    for key in (case.pk, "AAAAAAAAAAAAAAAAAAAAAA"):
        assert client.get(f"/cases/{key}/{move}/").status_code == 404
        assert client.post(f"/cases/{key}/{move}/", form).status_code == 404


def test_an_appeal_is_taken_by_an_appeal_physician(world):
    case = world.appealed()
    client = world.client(world.appeal_physician)

    assert client.get(address(case, "claim")).status_code == 200
    assert client.post(address(case, "claim"), {"token": new_id()}).status_code == 302
    assert client.get(f"/cases/{case.pk}/").status_code == 200


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_loses_nothing(world, client):
    case = world.in_review(world.reviewer)
    assert client.get(address(case, "refer")).url.startswith("/accounts/login/")
    response = client.post(address(case, "refer"), {"token": new_id(), "text": "A long thought."})

    assert response.status_code == 401
    assert "A long thought." in text_of(response)


def test_the_page_of_an_extension_says_by_how_much_and_until_when(world):
    case = world.in_review(world.reviewer)
    page = text_of(world.client(world.reviewer).get(address(case, "extend")))
    until = timezone.localtime(case.due_at + dt.timedelta(days=14))

    assert f"14 calendar days longer, until {until:%Y-%m-%d %H:%M %Z}" in page


@pytest.mark.parametrize(
    ("paused", "said"), [([], "goes on meanwhile"), (["waiting"], "stands still meanwhile")]
)
def test_asking_for_information_says_whether_the_turnaround_goes_on(world, paused, said):
    world.line.paused_states = paused
    world.line.save()
    case = world.in_review(world.reviewer, INCOMPLETE)

    assert said in text_of(world.client(world.reviewer).get(address(case, "information")))

"""Letters: which can be issued, what they say, and who sees them."""

import html
import json
import re

import pytest
from django.utils import timezone

from decisions.models import Case, Decision, Event, Letter
from decisions.reviews.case import verbs as working
from decisions.reviews.letters import texts as letter_texts
from decisions.reviews.letters import verbs as letters
from decisions.reviews.letters.page import Block, blocks
from tests.reviews.pages import at, text_of
from tests.reviews.world import (
    INCOMPLETE,
    MET,
    NOT_MET,
    RATIONALE,
    appeal_decided,
    corrected,
    fresh,
    sent,
    signed,
)

pytestmark = pytest.mark.django_db
DECIDING = (
    "Diagnostic ultrasound of the spine and/or paraspinal tissues is considered not medically necessary"
)


def sent_back(page, **fields):
    """What a browser sends from the page of a letter."""
    source = page.content.decode()
    found = dict(re.findall(r'<input type="hidden" name="(token|revision)" value="([^"]*)"', source))
    to = re.search(r'name="recipient" value="([^"]*)"', source)
    data = {**found, "recipient": html.unescape(to[1]), "read_over": "on"}
    if body := re.search(r'<textarea name="body"[^>]*>\n?([^<]*)</textarea>', source):
        data["body"] = html.unescape(body[1])
    return {**data, **fields}


def issue(client, case, **fields):
    """Issue the letter that can be issued, from its page."""
    address = at("new_letter", case, letters.kinds(case)[0])
    return client.post(address, sent_back(client.get(address), **fields))


# Which letters there can be


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("draft", []),
        ("in_review", []),
        ("in_physician_review", []),
        ("waiting", ["information"]),
        ("decided", ["approval"]),
        ("decided_adverse", ["adverse"]),
        ("appealed", []),
        ("appeal_decided", ["overturned"]),
        ("closed", []),
        ("withdrawn", []),
        ("sent_elsewhere", ["elsewhere"]),
    ],
)
def test_a_state_has_its_letters(world, name, kinds):
    assert letters.kinds(getattr(world, name)()) == kinds


def test_an_appeal_that_changes_nothing_has_the_letter_that_says_so(world):
    assert letters.kinds(world.appeal_decided("adverse")) == ["upheld"]


@pytest.mark.parametrize(
    ("name", "result", "kind"),
    [
        ("decided_adverse", "approved", "approval"),
        ("decided", "adverse", "adverse"),
        ("decided", "approved", "approval"),
    ],
)
def test_a_correction_has_the_letter_of_what_it_says_now(world, name, result, kind):
    case = getattr(world, name)()
    corrected(world.physician, case, result)

    assert letters.kinds(fresh(case)) == [kind]


@pytest.mark.parametrize(("result", "kind"), [("adverse", "upheld"), ("approved", "overturned")])
def test_a_correction_after_an_appeal_has_the_letter_of_an_appeal(world, result, kind):
    case = world.appeal_decided()
    corrected(world.appeal_physician, case, result)

    assert letters.kinds(fresh(case)) == [kind]


def test_an_extension_of_an_open_case_has_a_letter(world):
    case = world.in_review(world.reviewer)
    working.extend(world.reviewer, case.pk, sent(case), "The record is long (made up).")

    text = letters.draft(fresh(case), "extension")

    assert letters.kinds(fresh(case)) == ["extension"]
    assert "The record is long (made up)." in text
    assert "14 calendar days" in text


def test_a_letter_of_an_extension_is_about_no_decision_also_where_there_is_one(world):
    case = world.appealed(world.appeal_physician)
    working.extend(world.appeal_physician, case.pk, sent(case), "Made up: a record is on its way.")
    body = letters.draft(fresh(case), "extension")

    letters.issue(world.appeal_physician, case.pk, sent(case), "extension", "Dr. O. (made up)", body)

    assert Letter.objects.get(kind="extension").decision is None


def test_a_correction_has_to_have_its_own_letter_before_the_case_is_closed(world):
    case = world.decided()
    reviewer = world.client(world.reviewer)
    issue(reviewer, case)
    corrected(world.physician, case, "approved")

    with pytest.raises(letters.RefusedError, match="not out yet"):
        working.close(world.reviewer, case.pk, sent(case))

    issue(reviewer, fresh(case))
    working.close(world.reviewer, case.pk, sent(case))
    assert fresh(case).state == "closed"


@pytest.mark.parametrize(("kind", "status"), [("adverse", 403), ("information", 403), ("bogus", 404)])
def test_a_letter_that_does_not_fit_is_not_offered(world, kind, status):
    case = world.decided()

    assert world.client(world.reviewer).get(at("new_letter", case, kind)).status_code == status


# What they say


def test_an_adverse_letter_says_what_why_by_whom_and_what_can_be_done(world):
    case = world.decided_adverse()

    text = letters.draft(case, "adverse")

    for part in (
        case.reference,
        case.member_reference,
        "The requested service is not approved.",
        "The reason:\nTalked with the ordering clinician.",
        f"Clinical rationale:\n{RATIONALE}",
        "edition of 2024-09-15",
        f"> “{DECIDING}",
        "(GUIDELINES › Not Medically Necessary)",
        "McKee-Garrett TM. Assessment of the newborn infant.",
        "Decided by Physician (made up), physician, license MADE-UP-physician (NY)",
        "How to appeal:",
        "expedited appeal",
        "A review outside of our organization",
        "peer clinical review",
        "copy of everything on record",
    ):
        assert part in text


def test_what_depends_on_a_plan_is_marked_as_such(world):
    text = letters.draft(world.decided_adverse(), "adverse")

    for part in re.split(r"\n\n", text):
        if re.search(r"appeal this decision|expedited|outside of our|peer clinical|copy of", part):
            assert "plan provides" in part


def test_a_passage_that_the_rationale_quotes_is_not_quoted_twice(world):
    case = world.in_physician_review(world.physician)
    from decisions.reviews import services
    from decisions.reviews.ground import facts

    rationale = services.rationale(facts.explained(case, facts.determination(case)))
    signed(world.physician, case, "adverse", rationale=rationale)

    assert letters.draft(fresh(case), "adverse").count(DECIDING) == 1


def test_a_letter_quotes_what_was_frozen_and_not_what_counts_today(world, monkeypatch):
    import dataclasses

    from decisions import services

    case = world.decided_adverse()
    before = letters.draft(case, "adverse")
    shelf = services.library()

    def other_words(policy):
        passages = {key: dataclasses.replace(p, quote="Other words.") for key, p in policy.passages.items()}
        return dataclasses.replace(policy, passages=passages, fingerprint="f" * 64)

    editions = {key: tuple(map(other_words, each)) for key, each in shelf.editions.items()}
    changed = dataclasses.replace(shelf, editions=editions, _rules={})
    monkeypatch.setattr(services, "library", lambda: changed)

    assert letters.draft(case, "adverse") == before


def test_an_information_letter_lists_exactly_what_is_missing(world):
    case = world.waiting()

    lines = letters.draft(case, "information").splitlines()

    assert [line[2:] for line in lines if line.startswith("- ")] == [
        "How wide is the dimple?",
        "How far is the dimple from the anus?",
        "Is the base of the dimple seen?",
        "Is it one dimple or several?",
        "Is the dimple in the midline?",
    ]


def test_an_information_letter_asks_for_the_code_that_the_next_step_asks_for(world):
    case = world.in_review(answers=MET, diagnosis_codes=[])

    text = letters.draft(case, "information")

    assert text.count("\n- ") == 1
    assert "diagnosis" in text.lower()


def test_no_time_is_named_where_the_clock_stands_still_while_waiting(world):
    runs = world.in_review(answers=INCOMPLETE)
    stands = world.in_review(answers=INCOMPLETE, plan=world.plan_of(paused_states=["waiting"]))

    assert "a decision is due on" in letters.draft(runs, "information")
    assert "a decision is due on" not in letters.draft(stands, "information")


def test_days_and_times_are_those_of_the_office(world, settings):
    settings.TIME_ZONE = "America/New_York"
    case = world.decided_adverse()
    made = Decision.objects.get()
    zone = timezone.get_default_timezone()

    assert f"{made.signed_at.astimezone(zone):%Y-%m-%d %H:%M %Z}" in letters.draft(case, "adverse")


def test_a_letter_of_a_correction_says_that_it_corrects(world):
    case = world.decided_adverse()
    assert "corrects" not in letters.draft(case, "adverse")

    corrected(world.physician, case, "approved")

    day = letter_texts.day(timezone.now())
    assert f"This corrects our decision of {day}" in letters.draft(fresh(case), "approval")


def test_a_letter_upholds_what_was_decided(world):
    case = world.appealed(world.appeal_physician)
    appeal_decided(world.appeal_physician, case, "adverse")

    text = letters.draft(fresh(case), "upheld")

    day = letter_texts.day(timezone.now())
    assert f"The appeal against our decision of {day} was decided. That decision stands" in text
    assert "appeal physician, license MADE-UP-appeal_physician (NY)" in text
    assert "You can appeal this decision" not in text
    assert DECIDING in text


def test_an_approval_promises_no_payment_and_quotes_no_refusal(world):
    text = letters.draft(world.decided(), "approval")

    assert "The requested service is approved." in text
    assert "no promise of payment" in text
    assert "appeal" not in text


def test_no_letter_is_drafted_from_a_destroyed_record(world):
    case = world.decided_adverse()
    Decision.objects.update(frozen="{}")

    response = world.client(world.physician).get(at("new_letter", case, "adverse"))

    assert response.status_code == 403
    assert "no letter can be drafted" in text_of(response)


# Issuing


def test_a_letter_is_drafted_from_what_was_frozen_while_the_policy_is_not_at_hand(world):
    case = world.decided_adverse()
    Case.objects.filter(pk=case.pk).update(policy="gone")
    page = world.client(world.physician).get(at("new_letter", case, "adverse"))

    assert page.status_code == 200
    body = page.context["form"]["body"].value()
    assert "Requested service: 76800, date of service 2026-01-20" in body
    assert DECIDING in body


def test_of_a_request_without_codes_and_day_a_letter_names_no_service_while_the_policy_is_not_at_hand(world):
    case = world.decided_adverse(procedure_codes=[], diagnosis_codes=[], date_of_service=None)
    Case.objects.filter(pk=case.pk).update(policy="gone")

    assert "Requested service" not in letters.draft(fresh(case), "adverse")


@pytest.mark.parametrize("who", ["reviewer", "intake"])
def test_a_letter_that_does_not_say_what_is_needed_does_not_go_out_whoever_issues_it(world, who):
    case = world.in_review(world.reviewer, MET)
    working.request_information(world.reviewer, case.pk, sent(case), "Dr. O. (made up)", "Send the report.")
    client = world.client(getattr(world, who))
    response = issue(client, fresh(case))

    assert response.status_code == 422
    assert "This letter has to say what is needed, in place of “… (say what)”." in text_of(response)
    assert fresh(case).letters.count() == 1


def test_nor_does_one_that_the_service_is_asked_for(world):
    case = world.in_review(world.reviewer, MET)
    with pytest.raises(letters.IncompleteError):
        working.request_information(
            world.reviewer, case.pk, sent(case), "Dr. O. (made up)", f"We need {letter_texts.NOTHING_NAMED}."
        )

    assert fresh(case).state == "in_review"


def test_a_letter_is_issued_as_it_was_changed_and_kept(world):
    case = world.decided()
    client = world.client(world.reviewer)

    response = issue(client, case, body="Changed words.\r\nA second line.", recipient="The parents (made up)")

    letter = Letter.objects.get()
    assert response["Location"] == at("letter", case, 1)
    assert letter.body == "Changed words.\r\nA second line."
    assert letter.recipient == "The parents (made up)"
    assert letter.decision == Decision.objects.get()
    assert json.loads(Event.objects.get(action="letter_issued").details) == {"kind": "approval", "number": 1}


def test_whom_a_letter_went_to_is_told_by_the_next_page_and_stands_in_no_cookie(world):
    case, client = world.decided(), world.client(world.reviewer)
    issue(client, case, recipient="The parents (made up)")

    assert set(client.cookies) <= {"conus_session", "conus_csrf"}


@pytest.mark.parametrize("copy", ["The member", ""])
def test_the_page_of_a_letter_begins_with_that_it_was_issued_and_to_whom(world, copy):
    case, client = world.decided(), world.client(world.reviewer)
    address = issue(client, case, recipient="The parents (made up)", copy_to=copy)["Location"]
    page = text_of(client.get(address))

    assert "Letter 1 is issued to The parents (made up)." in page
    assert ("A copy goes to: The member." in page) is bool(copy)
    assert page.index("Letter 1 is issued") < page.index("no case is left to take")
    assert "Letter 1 is issued" not in text_of(client.get(address))


@pytest.mark.parametrize("who", ["reviewer", "intake"])
def test_a_letter_goes_out_once_somebody_says_that_it_was_read(world, who):
    case = world.decided()
    client = world.client(getattr(world, who))
    refused = issue(client, case, read_over="", recipient="The parents (made up)")

    assert refused.status_code == 422
    assert "Say that you have read the letter." in text_of(refused)
    assert "The parents (made up)" in text_of(refused)
    assert not Letter.objects.exists()
    assert issue(client, case).status_code == 302


def parts(kind):
    """A text with the parts that a letter of a kind has to have, and nothing else."""
    return [f"{part} It says so (made up)." for part in letter_texts.HAS_TO_SAY[kind]]


NOT_APPROVED = {
    "adverse": lambda world: world.decided_adverse(),
    "upheld": lambda world: world.appeal_decided("adverse"),
    "elsewhere": lambda world: world.sent_elsewhere(),
}


@pytest.mark.parametrize("left_out", range(3))
@pytest.mark.parametrize("kind", letter_texts.HAS_TO_SAY)
def test_a_letter_about_what_was_not_approved_keeps_what_it_has_to_say(world, kind, left_out):
    case = NOT_APPROVED[kind](world)
    client = world.client(case.assignee)
    part = letter_texts.HAS_TO_SAY[kind][left_out]
    short = "\r\n\r\n".join(line for line in parts(kind) if not line.startswith(part))
    letters_before = Letter.objects.count()
    refused = issue(client, case, body=short)

    assert refused.status_code == 422
    assert f"has to have the part “{part}”" in text_of(refused)
    assert short.splitlines()[0] in text_of(refused)
    assert Letter.objects.count() == letters_before
    assert issue(client, case, body="\r\n\r\n".join(parts(kind))).status_code == 302


@pytest.mark.parametrize("kind", letter_texts.HAS_TO_SAY)
def test_a_draft_has_every_part_that_it_has_to_have(world, kind):
    case = NOT_APPROVED[kind](world)

    assert letter_texts.parts_gone(kind, letters.draft(case, kind)) == []
    assert letter_texts.parts_gone(kind, "hi") == list(letter_texts.HAS_TO_SAY[kind])


def test_the_page_says_that_such_a_letter_is_out_already_until_the_decision_is_another(world):
    case = world.decided_adverse()
    client = world.client(world.physician)
    words = "Such a letter is out already"
    assert words not in text_of(client.get(at("new_letter", case, "adverse")))
    issue(client, case)
    assert words in text_of(client.get(at("new_letter", case, "adverse")))
    corrected(world.physician, case, "adverse")

    assert words not in text_of(client.get(at("new_letter", case, "adverse")))


def test_a_letter_that_is_sent_twice_is_issued_once(world):
    case = world.decided()
    client = world.client(world.reviewer)
    address = at("new_letter", case, "approval")
    data = sent_back(client.get(address))

    first, second = client.post(address, data), client.post(address, data)

    assert first["Location"] == second["Location"]
    assert Letter.objects.count() == 1


def test_a_letter_to_somebody_else_is_a_letter_of_its_own(world):
    case = world.decided()
    client = world.client(world.reviewer)

    issue(client, case)
    issue(client, case, recipient="The parents (made up)")

    assert list(Letter.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(("field", "message"), [("recipient", "to whom"), ("body", "is empty")])
def test_a_letter_without_a_part_is_not_issued_and_nothing_is_lost(world, field, message):
    case = world.decided()

    response = issue(world.client(world.reviewer), case, **{"body": "Typed words.", field: " "})

    assert response.status_code == 422
    assert message in text_of(response)
    assert ("Typed words." in text_of(response)) == (field != "body")
    assert not Letter.objects.exists()


@pytest.mark.parametrize(("length", "status"), [(39_999, 302), (40_000, 302), (40_001, 422)])
def test_the_length_of_a_letter_has_a_limit(world, length, status):
    assert issue(world.client(world.reviewer), world.decided(), body="x" * length).status_code == status


@pytest.mark.parametrize(("length", "status"), [(199, 302), (200, 302), (201, 422)])
def test_the_length_of_a_recipient_has_a_limit(world, length, status):
    assert issue(world.client(world.reviewer), world.decided(), recipient="x" * length).status_code == status


def test_a_letter_about_a_decision_that_was_corrected_in_between_is_held_back(world):
    case = world.decided_adverse()
    client = world.client(world.physician)
    address = at("new_letter", case, "adverse")
    data = sent_back(client.get(address), body="Typed words.")
    corrected(world.physician_2, case, "adverse")

    response = client.post(address, data)

    assert response.status_code == 409
    assert "Typed words." in text_of(response)
    assert not response.context["form"]["read_over"].value(), "it has to be read once more"
    assert not Letter.objects.exists()


def test_a_letter_that_no_longer_fits_is_refused_and_nothing_typed_is_lost(world):
    case = world.decided_adverse()
    client = world.client(world.physician)
    address = at("new_letter", case, "adverse")
    data = sent_back(client.get(address), body="Typed words.")
    corrected(world.physician_2, case, "approved")

    response = client.post(address, {**data, "revision": fresh(case).revision})

    assert response.status_code == 403
    assert "Typed words." in text_of(response)


# Who sees them


def test_intake_issues_a_letter_without_seeing_its_text(world):
    case = world.decided_adverse()
    client = world.client(world.intake)

    page = client.get(at("new_letter", case, "adverse"))
    response = issue(client, case, body="Forged words.")

    assert RATIONALE not in text_of(page)
    assert DECIDING not in text_of(page)
    assert response.status_code == 302
    assert Letter.objects.get().body == letters.draft(case, "adverse")


def test_what_intake_would_write_into_a_letter_is_not_issued_whatever_way_it_comes(world):
    case = world.decided_adverse()
    drafted = letters.draft(case, "adverse")

    letters.issue(world.intake, case.pk, sent(case), "adverse", "Dr. O.", f"{drafted}\n\nForged words.")

    assert Letter.objects.get().body == drafted


def test_intake_sees_the_envelope_of_a_letter_alone(world):
    case = world.decided_adverse()
    issue(world.client(world.physician), case)

    said = text_of(world.client(world.intake).get(at("letter", case, 1)))

    assert "Dr. Olga Ordering (made up)" in said
    assert "Adverse determination" in said
    assert RATIONALE not in said
    assert DECIDING not in said


def test_intake_does_not_print_a_letter(world):
    case = world.decided_adverse()
    issue(world.client(world.physician), case)

    response = world.client(world.intake).get(at("print_letter", case, 1))

    assert response.status_code == 403
    assert RATIONALE not in text_of(response)


def test_an_auditor_reads_a_letter_and_issues_none(world):
    case = world.decided_adverse()
    issue(world.client(world.physician), case)
    auditor = world.client(world.auditor)

    assert RATIONALE in text_of(auditor.get(at("letter", case, 1)))
    assert auditor.get(at("new_letter", case, "adverse")).status_code == 403


@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_a_letter_that_there_is_not_is_not_found(world, number):
    case = world.decided()
    issue(world.client(world.reviewer), case)

    assert world.client(world.reviewer).get(at("letter", case, number)).status_code == 404


def test_looking_and_printing_are_recorded(world):
    case = world.decided()
    client = world.client(world.reviewer)
    issue(client, case)
    client.get(at("letter", case, 1))
    client.get(at("print_letter", case, 1))

    told = Event.objects.filter(case=case.pk).order_by("seq").values_list("action", flat=True)
    assert list(told)[-4:] == ["letter_previewed", "letter_issued", "letter_viewed", "printed"]


def test_the_page_for_printing_has_no_navigation_and_names_the_letter(world):
    case = world.decided()
    client = world.client(world.reviewer)
    issue(client, case)

    said = text_of(client.get(at("print_letter", case, 1)))

    assert "site-header" not in said
    assert f"{case.reference} / 1" in said
    assert "Reviewer (made up)" in said
    assert f"{timezone.localdate():%Y-%m-%d}" in said


# The shape of a text


def test_a_text_is_read_in_blocks():
    assert blocks("One\nTwo\n\nList:\n- a\n- b\n\nText:\n> “Q” (here)\nAfter") == [
        Block("text", ("One", "Two")),
        Block("list", ("a", "b"), "List:"),
        Block("quote", ("“Q” (here)",), "Text:"),
        Block("text", ("After",)),
    ]


@pytest.mark.parametrize("body", ["", "\n\n\n", "  ", "\r\n \r\n"])
def test_a_text_without_words_has_no_blocks(body):
    assert blocks(body) == []


def test_a_text_from_a_browser_has_the_blocks_of_its_draft():
    assert blocks("One\r\n\r\nTwo:\r\n- a") == blocks("One\n\nTwo:\n- a")


def test_markup_in_a_letter_is_text(world):
    case = world.decided()
    client = world.client(world.reviewer)
    issue(client, case, body="<script>alert(1)</script>")

    assert "<script>alert(1)" not in client.get(at("letter", case, 1)).content.decode()


def test_the_reviewer_is_not_asked_for_what_is_there(world):
    case = world.in_physician_review(world.physician, answers=NOT_MET)

    assert "\n- " not in letters.draft(case, "information")

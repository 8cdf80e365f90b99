"""Referring a case with a drafted note, to a team or to one physician, and the question that comes back."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone

from decisions.models import Case, Event, Note, Person, RoleGrant
from decisions.reviews.case import verbs as working
from decisions.reviews.case.referring import proposed_note, proposed_physician
from decisions.reviews.ground import assignment
from decisions.reviews.ground.forms import LONGEST_TEXT
from decisions.reviews.ground.work import RefusedError
from tests.reviews.pages import at, text_of
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, Cases, fresh, make_cases, sent, signed

pytestmark = pytest.mark.django_db

HELD = {**MET, "prior_ultrasound": "normal"}


def build() -> Cases:
    """A world with a case to be referred, one that a physician has, and one that came back."""
    world = make_cases()
    made = {
        "ours": world.in_review(world.reviewer, NOT_MET),
        "referred": world.in_physician_review(world.physician),
        "back": world.sent_back(),
    }
    world.standing.update({name: case.pk for name, case in made.items()})
    return world


def case_of(world: Cases, name: str) -> Case:
    return fresh(world.standing[name])


def refer_page(world: Cases, case: Case):
    return world.client(world.reviewer).get(at("refer", case))


# The note


def test_the_note_says_the_result_why_and_what_the_policy_says(world):
    note = proposed_note(case_of(world, "ours"))

    assert note.startswith("Cigna CPG 038: the requested service is “not medically necessary”.")
    assert "None of the criteria is met." in note
    assert "On record: " in note
    assert "The policy says:\n“" in note
    assert "Held:" not in note


def test_the_note_says_what_holds_the_request_once(world):
    note = proposed_note(world.in_review(world.reviewer, HELD))
    held = [line for line in note.splitlines() if line.startswith("Held: ")]

    assert len(held) == 1
    assert note.index(held[0]) < note.index("The policy says:")
    assert "Also considered" not in note
    assert len(note) < LONGEST_TEXT


def test_the_note_says_what_is_not_on_record(world):
    note = proposed_note(world.in_review(world.reviewer, INCOMPLETE))

    assert "Not on record: " in note
    assert "diameter" in note.lower()


def test_the_note_names_the_codes_that_are_missing_though_the_outcome_is_known(world):
    assert "Not on record: diagnosis codes (ICD-10-CM)." in proposed_note(
        world.in_review(world.reviewer, MET, diagnosis_codes=[])
    )
    assert "Not on record: " not in proposed_note(world.in_review(world.reviewer, MET))


def test_the_page_shows_what_the_note_says_and_begins_with_the_note(world):
    case = case_of(world, "ours")
    page = refer_page(world, case)

    assert page.context["form"]["text"].value() == proposed_note(case)
    assert page.context["determined"].told.headline in text_of(page)
    assert "The whole determination, with every answer" in text_of(page)


def test_while_the_policy_cannot_be_read_the_note_is_the_nurses_own(world):
    case = case_of(world, "ours")
    Case.objects.filter(pk=case.pk).update(policy="gone")
    page = refer_page(world, case)

    assert page.status_code == 200
    assert page.context["form"]["text"].value() == ""


# A physician by name


def referred(world: Cases, case: Case, to: Person | None = None) -> str:
    """What the page says that follows a referral."""
    client = world.client(world.reviewer)
    form = client.get(at("refer", case)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"to": to.pk if to else ""}
    return text_of(client.post(at("refer", case), data, follow=True))


def test_after_a_referral_to_a_physician_by_name_the_page_says_that_they_have_it(world):
    said = referred(world, case_of(world, "ours"), world.physician)

    assert f"The case is referred. {world.physician} has it on their list." in said


def test_after_a_referral_to_the_team_the_page_says_that_its_physicians_have_it(world):
    said = referred(world, case_of(world, "ours"))

    assert "The case is referred. The physicians of the team have it on their list." in said


def test_after_a_question_back_the_page_says_who_has_the_case(world):
    case, client = case_of(world, "referred"), world.client(world.physician)
    form = client.get(at("send_back", case)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"text": "Is it open (made up)?"}

    said = text_of(client.post(at("send_back", case), data, follow=True))
    assert f"The case is sent back with your question. {world.reviewer} has it on their list." in said


def test_a_named_physician_has_the_case_and_the_note_and_the_log_say_so(world):
    case = case_of(world, "ours")
    working.refer(world.reviewer, case.pk, sent(case), "Please look.", world.physician)

    assert (fresh(case).state, fresh(case).assignee) == ("physician_review", world.physician)
    assert Note.objects.get(case=case, kind="referral").to == str(world.physician)
    told = json.loads(Event.objects.filter(case=case.pk, action="referred").get().details)
    assert told["to"] == world.physician.pk


def test_without_a_name_the_case_is_the_physicians_of_the_team(world):
    case, client = case_of(world, "ours"), world.client(world.reviewer)
    form = client.get(at("refer", case)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    assert client.post(at("refer", case), data).status_code == 302

    assert (fresh(case).state, fresh(case).assignee) == ("physician_review", None)
    assert Note.objects.get(case=case, kind="referral").to == ""


def physician(world: Cases, **fields: object) -> Person:
    """One more physician with a license that is good today, but for ``fields``."""
    on_file = {"license_number": "MADE-UP-7", "license_state": "NY", "license_expires": timezone.localdate()}
    return world.person("pia", "physician", **{**on_file, **fields})


YESTERDAY = dt.timedelta(days=-1)
UNFIT = {
    "of another team": lambda w, p: Person.objects.filter(pk=p.pk).update(team=w.other_team),
    "inactive": lambda w, p: Person.objects.filter(pk=p.pk).update(is_active=False),
    "no physician": lambda w, p: RoleGrant.objects.filter(person=p).update(role="reviewer"),
    "no longer licensed": lambda w, p: Person.objects.filter(pk=p.pk).update(
        license_expires=timezone.localdate() + YESTERDAY
    ),
    "not licensed": lambda w, p: Person.objects.filter(pk=p.pk).update(license_number=""),
}


@pytest.mark.parametrize("why", UNFIT)
def test_nobody_is_named_who_could_not_sign_today(world, why):
    case, named = case_of(world, "ours"), physician(world)
    assert named in assignment.physicians(case)
    UNFIT[why](world, named)

    assert named not in assignment.physicians(case)
    assert str(named) not in text_of(refer_page(world, case))
    with pytest.raises(RefusedError, match="no physician of the team"):
        working.refer(world.reviewer, case.pk, sent(case), "Please look.", named)
    assert fresh(case).state == "in_review"
    assert not Note.objects.filter(case=case, kind="referral").exists()


def test_a_license_that_ends_today_is_good_today(world):
    case, named = case_of(world, "ours"), physician(world)
    working.refer(world.reviewer, case.pk, sent(case), "Please look.", named)

    assert fresh(case).assignee == named


# A question back


def test_a_question_sends_the_case_back_to_whoever_referred_it(world):
    case = case_of(world, "back")

    assert (case.state, case.assignee) == ("in_review", world.reviewer)
    told = json.loads(Event.objects.filter(case=case.pk, action="sent_back").get().details)
    assert (told["start"], told["end"], told["to"]) == ("physician_review", "in_review", world.reviewer.pk)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"team": None}])
def test_where_they_are_gone_the_case_is_anybodys(world, fields):
    case = case_of(world, "referred")
    Person.objects.filter(pk=world.reviewer.pk).update(**fields)
    working.send_back(world.physician, case.pk, sent(case), "Is its base seen?")

    assert (fresh(case).state, fresh(case).assignee) == ("in_review", None)


def test_the_newest_referral_says_to_whom_it_goes_back(world):
    case = case_of(world, "back")
    working.claim(world.reviewer_2, case.pk, sent(case), "She is away.")
    working.refer(world.reviewer_2, case.pk, sent(case), "Please look again.", world.physician)
    working.send_back(world.physician, case.pk, sent(case), "And how many are there?")

    assert fresh(case).assignee == world.reviewer_2


def test_the_question_stands_on_top_of_the_case_until_the_next_referral(world):
    case, client = case_of(world, "back"), world.client(world.reviewer)
    page = text_of(client.get(at("case", case)))
    assert "sent the case back with a question" in page
    assert page.index("Is its base seen (made up)?") < page.index("Determination so far")
    working.note(world.reviewer, case.pk, sent(case), "I looked.")
    assert "sent the case back" in text_of(client.get(at("case", case)))
    working.refer(world.reviewer, case.pk, sent(case), "It is seen.")

    assert "sent the case back with a question" not in text_of(client.get(at("case", case)))


def test_the_question_stands_there_also_once_information_was_asked_for(world):
    case = case_of(world, "back")
    working.request_information(world.reviewer, case.pk, sent(case), "Dr. O. (made up)", "Please send it.")

    page = world.client(world.reviewer).get(at("case", case)).context["page"]
    assert page.asked_back.text == "Is its base seen (made up)?"


def test_once_the_case_is_decided_nothing_is_asked_back(world):
    case = world.sent_back(answers=MET)
    signed(world.reviewer, case, "approved")

    assert world.client(world.reviewer).get(at("case", case)).context["page"].asked_back is None


def test_intake_reads_no_question(world):
    assert "Is its base seen" not in text_of(
        world.client(world.intake).get(at("case", case_of(world, "back")))
    )


def test_the_next_referral_proposes_the_physician_who_asked(world):
    case = case_of(world, "back")
    assert refer_page(world, case).context["form"]["to"].value() == world.physician.pk
    assert f'<option value="{world.physician.pk}" selected>' in text_of(refer_page(world, case))
    Person.objects.filter(pk=world.physician.pk).update(is_active=False)

    assert proposed_physician(case) is None
    assert refer_page(world, case).context["form"]["to"].value() is None


@pytest.mark.parametrize("made", ["in_review", "decided_adverse", "waiting_for_physician"])
def test_only_what_a_physician_reviews_is_sent_back(world, made):
    case = getattr(world, made)(world.physician) if made != "decided_adverse" else world.decided_adverse()

    with pytest.raises(RefusedError, match="not possible now"):
        working.send_back(world.physician, case.pk, sent(case), "Is its base seen?")

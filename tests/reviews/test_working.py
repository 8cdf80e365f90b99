"""Who has a case: taking it, giving it away, referring it, and what a wait and a note leave behind."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from decisions.models import Case, Event, Person, RoleGrant, new_id
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.ground import assignment
from decisions.reviews.ground.work import NotFoundError, RefusedError, Sent
from decisions.reviews.letters import verbs as letters
from tests.reviews.world import REASON, fresh, sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("made", "roles"),
    [
        ("draft", set()),
        ("in_review", {"reviewer", "physician"}),
        ("waiting", {"reviewer", "physician"}),
        ("in_physician_review", {"physician"}),
        ("waiting_for_physician", {"physician"}),
        ("decided", {"physician"}),
        ("appealed", {"appeal_physician"}),
        ("appeal_decided", {"appeal_physician"}),
        ("closed", set()),
    ],
)
def test_a_state_says_which_roles_can_have_a_case(world, made, roles):
    case = getattr(world, made)()
    unsigned = (
        "intake",
        "reviewer",
        "physician_2",
        "appeal_physician",
        "supervisor",
        "auditor",
        "administrator",
    )
    able = {name.removesuffix("_2") for name in unsigned if assignment.can_have(getattr(world, name), case)}

    assert able == roles
    assert not assignment.can_have(world.other_reviewer, case)
    assert {person.team_id for person in assignment.colleagues(case)} <= {case.team_id}


def test_taking_over_asks_for_a_reason_and_keeps_it(world):
    case = world.in_review(world.reviewer)
    with pytest.raises(RefusedError, match="give a reason"):
        working.claim(world.reviewer_2, case.pk, sent(case))
    working.claim(world.reviewer_2, case.pk, sent(case), "She is away.")

    assert fresh(case).assignee == world.reviewer_2
    assert case.case_notes.get().text == "Taken over: She is away."


def test_taking_ones_own_case_changes_nothing(world):
    case = world.in_review(world.reviewer)
    before = Event.objects.count()
    working.claim(world.reviewer, case.pk, sent(case))

    assert (fresh(case).revision, Event.objects.count()) == (case.revision, before)


def test_a_case_is_handed_over_by_whoever_has_it(world):
    case = world.in_review(world.reviewer)
    with pytest.raises(RefusedError, match="Only they hand it over"):
        working.assign(world.reviewer_2, case.pk, sent(case), world.reviewer_2)
    working.assign(world.reviewer, case.pk, sent(case), world.reviewer_2)

    assert fresh(case).assignee == world.reviewer_2
    assert Event.objects.order_by("-seq")[0].action == "case_handed_over"


@pytest.mark.parametrize(
    "to", ["intake", "supervisor", "auditor", "administrator", "appeal_physician", "other_reviewer"]
)
def test_a_case_is_given_to_nobody_who_cannot_have_it(world, to):
    case = world.in_review(world.reviewer)

    with pytest.raises(RefusedError, match="cannot have this case"):
        working.assign(world.reviewer, case.pk, sent(case), getattr(world, to))
    assert fresh(case).assignee == world.reviewer


@pytest.mark.parametrize("how", ["inactive", "without the role", "in another team"])
def test_the_case_of_somebody_who_cannot_have_it_any_more_is_given_to_a_colleague(world, how):
    case = world.appealed(world.appeal_physician)
    gone = Person.objects.filter(pk=world.appeal_physician.pk)
    if how == "inactive":
        gone.update(is_active=False)
    elif how == "without the role":
        RoleGrant.objects.filter(person=world.appeal_physician).delete()
    else:
        gone.update(team=world.other_team)
    second = world.person("second", "appeal_physician")
    working.assign(world.reviewer, case.pk, sent(case), second)

    assert fresh(case).assignee == second


def test_an_appeal_is_handed_over_by_the_appeal_physician_who_has_it(world):
    case = world.appealed(world.appeal_physician)
    second = world.person("second", "appeal_physician")
    working.assign(world.appeal_physician, case.pk, sent(case), second)

    assert fresh(case).assignee == second
    with pytest.raises(RefusedError, match="Only whoever has the case"):
        working.note(world.appeal_physician, case.pk, Sent(new_id()), "Too late.")


def test_an_appeal_is_taken_over_from_a_colleague_who_is_away_with_a_reason(world):
    away = world.person("away", "appeal_physician")
    case = world.appealed(away)
    with pytest.raises(RefusedError, match="give a reason"):
        working.claim(world.appeal_physician, case.pk, sent(case))
    working.claim(world.appeal_physician, case.pk, sent(case), "They are away.")

    assert fresh(case).assignee == world.appeal_physician
    assert case.case_notes.latest("pk").text == "Taken over: They are away."
    event = Event.objects.get(action="case_taken_over", case=case.pk)
    assert (event.actor, json.loads(event.details)) == (world.appeal_physician.pk, {"from_person": away.pk})


def test_an_appeal_is_taken_over_by_nobody_who_signed_the_case_before(world):
    signer = world.person("signer", "appeal_physician")
    case = world.appealed(world.appeal_physician)
    case.decisions.update(signed_by=signer)

    with pytest.raises(RefusedError, match="You cannot take this case"):
        working.claim(signer, case.pk, sent(case), "They are away.")
    assert fresh(case).assignee == world.appeal_physician


@pytest.mark.parametrize("who", ["reviewer", "physician_2", "other_appeal_physician"])
def test_an_appeal_is_taken_over_by_no_other_role_and_no_other_team(world, who):
    case = world.appealed(world.appeal_physician)

    with pytest.raises((RefusedError, NotFoundError)):
        working.claim(getattr(world, who), case.pk, sent(case), "They are away.")
    assert fresh(case).assignee == world.appeal_physician


@pytest.mark.parametrize("made", ["decided_adverse", "appeal_decided"])
def test_an_appeal_physician_knows_of_no_colleagues_case_but_open_appeals(world, made):
    case = getattr(world, made)()
    second = world.person("second", "appeal_physician")

    with pytest.raises(NotFoundError):
        working.claim(second, case.pk, sent(case), "They are away.")


def test_a_referred_case_is_nobodys_until_a_physician_takes_it_and_tells_why_it_came(world):
    case = world.in_physician_review()

    assert (case.state, case.assignee) == ("physician_review", None)
    assert [(note.kind, note.written_by) for note in case.case_notes.all()] == [("referral", world.reviewer)]


def test_asking_for_information_issues_the_letter_and_waits(world):
    case = world.waiting()
    letter = case.letters.get()

    assert (letter.kind, letter.number, case.resumes_to, case.assignee) == (
        "information",
        1,
        "in_review",
        world.reviewer,
    )


def test_information_that_came_without_a_word_leaves_no_note(world):
    case = world.waiting()
    working.receive_information(world.intake, case.pk, sent(case), "")

    assert (fresh(case).state, case.case_notes.count()) == ("in_review", 0)


def test_somebody_elses_case_is_not_withdrawn_after_intake(world):
    case = world.in_review(world.reviewer)

    with pytest.raises(RefusedError, match="has this case"):
        working.withdraw(world.intake, case.pk, sent(case), REASON)


def test_notes_are_in_no_event(world):
    case = world.in_review(world.reviewer)
    said = "Fever since Monday"
    working.note(world.reviewer, case.pk, Sent(new_id()), said)
    working.extend(world.reviewer, case.pk, sent(case), said)
    working.refer(world.reviewer, case.pk, sent(case), said)
    working.claim(world.physician, case.pk, sent(case))
    working.claim(world.physician_2, case.pk, sent(case), said)
    working.withdraw(world.physician_2, case.pk, sent(case), said)

    assert not [event for event in Event.objects.all() if "Fever" in event.details]
    assert case.case_notes.filter(text__contains=said).count() == 5


def test_the_same_form_sent_again_after_others_went_on_does_nothing(world):
    case = world.in_review(world.reviewer)
    form = sent(case)
    working.refer(world.reviewer, case.pk, form, "Please look.")
    working.claim(world.physician, case.pk, sent(case))
    before = Case.objects.values().get(pk=case.pk)
    working.refer(world.reviewer, case.pk, form, "Please look.")

    assert Case.objects.values().get(pk=case.pk) == before


def test_a_form_that_was_gone_back_to_and_sent_with_something_else_loses_nothing(world):
    case = world.in_review(world.reviewer)
    client, url = world.client(world.reviewer), reverse("reviews:note", args=[case.pk])
    for text in ("First.", "First.", "Second."):
        form = {"token": "a" * 22, "revision": case.revision, "text": text}
        assert client.post(url, form).status_code == 302

    assert list(case.case_notes.order_by("pk").values_list("text", flat=True)) == ["First.", "Second."]


# Opening again


def test_a_case_that_was_closed_can_be_opened_again_and_appealed(world):
    case = world.decided_adverse()
    letters.issue(world.intake, case.pk, sent(case), letters.kinds(case)[0], "Dr. O. (made up)", "")
    working.close(world.intake, case.pk, sent(case))

    working.reopen(world.intake, case.pk, sent(case), "An appeal arrived.")
    appealing.file_appeal(world.intake, case.pk, sent(case), "They appeal.")

    assert fresh(case).state == "appealed"
    assert "An appeal arrived." in case.case_notes.get(kind="review").text


def test_a_request_that_was_withdrawn_is_not_opened_again(world):
    case = world.withdrawn()

    with pytest.raises(RefusedError, match="Enter it again"):
        working.reopen(world.intake, case.pk, sent(case), "It came again.")

    assert fresh(case).state == "closed"
    assert not case.case_notes.filter(kind="review").exists()

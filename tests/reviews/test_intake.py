"""Entering a request and changing it: what is kept, what is pointed out, what the log says of it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction

from decisions.log.services import digest
from decisions.models import Case, Event, Note, new_id
from decisions.reviews.ground import facts
from decisions.reviews.ground.work import RefusedError, Sent, StaleError
from decisions.reviews.request import duplicates
from decisions.reviews.request import verbs as intake
from decisions.reviews.request.verbs import ReferenceTakenError
from tests.reviews.world import SERVED, fresh, request_for, request_of, sent

pytestmark = pytest.mark.django_db


def entered(world, **fields) -> Case:
    return world.draft(**fields)


def test_a_request_becomes_a_draft_of_the_team_of_whoever_enters_it(world):
    case = entered(world, by=world.other_intake)

    assert (case.state, case.team, case.assignee, case.revision) == ("draft", world.other_team, None, 0)


def test_a_request_without_a_reference_is_given_one_that_nobody_reads_wrongly(world):
    reference = entered(world).reference

    assert len(reference) == len("R-") + 8
    assert not set("ILOU") & set(reference.removeprefix("R-"))


def test_a_reference_that_another_case_has_is_refused_and_nothing_is_made(world):
    entered(world, reference="MADE-UP-1")
    form = Sent(new_id())
    with pytest.raises(ReferenceTakenError):
        intake.create(world.intake, form, request_for(world.plan, reference="MADE-UP-1"))

    assert Case.objects.count() == 1
    assert intake.create(world.intake, form, request_for(world.plan, reference="MADE-UP-2"))


@pytest.mark.parametrize(("first", "second"), [("demo-002", "DEMO-002"), ("DEMO-002", "demo-002")])
def test_a_reference_is_taken_whatever_the_case_of_its_letters(world, first, second):
    case, other = entered(world, reference=first), entered(world, reference="MADE-UP-1")

    with pytest.raises(ReferenceTakenError):
        entered(world, reference=second, by=world.other_intake)
    with pytest.raises(ReferenceTakenError):
        intake.change_request(world.intake, other.pk, sent(other), request_for(world.plan, reference=second))
    assert (fresh(case).reference, fresh(other).reference) == (first, "MADE-UP-1")


def test_a_case_may_spell_its_own_reference_otherwise(world):
    case = entered(world, reference="demo-002")
    intake.change_request(world.intake, case.pk, sent(case), request_for(world.plan, reference="Demo-002"))

    assert fresh(case).reference == "Demo-002"


def test_the_database_itself_keeps_references_apart_that_differ_by_case_alone(world):
    case, other = entered(world, reference="demo-002"), entered(world, reference="MADE-UP-1")

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(reference=case.reference.upper())


def test_a_form_sent_again_answers_with_the_case_that_it_made(world):
    form, request = Sent(new_id()), request_for(world.plan)

    assert intake.create(world.intake, form, request) == intake.create(world.intake, form, request)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("plan", "asked", "policy"),
    [
        ("plan", "ash-cpg-038", "cigna-cpg-038"),
        ("ash_plan", "cigna-cpg-038", "ash-cpg-038"),
        ("ask_plan", "ash-cpg-038", "ash-cpg-038"),
        ("ask_plan", "cigna-cpg-038", "cigna-cpg-038"),
    ],
)
def test_a_plan_that_names_a_policy_decides_and_one_that_does_not_asks(world, plan, asked, policy):
    assert entered(world, plan=getattr(world, plan), policy=asked).policy == policy


def test_the_log_names_what_changed_and_never_what_a_patient_is(world):
    case = entered(world, member_reference="MEMBER-4711", notes="Fever since Monday.")
    changed = request_for(world.plan, member_reference="MEMBER-0815", birth_date=dt.date(2026, 1, 11))
    intake.change_request(world.intake, case.pk, sent(case), changed)
    told = list(Event.objects.filter(case=case.pk).order_by("seq"))

    assert json.loads(told[0].details) == {
        "reference": case.reference,
        "member": digest(case.pk, "MEMBER-4711"),
    }
    assert {"birth_date", "member_reference", "notes"} <= set(json.loads(told[1].details)["fields"])
    log = "".join(event.details for event in told)
    assert not [word for word in ("4711", "0815", "2026-01-1", "Fever", "Q06.8") if word in log]


def test_a_request_that_is_sent_as_it_was_changes_nothing(world):
    request = request_for(world.plan)
    case = fresh(intake.create(world.intake, Sent(new_id()), request))
    before = Event.objects.count()
    intake.change_request(world.intake, case.pk, sent(case), request)

    assert (fresh(case).revision, Event.objects.count()) == (0, before)


def test_a_change_from_an_older_revision_is_told_and_nothing_is_saved(world):
    case = entered(world)
    old = sent(case)
    intake.change_request(world.intake, case.pk, sent(case), request_for(world.plan, notes="First."))

    with pytest.raises(StaleError) as stale:
        intake.change_request(world.reviewer, case.pk, old, request_for(world.plan, notes="Second."))
    assert (fresh(case).notes, stale.value.case.notes) == ("First.", "First.")


def test_a_change_that_does_not_say_what_it_was_made_from_is_not_saved(world):
    case = entered(world)

    with pytest.raises(StaleError):
        intake.change_request(world.intake, case.pk, Sent(new_id()), request_for(world.plan, notes="New."))


@pytest.mark.parametrize("made", ["decided", "appealed", "closed"])
def test_a_request_is_not_changed_after_a_decision(world, made):
    case = getattr(world, made)()

    with pytest.raises(RefusedError):
        intake.change_request(world.physician, case.pk, sent(case), request_for(world.plan, notes="Late."))


def test_a_review_starts_under_the_edition_of_its_day_and_a_change_of_the_policy_starts_it_anew(world):
    case = world.in_review(world.reviewer, plan=world.ask_plan, policy="cigna-cpg-038")
    assert case.edition_at_start == "2024-09-15"
    changed = request_for(world.ask_plan, policy="ash-cpg-038")
    intake.change_request(world.reviewer, case.pk, sent(case), changed)

    assert fresh(case).edition_at_start == "2006-02-09"
    assert facts.edition_flags(fresh(case)) == []


def test_an_edition_past_its_review_date_is_flagged(world):
    case = world.in_review()
    assert facts.overdue(case) == "past its next review date, 2025-09-15"
    assert facts.edition_flags(case) == []


# Duplicates


@pytest.mark.parametrize(
    ("fields", "is_one"),
    [
        ({}, True),
        ({"procedure_codes": ["76800", "76942"]}, True),
        ({"procedure_codes": ["76942"]}, False),
        ({"procedure_codes": []}, False),
        ({"member_reference": "MEMBER-2"}, False),
        ({"date_of_service": SERVED + dt.timedelta(days=1)}, False),
        ({"date_of_service": None}, False),
    ],
)
def test_a_request_for_the_same_member_day_and_a_same_code_is_pointed_out(world, fields, is_one):
    first = entered(world, member_reference="MEMBER-1")
    second = entered(world, **{"member_reference": "MEMBER-1", **fields})

    assert duplicates.duplicates_of(second) == [first] * is_one
    assert duplicates.duplicates_of(first) == [second] * is_one


def test_requests_without_a_day_and_without_codes_may_be_the_same(world):
    same = {"member_reference": "MEMBER-1", "date_of_service": None, "procedure_codes": []}
    first, second = entered(world, **same), entered(world, **same)

    assert duplicates.duplicates_of(second) == [first]


@pytest.mark.parametrize("made", ["withdrawn", "decided", "closed"])
def test_a_duplicate_is_pointed_out_whatever_became_of_it_and_whosever_it_is(world, made):
    ours = getattr(world, made)(member_reference="MEMBER-1")
    theirs = world.of_other_team(made, member_reference="MEMBER-1")

    assert set(duplicates.duplicates_of(entered(world, member_reference="MEMBER-1"))) == {ours, theirs}


# Changes after intake


def changed(world, case, **fields) -> str:
    """The newest note of a case, once its request says something else."""
    intake.change_request(world.reviewer, case.pk, sent(case), request_of(case, **fields))
    return case.case_notes.latest("pk").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"diagnosis_codes": ["Q05.7", "Q82.6"]}, "Diagnosis codes: Q06.8 before, Q05.7, Q82.6 now."),
        ({"procedure_codes": []}, "Procedure codes: 76800 before, none now."),
        ({"date_of_service": None}, "Date of service: 2026-01-20 before, none now."),
        ({"birth_date": dt.date(2026, 1, 11)}, "Date of birth: 2026-01-10 before, 2026-01-11 now."),
        ({"reference": "made-up-1"}, "Reference: MADE-UP-1 before, made-up-1 now."),
        ({"urgency": "expedited"}, "Urgency: Standard before, Expedited now."),
        ({"notes": "Other words."}, "Notes: changed."),
        ({"attachments": ["Cabinet 9"]}, "Attachments: changed."),
        (
            {"notes": "Other words.", "member_reference": "M-2", "rendering_clinician": "Dr. R. (made up)"},
            "\n".join(
                (
                    "Member reference: M-1 before, M-2 now.",
                    "Rendering clinician: none before, Dr. R. (made up) now.",
                    "Notes: changed.",
                )
            ),
        ),
    ],
)
def test_a_note_tells_what_was_changed_after_intake(world, fields, told):
    case = world.in_review(world.reviewer, reference="MADE-UP-1", member_reference="M-1")
    before = case.case_notes.count()

    assert changed(world, case, **fields) == told
    note = case.case_notes.latest("pk")
    assert (note.kind, note.written_by, case.case_notes.count()) == ("request", world.reviewer, before + 1)


def test_a_note_of_another_plan_names_the_policies_themselves(world):
    case = world.in_review(world.reviewer)
    told = changed(world, case, plan=world.ash_plan)

    assert "Policy: Cigna CPG 038 before, ASH guideline now." in told
    assert f"Plan: {world.plan} before, {world.ash_plan} now." in told


def test_a_change_of_a_draft_and_one_that_is_not_saved_leave_no_note(world):
    draft, case = entered(world), world.in_review(world.reviewer)
    intake.change_request(world.intake, draft.pk, sent(draft), request_for(world.plan, notes="New."))
    stale = Sent(new_id(), fresh(case).revision - 1)
    with pytest.raises(StaleError):
        intake.change_request(world.reviewer, case.pk, stale, request_for(world.plan, notes="New."))

    assert not Note.objects.exists()

"""Entering a request, changing it, and pointing out that it may be there already."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Upper
from django.utils import timezone

from decisions.log.services import digest, record
from decisions.models import Case, Note, Person, Plan, Submission, Team, fold
from decisions.reviews.ground import case_clock, facts, permissions, states
from decisions.reviews.ground.transitions import add_note, move, not_now
from decisions.reviews.ground.work import (
    RefusedError,
    Sent,
    StaleError,
    Work,
    can,
    once,
    refusals_recorded,
    verb,
)
from decisions.reviews.request import changes
from decisions.reviews.sharing import by_rule

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What references are made of: no letter that reads like a figure."""
REFERENCE_LENGTH = 8
SUBMITTED = "The request is sent to review."
"""What somebody is told who sent a request to review, before who has it now."""
BY_ITSELF = (
    "An expedited request that is under review becomes standard by a step of its own, with a reason: "
    "“Change to standard” on the page of the case."
)
AFTER_INTAKE = "After intake, only whoever has the case changes its request, until it is decided."


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was sent in. ``reference`` is "" where Conus is to make one.

    ``policy`` counts where the plan names none. ``attachments`` say where papers are kept.
    """

    reference: str
    member_reference: str
    birth_date: dt.date
    plan: Plan
    policy: str
    ordering_clinician: str
    rendering_clinician: str
    urgency: str
    received_at: dt.datetime
    date_of_service: dt.date | None
    procedure_codes: list[str]
    diagnosis_codes: list[str]
    notes: str
    attachments: list[str]

    def values(self) -> dict[str, object]:
        """The columns of a case that it fills, all but the reference."""
        fields = [field.name for field in dataclasses.fields(self) if field.name != "reference"]
        # A plan that names its policy has the last word: whoever enters a request cannot choose another.
        return {name: getattr(self, name) for name in fields} | {"policy": self.plan.policy or self.policy}


class ReferenceTakenError(Exception):
    """Another case has this reference, be it in other cases of its letters."""


def with_reference(reference: str) -> QuerySet[Case]:
    """The case that has a reference, whatever the case of its letters. The database changes it on both sides:
    it knows fewer letters than Python.
    """
    return Case.objects.alias(told=Upper("reference")).filter(told=Upper(Value(reference)))


def may_create(person: Person) -> bool:
    """Whether somebody may enter requests: by a role, and for a team."""
    return person.team_id is not None and permissions.permit(person, "create") is not None


def create(person: Person, sent: Sent, request: Request) -> str:
    """A new draft of the person's team. Returns its id. Raises RefusedError and ReferenceTakenError."""
    with refusals_recorded(person, "create", ""):
        permit = permissions.permit(person, "create")
        if permit is None or person.team is None:
            raise RefusedError("Your roles do not include entering requests.")
        role, team = permit.role, person.team
        return once(person, "create", sent.token, lambda: _make(person, role, team, request))


def _make(person: Person, role: str, team: Team, request: Request) -> str:
    case = Case(reference=_reference(request), team=team, created_by=person, **request.values())
    _set_clock(case)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:  # somebody took the reference between the look and the write
        raise ReferenceTakenError from None
    details = {"reference": case.reference, "member": digest(case.pk, case.member_reference)}
    record("case_created", actor=person, role=role, case=case.pk, details=details)
    return case.pk


def _set_clock(case: Case) -> None:
    """Start the clock of a new case."""
    clock = case_clock.in_state(case_clock.from_receipt(case), case.plan.line, case.state, timezone.now())
    for name, value in case_clock.columns(clock).items():
        setattr(case, name, value)


def _reference(request: Request, but: str = "") -> str:
    """The reference that was given, or a new one. Raises ReferenceTakenError, but not for one case's own."""
    if request.reference:
        if with_reference(request.reference).exclude(pk=but).exists():
            raise ReferenceTakenError
        return request.reference
    while True:
        made = "R-" + "".join(secrets.choice(LETTERS) for _ in range(REFERENCE_LENGTH))
        if not with_reference(made).exists():
            return made


def change_request(person: Person, case_id: str, sent: Sent, request: Request) -> None:
    """Change what a request says. After intake a note tells what was changed: the log keeps no values.

    Raises NotFoundError, RefusedError, StaleError and ReferenceTakenError.
    """

    try:
        _change_request(person, case_id, sent, sent.revision, request)
    except IntegrityError:  # as in `_make`
        raise ReferenceTakenError from None


@verb("change_request")
def _change_request(work: Work, made_from: int | None, request: Request) -> None:
    """The body of `change_request`, under the promises of a verb. ``made_from`` is the revision of
    the form.
    """
    case = work.case
    if made_from is None:  # what it was made from is not known
        raise StaleError(case)
    check_changeable(work.person, case)
    check_urgency(case, request.urgency)
    new = request.values()
    if request.reference and request.reference != case.reference:
        new["reference"] = _reference(request, case.pk)
    changed = [name for name, value in new.items() if getattr(case, name) != value]
    if changed:
        _change(work, {name: new[name] for name in changed})


def _change(work: Work, new: dict[str, object]) -> None:
    """Give the request of a work new values, its clock and its edition what follows from them."""
    case, now, changed = work.case, timezone.now(), new.keys()
    stood, before = case_clock.stood_still(case, now), changes.values(case)
    work.change(**new)
    work.change(reference_folded=fold(case.reference), member_folded=fold(case.member_reference))
    if {"urgency", "received_at", "plan"} & changed:
        work.change(**case_clock.columns(case_clock.anew(case, stood, now)))
    if "policy" in changed and case.edition_at_start:
        work.change(edition_at_start=facts.edition_now(case).edition)
    work.record(changes.CHANGED, fields=sorted(changed))
    if case.state != states.DRAFT:
        add_note(work, Note.Kind.REQUEST, changes.in_words(before, changes.values(case), changed))


def may_change_request(person: Person, case: Case) -> bool:
    """Whether somebody may change what a request says now."""
    permit = permissions.permit(person, "change_request", case)
    return permit is not None and can(check_changeable, person, case)


def check_changeable(person: Person, case: Case) -> None:
    """Raises RefusedError where what a request says is not changed by somebody now: by its team while it is a
    draft, then by whoever has it.
    """
    if case.state == states.DRAFT:
        return
    has_it = case.assignee_id == person.pk and permissions.permit(person, "answer", case) is not None
    if not has_it or case.state not in states.BEGUN:
        raise RefusedError(AFTER_INTAKE)


def check_urgency(case: Case, urgency: str) -> None:
    """Raises RefusedError where a change of the request would make an expedited case standard by the way."""
    expedited = case.state != states.DRAFT and case.urgency == Case.Urgency.EXPEDITED
    if expedited and urgency != Case.Urgency.EXPEDITED:
        raise RefusedError(BY_ITSELF)


def check_expedited(case: Case) -> None:
    """Raises RefusedError where a case is not expedited, or its urgency is not changed now."""
    if case.state not in states.BEGUN:
        raise RefusedError(not_now(case))
    if case.urgency != Case.Urgency.EXPEDITED:
        raise RefusedError("This case is standard already.")


@verb("make_standard")
def make_standard(work: Work, reason: str) -> None:
    """Let an expedited case be standard from now on, with a reason. It waits longer for its answer then, so
    this is never a field among others. The clock is worked out anew from the receipt of the request.
    """
    case, now = work.case, timezone.now()
    check_expedited(case)
    stood = case_clock.stood_still(case, now)
    work.change(urgency=Case.Urgency.STANDARD.value)
    work.change(**case_clock.columns(case_clock.anew(case, stood, now)))
    add_note(work, Note.Kind.REVIEW, f"Changed from expedited to standard: {reason}")
    work.record("made_standard", due=case.due_at.isoformat() if case.due_at else "")


def was_submitted(person: Person, case_id: str, sent: Sent) -> bool:
    """Whether somebody sent a draft to review with this form already."""
    return Submission.objects.filter(pk=sent.token, person=person, action=f"submit {case_id}").exists()


@verb("submit")
def submit(work: Work) -> None:
    """Send a draft to review."""
    work.change(edition_at_start=facts.edition_now(work.case).edition)
    turn = by_rule.whose_turn_it_is(work.case, states.IN_REVIEW) if work.case.assignee is None else None
    move(work, "submit", "state_changed")
    by_rule.give(work, turn)

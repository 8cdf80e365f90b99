"""Deciding: what a decision rests on, frozen; who may sign what; signing, correcting, and appeals."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.utils import timezone

from decisions.core.determination import CAN_APPROVE, Determination
from decisions.core.rules import CRITERIA_MET, CRITERIA_NOT_MET
from decisions.events.services import digest, digest_key
from decisions.models import Case, Decision, Note, Person
from decisions.record import as_record
from decisions.reviews import facts, permissions, states, turnaround
from decisions.reviews.clocks import started
from decisions.reviews.freezing import in_words, request_in_words
from decisions.reviews.letters import last_decision
from decisions.reviews.moves import add_note, move, not_now
from decisions.reviews.permissions import Permit
from decisions.reviews.work import RefusedError, Sent, StaleError, Work, perform
from decisions.reviews.working import signed_before

APPROVED, ADVERSE = Decision.Result.APPROVED.value, Decision.Result.ADVERSE.value
WITH_THE_DETERMINATION = {APPROVED: CRITERIA_MET, ADVERSE: CRITERIA_NOT_MET}
SIGN_WITH_A_LICENCE = (permissions.PHYSICIAN, permissions.APPEALS)
NURSE_ONLY_APPROVES = (
    "A reviewer signs an approval where the determination says that the request can be approved. "
    "Refer the case to a physician."
)


class SigningError(Exception):
    """What was sent cannot be signed yet. ``problems`` has a sentence for each field."""

    def __init__(self, **problems: str) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def is_against(found: Determination, result: str) -> bool:
    """Whether a result is not the one that the determination carries."""
    return found.outcome != WITH_THE_DETERMINATION[result]


def frozen(case: Case, found: Determination) -> str:
    """Everything that a decision rests on, as canonical JSON."""
    policy, codes = found.policy, facts.code_set(found)
    case_id, told = case.reference, facts.explained(case, found)
    held = {
        "answers": _counted(case, found),
        "as_of": found.answers.as_of.isoformat(),
        "code_set": {"name": codes.name, "first_day": codes.first_day.isoformat()},
        "determination": as_record(case_id, found),
        "edition": policy.edition,
        "fingerprint": policy.fingerprint,
        "given": _given(case),
        "policy": policy.id,
        "request": request_in_words(case),
        "software": settings.VERSION,
        "trace": trace(found),
        "words": in_words(told),
    }
    return canonical(held)


def trace(found: Determination) -> dict[str, list[int]]:
    """For each criterion the answers that were looked at, as the core numbers them."""
    return {key: list(steps) for key, steps in found.trace.items()}


def canonical(held: Any) -> str:
    """JSON in the one spelling that is compared and signed."""
    return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _counted(case: Case, found: Determination) -> dict[str, Any]:
    """The raw answers that the determination was made from: those that the questions allow."""
    age, asked = found.policy.topic.age, found.answers.asked
    raw = facts.raw_answers(case)
    return {fact: raw[fact] for fact in raw if (age.id if fact == age.birth_date else fact) in asked}


def _given(case: Case) -> list[dict[str, Any]]:
    """Who gave each answer that stands, when, and where it is in the record."""
    newest = {answer.fact: answer for answer in case.answers_given.select_related("given_by").order_by("pk")}
    return [
        {
            "fact": fact,
            "by": answer.given_by_id,
            "at": answer.given_at.isoformat(),
            "document": answer.document,
            "page": answer.page,
        }
        for fact, answer in sorted(newest.items())
        if fact in case.answers
    ]


def basis(case: Case, found: Determination) -> str:
    """A keyed digest of what a person sees before they sign, so that they sign what they saw: what is frozen,
    and the notes.
    """
    return _basis(case, frozen(case, found))


def _basis(case: Case, held: str) -> str:
    return digest(case.pk, [held, sorted(case.case_notes.values_list("pk", flat=True))])


def sign(
    person: Person,
    case_id: str,
    sent: Sent,
    *,
    result: str,
    rationale: str,
    reason: str = "",
    confirmed: bool,
    seen: str,
) -> int:
    """Sign the first decision of a case. Returns its number.

    ``seen`` is the `basis` of the page that was signed on. Raises SigningError, RefusedError, NotFoundError,
    and StaleError where the page no longer shows what the decision would rest on.
    """

    def change(work: Work) -> str:
        check_decidable(work.case)
        kind = Decision.Kind.INITIAL
        made = _write(work, kind, result, rationale, reason, confirmed=confirmed, seen=seen)
        move(work, "decide", "decision_signed", **_details(made))
        return str(made.number)

    action = "sign_approval" if result == APPROVED else "sign_adverse"
    return int(perform(person, case_id, action, sent, change))


def correct(
    person: Person,
    case_id: str,
    sent: Sent,
    *,
    result: str,
    rationale: str,
    reason: str,
    confirmed: bool,
    seen: str,
) -> int:
    """Sign a new version of a decision, with the reason for it; the old one stays. Raises as `sign`."""

    def change(work: Work) -> str:
        work.permit = Permit(correcting_role(work.person, work.case))
        kind = Decision.Kind.CORRECTION
        made = _write(work, kind, result, rationale, reason, confirmed=confirmed, seen=seen)
        work.record("decision_corrected", **_details(made))
        work.change(resumes_to="")
        return str(made.number)

    return int(perform(person, case_id, "correct", sent, change))


def correcting_role(person: Person, case: Case) -> str:
    """The role in which somebody corrects the decision of a case. Raises RefusedError where nobody's does.

    What was decided on an appeal is corrected by the appeal physician who has the case, and by no signer of
    the decision that was appealed.
    """
    if case.state != states.DECIDED:
        raise RefusedError(not_now(case))
    if not case.appealed:
        if permissions.PHYSICIAN not in person.role_names:
            raise RefusedError("Only a physician corrects a decision.")
        return permissions.PHYSICIAN
    if permissions.permit(person, "decide_appeal", case) is None or _signed_first(person, case):
        raise RefusedError(
            "What was decided on an appeal is corrected by the appeal physician who has the case, "
            "and by nobody who signed the first decision."
        )
    return permissions.APPEALS


def _signed_first(person: Person, case: Case) -> bool:
    appeal = case.decisions.filter(kind=Decision.Kind.APPEAL).order_by("number").first()
    before = case.decisions.filter(number__lt=appeal.number) if appeal else case.decisions
    return before.filter(signed_by=person).exists()


def file_appeal(
    person: Person,
    case_id: str,
    sent: Sent,
    text: str,
    *,
    received_at: dt.datetime | None = None,
    urgency: str | None = None,
) -> None:
    """Note that an adverse decision is appealed. The case waits for an appeal physician, with a new clock.

    The clock starts when the appeal was received: now, where no other time is given. The appeal has the
    urgency of the case unless another is given, and the case has the appeal's from then on. Raises
    NotFoundError, StaleError, and RefusedError also where the time of receipt cannot be.
    """

    def change(work: Work) -> None:
        case = work.case
        check_appealable(case)
        received = received_at or timezone.now()
        _check_receipt(case, received)
        add_note(work, Note.Kind.APPEAL, text)
        work.change(urgency=urgency or case.urgency)
        move(work, "file_appeal", "appeal_filed", received_at=received.isoformat(), urgency=case.urgency)
        limit = turnaround.turnaround(case.plan.line, case.urgency, appeal=True)
        clock = started(received, limit, turnaround.zone())
        work.change(appealed=True, assignee=None, extended_by=None, **turnaround.columns(clock))

    perform(person, case_id, "file_appeal", sent, change)


def _check_receipt(case: Case, received: dt.datetime) -> None:
    signed_at = appealable_since(case)
    if received > timezone.now() or (signed_at and received < signed_at):
        raise RefusedError("An appeal is received after the decision was signed, and not in the future.")


def appealable_since(case: Case) -> dt.datetime | None:
    """When the first adverse decision of a case was signed. A correction of it does not undo an appeal that
    arrived before. None where there is none.
    """
    first = case.decisions.filter(result=ADVERSE).order_by("number").first()
    return first.signed_at if first else None


def check_appealable(case: Case) -> None:
    """Raises RefusedError where there is nothing to be appealed now."""
    decision = last_decision(case)
    if case.state != states.DECIDED or case.appealed or decision is None or decision.result != ADVERSE:
        raise RefusedError("Only an adverse decision that was not appealed yet can be appealed.")


def decide_appeal(
    person: Person,
    case_id: str,
    sent: Sent,
    *,
    result: str,
    rationale: str,
    reason: str,
    confirmed: bool,
    seen: str,
) -> int:
    """Sign the decision on an appeal: by a physician who signed nothing of this case before. As `sign`."""

    def change(work: Work) -> str:
        check_appeal_decidable(work.person, work.case)
        kind = Decision.Kind.APPEAL
        made = _write(work, kind, result, rationale, reason, confirmed=confirmed, seen=seen)
        move(work, "decide_appeal", "appeal_decided", **_details(made))
        return str(made.number)

    return int(perform(person, case_id, "decide_appeal", sent, change))


def check_appeal_decidable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot decide the appeal of a case now."""
    if signed_before(person, case):
        raise RefusedError("Whoever decided first does not decide the appeal.")
    if not states.is_legal("decide_appeal", case.state):
        raise RefusedError(not_now(case))


def check_decidable(case: Case) -> None:
    """Raises RefusedError where no first decision can be signed now."""
    if not states.is_legal("decide", case.state):
        raise RefusedError(not_now(case))


def _details(made: Decision) -> dict[str, Any]:
    return {
        "number": made.number,
        "kind": made.kind,
        "result": made.result,
        "against": made.against,
        "signed": signature(made),
        "key": digest_key(),
    }


def signature(made: Decision) -> str:
    """A keyed digest of everything that was signed. The event of the signature holds it."""
    signed = (made.number, made.kind, made.result, made.against, made.rationale, made.reason, made.frozen)
    who = (made.signed_by_id, made.signed_at.isoformat(), made.role, made.licence_number, made.licence_state)
    return digest(made.case_id, canonical([*signed, *who, str(made.licence_expires or "")]))


def _write(
    work: Work, kind: str, result: str, rationale: str, reason: str, *, confirmed: bool, seen: str
) -> Decision:
    """The signed decision, once all that it asks for is there.

    Whether the page was outdated is looked at first: on another basis all the rest may be another too.
    """
    case, found = work.case, facts.determination(work.case)
    held = frozen(case, found)
    if _basis(case, held) != seen:
        raise StaleError(case)
    role = signer(work.person, work.permit, case, found, result)
    work.permit = Permit(role)
    now = timezone.now()
    licence = _licence(work.person, role, timezone.localdate(now))
    against = is_against(found, result)
    check_filled_in(rationale, reason, confirmed=confirmed, needs_reason=needs_reason(kind, result, against))
    last = last_decision(case)
    return Decision.objects.create(
        case=case,
        number=last.number + 1 if last else 1,
        kind=kind,
        result=result,
        against=against,
        rationale=rationale,
        reason=reason,
        frozen=held,
        signed_by=work.person,
        signed_at=now,
        role=role,
        **licence,
    )


def needs_reason(kind: str, result: str, against: bool) -> bool:
    """Whether a decision is signed with a reason of its own beside the rationale."""
    return kind == Decision.Kind.CORRECTION or result == ADVERSE or against


def signer(person: Person, permit: Permit, case: Case, found: Determination, result: str) -> str:
    """The role that signs this. Raises RefusedError where a nurse would decide more than an approval.

    A case that was referred is a physician's, whatever the determination says of it by now.
    """
    plain = result == APPROVED and found.next_step == CAN_APPROVE and case.state != states.PHYSICIAN_REVIEW
    if permit.role != permissions.REVIEWER or plain:
        return permit.role
    if permissions.PHYSICIAN in person.role_names:
        return permissions.PHYSICIAN
    raise RefusedError(NURSE_ONLY_APPROVES)


def check_filled_in(rationale: str, reason: str, *, confirmed: bool, needs_reason: bool) -> None:
    """Raises SigningError with everything that is missing."""
    problems = {}
    if not confirmed:
        problems["confirmed"] = "Confirm that you have reviewed the record."
    if not rationale.strip():
        problems["rationale"] = "Write the rationale."
    if needs_reason and not reason.strip():
        problems["reason"] = (
            "Give the reason. An adverse decision, a correction, and a decision against the determination "
            "need one."
        )
    if problems:
        raise SigningError(**problems)


def _licence(person: Person, role: str, day: dt.date) -> dict[str, Any]:
    """The licence to be copied into a decision. Raises RefusedError for a physician without a good one."""
    if role not in SIGN_WITH_A_LICENCE:
        return {}
    if trouble := licence_trouble(person, day):
        raise RefusedError(trouble)
    return {
        "licence_number": person.licence_number,
        "licence_state": person.licence_state,
        "licence_expires": person.licence_expires,
    }


def licence_trouble(person: Person, day: dt.date) -> str:
    """Why a physician cannot sign on a day, in a sentence; empty where the licence is good."""
    if person.has_licence_on(day):
        return ""
    if person.licence_expires and person.licence_expires < day:
        said = f"Your licence expired on {person.licence_expires}."
    else:
        said = "No complete licence of yours is on file."
    return f"{said} A physician signs with a licence that is on file and has not expired."


def may_sign_now(person: Person, case: Case) -> bool:
    """Whether the page for signing is offered."""
    if case.state == states.APPEALED:
        own = permissions.permit(person, "decide_appeal", case) is not None
        return own and not signed_before(person, case)
    possible = states.is_legal("decide", case.state)
    return possible and permissions.permit(person, "sign_approval", case) is not None


def may_correct_now(person: Person, case: Case) -> bool:
    """Whether the page for correcting a decision is offered."""
    if permissions.permit(person, "correct", case) is None:
        return False
    try:
        correcting_role(person, case)
    except RefusedError:
        return False
    return True


def results_for(person: Person, permit: Permit, case: Case, found: Determination) -> list[str]:
    """The results that somebody can sign now, for a page to offer."""
    return [result for result in (APPROVED, ADVERSE) if _can_sign(person, permit, case, found, result)]


def _can_sign(person: Person, permit: Permit, case: Case, found: Determination, result: str) -> bool:
    try:
        signer(person, permit, case, found, result)
    except RefusedError:
        return False
    return True

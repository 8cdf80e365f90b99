"""Deciding a case: signing its decision, and correcting a signed one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from decisions.core.determination import Determination
from decisions.core.rules import CRITERIA_MET, CRITERIA_NOT_MET
from decisions.log.services import digest, digest_key
from decisions.models import Decision, Person
from decisions.reviews.decision.basis import basis_of
from decisions.reviews.decision.freezing import freeze
from decisions.reviews.decision.rationale import rationale
from decisions.reviews.decision.signers import (
    ADVERSE,
    APPROVED,
    check_decidable,
    check_judged_before,
    correcting_role,
    license_columns,
    signing_role,
)
from decisions.reviews.ground import case_clock, facts
from decisions.reviews.ground.facts import canonical, last_decision
from decisions.reviews.ground.frozen import to_text
from decisions.reviews.ground.permissions import Permit
from decisions.reviews.ground.transitions import move
from decisions.reviews.ground.work import Sent, StaleError, Work, verb
from decisions.telling.explanation import Explanation

NEEDS_REASON = (
    "Give the reason. An adverse decision, a correction, and a decision against the determination need one."
)
WITH_THE_DETERMINATION = {APPROVED: CRITERIA_MET, ADVERSE: CRITERIA_NOT_MET}


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody puts their name to: the result and why, and that they reviewed the record.

    ``seen`` is the `basis` of the page that it was made on.
    """

    result: str
    rationale: str
    reason: str
    confirmed: bool
    seen: str


class SigningError(Exception):
    """What was sent cannot be signed yet. ``problems`` has a sentence for each field."""

    def __init__(self, **problems: str) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def sign(person: Person, case_id: str, sent: Sent, statement: Statement) -> int:
    """Sign the first decision of a case. Returns its number.

    Raises SigningError, RefusedError, NotFoundError, and StaleError where the page that was signed on no
    longer shows what the decision would rest on.
    """
    signing = _sign_approval if statement.result == APPROVED else _sign_adverse
    return signing(person, case_id, sent, statement)


@verb("sign_approval")
def _sign_approval(work: Work, statement: Statement) -> int:
    return _sign(work, statement)


@verb("sign_adverse")
def _sign_adverse(work: Work, statement: Statement) -> int:
    return _sign(work, statement)


def _sign(work: Work, statement: Statement) -> int:
    check_decidable(work.person, work.case)
    made = make_decision(work, Decision.Kind.INITIAL, statement)
    move(work, "decide", "decision_signed", **signature_details(made))
    return made.number


@verb("correct")
def correct(work: Work, statement: Statement) -> int:
    """Sign a new version of a decision, with the reason for it; the old one stays. Raises as `sign`."""
    work.permit = Permit(correcting_role(work.person, work.case))
    made = make_decision(work, Decision.Kind.CORRECTION, statement)
    work.record("decision_corrected", **signature_details(made))
    work.touch()
    return made.number


def make_decision(work: Work, kind: str, statement: Statement) -> Decision:
    """Keep a signed decision, once all that it asks for is there. Raises SigningError, RefusedError and
    StaleError.

    Whether the page was outdated is looked at first: on another basis all the rest may be another too.
    """
    case, found = work.case, facts.determination(work.case)
    frozen = to_text(freeze(case, found))
    if basis_of(case, frozen) != statement.seen:
        raise StaleError(case)
    role = signing_role(work.person, work.permit, case, found, statement.result)
    check_judged_before(work.person, case, statement.result)
    work.permit = Permit(role)
    now = timezone.now()
    copied = license_columns(work.person, role, timezone.localdate(now))
    against = is_against(found, statement.result)
    last = last_decision(case)
    told = facts.explained(case, found)
    why = why_reason(kind, statement.result, against=against, told=told)
    check_filled_in(statement, why)
    if against and found.outcome in WITH_THE_DETERMINATION.values():
        check_own_words(statement.rationale, rationale(told))
    if last and last.result != statement.result:
        check_own_words(statement.rationale, last.rationale)
    _tell_lists(work, kind, statement.result, now)
    return Decision.objects.create(
        case=case,
        number=last.number + 1 if last else 1,
        kind=kind,
        result=statement.result,
        against=against,
        rationale=statement.rationale,
        reason=statement.reason,
        frozen=frozen,
        signed_by=work.person,
        signed_at=now,
        role=role,
        **copied,
    )


def _tell_lists(work: Work, kind: str, result: str, now: dt.datetime) -> None:
    """Let the case say what was decided. A correction is no new answer: it came late if the first one did."""
    late = work.case.late if kind == Decision.Kind.CORRECTION else case_clock.is_late(work.case, now)
    work.change(result=result, sort_decided=now, late=late)


def is_against(found: Determination, result: str) -> bool:
    """Whether a result is not the one that the determination carries."""
    return found.outcome != WITH_THE_DETERMINATION[result]


def held_by(told: Explanation) -> str:
    """The titles of what holds a request; empty where nothing does."""
    return "; ".join(stop.title for stop in told.stops if stop.notice.id in told.determination.holds)


def why_reason(kind: str, result: str, *, against: bool, told: Explanation) -> str:
    """Why a decision is signed with a reason of its own beside the rationale; empty where it needs none."""
    if result == APPROVED and (held := held_by(told)):
        return f"The determination holds this request: {held}. Say why it is approved all the same."
    return "" if kind != Decision.Kind.CORRECTION and result != ADVERSE and not against else NEEDS_REASON


def check_filled_in(statement: Statement, why_reason: str = "") -> None:
    """Raises SigningError with everything that is missing. ``why_reason`` says why a reason is needed."""
    problems = {}
    if not statement.confirmed:
        problems["confirmed"] = "Confirm that you have reviewed the record."
    if not statement.rationale.strip():
        problems["rationale"] = "Write the rationale."
    if why_reason and not statement.reason.strip():
        problems["reason"] = why_reason
    if problems:
        raise SigningError(**problems)


def check_own_words(given: str, otherwise: str) -> None:
    """Raises SigningError for a rationale that was written for the other result and left as it was."""
    if given.split() == otherwise.split():
        raise SigningError(
            rationale="This rationale speaks for the other result, and it stands in the letter. "
            "Say in it why you decide as you do."
        )


def signature_details(made: Decision) -> dict[str, Any]:
    """What the event of a signature says of a decision."""
    return {
        "number": made.number,
        "kind": made.kind,
        "result": made.result,
        "against": made.against,
        "signed": signature(made),
        "key": digest_key(),
    }


def signature(made: Decision, *, key: str = "") -> str:
    """A keyed digest of everything that was signed. The event of the signature holds it and names the key."""
    # In this order for good: every signature ever made is compared with it.
    signed = (made.number, made.kind, made.result, made.against, made.rationale, made.reason, made.frozen)
    who = (made.signed_by_id, made.signed_at.isoformat(), made.role, made.license_number, made.license_state)
    return digest(made.case_id, canonical([*signed, *who, str(made.license_expires or "")]), key=key)

"""Who signs what: which results, in which role, and with what license."""

from __future__ import annotations

import datetime as dt
from typing import Any

from decisions.core.determination import CAN_APPROVE, Determination
from decisions.models import PHYSICIANS, Case, Decision, Person
from decisions.reviews.ground import judging, permissions, states
from decisions.reviews.ground.head import is_on_shelf
from decisions.reviews.ground.permissions import Permit
from decisions.reviews.ground.transitions import check_move, not_now
from decisions.reviews.ground.work import RefusedError, can

APPROVED, ADVERSE = Decision.Result.APPROVED.value, Decision.Result.ADVERSE.value
NOT_JUDGED = (
    "In this line of business, whoever decides against a request has judged it before they saw the "
    "determination. You have recorded no judgment on this case."
)
NURSE_ONLY_APPROVES = (
    "A reviewer signs an approval where the determination says that the request can be approved. "
    "Refer the case to a physician."
)


def signing_role(person: Person, permit: Permit, case: Case, found: Determination, result: str) -> str:
    """The role that signs this. Raises RefusedError where it would decide more than a nurse approves, and is
    no physician's.

    A case that was referred is a physician's, whatever the determination says of it by now.
    """
    plain = result == APPROVED and found.next_step == CAN_APPROVE and case.state != states.PHYSICIAN_REVIEW
    if permit.role in PHYSICIANS or (permit.role == permissions.REVIEWER and plain):
        return permit.role
    # Who is both signs as a physician only what a reviewer must not sign.
    if permissions.PHYSICIAN in person.role_names:
        return permissions.PHYSICIAN
    raise RefusedError(NURSE_ONLY_APPROVES)


def results_for(person: Person, permit: Permit, case: Case, found: Determination) -> list[str]:
    """The results that somebody can sign now, for a page to offer."""
    return [
        result
        for result in (APPROVED, ADVERSE)
        if can(signing_role, person, permit, case, found, result)
        and can(check_judged_before, person, case, result)
    ]


def check_readable(case: Case) -> None:
    """Raises RefusedError where the policy of a case is off the shelf: nothing could be decided by it."""
    if not is_on_shelf(case):
        raise RefusedError("The policy of this case cannot be read now. Nothing can be decided.")


def check_decidable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody can sign no first decision now."""
    check_move(case, "decide")
    check_readable(case)
    judging.check_judged(person, case)


def check_judged_before(person: Person, case: Case, result: str) -> None:
    """Raises RefusedError where somebody would decide against a request that they never judged, in a line of
    business that asks for a judgment. A decision that is corrected can be read by all, so that a judgment
    would come too late then.
    """
    required = result == ADVERSE and case.plan.line.independent_judgment
    if required and not case.judgments.filter(judged_by=person).exists():
        raise RefusedError(NOT_JUDGED)


def check_signs_something(person: Person, case: Case, found: Determination | None) -> None:
    """Raises RefusedError where no result of a first decision can be signed by somebody now.

    ``found`` is what the policy says, None where they do not see it.
    """
    check_decidable(person, case)
    permit = permissions.permit(person, "sign_approval", case)
    if permit is None or found is None or not results_for(person, permit, case, found):
        raise RefusedError(NURSE_ONLY_APPROVES)


def correcting_role(person: Person, case: Case) -> str:
    """The role in which somebody corrects the decision of a case. Raises RefusedError where nobody's does.

    What was decided on an appeal is corrected by the appeal physician who has the case, and by no signer of
    the decision that was appealed.
    """
    if case.state != states.DECIDED:
        raise RefusedError(not_now(case))
    check_readable(case)
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


def may_correct_now(person: Person, case: Case) -> bool:
    """Whether the page for correcting a decision is offered."""
    return permissions.permit(person, "correct", case) is not None and can(correcting_role, person, case)


def license_columns(person: Person, role: str, day: dt.date) -> dict[str, Any]:
    """The license to be copied into a decision. Raises RefusedError for a physician without a good one."""
    if role not in PHYSICIANS:
        return {}
    if trouble := license_trouble(person, day):
        raise RefusedError(trouble)
    return {
        "license_number": person.license_number,
        "license_state": person.license_state,
        "license_expires": person.license_expires,
    }


def license_trouble(person: Person, day: dt.date) -> str:
    """Why a physician cannot sign on a day, in a sentence; empty where the license is good."""
    if person.has_license_on(day):
        return ""
    if person.license_expires and person.license_expires < day:
        said = f"Your license expired on {person.license_expires}."
    else:
        said = "No complete license of yours is on file."
    return f"{said} A physician signs with a license that is on file and has not expired."

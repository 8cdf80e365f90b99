"""Appeals against an adverse decision: noting that there is one, and deciding it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from decisions.models import Case, Decision, Note, Person
from decisions.reviews.decision.signers import ADVERSE, check_readable
from decisions.reviews.decision.verbs import Statement, make_decision, signature_details
from decisions.reviews.ground import case_clock, judging, states
from decisions.reviews.ground.assignment import signed_before
from decisions.reviews.ground.clock_arithmetic import started
from decisions.reviews.ground.facts import last_decision
from decisions.reviews.ground.transitions import add_note, check_move, move
from decisions.reviews.ground.work import RefusedError, Work, verb


@verb("file_appeal")
def file_appeal(
    work: Work,
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
    case = work.case
    check_appealable(case, last_decision(case))
    received = received_at or timezone.now()
    _check_receipt(case, received)
    add_note(work, Note.Kind.APPEAL, text)
    work.change(urgency=urgency or case.urgency)
    move(work, "file_appeal", "appeal_filed", received_at=received.isoformat(), urgency=case.urgency)
    limit = case_clock.turnaround(case.plan.line, case.urgency, appeal=True)
    clock = started(received, limit, case_clock.zone())
    # The clock of an appeal is new, and may be extended once for itself.
    work.change(appealed=True, assignee=None, extended_by=None, **case_clock.columns(clock))


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


def check_appealable(case: Case, last: Decision | None) -> None:
    """Raises RefusedError where a case, and its last decision, cannot be appealed now."""
    if case.state != states.DECIDED or case.appealed or last is None or last.result != ADVERSE:
        raise RefusedError("Only an adverse decision that was not appealed yet can be appealed.")


@verb("decide_appeal")
def decide_appeal(work: Work, statement: Statement) -> int:
    """Sign the decision on an appeal: by a physician who signed nothing of this case before. As `sign`."""
    check_appeal_decidable(work.person, work.case)
    made = make_decision(work, Decision.Kind.APPEAL, statement)
    move(work, "decide_appeal", "appeal_decided", **signature_details(made))
    return made.number


def check_appeal_decidable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot decide the appeal of a case now."""
    if signed_before(person, case):
        raise RefusedError("Whoever decided first does not decide the appeal.")
    check_move(case, "decide_appeal")
    check_readable(case)
    judging.check_judged(person, case)

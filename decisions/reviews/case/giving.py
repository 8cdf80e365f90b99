"""Giving a case to somebody else, or to nobody, as a supervisor does."""

from __future__ import annotations

from decisions.models import Case, Person
from decisions.reviews.case.verbs import check_taker
from decisions.reviews.ground.assignment import TAKEN_IN, can_be_given
from decisions.reviews.ground.transitions import not_now, note_giving
from decisions.reviews.ground.work import RefusedError, Work, verb


def check_givable(case: Case) -> None:
    """Raises RefusedError where nobody can be given a case now."""
    if not can_be_given(case):
        raise RefusedError(not_now(case))


@verb("give")
def give(work: Work, to: Person | None, reason: str) -> None:
    """Give a case to somebody, whoever has it; to nobody, it is among the unassigned again.

    Who can have it is asked as in every verb: a supervisor gives, and makes nobody able.
    """
    check_givable(work.case)
    if to is None:
        _take_off(work, reason)
    else:
        _hand_to(work, to, reason)


def _take_off(work: Work, reason: str) -> None:
    before = work.case.assignee
    if before is None:
        raise RefusedError("Nobody has this case.")
    if work.case.state not in TAKEN_IN:
        raise RefusedError(not_now(work.case))
    note_giving(work, f"Taken off {before}: {reason}")
    work.change(assignee=None)
    work.record("case_freed", from_person=before.pk)


def _hand_to(work: Work, to: Person, reason: str) -> None:
    before = work.case.assignee_id
    if before == to.pk:
        raise RefusedError(f"{to} has this case already.")
    check_taker(to, work.case)
    note_giving(work, f"Given to {to}: {reason}")
    work.change(assignee=to)
    work.record("case_assigned", to=to.pk, **({"from_person": before} if before else {}))

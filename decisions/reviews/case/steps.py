"""What the determination of a case offers to do next, to somebody who may do it now."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from decisions.core.determination import CAN_APPROVE, REQUEST_INFORMATION, Determination
from decisions.reviews.answers.verbs import may_answer_now
from decisions.reviews.decision import signers
from decisions.reviews.ground import permissions, states
from decisions.reviews.ground.work import Work


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next, and where."""

    label: str
    address: str


def steps(work: Work, found: Determination, continues_at: str) -> list[Step]:
    """What can be done now, the likeliest first. ``continues_at`` is the next question, "" where none is."""
    possible = {
        "questions": bool(continues_at) and may_answer_now(work.person, work.case),
        "sign": _may_sign(work, found),
        "refer": _may_move(work, "refer"),
        "information": _may_move(work, "request_information"),
    }
    return [_step(work, name, continues_at) for name in _order(work, found) if possible[name]]


def _order(work: Work, found: Determination) -> tuple[str, ...]:
    if found.next_step == REQUEST_INFORMATION:
        return ("questions", "information", "sign", "refer")
    return ("questions", "sign", "refer", "information")


def _may_sign(work: Work, found: Determination) -> bool:
    """Whether there is a result that the person can sign here; a reviewer signs approvals alone."""
    if not signers.may_sign_now(work.person, work.case):
        return False
    return (
        found.next_step == CAN_APPROVE
        or set(work.person.role_names) & {*signers.SIGN_WITH_A_LICENSE} != set()
    )


def _may_move(work: Work, name: str) -> bool:
    return (
        states.is_legal(name, work.case.state)
        and permissions.permit(work.person, name, work.case) is not None
    )


def _step(work: Work, name: str, continues_at: str) -> Step:
    if name == "questions":
        return Step("Continue the questions", continues_at)
    if name == "sign" and work.case.state == states.APPEALED:
        return Step("Decide the appeal", reverse("reviews:decide_appeal", args=(work.case.pk,)))
    labels = {
        "sign": "Sign a decision",
        "refer": "Refer to a physician",
        "information": "Ask for information",
    }
    return Step(labels[name], reverse(f"reviews:{name}", args=(work.case.pk,)))

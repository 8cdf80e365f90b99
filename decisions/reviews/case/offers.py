"""What somebody is offered to do with a case now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from decisions.core.determination import CAN_APPROVE
from decisions.models import Decision, Letter, new_id
from decisions.reviews.answers import verbs as answering
from decisions.reviews.decision import signers
from decisions.reviews.ground import assignment, permissions, states
from decisions.reviews.ground.work import may
from decisions.reviews.letters import verbs as letters

if TYPE_CHECKING:
    from decisions.reviews.case.page import Page


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the person may do with the case now, and where it is done.

    ``is_post`` says that it has nothing to fill in: a button does it.
    """

    name: str
    label: str
    address: str
    is_post: bool = False
    token: str = ""


def _likely(page: Page) -> list[str]:
    """What is most likely the next thing to do, by the state of the case: the first that is possible."""
    if page.case.state in states.UNDER_REVIEW:
        return _likely_in_review(page)
    return {
        states.DRAFT: ["submit"],
        states.WAITING: ["received", "claim"],
        states.DECIDED: ["close"] if _is_told(page) else ["new_letter", "close"],
        states.APPEALED: ["claim", *(["decide_appeal"] if page.is_complete else []), "go"],
    }.get(page.case.state, [])


def _likely_in_review(page: Page) -> list[str]:
    found = page.determination
    if page.head.has_nobody or found is None:
        return ["claim"]
    if found.missing:
        return ["go", "information"]
    if found.next_step == CAN_APPROVE:
        return ["sign"]
    by_next_step = {"request_information": ["information"], "physician_review": ["refer"]}
    return [*by_next_step.get(found.next_step, []), "sign", "refer"] if _is_nurse(page) else ["sign"]


def _is_nurse(page: Page) -> bool:
    return permissions.PHYSICIAN not in page.person.role_names


def _offered(page: Page) -> Iterator[Action]:
    """What the person may do now."""
    yield from _taking(page)
    for name, label, is_possible in _QUESTIONS:
        if is_possible(page):
            yield Action(name, label, reverse(f"reviews:{name}", args=[page.case.pk]))
    for kind in _letters(page):
        words = "Issue it again" if page.case.state == states.DECIDED and _is_told(page) else "Letter"
        label = f"{words}: {Letter.Kind(kind).label}"
        yield Action("new_letter", label, reverse("reviews:new_letter", args=[page.case.pk, kind]))


def _taking(page: Page) -> Iterator[Action]:
    case, person = page.case, page.person
    if case.assignee_id == person.pk or not _has_permit(page, "claim"):
        return
    if case.state not in assignment.TAKEN_IN or not assignment.can_have(person, case):
        return
    address = reverse("reviews:claim", args=[case.pk])
    if case.assignee_id is None:
        yield Action("claim", "Take this case", address, is_post=True, token=new_id())
    else:
        yield Action("claim", "Take it over", address)


def _letters(page: Page) -> list[str]:
    last = page.decisions[0] if page.decisions else None
    return letters.kinds_after(last, page.case) if _has_permit(page, "issue_letter") else []


def _has_permit(page: Page, *actions: str) -> bool:
    return any(permissions.permit(page.person, action, page.case) for action in actions)


def _legal(page: Page, move: str, action: str = "") -> bool:
    return states.is_legal(move, page.case.state) and _has_permit(page, action or move)


def _may_sign(page: Page) -> bool:
    """Whether there is a result that the person can sign: a reviewer signs approvals alone."""
    if page.case.state not in states.UNDER_REVIEW or page.determination is None:
        return False
    permit = permissions.permit(page.person, "sign_approval", page.case)
    found = page.determination
    return permit is not None and bool(signers.results_for(page.person, permit, page.case, found))


def _may_decide_appeal(page: Page) -> bool:
    return page.case.state == states.APPEALED and signers.may_sign_now(page.person, page.case)


def _may_assign(page: Page) -> bool:
    free = page.case.assignee_id in (None, page.person.pk)
    is_worked_on = bool(assignment.WORKS_IN.get(assignment.working_state(page.case)))
    return free and is_worked_on and _has_permit(page, "assign")


def _may_extend(page: Page) -> bool:
    case = page.case
    first = case.extended_by is None and bool(case.plan.line.extension_days)
    return first and case.state in states.OPEN and _has_permit(page, "extend")


def _may_withdraw(page: Page) -> bool:
    free = page.case.state == states.DRAFT or page.case.assignee_id in (None, page.person.pk)
    return free and _legal(page, "withdraw")


def _may_correct(page: Page) -> bool:
    return signers.may_correct_now(page.person, page.case)


def _may_appeal(page: Page) -> bool:
    last = page.decisions[0] if page.decisions else None
    adverse = last is not None and last.result == Decision.Result.ADVERSE
    return adverse and not page.case.appealed and _legal(page, "file_appeal")


def _may_note(page: Page) -> bool:
    """Emergency access is for notes too."""
    return page.case.state != states.CLOSED and may(page.person, "note", page.case)


def _may_close(page: Page) -> bool:
    return _is_told(page) and _legal(page, "close")


def _is_told(page: Page) -> bool:
    """Whether a letter about the newest decision is out."""
    return bool(page.decisions) and any(each.decision_id == page.decisions[0].pk for each in page.letters)


_QUESTIONS = (
    ("submit", "Send to review", lambda page: _legal(page, "submit")),
    ("go", "Go on with the questionnaire", lambda page: answering.may_answer_now(page.person, page.case)),
    ("sign", "Sign a decision", _may_sign),
    ("decide_appeal", "Decide the appeal", _may_decide_appeal),
    ("refer", "Refer to a physician", lambda page: _legal(page, "refer")),
    ("information", "Ask for information", lambda page: _legal(page, "request_information")),
    ("received", "Information has arrived", lambda page: _legal(page, "receive_information")),
    ("note", "Write a note", _may_note),
    ("assign", "Give it to a colleague", _may_assign),
    ("extend", "Extend the time", _may_extend),
    ("correct", "Correct the decision", _may_correct),
    ("appeal", "Enter an appeal", _may_appeal),
    ("withdraw", "Withdraw the request", _may_withdraw),
    ("close", "Close the case", _may_close),
    ("reopen", "Open the case again", lambda page: bool(page.decisions) and _legal(page, "reopen")),
)
"""What may be offered: the name of its page, its label, and whether it is possible now."""

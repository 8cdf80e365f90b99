"""Letters: which can be issued, and issuing them. A letter's text is kept as it went out."""

from __future__ import annotations

from django.utils import timezone

from decisions.models import Case, Decision, Letter
from decisions.reviews.ground import states
from decisions.reviews.ground.facts import last_decision
from decisions.reviews.ground.frozen import UnreadableError
from decisions.reviews.ground.work import RefusedError, Work, may, verb
from decisions.reviews.letters import texts as letter_texts
from decisions.telling.sentences import listed

Kind = Letter.Kind


class IncompleteError(Exception):
    """The text of a letter lacks a part that it never goes out without, or says nothing. The message is a
    sentence for whoever issues it.
    """


ABOUT_A_DECISION = {
    (Decision.Kind.INITIAL, Decision.Result.APPROVED): Kind.APPROVAL,
    (Decision.Kind.INITIAL, Decision.Result.ADVERSE): Kind.ADVERSE,
    (Decision.Kind.APPEAL, Decision.Result.APPROVED): Kind.OVERTURNED,
    (Decision.Kind.APPEAL, Decision.Result.ADVERSE): Kind.UPHELD,
}


def kind_of(decision: Decision) -> str:
    """The kind of letter that tells of a decision. A correction tells as the decision that it corrects."""
    about_appeal = decision.kind == Decision.Kind.APPEAL or decision.case.appealed
    kind = Decision.Kind.APPEAL if about_appeal else Decision.Kind.INITIAL
    return ABOUT_A_DECISION[kind, Decision.Result(decision.result)].value


def kinds(case: Case) -> list[str]:
    """The letters that can be issued for a case now."""
    return kinds_after(last_decision(case) if case.state == states.DECIDED else None, case)


def kinds_after(decision: Decision | None, case: Case) -> list[str]:
    """The letters that can be issued for a case now, for a caller that has read its last decision already."""
    possible = [kind_of(decision)] if decision and case.state == states.DECIDED else []
    if case.result == Case.Result.ELSEWHERE:
        possible.append(Kind.ELSEWHERE.value)
    if case.state == states.WAITING:
        possible.append(Kind.INFORMATION.value)
    if case.extended_by is not None and case.state in states.OPEN:
        possible.append(Kind.EXTENSION.value)
    return possible


def is_told(case: Case) -> bool:
    """Whether a letter about the last decision of a case is out."""
    return case.letters.filter(decision=case.decisions.order_by("-number").values("pk")[:1]).exists()


def tells(letter: Letter, case: Case, last: Decision | None) -> bool:
    """Whether a letter is about how a case ended: by its last decision, or by being sent elsewhere."""
    if case.result == Case.Result.ELSEWHERE:
        return letter.kind == Kind.ELSEWHERE and letter.issued_at >= case.sort_decided
    return last is not None and letter.decision_id == last.pk


def recipient(case: Case) -> str:
    """To whom a letter goes where nobody else is named, whatever it says: whoever ordered the service."""
    return case.ordering_clinician


def copy_to(kind: str) -> str:
    """Who else gets a letter where nobody else is named: of one about how a request ended, the member."""
    return "The member" if kind in (*ABOUT_A_DECISION.values(), Kind.ELSEWHERE) else ""


def lacks(case: Case, kind: str) -> str:
    """Which texts a letter would quote that nobody has written for the line of business, in sentences."""
    unwritten = letter_texts.unwritten(case, kind)
    if not unwritten:
        return ""
    named = listed([f"“{label}”" for label in unwritten], "and")
    who = "An administrator enters it under Plans."
    return f"The line of business {case.plan.line} has no text for {named}. {who}"


def draft(case: Case, kind: str) -> str:
    """The text of a letter, ready to be read over. Raises RefusedError where it has nothing to tell of."""
    decision = last_decision(case) if kind in ABOUT_A_DECISION.values() else None
    if decision is None and kind in ABOUT_A_DECISION.values():
        raise RefusedError("There is no decision yet.")
    try:
        return letter_texts.text(case, kind, decision)
    except UnreadableError:
        raise RefusedError(
            "What was frozen with the decision cannot be read, so no letter can be drafted. Tell an auditor."
        ) from None


def write(
    work: Work, kind: str, to: str, body: str, decision: Decision | None = None, copy: str = ""
) -> Letter:
    """Add a letter to the case of a work, as issued now."""
    number = work.case.letters.count() + 1
    letter = Letter.objects.create(
        case=work.case,
        number=number,
        kind=kind,
        decision=decision,
        recipient=to,
        copy_to=copy,
        body=body,
        issued_by=work.person,
        issued_at=timezone.now(),
    )
    work.record("letter_issued", kind=kind, number=number)
    return letter


@verb("issue_letter")
def issue(work: Work, kind: str, to: str, body: str, copy: str | None = None) -> int:
    """Issue a letter. Whoever does not see what is clinical issues the text as it was drafted.

    ``copy`` says who else gets it; None for whoever gets a copy of such letters.

    Returns its number. Raises NotFoundError, RefusedError, IncompleteError, and StaleError where the case was
    changed since.
    """
    case = work.case
    check_possible(case, kind)
    text = body if body.strip() and may(work.person, "see_clinical", case) else draft(case, kind)
    check_whole(kind, text)
    decision = last_decision(case) if case.state == states.DECIDED else None
    others = copy_to(kind) if copy is None else copy
    return write(work, kind, to, text, decision, others).number


def check_whole(kind: str, body: str) -> None:
    """Raises IncompleteError where a letter about an adverse decision lacks what it has to say, and where one
    that asks for information does not say for which.
    """
    if letter_texts.NOTHING_NAMED in body:
        raise IncompleteError(
            f"This letter has to say what is needed, in place of “{letter_texts.NOTHING_NAMED}”."
        )
    gone = letter_texts.parts_gone(kind, body)
    if gone:
        named = listed([f"“{part}”" for part in gone], "and")
        raise IncompleteError(f"This letter has to have the part {named}, at the beginning of a line.")


def check_possible(case: Case, kind: str) -> None:
    """Raises RefusedError where a letter of this kind cannot be issued now."""
    if kind not in kinds(case):
        raise RefusedError("This letter cannot be issued now.")

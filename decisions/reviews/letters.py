"""Letters: what they say, and issuing them. A letter's text is kept as it went out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone

from decisions.core import interview
from decisions.core.policy import Question
from decisions.explanation import Explanation
from decisions.models import Case, Decision, Letter, Person
from decisions.reviews import facts, states
from decisions.reviews.work import RefusedError, Sent, Work, may, perform

Kind = Letter.Kind
ABOUT_A_DECISION = {
    (Decision.Kind.INITIAL, Decision.Result.APPROVED): Kind.APPROVAL,
    (Decision.Kind.INITIAL, Decision.Result.ADVERSE): Kind.ADVERSE,
    (Decision.Kind.APPEAL, Decision.Result.APPROVED): Kind.OVERTURNED,
    (Decision.Kind.APPEAL, Decision.Result.ADVERSE): Kind.UPHELD,
}


def last_decision(case: Case) -> Decision | None:
    """The newest version of what was decided."""
    return case.decisions.select_related("signed_by").order_by("-number").first()


def kind_of(decision: Decision) -> str:
    """The kind of letter that tells of a decision. A correction tells as the decision that it corrects."""
    about_appeal = decision.kind == Decision.Kind.APPEAL or decision.case.appealed
    kind = Decision.Kind.APPEAL if about_appeal else Decision.Kind.INITIAL
    return ABOUT_A_DECISION[kind, Decision.Result(decision.result)]


def kinds(case: Case) -> list[str]:
    """The letters that can be issued for a case now."""
    decision = last_decision(case)
    possible = [kind_of(decision)] if decision and case.state == states.DECIDED else []
    if case.state == states.WAITING:
        possible.append(Kind.INFORMATION)
    if case.extended_by is not None and case.state in states.OPEN:
        possible.append(Kind.EXTENSION)
    return possible


def recipient(case: Case, kind: str) -> str:
    """To whom a letter goes where nobody else is named."""
    return case.ordering_clinician


def draft(case: Case, kind: str) -> str:
    """The text of a letter, ready to be read over."""
    return "\n".join(_paragraphs(case, kind))


def _paragraphs(case: Case, kind: str) -> Iterator[str]:
    yield f"Request {case.reference}, received {case.received_at:%Y-%m-%d}. Member {case.member_reference}."
    yield f"Plan: {case.plan.name}. Requested service: {_service(case)}."
    yield ""
    yield from _BODIES[kind](case)


def _service(case: Case) -> str:
    codes = ", ".join(case.procedure_codes)
    on = f" on {case.date_of_service}" if case.date_of_service else ""
    return f"{facts.topic_of(case).title}{f' ({codes})' if codes else ''}{on}"


def missing(case: Case) -> Sequence[Question]:
    """The questions whose answers the determination still needs; where it has what it needs, those that are
    not documented and could change it.
    """
    found = facts.determination(case)
    needed = {*found.missing, *(q.id for q in interview.undocumented([found]))}
    return [question for question in found.policy.topic.questions if question.id in needed]


def _information(case: Case) -> Iterator[str]:
    yield "To decide this request we need the following. Please send the part of the record that shows it."
    yield ""
    yield from (f"- {question.label}" for question in missing(case))
    if case.due_at:
        yield ""
        yield f"Please answer soon. A decision is due on {case.due_at:%Y-%m-%d %H:%M %Z}."


def _extension(case: Case) -> Iterator[str]:
    days = case.extended_by.days if case.extended_by else 0
    yield f"We need more time to decide this request. The time was extended by {days} calendar days."
    reason = case.case_notes.filter(kind="extension").order_by("-pk").first()
    if reason:
        yield f"The reason: {reason.text}"
    if case.due_at:
        yield f"A decision is due on {case.due_at:%Y-%m-%d %H:%M %Z} at the latest."


def _decision(case: Case) -> Decision:
    decision = last_decision(case)
    if decision is None:
        raise RefusedError("There is no decision yet.")
    return decision


def _signed(decision: Decision) -> str:
    licence = ""
    if decision.licence_number:
        licence = f", licence {decision.licence_number} ({decision.licence_state})"
    role = decision.get_role_display().lower()
    return f"Decided by {decision.signed_by}, {role}{licence}, on {decision.signed_at:%Y-%m-%d %H:%M %Z}."


def _approval(case: Case) -> Iterator[str]:
    decision = _decision(case)
    yield "The requested service is approved."
    yield from _grounds(decision)


def _overturned(case: Case) -> Iterator[str]:
    decision = _decision(case)
    yield "The appeal was decided in favor of the request. The requested service is approved."
    yield from _grounds(decision)


def _adverse(case: Case) -> Iterator[str]:
    decision = _decision(case)
    yield "The requested service is not approved."
    yield from _grounds(decision)
    yield ""
    yield (
        "You can appeal this decision. A physician who had no part in it decides the appeal. "
        "You can ask for a copy of everything that the decision rests on, free of charge, "
        "and for a talk between the ordering clinician and a physician of ours."
    )


def _upheld(case: Case) -> Iterator[str]:
    decision = _decision(case)
    yield "The appeal was decided. The earlier decision stands: the requested service is not approved."
    yield from _grounds(decision)
    yield ""
    yield "A physician who had no part in the earlier decision decided the appeal."


def _grounds(decision: Decision) -> Iterator[str]:
    yield ""
    yield "Why:"
    yield decision.rationale
    if decision.reason:
        yield f"Reason: {decision.reason}"
    yield ""
    yield _signed(decision)


_BODIES = {
    Kind.INFORMATION.value: _information,
    Kind.EXTENSION.value: _extension,
    Kind.APPROVAL.value: _approval,
    Kind.ADVERSE.value: _adverse,
    Kind.UPHELD.value: _upheld,
    Kind.OVERTURNED.value: _overturned,
}


def rationale(told: Explanation) -> str:
    """A rationale to begin with: the result, the fewest answers that force it, and the passages."""
    return "\n".join(_rationale(told))


def _rationale(told: Explanation) -> Iterator[str]:
    policy = told.policy
    words = told.determination.words
    said = f"“{words}”" if words else told.headline
    yield f"{told.name}, edition of {policy.edition}: {said}. {told.sentence}"
    if told.because:
        yield f"Because: {'; '.join(because.said for because in told.because)}."
    yield from (f"The policy says: “{policy.passages[key].quote}” [{key}]" for key in _first(told.quoted))


def _first(passages: Iterable[str]) -> Iterable[str]:
    return list(passages)[:3]


def write(work: Work, kind: str, to: str, body: str, decision: Decision | None = None) -> Letter:
    """Add a letter to the case of a work, as issued now."""
    number = work.case.letters.count() + 1
    letter = Letter.objects.create(
        case=work.case,
        number=number,
        kind=kind,
        decision=decision,
        recipient=to,
        body=body,
        issued_by=work.person,
        issued_at=timezone.now(),
    )
    work.record("letter_issued", kind=kind, number=number)
    return letter


def issue(person: Person, case_id: str, sent: Sent, kind: str, to: str, body: str) -> int:
    """Issue a letter. Whoever does not see what is clinical issues the text as it was drafted.

    Returns its number.
    """

    def change(work: Work) -> str:
        case = work.case
        if kind not in kinds(case):
            raise RefusedError("This letter cannot be issued now.")
        text = body if body and may(person, "see_clinical", case) else draft(case, kind)
        decision = last_decision(case) if case.state == states.DECIDED else None
        return str(write(work, kind, to, text, decision).number)

    return int(perform(person, case_id, "issue_letter", sent, change))

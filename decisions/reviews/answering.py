"""Answering the questionnaire of a case. An answer is kept as it was given: by whom, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Max, QuerySet

from decisions.events.services import digest, record_alone
from decisions.models import AnswerGiven, Case, Person
from decisions.questionnaire.answering import ABSENT
from decisions.reviews import facts, permissions, states
from decisions.reviews.deciding import canonical
from decisions.reviews.moves import not_now
from decisions.reviews.work import RefusedError, Sent, StaleError, Work, perform

ANSWERED_IN = (*states.UNDER_REVIEW, states.APPEALED)
"""The states in which the questionnaire is answered."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the record an answer stands: a document, and a page of it. Both may be ""."""

    document: str = ""
    page: str = ""


NOWHERE = Evidence()


def answer(
    person: Person,
    case_id: str,
    sent: Sent,
    changes: Mapping[str, Any],
    evidence: Mapping[str, Evidence] | None = None,
    shown: int | None = None,
) -> None:
    """Save raw answers that were checked by a form. A value ABSENT takes an answer back.

    ``evidence`` says where answers stand; a fact that is not in it keeps what was said of it. Raises
    NotFoundError, RefusedError, and StaleError where somebody else changed the case: nothing is saved then.

    ``shown`` is the number of the newest answer that the page showed. With it, what the person answered
    elsewhere since is no conflict, unless it is another answer to one of the same questions.
    """
    pointers = evidence or {}
    knows = shown is not None and sent.revision not in (None, -1)

    def change(work: Work) -> None:
        case = work.case
        _check_open(case, sent)
        known = newest(case)
        if knows:
            _check_shown(work, shown or 0, changes, pointers, known)
        asked = {question.id for question in facts.topic_of(case).questions} - facts.fixed(case)
        given = [fact for fact in changes if fact in asked and _is_news(case, fact, changes, pointers, known)]
        answers = dict(case.answers)
        for fact in given:
            value = changes[fact]
            if value is ABSENT:
                answers.pop(fact, None)
            else:
                answers[fact] = value
            _keep(work, fact, value, pointers.get(fact, _pointer(known.get(fact))))
        if given:
            work.change(answers=answers)

    try:
        checked = replace(sent, revision=None) if knows else sent
        perform(person, case_id, "answer", checked, change)
    except StaleError as stale:
        details = {"facts": sorted(changes), "revision": stale.case.revision}
        record_alone("answers_conflicted", actor=person, case=case_id, details=details)
        raise


def _check_open(case: Case, sent: Sent) -> None:
    """Raises RefusedError where the case takes no answers now, StaleError where the page could not know."""
    if sent.revision is None:  # what it was made from is not known
        raise StaleError(case)
    if case.state not in ANSWERED_IN:
        raise RefusedError(not_now(case)) if case.revision == sent.revision else StaleError(case)


def _check_shown(
    work: Work,
    shown: int,
    changes: Mapping[str, Any],
    evidence: Mapping[str, Evidence],
    known: Mapping[str, AnswerGiven],
) -> None:
    """Look for what the page did not show: anything that somebody else answered since, and another answer of
    one's own to the same questions. Raises StaleError. The token of the page does not count: a copied window
    has the same.
    """
    case = work.case
    if case.answers_given.filter(pk__gt=shown).exclude(given_by=work.person).exists():
        raise StaleError(case)
    newer = [fact for fact in changes if fact in known and known[fact].pk > shown]
    for fact in newer:
        before = case.answers_given.filter(fact=fact, pk__lte=shown).order_by("pk").last()
        is_other = _content(before) != _content(known[fact])
        if is_other and _is_news(case, fact, changes, evidence, known):
            raise StaleError(case)


def _content(answer: AnswerGiven | None) -> tuple[Any, Evidence]:
    """What an answer says, and where it stands."""
    return (answer.value if answer and not answer.taken_back else ABSENT), _pointer(answer)


def _is_news(
    case: Case,
    fact: str,
    changes: Mapping[str, Any],
    evidence: Mapping[str, Evidence],
    known: Mapping[str, AnswerGiven],
) -> bool:
    """Whether an answer, or where it stands, is another than before."""
    if case.answers.get(fact, ABSENT) != changes[fact]:
        return True
    pointer = _pointer(known.get(fact))
    return fact in case.answers and evidence.get(fact, pointer) != pointer


def _pointer(answer: AnswerGiven | None) -> Evidence:
    return Evidence(answer.document, answer.page) if answer and not answer.taken_back else NOWHERE


def _keep(work: Work, fact: str, value: Any, evidence: Evidence) -> None:
    taken_back = value is ABSENT
    AnswerGiven.objects.create(
        case=work.case,
        fact=fact,
        value=None if taken_back else value,
        taken_back=taken_back,
        document="" if taken_back else evidence.document,
        page="" if taken_back else evidence.page,
        given_by=work.person,
    )
    said = "" if taken_back else digest(work.case.pk, f"{fact}={canonical(value)}")
    work.record("answer_changed", fact=fact, value=said, taken_back=taken_back)


def newest(case: Case) -> dict[str, AnswerGiven]:
    """The newest row of each fact that was ever answered, with who gave it."""
    return {row.fact: row for row in newest_rows(case).select_related("given_by")}


def newest_rows(case: Case) -> QuerySet[AnswerGiven]:
    """The same rows by themselves."""
    last = case.answers_given.order_by().values("fact").annotate(last=Max("pk")).values("last")
    return AnswerGiven.objects.filter(pk__in=last)


def may_answer_now(person: Person, case: Case) -> bool:
    """Whether the questionnaire is open to somebody."""
    return case.state in ANSWERED_IN and permissions.permit(person, "answer", case) is not None

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
from decisions.reviews.basis import canonical
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed: every answer up to the one of the number ``newest``.

    ``stated`` are the questions that the page answers, also where it holds what it showed. The others it only
    sends along: what they hold stays as it is saved now, unless it was changed on the page. ``unfinished`` is
    a question whose answer is still being typed. It is not saved yet.
    """

    newest: int
    stated: frozenset[str]
    unfinished: str = ""


@dataclass(frozen=True, slots=True)
class _Given:
    """What was sent for a case: answers, and where they stand. ``known`` are the newest rows saved."""

    work: Work
    changes: Mapping[str, Any]
    evidence: Mapping[str, Evidence]
    known: Mapping[str, AnswerGiven]

    def is_news(self, fact: str) -> bool:
        """Whether an answer, or where it stands, is another than what is saved."""
        answers, saved = self.work.case.answers, _pointer(self.known.get(fact))
        if answers.get(fact, ABSENT) != self.changes[fact]:
            return True
        return fact in answers and self.evidence.get(fact, saved) != saved

    def news(self, shown: Shown | None) -> list[str]:
        """The questions whose answers are to be saved. Raises StaleError where the page did not show
        something that they would write over.
        """
        asked = {q.id for q in facts.topic_of(self.work.case).questions} - facts.fixed(self.work.case)
        sent = [fact for fact in self.changes if fact in asked]
        if shown is None:
            return [fact for fact in sent if self.is_news(fact)]
        self._check_others(shown)
        mine = [fact for fact in sent if not self._stays(fact, shown) and self.is_news(fact)]
        return [fact for fact in mine if fact != shown.unfinished]

    def _check_others(self, shown: Shown) -> None:
        """Hold up a page that does not show what somebody else answered. Raises StaleError."""
        rows, me = self.known.values(), self.work.person.pk
        if any(row.pk > shown.newest and row.given_by_id != me for row in rows):
            raise StaleError(self.work.case)

    def _stays(self, fact: str, shown: Shown) -> bool:
        """Whether another window changed an answer that this page only sends along. Raises StaleError where
        this page has another answer than that. The token of the page does not count: a copied window has the
        same.
        """
        now = self.known.get(fact)
        if now is None or now.pk <= shown.newest:
            return False
        rows = self.work.case.answers_given.filter(fact=fact, pk__lte=shown.newest)
        before = _content(rows.order_by("pk").last())
        if before == _content(now):
            return False
        if fact not in shown.stated and self._content(fact, before) == before:
            return True
        if self.is_news(fact):
            raise StaleError(self.work.case)
        return False

    def _content(self, fact: str, before: tuple[Any, Evidence]) -> tuple[Any, Evidence]:
        return self.changes[fact], self.evidence.get(fact, before[1])

    def keep(self, news: list[str]) -> None:
        """Save the answers to some of the questions."""
        answers = dict(self.work.case.answers)
        for fact in news:
            value = self.changes[fact]
            if value is ABSENT:
                answers.pop(fact, None)
            else:
                answers[fact] = value
            _keep(self.work, fact, value, self.evidence.get(fact, _pointer(self.known.get(fact))))
        if news:
            self.work.change(answers=answers)


def answer(
    person: Person,
    case_id: str,
    sent: Sent,
    changes: Mapping[str, Any],
    evidence: Mapping[str, Evidence] | None = None,
    shown: Shown | None = None,
) -> None:
    """Save raw answers that were checked by a form. A value ABSENT takes an answer back.

    ``evidence`` says where answers stand; a fact that is not in it keeps what was said of it. Raises
    NotFoundError, RefusedError, and StaleError where somebody else changed the case: nothing is saved then.

    With ``shown``, what the person answered elsewhere since the page was made is no conflict, unless the page
    has another answer to one of the same questions.
    """
    known_page = shown if sent.revision not in (None, -1) else None

    def change(work: Work) -> None:
        _check_open(work.case, sent)
        given = _Given(work, changes, evidence or {}, newest(work.case))
        given.keep(given.news(known_page))

    try:
        checked = replace(sent, revision=None) if known_page else sent
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


def _content(answer: AnswerGiven | None) -> tuple[Any, Evidence]:
    """What an answer says, and where it stands."""
    return (answer.value if answer and not answer.taken_back else ABSENT), _pointer(answer)


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

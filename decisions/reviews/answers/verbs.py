"""Answering the questionnaire of a case. An answer is kept as it was given: by whom, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Max, QuerySet

from decisions.log.services import digest, record_alone
from decisions.models import AnswerGiven, Case, Person
from decisions.questionnaire.answering import ABSENT, other_text, typed_text
from decisions.reviews.ground import facts, permissions, states
from decisions.reviews.ground.facts import canonical
from decisions.reviews.ground.transitions import not_now
from decisions.reviews.ground.work import RefusedError, Sent, StaleError, Work, can, verb


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the record an answer stands: a document, and a page of it. Both may be ""."""

    document: str = ""
    page: str = ""

    @property
    def in_words(self) -> str:
        """The place as it is said: "Clinic note, page 3"."""
        page = f"page {self.page}" if self.page else ""
        return ", ".join(filter(None, (self.document, page)))


NOWHERE = Evidence()


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Answers in the words of whoever gave them, fact id -> text: as typed, and of what no option names.

    A fact without a text here keeps what is saved, as long as that goes with its answer; "" takes it back.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, str] = field(default_factory=dict)


NO_WORDS = OwnWords()


@dataclass(frozen=True, slots=True)
class Content:
    """An answer, where it stands in the record, and the words of whoever gave it."""

    value: Any = ABSENT
    evidence: Evidence = NOWHERE
    typed: str = ""
    other: str = ""


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
    """What was sent for a case: answers, and what stands beside them. ``known`` are the newest rows saved."""

    work: Work
    changes: Mapping[str, Any]
    evidence: Mapping[str, Evidence]
    words: OwnWords
    known: Mapping[str, AnswerGiven]

    def is_news(self, fact: str) -> bool:
        """Whether an answer, or what stands beside it, is another than what is saved."""
        saved = self._saved(fact)
        return self._content(fact, saved) != saved

    def _saved(self, fact: str) -> Content:
        case = self.work.case
        if fact not in case.answers:
            return Content()
        texts = case.typed.get(fact, ""), case.other_words.get(fact, "")
        return Content(case.answers[fact], pointer(self.known.get(fact)), *texts)

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
        before = _content_of(rows.order_by("pk").last())
        if before == _content_of(now):
            return False
        if fact not in shown.stated and self._content(fact, before) == before:
            return True
        if self.is_news(fact):
            raise StaleError(self.work.case)
        return False

    def _content(self, fact: str, before: Content) -> Content:
        """What was sent, on a page that showed what was before."""
        value = self.changes[fact]
        if value is ABSENT:
            return Content()
        return Content(
            value,
            self.evidence.get(fact, before.evidence),
            typed_text(value, before.value, before.typed, self.words.typed.get(fact)),
            other_text(value, before.other, self.words.other.get(fact)),
        )

    def keep(self, news: list[str]) -> None:
        """Save the answers to some of the questions."""
        case = self.work.case
        columns = {name: dict(getattr(case, name)) for name in ("answers", "typed", "other_words")}
        for fact in news:
            content = self._content(fact, self._saved(fact))
            for name, text in zip(columns, (content.value, content.typed, content.other), strict=True):
                columns[name].pop(fact, None)
                if text is not ABSENT and (name == "answers" or text):
                    columns[name][fact] = text
            _keep(self.work, fact, content)
        if news:
            self.work.change(**columns)


def answer(
    person: Person,
    case_id: str,
    sent: Sent,
    changes: Mapping[str, Any],
    evidence: Mapping[str, Evidence] | None = None,
    shown: Shown | None = None,
    words: OwnWords = NO_WORDS,
) -> None:
    """Save raw answers that a form has read. A value ABSENT takes an answer back.

    ``evidence`` says where answers stand, and ``words`` how they were typed and what no option names; a fact
    that is not in it keeps what was said of it. With ``shown``, what the person answered elsewhere since the
    page was made is no conflict, unless the page has another answer to one of the same questions.

    Raises NotFoundError, RefusedError, and StaleError where somebody else changed the case: nothing is saved
    then, and the log says that it was tried.
    """
    known_page = shown if sent.revision not in (None, -1) else None
    checked = replace(sent, revision=None) if known_page else sent
    try:
        _answer(person, case_id, checked, sent.revision, changes, evidence or {}, known_page, words)
    except StaleError as stale:
        details = {"facts": sorted(changes), "revision": stale.case.revision}
        record_alone("answers_conflicted", actor=person, case=case_id, details=details)
        raise


@verb("answer")
def _answer(
    work: Work,
    made_from: int | None,
    changes: Mapping[str, Any],
    evidence: Mapping[str, Evidence],
    shown: Shown | None,
    words: OwnWords,
) -> None:
    """The body of `answer`, under the promises of a verb. ``made_from`` is the revision of the page, which
    the verb itself does not compare where the page says what it showed.
    """
    _check_open(work.case, made_from)
    given = _Given(work, changes, evidence, words, newest(work.case))
    given.keep(given.news(shown))


def _check_open(case: Case, made_from: int | None) -> None:
    """Raises RefusedError where the case takes no answers now, StaleError where the page could not know."""
    if made_from is None:  # what it was made from is not known
        raise StaleError(case)
    if case.revision != made_from and not can(check_answerable, case):
        raise StaleError(case)
    check_answerable(case)


def check_answerable(case: Case) -> None:
    """Raises RefusedError where a case takes no answers now."""
    if case.state not in states.AT_WORK:
        raise RefusedError(not_now(case))


def _content_of(answer: AnswerGiven | None) -> Content:
    """What a row of an answer says."""
    if answer is None or answer.taken_back:
        return Content()
    return Content(answer.value, pointer(answer), answer.typed, answer.other_words)


def pointer(answer: AnswerGiven | None) -> Evidence:
    """Where an answer stands, as it is saved."""
    return Evidence(answer.document, answer.page) if answer and not answer.taken_back else NOWHERE


def _keep(work: Work, fact: str, content: Content) -> None:
    taken_back = content.value is ABSENT
    AnswerGiven.objects.create(
        case=work.case,
        fact=fact,
        value=None if taken_back else content.value,
        taken_back=taken_back,
        typed=content.typed,
        other_words=content.other,
        document=content.evidence.document,
        page=content.evidence.page,
        given_by=work.person,
    )
    work.record("answer_changed", fact=fact, value=_digest(work, fact, content), taken_back=taken_back)


def _digest(work: Work, fact: str, content: Content) -> str:
    """What stands in the log for an answer and its words; "" for one that was taken back."""
    if content.value is ABSENT:
        return ""
    words = [content.typed, content.other] if content.typed or content.other else ""
    return digest(work.case.pk, f"{fact}={canonical(content.value)}{canonical(words) if words else ''}")


def newest(case: Case) -> dict[str, AnswerGiven]:
    """The newest row of each fact that was ever answered, with who gave it."""
    return {row.fact: row for row in newest_rows(case).select_related("given_by")}


def newest_rows(case: Case) -> QuerySet[AnswerGiven]:
    """The newest row of each fact that was ever answered, without who gave it: that costs a join."""
    last = case.answers_given.order_by().values("fact").annotate(last=Max("pk")).values("last")
    return AnswerGiven.objects.filter(pk__in=last)


def may_answer_now(person: Person, case: Case) -> bool:
    """Whether the questionnaire is open to somebody."""
    return permissions.permit(person, "answer", case) is not None and can(check_answerable, case)

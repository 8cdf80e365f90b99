"""What the determination page shows of a check: each policy's explanation beside its fragments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.safestring import SafeString

from decisions import phrases, services
from decisions.check import services as checks
from decisions.check.determination_differences import Difference, Side, differences
from decisions.check.determination_fragments import Fragments, fragments
from decisions.core import interview
from decisions.core.codes import CodeSet
from decisions.core.determination import Determination
from decisions.core.policy import Question
from decisions.explanation import (
    DISCLAIMER,
    AnswerTold,
    CodeTold,
    Explanation,
    NoticeTold,
    ReadingTold,
    answers_told,
)
from decisions.models import Check

SHORT_FINGERPRINT = 12


@dataclass(frozen=True, slots=True)
class Quoted:
    """Something that is told, with the passages that go with it as HTML."""

    told: ReadingTold | NoticeTold | Side
    quotes: SafeString


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code, and where the policy prints it."""

    told: CodeTold
    address: str
    row: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that may still be answered, and whether it was asked before."""

    question: Question
    asked: bool


class PolicyPart:
    """One policy's part of the page."""

    def __init__(self, told: Explanation) -> None:
        self.told = told
        self.policy = told.policy
        self.fragments: Fragments = fragments(told.policy)

    @property
    def fingerprint(self) -> str:
        return self.policy.fingerprint[:SHORT_FINGERPRINT]

    @property
    def address(self) -> str:
        return self.fragments.text_address

    @property
    def quoted(self) -> SafeString:
        return self.fragments.quotes(self.told.quoted)

    @property
    def quoted_too(self) -> SafeString:
        return self.fragments.quotes(self.told.quoted_too)

    @cached_property
    def evidence(self) -> tuple[str, ...]:
        """The evidence passages that are not quoted already."""
        return tuple(key for key in self.told.determination.evidence if key not in self.told.passages)

    @property
    def evidence_quotes(self) -> SafeString:
        return self.fragments.quotes(self.evidence)

    @cached_property
    def references(self) -> list[SafeString]:
        return [self.fragments.reference(key) for key in self.told.determination.references]

    @cached_property
    def lost(self) -> tuple[str, ...]:
        """The citations in what is quoted that resolve to no entry."""
        return self.fragments.lost((*self.told.passages, *self.evidence))

    @cached_property
    def readings(self) -> list[Quoted]:
        return [Quoted(told, self.fragments.quotes(told.passages)) for told in self.told.readings]

    @cached_property
    def notices(self) -> list[Quoted]:
        return [Quoted(told, self.fragments.quotes(told.notice.passages)) for told in self.told.notices]

    @cached_property
    def codes(self) -> list[CodeRow]:
        return [self._code(told) for told in (*self.told.procedures, *self.told.diagnoses)]

    def _code(self, told: CodeTold) -> CodeRow:
        row = self.policy.passages[told.passage].quote if told.passage else ""
        return CodeRow(told, self.fragments.address(told.passage) if told.passage else "", row)

    @property
    def uses_diagnoses(self) -> bool:
        return bool(self.told.diagnoses)


class Page:
    """The determination page of a check. What is not looked at is not worked out."""

    disclaimer = DISCLAIMER

    def __init__(self, check: Check) -> None:
        self.check = check
        self.determinations: list[Determination] = checks.determinations(check)
        self.answers = self.determinations[0].answers
        self.codes: CodeSet = services.codebook().in_force(self.answers.day)
        self.told: Sequence[Explanation] = [
            Explanation(determination, check.answers, self.codes) for determination in self.determinations
        ]
        self.made_at: dt.datetime = timezone.localtime()

    @property
    def topic(self) -> str:
        return self.answers.topic.title

    @cached_property
    def parts(self) -> list[PolicyPart]:
        return [PolicyPart(told) for told in self.told]

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        return differences(self.told)

    @cached_property
    def differences_quoted(self) -> list[tuple[Difference, list[Quoted]]]:
        return [
            (found, [Quoted(side, fragments(side.told.policy).quotes(side.passages)) for side in found.sides])
            for found in self.differences
        ]

    @cached_property
    def remaining(self) -> tuple[Question, ...]:
        """The questions not asked yet that can change an outcome."""
        return interview.remaining(self.determinations)

    @cached_property
    def undocumented(self) -> tuple[Question, ...]:
        """The questions that were asked, and whose answer could change an outcome if it were documented."""
        asked = self.answers.asked
        return tuple(q for q in interview.undocumented(self.determinations) if q.id in asked)

    @cached_property
    def offers(self) -> list[Offer]:
        """What may be added, or documented, once no outcome turns on it."""
        if self.remaining:
            return []
        offered = {question.id for question in interview.offered(self.determinations)}
        settled = {question.id for question in self.undocumented}
        return [
            Offer(question, question.id in self.answers.asked)
            for question in interview.visible(self.answers.topic, self.answers)
            if question.id in offered or (question.optional and self._is_open(question, settled))
        ]

    def _is_open(self, question: Question, settled: set[str]) -> bool:
        return (
            question.id in self.answers.asked
            and question.id not in self.answers.values
            and question.id not in settled
        )

    @cached_property
    def answered(self) -> tuple[AnswerTold, ...]:
        return answers_told(self.answers)

    @property
    def service_date(self) -> str:
        given = self.answers.values.get(self.answers.topic.service_date.id)
        return phrases.value_in_words(self.answers.topic.service_date, given) if given else ""

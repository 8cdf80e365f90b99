"""What the determination page shows of a check: each policy's explanation beside its fragments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from decisions import phrases, services
from decisions.check import services as checks
from decisions.check.determination_differences import Difference, Side, differences
from decisions.check.determination_fragments import Fragments, fragments, joined, row
from decisions.core import interview
from decisions.core.codes import CodeSet
from decisions.core.determination import Determination
from decisions.core.policy import Question
from decisions.core.rules import CRITERIA_MET, MORE_INFORMATION
from decisions.explanation import (
    DISCLAIMER,
    AnswerTold,
    CodeTold,
    CriterionTold,
    Explanation,
    ReadingTold,
    answers_told,
)
from decisions.models import Check

SHORT_FINGERPRINT = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that may still be answered, and whether it was asked before."""

    question: Question
    asked: bool


class PolicyPart:
    """One policy's part of the page."""

    def __init__(self, page: Page, told: Explanation) -> None:
        self.page = page
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
    def references(self) -> SafeString:
        return joined(map(self.fragments.reference, self.told.determination.references))

    @cached_property
    def lost(self) -> tuple[str, ...]:
        """The citations in what is quoted that resolve to no entry."""
        return self.fragments.lost((*self.told.passages, *self.evidence))

    @property
    def because(self) -> SafeString:
        """The answers that carry the result, as items of a list."""
        single, several = row("because", "said"), row("because_several", "said", "folded")
        return joined(
            several.fill(said=because.said, folded=", ".join(because.folded))
            if because.folded
            else single.fill(said=because.said)
            for because in self.told.because
        )

    @property
    def missing(self) -> SafeString:
        return self.page.links(self.told.missing, ", ")

    @property
    def readings(self) -> SafeString:
        return joined(self._reading(told) for told in self.told.readings)

    def _reading(self, told: ReadingTold) -> str:
        reading, quotes = told.reading, self.fragments.quotes(told.passages)
        said = {"question": reading.question, "why": reading.why, "quotes": quotes}
        if told.is_open:
            shape = row("reading_open", "question", "why", "quotes", "one", "other")
            return shape.fill(one=reading.one, other=reading.other, **said)
        shape = row("reading_taken", "question", "why", "quotes", "taken", "otherwise")
        return shape.fill(taken=told.taken, otherwise=told.otherwise, **said)

    @property
    def notices(self) -> SafeString:
        shape = row("notice", "word", "sentence", "quotes")
        return joined(
            shape.fill(
                word=told.word,
                sentence=told.notice.sentence,
                quotes=self.fragments.quotes(told.notice.passages),
            )
            for told in self.told.notices
        )

    @property
    def codes(self) -> SafeString:
        return joined(self._code(told) for told in (*self.told.procedures, *self.told.diagnoses))

    def _code(self, told: CodeTold) -> str:
        printed = self.fragments.link(told.passage) if told.passage else ""
        return row("code", "code", "typed", "what", "listed", "printed").fill(
            code=told.code,
            typed=told.typed and f"typed {told.typed}",
            what="; ".join(filter(None, (told.description, told.validity))),
            listed=told.listed or "no list of diagnoses",
            printed=printed,
        )

    @property
    def uses_diagnoses(self) -> bool:
        return bool(self.told.diagnoses)

    @property
    def criteria_told(self) -> SafeString:
        return joined(map(self._criterion, self.told.criteria_told))

    @property
    def criteria_not_met(self) -> SafeString:
        return joined(map(self._criterion, self.told.criteria_not_met))

    def _criterion(self, told: CriterionTold) -> str:
        waits = self.page.links(told.awaits, ", ") if told.awaits else ""
        shape = row("criterion", "title", "state", "word", "why")
        why = SafeString(f"waits for: {waits}") if waits else told.why
        return shape.fill(title=told.criterion.title, state=told.state, word=told.word, why=why)


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
        # An address for each of some thirty links costs more than the page's words: one is made, and shared.
        self.ask = reverse("check:question", args=(check.pk, "-")).removesuffix("-/")

    @property
    def topic(self) -> str:
        return self.answers.topic.title

    @cached_property
    def parts(self) -> list[PolicyPart]:
        return [PolicyPart(self, told) for told in self.told]

    @property
    def reasons_to_differ(self) -> list[tuple[Difference, list[tuple[str, SafeString]]]]:
        """Each difference, with the name of each policy and its passages."""
        return [(found, [self._quoted(side) for side in found.sides]) for found in self.differences]

    def _quoted(self, side: Side) -> tuple[str, SafeString]:
        return side.told.name, fragments(side.told.policy).quotes(side.passages)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        return differences(self.told)

    def links(self, questions: Iterable[Question], between: str) -> SafeString:
        """Links to questions."""
        shape = row("link", "address", "words")
        links = (shape.fill(address=f"{self.ask}{q.id}/", words=q.short) for q in questions)
        return SafeString(between.join(links))

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
        if self.remaining or all(told.outcome == MORE_INFORMATION for told in self.told):
            return []
        offered = self._offered()
        settled = {question.id for question in self.undocumented}
        return [
            Offer(question, question.id in self.answers.asked)
            for question in interview.visible(self.answers.topic, self.answers)
            if question.id in offered or (question.optional and self._is_open(question, settled))
        ]

    def _offered(self) -> set[str]:
        """As `interview.offered`, which looks into what can change a next step: dear, and rarely needed."""
        asked, visible = self.answers.asked, interview.visible(self.answers.topic, self.answers)
        left = [question for question in visible if question.id not in asked]
        if not all(question.optional for question in left):
            left = list(interview.offered(self.determinations))
        return {question.id for question in left}

    @property
    def steps_are_open(self) -> bool:
        """Whether some next step can still be another: only where criteria are met."""
        return any(told.outcome == CRITERIA_MET for told in self.told)

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
    def answers_with_links(self) -> SafeString:
        shape = row("answer_given", "question", "answer", "address")
        return joined(
            shape.fill(
                question=told.question.short, answer=told.answer, address=f"{self.ask}{told.question.id}/"
            )
            for told in self.answered
        )

    @property
    def offer_links(self) -> SafeString:
        return self.links((offer.question for offer in self.offers), " · ")

    @property
    def service_date(self) -> str:
        given = self.answers.values.get(self.answers.topic.service_date.id)
        return phrases.value_in_words(self.answers.topic.service_date, given) if given else ""

"""What the determination page shows: each policy's explanation beside its fragments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone
from django.utils.safestring import SafeString

from decisions import services
from decisions.core import interview, kinds
from decisions.core.code_systems import CodeSet
from decisions.core.determination import DIAGNOSIS, Determination
from decisions.core.policy import Question
from decisions.core.rules import CRITERIA_MET, MORE_INFORMATION
from decisions.questionnaire.answering import in_own_words
from decisions.questionnaire.code_texts import answer_with_names
from decisions.questionnaire.fragments import Fragments, fill, fragments, joined
from decisions.questionnaire.panel import still_matter
from decisions.questionnaire.subject import Addresses, Subject
from decisions.telling import answer_words, code_set_words
from decisions.telling.disagreement import Difference, Side, differences
from decisions.telling.explanation import (
    DISCLAIMER,
    AnswerTold,
    Because,
    CodeTold,
    CriterionTold,
    Explanation,
    NoticeTold,
    ReadingTold,
    answers_told,
)
from decisions.telling.left_open import Lacking, left_open
from decisions.telling.sentences import short_fingerprint

BOTH = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that may still be answered, and whether it was asked before."""

    question: Question
    asked: bool


class PolicyPart:
    """One policy's part of the page, as HTML."""

    def __init__(self, page: Page, told: Explanation) -> None:
        self.page = page
        self.told = told
        self.policy = told.policy
        self.fragments: Fragments = fragments(told.policy)

    @property
    def answer(self) -> SafeString:
        """The outcome, and why."""
        told = self.told
        return fill(
            "answer",
            id=self.policy.id,
            address=self.fragments.text_address,
            name=told.name,
            state=told.state,
            headline=told.headline,
            next_step=told.next_step,
            stops=joined(self._stops()),
            rests=fill("rests", id=self.policy.id, titles=told.rests_on) if told.rests_on else "",
            could_hold=fill("could_hold", links=self.could_hold) if self.could_hold else "",
            sentence=told.sentence,
            needed=fill("needed", links=self._needed()) if self._needed() else "",
            because=fill("because_list", items=joined(map(_because, told.because))) if told.because else "",
        )

    @property
    def result(self) -> SafeString:
        """The policy and its outcome, in a few words."""
        told = self.told
        return fill("result", name=told.name, state=told.state, headline=told.headline)

    @property
    def said(self) -> SafeString:
        """The deciding passages, and small below them which edition they are of."""
        told = self.told
        return fill(
            "said",
            id=self.policy.id,
            name=told.name,
            quoted=self.fragments.quotes(told.quoted),
            more=self._folded(told.quoted_too, "more passage") if told.quoted_too else "",
            edition=", ".join(filter(None, (f"Edition of {self.policy.edition}", told.overdue))),
        )

    def _stops(self) -> Iterator[SafeString]:
        """What is told beside the next step. Codes that are not valid are named where that is said first."""
        found, raised = self.told.determination, self.told.raised
        about = (told for told in raised if told.notice.coding in code_set_words.ABOUT_INVALID_CODES)
        first = next(about, None)
        for told in raised:
            named = code_set_words.sentence_with_codes(found, told.notice) if told is first else ""
            yield fill("stop", word=told.word, sentence=named or told.sentence)

    def _needed(self) -> SafeString:
        """Links to what the outcome waits for, or to the code alone that an approval does; else empty."""
        if self.told.lacks_a_code_alone:
            return self.page.links([self.policy.topic.by_id[DIAGNOSIS]], ", ")
        return self.page.lacking(self.told.lacking)

    @cached_property
    def could_hold(self) -> SafeString:
        """Links to what is not on record yet and can still keep the request from approval; else empty."""
        if not self.told.can_be_approved:
            return SafeString("")
        holding = interview.can_hold(self.policy)
        left = [offer.question for offer in self.page.offers if offer.question.id in holding]
        return self.page.links(left, " · ")

    def _folded(self, passages: tuple[str, ...], what: str) -> SafeString:
        """Passages that nobody needs at once: folded away, and not on paper."""
        summary = f"{len(passages)} {what}" + ("s" if len(passages) > 1 else "")
        return fill("folded", summary=summary, body=self.fragments.quotes(passages))

    @property
    def details(self) -> SafeString:
        """Readings, notices, references, codes and criteria; a section without content is left out."""
        sections = (
            ("How the text was read", joined(map(self._reading, self.told.readings))),
            ("Holds, requests and cautions", joined(map(self._notice, self.told.raised))),
            ("Evidence and references", self._evidence()),
            ("Codes", self._codes()),
            ("Criteria", self._criteria()),
        )
        told = joined(fill("section", title=title, body=body) for title, body in sections if body)
        return fill("details", id=self.policy.id, name=self.told.name, sections=told)

    def _reading(self, told: ReadingTold) -> SafeString:
        reading, quotes = told.reading, self.fragments.quotes(told.passages)
        said = {"question": reading.question, "why": reading.why, "quotes": quotes}
        if told.is_open:
            return fill("reading_open", one=reading.one, other=reading.other, **said)
        return fill("reading_taken", taken=told.taken, otherwise=told.otherwise, **said)

    def _notice(self, told: NoticeTold) -> SafeString:
        quotes = self.fragments.quotes(told.notice.passages)
        return fill("notice", word=told.word, sentence=told.sentence, quotes=quotes)

    def _evidence(self) -> SafeString:
        """The evidence passages that are not quoted already, the references, and citations that are lost."""
        told, found = self.told, self.told.determination
        evidence = tuple(key for key in found.evidence if key not in told.passages)
        references = joined(map(self.fragments.reference, found.references))
        lost = "; ".join(self.fragments.lost((*told.passages, *evidence)))
        return joined(
            (
                self._folded(evidence, "evidence passage") if evidence else "",
                fill("references", items=references) if references else "",
                fill("lost", citations=lost) if lost else "",
            )
        )

    def _codes(self) -> SafeString:
        told = self.told
        rows = joined(map(self._code, (*told.procedures, *told.diagnoses)))
        caption = self.page.codes.name if told.diagnoses else "CPT"
        return fill("codes", name=told.name, rows=rows, caption=caption) if rows else rows

    def _code(self, told: CodeTold) -> SafeString:
        return fill(
            "code",
            code=told.code,
            typed=told.typed and f"typed {told.typed}",
            what="; ".join(filter(None, (told.description, told.validity))),
            listed=told.listed or "no list of diagnoses",
            printed=self.fragments.link(told.passage) if told.passage else "",
        )

    def _criteria(self) -> SafeString:
        """Every criterion; those that are not met are folded away."""
        told, not_met = self.told.criteria_told, self.told.criteria_not_met
        shown = fill("criteria", items=joined(map(self._criterion, told))) if told else ""
        rest = fill("criteria", items=joined(map(self._criterion, not_met))) if not_met else ""
        summary = f"Criteria not met ({len(not_met)})"
        return joined((shown, fill("folded_criteria", summary=summary, body=rest) if rest else ""))

    def _criterion(self, told: CriterionTold) -> SafeString:
        waits = self.page.links(told.awaits, ", ") if told.awaits else ""
        why = SafeString(f"waits for: {waits}") if waits else told.why
        return fill("criterion", title=told.criterion.title, state=told.state, word=told.word, why=why)

    @property
    def about(self) -> SafeString:
        """The edition, its fingerprint and its notice."""
        return fill(
            "about",
            name=self.told.name,
            address=self.fragments.text_address,
            edition=self.policy.edition,
            short=short_fingerprint(self.policy.fingerprint),
            fingerprint=self.policy.fingerprint,
            notice=self.policy.source.notice,
        )


def _because(because: Because) -> SafeString:
    return fill("because", said=because.said)


def _side(side: Side) -> SafeString:
    quotes = fragments(side.told.policy).quotes(side.passages) or fill("silent")
    return fill("side", name=side.told.name, quotes=quotes)


def _difference(number: int, found: Difference) -> SafeString:
    sentences = joined(fill("sentence", words=words) for words in found.sentences)
    return fill("difference", number=str(number), sentences=sentences, sides=joined(map(_side, found.sides)))


class Page:
    """The determination page of a subject. What is not looked at is not worked out."""

    disclaimer = DISCLAIMER

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.addresses = Addresses(subject)
        self.determinations: list[Determination] = subject.determinations()
        self.answers = self.determinations[0].answers
        self.codes: CodeSet = services.codebook().judging(self.answers.day)
        self.told: Sequence[Explanation] = [
            Explanation(determination, subject.answers, self.codes) for determination in self.determinations
        ]
        self.made_at: dt.datetime = timezone.localtime()

    @property
    def topic(self) -> str:
        return self.answers.topic.title

    @cached_property
    def is_single(self) -> bool:
        """Whether one policy alone is asked."""
        return len(self.told) == 1

    @cached_property
    def parts(self) -> list[PolicyPart]:
        return [PolicyPart(self, told) for told in self.told]

    @property
    def policy_answers(self) -> SafeString:
        return joined(part.answer for part in self.parts)

    @property
    def policy_passages(self) -> SafeString:
        return joined(part.said for part in self.parts)

    @property
    def results(self) -> SafeString:
        """What every policy says, in one line; empty where one alone is asked."""
        return SafeString("") if self.is_single else joined(part.result for part in self.parts)

    @cached_property
    def differs_in_steps_alone(self) -> bool:
        """Whether policies say the same, and what follows from it is not the same."""
        outcomes = {told.headline for told in self.told}
        return len(outcomes) == 1 and len({told.next_step for told in self.told}) > 1

    @property
    def titled(self) -> str:
        """The outcomes, for the title of the page: with the next step where one policy alone is asked."""
        if self.is_single:
            return f"{self.told[0].headline}, {self.told[0].next_step.lower()}"
        return ", ".join(f"{told.name}: {told.headline.lower()}" for told in self.told)

    @property
    def told_by(self) -> str:
        """The ids of the outcomes and next steps on the page: what a button that goes on is described by."""
        return " ".join(f"answer-{told.policy.id} step-{told.policy.id}" for told in self.told)

    @property
    def policy_details(self) -> SafeString:
        return joined(part.details for part in self.parts)

    @property
    def about_policies(self) -> SafeString:
        return joined(part.about for part in self.parts)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        return differences(self.told)

    @property
    def difference_sections(self) -> SafeString:
        return joined(_difference(number, found) for number, found in enumerate(self.differences, 1))

    def links(self, questions: Iterable[Question], between: str) -> SafeString:
        """Links to questions."""
        links = (fill("link", address=self.addresses.question(q), words=q.short) for q in questions)
        return SafeString(between.join(links))

    def lacking(self, every: Iterable[Lacking]) -> SafeString:
        """Links to questions that are missing, each with what its answer leaves open."""
        links = (
            fill(
                "lacking" if each.left else "link",
                address=self.addresses.question(each.question),
                words=each.question.short,
                left=each.left,
            )
            for each in every
        )
        return SafeString(", ".join(links))

    @cached_property
    def remaining(self) -> tuple[Question, ...]:
        """The questions not asked yet that can change an outcome."""
        return interview.remaining(self.determinations)

    @property
    def continues_at(self) -> str:
        """Where the first of them is asked."""
        return self.addresses.question(self.remaining[0])

    @property
    def remaining_in_words(self) -> str:
        return f"{still_matter(self.determinations)}."

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
        return joined(
            fill(
                "answer_given",
                question=told.question.short,
                answer=self.with_own_words(self._with_names(told), other=True),
                address=self.addresses.question(told.question),
            )
            for told in self.answered
        )

    def _with_names(self, told: AnswerTold) -> AnswerTold:
        return replace(told, answer=answer_with_names(told.question, self.answers))

    def with_own_words(self, told: AnswerTold, *, other: bool) -> str:
        """An answer, and how it was typed; with ``other``, also what was written of what no option names."""
        fact, subject = told.question.id, self.subject
        written = subject.other_words.get(fact, "") if other else ""
        return in_own_words(told.answer, subject.typed.get(fact, ""), written)

    @cached_property
    def may_be_skipped(self) -> list[Question]:
        """What may be added, but for what an approval waits for, which is said where it does."""
        return [offer.question for offer in self.offers if not self._is_needed(offer.question)]

    def _is_needed(self, question: Question) -> bool:
        return question.id == DIAGNOSIS and any(told.lacks_a_code_alone for told in self.told)

    @property
    def offer_links(self) -> SafeString:
        return self.links(self.may_be_skipped, " · ")

    @property
    def changes(self) -> SafeString:
        """What could change this, as items of a list."""
        return joined(
            fill("change", address=self.addresses.question(question), words=question.short, why=why)
            for question, why in self._changes()
        )

    def _changes(self) -> Iterator[tuple[Question, str]]:
        for question in self.remaining:
            yield question, "not asked yet, and can change the outcome"
        for question in self.undocumented:
            yield question, self._left(question) or "not documented, and could change the outcome"
        for offer in self.offers:
            yield offer.question, f"{self._standing(offer)}; {self._use(offer)}"

    def _left(self, question: Question) -> str:
        """What an answer leaves open and what of it matters, policy by policy where that differs."""
        left = {told.name: left_open(told.determination, question) for told in self.told}
        said = {name: words for name, words in left.items() if words}
        if len(set(said.values())) < BOTH:
            return next(iter(said.values()), "")
        return "; ".join(f"{name}: {words}" for name, words in said.items())

    def _standing(self, offer: Offer) -> str:
        if offer.question.id in self.answers.partly:
            return "not fully documented"
        return "not documented" if offer.asked else "not asked"

    def _use(self, offer: Offer) -> str:
        if self._is_needed(offer.question):
            return "an approval waits for it"
        if kinds.of(offer.question).is_day:
            return "today counts, and the edition in force today"
        return "may change the next step, and can be skipped" if self.steps_are_open else "can be skipped"

    @property
    def made(self) -> str:
        """When and for which day this was made."""
        service = f", date of service {self.service_date}" if self.service_date else ""
        return f"{self.made_at:%Y-%m-%d %H:%M %Z}, as of {services.in_zone(self.answers.as_of)}{service}"

    @property
    def code_set(self) -> str:
        return code_set_words.in_words(self.codes, self.answers.day)

    @property
    def service_date(self) -> str:
        given = self.answers.values.get(self.answers.topic.service_date.id)
        return answer_words.value_in_words(self.answers.topic.service_date, given) if given else ""

"""A determination told: what a page, a case note or a letter says of it, in the order in which it is read.

Everything here is worked out from one determination. Words about the case come from the topic's questions and
from the policy; the sentences around them are here. Quotes are ids of passages: the reader of this decides
how they look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from decisions.core import code_systems, kinds
from decisions.core.answers import Answers
from decisions.core.code_systems import CodeSet
from decisions.core.conditions import NO
from decisions.core.determination import (
    CAN_APPROVE,
    DIAGNOSIS,
    PROCEDURE,
    Determination,
    Literal,
    Situation,
    on_record,
)
from decisions.core.diagrams import Diagram, values
from decisions.core.policy import CodeRow, Criterion, Notice, Policy, PolicyReading, Question
from decisions.core.rules import CRITERIA_MET, CRITERIA_NOT_MET, MORE_INFORMATION, OUT_OF_SCOPE, Rules
from decisions.core.rules import UNSETTLED as OUTCOME_UNSETTLED
from decisions.telling import answer_words, code_set_words, outcome_words
from decisions.telling.left_open import Lacking, lacking
from decisions.telling.sentences import capital, listed

DISCLAIMER = (
    "Conus recommends; a person decides. Only a physician may decide against a request. "
    "This is no advice on treatment, and no promise of payment: the benefit plan decides that."
)
ONLY_A_CODE = "With a diagnosis code that is on the policy's list it can be approved; none is given yet."
NOT_MET = outcome_words.CRITERIA[NO].shape
QUOTED_AT_ONCE = 4
NAMED_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Because:
    """One answer that carries the result, or what is not there of one question: ``count`` answers in all.

    ``closes``: it says that nothing else is there.
    """

    said: str
    fact: str
    count: int = 1
    closes: bool = False


@dataclass(frozen=True, slots=True)
class CriterionTold:
    """A criterion, the state it is in, and the answers that make it so; where open, what it waits for."""

    criterion: Criterion
    state: str
    word: str
    because: tuple[Because, ...]
    awaits: tuple[Question, ...]

    @property
    def why(self) -> str:
        """The answers that make it so, in one line."""
        return " · ".join(because.said for because in self.because)


@dataclass(frozen=True, slots=True)
class ReadingTold:
    """A reading that the result depends on, with the passages it is about."""

    reading: PolicyReading
    passages: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return self.reading.taken == "open"

    @property
    def taken(self) -> str:
        return self.reading.other if self.reading.taken == "other" else self.reading.one

    @property
    def otherwise(self) -> str:
        return self.reading.one if self.reading.taken == "other" else self.reading.other


@dataclass(frozen=True, slots=True)
class NoticeTold:
    """A hold, request or caution that applies."""

    word: str
    notice: Notice
    sentence: str
    title: str


@dataclass(frozen=True, slots=True)
class CodeTold:
    """A code that was given: as typed where that differs, what it is, and whether the policy lists it.

    ``passage`` is the row of the policy's table that holds the code, empty where none does.
    """

    typed: str
    code: str
    description: str
    validity: str
    listed: str
    passage: str


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """A question with the answer that was given to it."""

    question: Question
    answer: str


class Explanation:
    """What is said of one determination. ``raw`` are the answers as they were typed, for the codes."""

    def __init__(self, determination: Determination, raw: Mapping[str, Any], codes: CodeSet) -> None:
        self.determination = determination
        self.raw = raw
        self.codes = codes
        self.policy: Policy = determination.policy
        self.outcome = determination.outcome
        self._whys: dict[str, tuple[Literal, ...]] = {}

    # The answer

    @property
    def name(self) -> str:
        return self.policy.source.short

    @property
    def overdue(self) -> str:
        """That the edition is past its next review date on the day that counts, in words; else empty."""
        passed = self.determination.review_passed
        return f"past its next review date ({passed})" if passed else ""

    @property
    def headline(self) -> str:
        """The outcome: the policy's own words where it has any."""
        return outcome_words.headline(self.determination)

    @property
    def state(self) -> str:
        return outcome_words.shape(self.determination)

    @property
    def next_step(self) -> str:
        return outcome_words.next_step(self.determination)

    @cached_property
    def sentence(self) -> str:
        """One plain sentence why."""
        sentences = {
            CRITERIA_MET: self._sentence_met,
            OUTCOME_UNSETTLED: self._sentence_unsettled,
            CRITERIA_NOT_MET: self._sentence_not_met,
            MORE_INFORMATION: self._sentence_open,
            OUT_OF_SCOPE: self._sentence_out,
        }
        return sentences[self.outcome]()

    @cached_property
    def because(self) -> tuple[Because, ...]:
        """The fewest answers that force the outcome, what is there before what is not."""
        return self._grouped(self.determination.because, with_limits=True)

    def _grouped(self, literals: Sequence[Literal], with_limits: bool = False) -> tuple[Because, ...]:
        there = [literal for literal in literals if literal.is_there]
        absent = [literal for literal in literals if not literal.is_there and not literal.closes]
        closing = [literal for literal in literals if literal.closes]
        return (
            *(Because(self._told(literal, with_limits), literal.fact) for literal in there),
            *self._absent(absent),
            *(self._closing(literal, there) for literal in closing),
        )

    def _absent(self, literals: Sequence[Literal]) -> Iterable[Because]:
        """What is not there, the members of one question together."""
        by_fact: dict[str, list[str]] = {}
        for literal in literals:
            by_fact.setdefault(literal.fact, []).append(self._said(literal))
        return (Because(", ".join(said), fact, len(said)) for fact, said in by_fact.items())

    def _closing(self, literal: Literal, told: Sequence[Literal]) -> Because:
        named = [other.member for other in told if other.fact == literal.fact]
        said = answer_words.closing(self.policy.topic, literal, named)
        return Because(said, literal.fact, closes=True)

    def _told(self, literal: Literal, with_limits: bool) -> str:
        """An answer in a list; one that nobody gave says that another implies it."""
        said = self._said(literal, with_limits)
        implied = (literal.fact, literal.member) in self.determination.answers.implied
        return f"{said} (implied)" if implied else said

    def _said(self, literal: Literal, with_limits: bool = False) -> str:
        numeric = kinds.of(self._question(literal.fact)).is_number
        limits = self.determination.reach(literal) if with_limits and numeric else ()
        return answer_words.literal(self.policy.topic, literal, limits)

    def _question(self, fact: str) -> Question:
        return self.policy.topic.by_id[fact]

    def _given(self) -> str:
        """The answers that carry the outcome, for a sentence: without the gates of what is named itself."""
        named_by = (each for literal in self.determination.because for each in self._named(literal))
        literals = list(dict.fromkeys(named_by))
        named = {(literal.fact, literal.member) for literal in literals}
        gates = {
            question.opened_by
            for question in (self._question(literal.fact) for literal in literals if literal.is_there)
            if question.implies and question.opened_by in named
        }
        told = (
            literal
            for literal in literals
            if literal.is_there and (literal.fact, literal.member) not in gates
        )
        by_fact = groupby(told, key=lambda literal: literal.fact)
        return capital(", ".join(self._together(list(several)) for _, several in by_fact))

    def _together(self, literals: Sequence[Literal]) -> str:
        """Answers to one question; what its members have in common is said once."""
        lead = self._question(literals[0].fact).said
        first, *more = [self._said(literal) for literal in literals]
        return (
            listed([first, *(said.removeprefix(f"{lead} ") for said in more)], "and")
            if lead
            else ", ".join([first, *more])
        )

    def _named(self, literal: Literal) -> Iterator[Literal]:
        """An answer by itself; in the place of a set that holds nothing else, what it holds."""
        if not isinstance(literal.value, frozenset):
            yield literal
            return
        for option in self._question(literal.fact).option_ids:
            if option in literal.value:
                yield Literal(literal.fact, option, value=True)

    @cached_property
    def carrying(self) -> tuple[str, ...]:
        """The met criteria that the fewest answers force; others may be met besides."""
        found = self.determination
        carried = found.keeps(found.because) if found.met else 0
        return tuple(key for key in found.met if not found.keeps(self._why(key)) & ~carried)

    def _why(self, key: str) -> tuple[Literal, ...]:
        if key not in self._whys:
            self._whys[key] = self.determination.why(key)
        return self._whys[key]

    def _sentence_met(self) -> str:
        first = self.carrying
        rest = [key for key in self.determination.met if key not in first]
        said = f"{self._given()}: {self.titles(first)} {_are(first)} met."
        besides = f" {self.titles(rest)} {_are(rest)} met too." if rest else ""
        return said + besides + (f" {ONLY_A_CODE}" if self.lacks_a_code_alone else "")

    @property
    def lacks_a_code_alone(self) -> bool:
        """Whether a diagnosis code is all that stands between the request and an approval."""
        asked = [told.notice.coding for told in self.stops]
        return self.outcome == CRITERIA_MET and asked == ["diagnosis-missing"]

    def _sentence_unsettled(self) -> str:
        keys = self.determination.unsettled
        questions = " ".join(told.reading.question for told in self.readings)
        return f"{self._given()}: {self.titles(keys)} {_are(keys)} not settled. {questions}"

    def _sentence_not_met(self) -> str:
        given = self._given()
        none = f"none of the {len(self.policy.criteria)} criteria is met."
        return f"{given}: {none}" if given else capital(none)

    def _sentence_open(self) -> str:
        keys = self.determination.open_criteria
        if len(keys) > NAMED_AT_ONCE:
            return f"{len(keys)} of {len(self.policy.criteria)} criteria are still open."
        return f"{self.titles(keys)} {_are(keys)} still open."

    def _sentence_out(self) -> str:
        words = self.policy.words
        if self.determination.before_edition:
            return f"{words.before_edition} It is in force from {self.policy.first_day}."
        return words.out_of_scope

    def titles(self, keys: Iterable[str]) -> str:
        """The titles of some criteria, in quotation marks."""
        return listed([f"“{self.policy.criterion(key).title}”" for key in keys], "and")

    # The passages

    @cached_property
    def passages(self) -> tuple[str, ...]:
        """The passages that carry the result, the deciding ones first."""
        return tuple(dict.fromkeys((*self._deciding(), *self.determination.passages)))

    def _deciding(self) -> tuple[str, ...]:
        if self.outcome == CRITERIA_NOT_MET:
            against, ground = tuple(self._against()), self.policy.any_other
            first = max(0, QUOTED_AT_ONCE - len(ground))
            return (*against[:first], *ground, *against[first:])
        if self.outcome == CRITERIA_MET:
            return self._of_criteria(self.carrying)
        if self.outcome == OUTCOME_UNSETTLED:
            read = (passage for told in self.readings for passage in told.passages)
            return (*read, *self._of_criteria(self.determination.unsettled))
        return ()

    def _against(self) -> Iterable[str]:
        """What is said of a case like this one, besides the indications and the rule for all others."""
        general = {*self.policy.any_other, *self._of_criteria(each.id for each in self.policy.criteria)}
        return (passage for passage in self.determination.passages if passage not in general)

    def _of_criteria(self, keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(passage for key in keys for passage in self.policy.criterion(key).passages)

    @property
    def quoted(self) -> tuple[str, ...]:
        return self.passages[:QUOTED_AT_ONCE]

    @property
    def quoted_too(self) -> tuple[str, ...]:
        return self.passages[QUOTED_AT_ONCE:]

    # How the text was read, and what stands in the way

    @cached_property
    def readings(self) -> tuple[ReadingTold, ...]:
        return tuple(self._reading(self.policy.readings[key]) for key in self.determination.readings)

    def _reading(self, reading: PolicyReading) -> ReadingTold:
        added = [
            passage
            for support in reading.support
            if on_record(support.when, self.determination.answers)
            for passage in support.passages
        ]
        return ReadingTold(reading, tuple(dict.fromkeys((*reading.passages, *added))))

    @cached_property
    def notices(self) -> tuple[NoticeTold, ...]:
        """The holds, requests and cautions that apply."""
        determination, policy = self.determination, self.policy
        groups = (
            ("Held", policy.holds, determination.holds),
            ("Requested", policy.requests, determination.requests),
            ("Caution", policy.cautions, determination.cautions),
        )
        return tuple(
            _notice(determination, word, notice)
            for word, notices, applying in groups
            for notice in notices
            if notice.id in applying
        )

    @property
    def raised(self) -> tuple[NoticeTold, ...]:
        """What is told beside the next step: every notice but the review date, which stands with the name."""
        return tuple(told for told in self.notices if not told.notice.overdue)

    @property
    def rests_on(self) -> str:
        """The titles of the adopted readings without which the result would be another; empty where none."""
        return "; ".join(told.reading.title for told in self.readings if not told.is_open)

    @property
    def can_be_approved(self) -> bool:
        """Whether nothing on record keeps the request from an approval."""
        return self.determination.next_step == CAN_APPROVE

    @property
    def denied(self) -> tuple[NoticeTold, ...]:
        """The cautions about a reason that the answers deny."""
        return tuple(told for told in self.notices if told.notice.denied)

    @property
    def stops(self) -> tuple[NoticeTold, ...]:
        """The holds and requests: what keeps met criteria from an approval."""
        return tuple(told for told in self.notices if told.word != "Caution")

    # The criteria

    @cached_property
    def criteria(self) -> tuple[CriterionTold, ...]:
        """Every criterion in the policy's order; none where the request is out of scope."""
        if self.outcome == OUT_OF_SCOPE:
            return ()
        return tuple(self._criterion(criterion) for criterion in self.policy.criteria)

    def _criterion(self, criterion: Criterion) -> CriterionTold:
        value = self.determination.values[criterion.id]
        shown = outcome_words.criterion(self.determination, criterion.id)
        closed = self._closed_by(criterion.id) if value == NO else ()
        because = closed or self._grouped(self._why(criterion.id))
        awaits = self._awaited(criterion.id) if value is None else ()
        return CriterionTold(criterion, shown.shape, capital(shown.words), because, awaits)

    def _closed_by(self, key: str) -> tuple[Because, ...]:
        """The one answer that closes a criterion by itself, the first where several do."""
        cells = self.determination.cells
        for var, cell, told in _closing(self.determination.rules)[key]:
            if cells[var] == cell:
                literal = self.determination.literal(var)
                return (told or Because(self._said(literal), literal.fact),)
        return ()

    def _awaited(self, key: str) -> tuple[Question, ...]:
        space = self.determination.rules.space
        facts = {space.variables[var].fact for var in space.read_by(self._left(key))}
        return tuple(question for question in self.policy.topic.questions if question.id in facts)

    def _left(self, key: str) -> Diagram:
        """What is left of a criterion once the known answers are put in."""
        rules = self.determination.rules
        return rules.space.diagrams.restrict(rules.criteria[key], self.determination.cells)

    def possible(self, key: str) -> frozenset[int]:
        """The values that a criterion can still take; NO alone where the policy has no such criterion."""
        return values(self._left(key)) if key in self.determination.values else frozenset((NO,))

    @property
    def criteria_told(self) -> tuple[CriterionTold, ...]:
        return tuple(told for told in self.criteria if told.state != NOT_MET)

    @property
    def criteria_not_met(self) -> tuple[CriterionTold, ...]:
        return tuple(told for told in self.criteria if told.state == NOT_MET)

    # The codes

    @cached_property
    def procedures(self) -> tuple[CodeTold, ...]:
        return tuple(self._procedure(code) for code in self.determination.coding.procedures)

    def _procedure(self, code: str) -> CodeTold:
        rows = self._rows("CPT", code)
        met = self.determination.met
        if not rows:
            listed = "not in the policy's table"
        elif not met or any(row.lists_for(key) for row in rows for key in met):
            listed = "in the policy's table"
        else:
            named = {key for row in rows for key in row.criteria}
            listed = f"in the policy's table for {self.titles(sorted(named))} alone"
        return CodeTold(self._typed(PROCEDURE, code), code, "", "", listed, rows[0].passage if rows else "")

    @cached_property
    def diagnoses(self) -> tuple[CodeTold, ...]:
        return tuple(self._diagnosis(code) for code in self.determination.coding.diagnoses)

    def _diagnosis(self, code: str) -> CodeTold:
        rows = self._rows("ICD-10-CM", code)
        description = self.codes.description(code) if self.codes.knows(code) else ""
        listed = f"{'on' if rows else 'not on'} the policy's list"
        if not self._list_applies:
            listed = f"{listed}, which does not apply to this procedure"
        return CodeTold(
            self._typed(DIAGNOSIS, code),
            code,
            description,
            self._validity(code),
            listed if self.lists_diagnoses else "",
            rows[0].passage if rows else "",
        )

    @cached_property
    def _list_applies(self) -> bool:
        """Whether the list of diagnoses counts for the procedures given; so where none are."""
        found = self.determination
        situation = Situation(found.rules, found.answers, found.coding, frozenset(found.met))
        return not found.coding.procedures or situation.list_applies

    def _validity(self, code: str) -> str:
        said = code_set_words.validity(self.codes, code)
        if self.codes.is_billable(code):
            return said
        return f"{said}{code_set_words.by_which(self.codes, self.determination.answers.day)}"

    def _rows(self, system: str, code: str) -> list[CodeRow]:
        return [row for row in self.policy.codes if row.system == system and row.contains(code)]

    @cached_property
    def lists_diagnoses(self) -> bool:
        """Whether the policy has a list of diagnoses."""
        return any(row.system == "ICD-10-CM" for row in self.policy.codes)

    def _typed(self, fact: str, code: str) -> str:
        """What was typed for a code, empty where it is the code itself."""
        system = self.policy.topic.by_id[fact].code_system
        given = map(str, self.raw.get(fact) or ())
        typed = next((text for text in given if code in code_systems.every(text, system)), code)
        return "" if typed == code else typed

    # The answers

    @property
    def missing(self) -> tuple[Question, ...]:
        """The questions whose answer can change this outcome, in order."""
        return tuple(lacking.question for lacking in self.lacking)

    @cached_property
    def lacking(self) -> tuple[Lacking, ...]:
        """The questions whose answer can change this outcome, each with what a partial answer leaves open."""
        return lacking(self.determination)


def _notice(found: Determination, word: str, notice: Notice) -> NoticeTold:
    sentence, title = code_set_words.sentence(found, notice), code_set_words.title(found, notice)
    if notice.denied:
        reasons = denied_reasons(found.answers)
        return NoticeTold(word, notice, f"{sentence} The reason: {reasons}.", f"{title}: {reasons}")
    return NoticeTold(word, notice, sentence, title)


def denied_reasons(answers: Answers) -> str:
    """The reasons that are given while the answers say that nothing of them is there, in words."""
    by_id = answers.topic.by_id
    return listed([by_id[fact].option(member).said for fact, member in answers.denied_reasons], "and")


Closing = Mapping[str, tuple[tuple[int, int, Because | None], ...]]
_CLOSING: dict[tuple[str, str, str], Closing] = {}


def _closing(rules: Rules) -> Closing:
    """For every criterion what closes it by itself, in order of the questions: variable, cell, its words.

    It is the rules' own, whatever the answers: looked for once a process, it spares each page the search. A
    number has no words here, since they name its value.
    """
    policy = rules.policy
    key = (policy.id, policy.edition, policy.fingerprint)
    if key not in _CLOSING:
        _CLOSING[key] = {name: tuple(_closing_cells(rules, name)) for name in rules.criteria}
    return _CLOSING[key]


def _closing_cells(rules: Rules, criterion: str) -> Iterable[tuple[int, int, Because | None]]:
    space, diagram = rules.space, rules.criteria[criterion]
    for var in sorted(space.read_by(diagram), key=space.rank.__getitem__):
        for cell in range(len(space.variables[var].cells)):
            cells: list[int | None] = [None] * len(space.variables)
            cells[var] = cell
            if space.diagrams.restrict(diagram, cells) == NO:
                yield var, cell, _cell_in_words(rules, var, cell)


def _cell_in_words(rules: Rules, var: int, cell: int) -> Because | None:
    variable, topic = rules.space.variables[var], rules.policy.topic
    if kinds.of(topic.by_id[variable.fact]).is_number:
        return None
    literal = Literal(variable.fact, variable.member, variable.cells[cell])
    return Because(answer_words.literal(topic, literal), variable.fact)


def answers_told(answers: Answers) -> tuple[AnswerTold, ...]:
    """The answers given, in order, without those on a closed branch."""
    return tuple(
        AnswerTold(question, answer_words.answer(question, answers))
        for question in answers.topic.questions
        if question.id in answers.asked and _counts(question, answers)
    )


def _counts(question: Question, answers: Answers) -> bool:
    if question.hidden_when:
        fact, hiding = question.hidden_when
        if answers.on_record(fact) in hiding:
            return False
    return answers.branch(question) is not False


def _are(keys: Sequence[str]) -> str:
    return "are" if len(keys) > 1 else "is"

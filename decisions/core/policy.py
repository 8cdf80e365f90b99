"""The records: a topic with its questions, and the editions of the policies that answer from them.

Everything here is plain data, read from files by ``decisions.library``. Ids are those of the files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from decisions.core import kinds
from decisions.core.code_systems import CodeRow as CodeRow
from decisions.core.conditions import Condition, Number, tests
from decisions.core.kinds.set import OTHERS_UNKNOWN as OTHERS_UNKNOWN
from decisions.core.questions import Option as Option
from decisions.core.questions import Question as Question

Taken = Literal["one", "other", "open"]

MOST_TOLD = 2_000
"""How many lists of passages and references of one edition are kept in their order."""


@dataclass(frozen=True)
class Topic:
    """The questions about one kind of request, in the order in which they are asked.

    ``implying`` are the facts that imply the answer which opens them, each with that answer.
    """

    id: str
    title: str
    questions: tuple[Question, ...]
    groups: Mapping[str, str]
    by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)
    opened: Mapping[tuple[str, str], tuple[Question, ...]] = field(init=False, repr=False, compare=False)
    implying: tuple[tuple[str, tuple[str, str]], ...] = field(init=False, repr=False, compare=False)
    age: Question = field(init=False, repr=False, compare=False)
    service_date: Question = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        opened: dict[tuple[str, str], tuple[Question, ...]] = {}
        for question in self.questions:
            if question.opened_by:
                opened[question.opened_by] = (*opened.get(question.opened_by, ()), question)
        object.__setattr__(self, "by_id", {question.id: question for question in self.questions})
        object.__setattr__(self, "opened", opened)
        implying = tuple((q.id, q.opened_by) for q in self.questions if q.implies and q.opened_by)
        object.__setattr__(self, "implying", implying)
        object.__setattr__(self, "age", next(q for q in self.questions if kinds.of(q).counts_months))
        object.__setattr__(self, "service_date", next(q for q in self.questions if kinds.of(q).is_day))

    @cached_property
    def reasons(self) -> Question:
        """The set that says why something is requested: it needs a member."""
        return next(question for question in self.questions if question.at_least_one)


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of the text, verbatim. ``markup`` keeps the document's italics and bold (CommonMark, no
    HTML).
    """

    id: str
    quote: str
    markup: str
    kind: Literal["heading", "paragraph", "bullet", "number", "quotation", "row"]
    level: int
    block: int
    section: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of the policy's own list of references, as printed in ``passage``."""

    id: str
    passage: str
    short: str
    doi: str
    url: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in the text. ``reference`` is empty where it resolves to no entry of any list here."""

    passage: str
    as_printed: str
    year: str
    reference: str
    note: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """An indication and its condition. ``support`` adds passages where its condition is on record."""

    id: str
    title: str
    when: Condition
    passages: tuple[str, ...]
    evidence: tuple[str, ...]
    references: tuple[str, ...]
    support: tuple[Support, ...] = ()


@dataclass(frozen=True, slots=True)
class Support:
    """Passages (and ties to references) that belong to a result when ``when`` is on record."""

    when: Condition
    passages: tuple[str, ...]
    evidence: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyReading:
    """A place where the text is garbled, silent or contradictory, and what was made of it.

    ``taken`` is the side the rules follow, or "open" where neither is taken and the result is unsettled.
    """

    id: str
    title: str
    question: str
    one: str
    other: str
    why: str
    taken: Taken
    passages: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    support: tuple[Support, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A hold, request or caution: every part that is given must be true for it to apply.

    ``when`` and ``unless`` are read from what is on record. ``only_met``: exactly these criteria are met.
    ``none_met``: none of these is. ``other_met``: some criterion not among these is. ``coding``: one of
    CODING_TESTS. ``overdue``: the day is after the next review. ``denied``: a reason is given whose detail is
    answered with nothing. ``reading``: it applies only while that reading takes its first side.
    """

    id: str
    title: str
    sentence: str
    passages: tuple[str, ...]
    when: Condition | None = None
    unless: Condition | None = None
    only_met: tuple[str, ...] = ()
    none_met: tuple[str, ...] = ()
    other_met: tuple[str, ...] | None = None
    coding: str = ""
    overdue: bool = False
    denied: bool = False
    reading: str = ""


CODING_TESTS = (
    "procedure-none-listed",
    "procedure-some-outside",
    "diagnosis-none-listed",
    "diagnosis-missing",
    "diagnosis-none-valid",
    "diagnosis-some-invalid",
)


@dataclass(frozen=True, slots=True)
class DiagnosisList:
    """When the policy's list of diagnoses counts: a listed procedure is asked for, or none and another
    criterion.
    """

    procedure: str
    not_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the text comes from, as attributes shown to the reader."""

    title: str
    short: str
    publisher: str
    file: str
    sha256: str
    attributes: tuple[tuple[str, str], ...]
    notice: str


@dataclass(frozen=True, slots=True)
class Words:
    """The policy's own words for its two results, and the plain sentences around the others."""

    criteria_met: str
    criteria_not_met: str
    out_of_scope: str
    before_edition: str


@dataclass(frozen=True)
class Policy:
    """One edition of a policy: its text, and the rules that were read from it."""

    id: str
    topic: Topic
    edition: str
    first_day: dt.date
    next_review: dt.date | None
    source: Source
    words: Words
    passages: Mapping[str, Passage]
    references: Mapping[str, Reference]
    citations: tuple[Citation, ...]
    named: Mapping[str, Condition]
    scope: Condition
    scope_passages: tuple[str, ...]
    before_passages: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    any_other: tuple[str, ...]
    reasons: Mapping[str, Support]
    support: tuple[Support, ...]
    readings: Mapping[str, PolicyReading]
    birthday_reading: str
    holds: tuple[Notice, ...]
    requests: tuple[Notice, ...]
    cautions: tuple[Notice, ...]
    codes: tuple[CodeRow, ...]
    diagnosis_list: DiagnosisList | None
    why: Mapping[str, tuple[str, ...]]
    notes: tuple[tuple[str, str], ...]
    judgement: Mapping[str, str]
    criteria_section: str
    fingerprint: str

    @property
    def taken(self) -> dict[str, str]:
        return {reading.id: reading.taken for reading in self.readings.values()}

    def is_past_review(self, day: dt.date) -> bool:
        """Whether a day is after the next review date. The day that counts is that of the service; where none
        is given, the as-of date.
        """
        return self.next_review is not None and day > self.next_review

    @cached_property
    def limits(self) -> dict[str, frozenset[Decimal | int]]:
        """For every fact the numbers at which a criterion, the scope or a notice says something else."""
        notices = (*self.holds, *self.requests, *self.cautions)
        asked = [self.scope, *(criterion.when for criterion in self.criteria)]
        asked += [part for notice in notices for part in (notice.when, notice.unless) if part is not None]
        found: dict[str, frozenset[Decimal | int]] = {}
        for test in (test for condition in asked for test in tests(condition)):
            if isinstance(test, Number):
                found[test.fact] = found.get(test.fact, frozenset()) | {limit for _, limit in test.limits}
        return found

    @cached_property
    def _places(self) -> dict[str, int]:
        return {passage: place for place, passage in enumerate(self.passages)}

    @cached_property
    def _cited(self) -> dict[str, tuple[str, ...]]:
        """For every passage the references that it cites, as far as they resolve."""
        found: dict[str, tuple[str, ...]] = {}
        for citation in self.citations:
            if citation.reference:
                found[citation.passage] = (*found.get(citation.passage, ()), citation.reference)
        return found

    @cached_property
    def _told(self) -> dict[tuple[tuple[str, ...], ...], tuple[str, ...]]:
        """What `in_order` and `references_of` found before: thousands of requests rest on a few grounds."""
        return {}

    def in_order(self, passages: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        """Ids of passages, each once, in the order of the text."""
        found = self._told.get(passages)
        if found is None:
            every = {key for several in passages for key in several}
            found = self._keep(passages, tuple(sorted(every, key=self._places.__getitem__)))
        return found

    def references_of(self, passages: tuple[str, ...], tied: tuple[str, ...]) -> tuple[str, ...]:
        """The references that passages cite, and those ``tied`` to them; sorted, each once."""
        key = (passages, tied, ())
        found = self._told.get(key)
        if found is None:
            cited = (reference for passage in passages for reference in self._cited.get(passage, ()))
            found = self._keep(key, tuple(sorted({*tied, *cited})))
        return found

    def _keep(self, key: tuple[tuple[str, ...], ...], found: tuple[str, ...]) -> tuple[str, ...]:
        if len(self._told) >= MOST_TOLD:
            self._told.clear()
        self._told[key] = found
        return found

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with this id. Raises KeyError."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

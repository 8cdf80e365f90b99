"""The shape of every file of a topic and of an edition: which keys there are, and of what type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from decisions.core import policy as p

ID = r"[a-z0-9]+([._-][a-z0-9]+)*"
"""How an id is spelled. It stands in addresses and in file names."""


class _Struct(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    pass


Table = dict[str, Any]
Id = Annotated[str, msgspec.Meta(pattern=f"^{ID}$")]


class OptionFile(_Struct):
    id: Id
    label: str
    said: str
    unsaid: str = ""
    help: str = ""
    asks: str = ""


class QuestionFile(_Struct):
    id: Id
    kind: str
    label: str
    short: str
    group: str
    help: str = ""
    options: tuple[OptionFile, ...] = ()
    opened_by: tuple[str, str] | None = None
    implies: bool = False
    optional: bool = False
    may_hold_more: bool = False
    may_be_one_of: bool = False
    rest: str = ""
    rest_hint: str = ""
    at_least_one: bool = False
    unit: str = ""
    above: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    doubtful_above: Decimal | None = None
    said: str = ""
    unsaid: str = ""
    hidden_when: dict[str, tuple[str, ...]] = {}
    birth_date: str = ""
    code_system: Literal["", "CPT", "ICD-10-CM"] = ""


class TopicFile(_Struct):
    id: Id
    title: str
    groups: dict[str, str]
    questions: tuple[QuestionFile, ...]


class SourceFile(_Struct):
    title: str
    short: str
    publisher: str
    file: str
    sha256: str
    notice: str
    attributes: dict[str, str] = {}


class WordsFile(_Struct):
    criteria_met: str
    criteria_not_met: str
    out_of_scope: str
    before_edition: str


class ScopeFile(_Struct):
    outside: Table
    passages: tuple[str, ...]
    before_passages: tuple[str, ...]


class SupportFile(_Struct):
    when: Table
    passages: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class CriterionFile(_Struct):
    id: Id
    title: str
    when: Table
    passages: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    support: tuple[SupportFile, ...] = ()


class GroundFile(_Struct):
    passages: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class ReadingFile(_Struct):
    id: Id
    title: str
    question: str
    one: str
    other: str
    why: str
    taken: p.Taken
    passages: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    support: tuple[SupportFile, ...] = ()


class NoticeFile(_Struct):
    id: Id
    title: str
    sentence: str
    passages: tuple[str, ...] = ()
    when: Table | None = None
    unless: Table | None = None
    only_met: tuple[str, ...] = ()
    none_met: tuple[str, ...] = ()
    other_met: tuple[str, ...] | None = None
    coding: str = ""
    overdue: bool = False
    denied: bool = False
    reading: str = ""


class DiagnosisListFile(_Struct):
    procedure: str
    not_for: tuple[str, ...] = ()


class NoteFile(_Struct):
    text: str
    passage: str


class ValueFile(_Struct):
    number: int | Decimal
    unit: str
    passages: tuple[str, ...]
    why: str = ""


class PolicyFile(_Struct):
    first_day: dt.date
    source: SourceFile
    words: WordsFile
    scope: ScopeFile
    criteria: tuple[CriterionFile, ...]
    not_met: GroundFile
    reasons: dict[str, GroundFile]
    criteria_section: str
    next_review: dt.date | None = None
    birthday_reading: str = ""
    values: dict[str, Any] = {}
    conditions: dict[str, Table] = {}
    support: tuple[SupportFile, ...] = ()
    readings: tuple[ReadingFile, ...] = ()
    holds: tuple[NoticeFile, ...] = ()
    requests: tuple[NoticeFile, ...] = ()
    cautions: tuple[NoticeFile, ...] = ()
    diagnosis_list: DiagnosisListFile | None = None
    why: dict[str, tuple[str, ...]] = {}
    notes: tuple[NoteFile, ...] = ()
    judgement: dict[str, str] = {}


class ReferenceFile(_Struct):
    id: Id
    passage: str
    short: str
    doi: str = ""
    url: str = ""


class CitationFile(_Struct):
    passage: str
    as_printed: str
    year: str = ""
    reference: str = ""
    note: str = ""


class ReferencesFile(_Struct):
    references: tuple[ReferenceFile, ...] = ()
    citations: tuple[CitationFile, ...] = ()


class CaseFile(_Struct):
    id: Id
    title: str
    as_of: dt.date
    answers: Table
    expected: Table


class CasesFile(_Struct):
    cases: tuple[CaseFile, ...] = ()

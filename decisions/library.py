"""The only opener of policy files: finds, parses and validates them into the core's records.

A folder of policies holds a folder a topic with ``questions.toml``; in it a folder a policy; in that a
folder an edition, named after its first day in force: ``policy.toml``, ``text.md``, ``references.toml``,
``codes.csv``, ``cases.toml`` and the source that the text was taken from. What is wrong is a PolicyError
that names file, key and, where it can be told, line. One broken edition does not keep the others from
serving.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from decisions import passages, verbatim
from decisions.core import codes as spelling
from decisions.core import conditions as c
from decisions.core import policy as p
from decisions.core.rules import Rules

SET_TESTS: dict[str, type[c.AnyOf | c.NoneOf | c.Exactly]] = {
    "any_of": c.AnyOf,
    "none_of": c.NoneOf,
    "exactly": c.Exactly,
}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PolicyError(ValueError):
    """Something in a policy's files that cannot be used: in which file, at which key, on which line, why."""

    def __init__(self, file: Path | str, key: str, message: str, line: int | None = None) -> None:
        self.file, self.key, self.message, self.line = str(file), key, message, line
        place = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{place}: {key}: {message}" if key else f"{place}: {message}")


class _Struct(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    pass


Table = dict[str, Any]


class OptionFile(_Struct):
    id: str
    label: str
    said: str
    unsaid: str = ""
    help: str = ""


class QuestionFile(_Struct):
    id: str
    kind: p.Kind
    label: str
    short: str
    group: str
    help: str = ""
    options: tuple[OptionFile, ...] = ()
    opened_by: tuple[str, str] | None = None
    implies: bool = False
    optional: bool = False
    may_hold_more: bool = False
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
    id: str
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
    id: str
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
    id: str
    title: str
    question: str
    one: str
    other: str
    why: str
    taken: p.Taken
    passages: tuple[str, ...] = ()
    support: tuple[SupportFile, ...] = ()


class NoticeFile(_Struct):
    id: str
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
    reading: str = ""


class DiagnosisListFile(_Struct):
    procedure: str
    not_for: tuple[str, ...] = ()


class NoteFile(_Struct):
    text: str
    passage: str


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
    id: str
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
    id: str
    title: str
    as_of: dt.date
    answers: Table
    expected: Table


class CasesFile(_Struct):
    cases: tuple[CaseFile, ...] = ()


@dataclass(frozen=True)
class Library:
    """Every topic and every edition that could be read, and what kept the others from it.

    ``editions`` has for each policy id its editions by first day; ``problems`` every PolicyError met.
    """

    topics: Mapping[str, p.Topic]
    editions: Mapping[str, tuple[p.Policy, ...]]
    problems: tuple[PolicyError, ...]
    _rules: dict[tuple[str, str], Rules] = field(default_factory=dict, repr=False)

    @property
    def policy_ids(self) -> tuple[str, ...]:
        return tuple(self.editions)

    def edition(self, policy_id: str, edition: str) -> p.Policy:
        """One edition. Raises KeyError."""
        for policy in self.editions[policy_id]:
            if policy.edition == edition:
                return policy
        raise KeyError(edition)

    def in_force(self, policy_id: str, day: dt.date) -> p.Policy:
        """The edition in force on a day; the first one where the day is before it. Raises KeyError."""
        editions = self.editions[policy_id]
        started = [policy for policy in editions if policy.first_day <= day]
        return started[-1] if started else editions[0]

    def rules(self, policy: p.Policy) -> Rules:
        """The rules of an edition, made once."""
        key = (policy.id, policy.edition)
        if key not in self._rules:
            self._rules[key] = Rules(policy)
        return self._rules[key]

    def reference(self, reference: str, policy: p.Policy) -> tuple[p.Policy, p.Reference]:
        """The entry that a citation names, and the policy whose list it is in. Raises KeyError."""
        holder, _, entry = reference.rpartition(":")
        listed_in = self.editions[holder][-1] if holder else policy
        return listed_in, listed_in.references[entry]


def load(folder: Path) -> Library:
    """Everything under a folder of policies. Never raises for what is in the files: see
    ``Library.problems``.
    """
    topics: dict[str, p.Topic] = {}
    editions: dict[str, tuple[p.Policy, ...]] = {}
    problems: list[PolicyError] = []
    for topic_folder in sorted(path for path in folder.iterdir() if path.is_dir()):
        try:
            topic = read_topic(topic_folder / "questions.toml")
            topics[topic.id] = topic
        except PolicyError as problem:
            problems.append(problem)
            continue
        for policy_folder in sorted(path for path in topic_folder.iterdir() if path.is_dir()):
            if policy_folder.name in editions:
                problems.append(
                    PolicyError(policy_folder, "", f"the policy id {policy_folder.name} is used twice")
                )
                continue
            found = list(_editions(topic, policy_folder, problems))
            if found:
                editions[policy_folder.name] = tuple(sorted(found, key=lambda policy: policy.first_day))
    problems += _unresolved(editions)
    return Library(topics, editions, tuple(problems))


def _editions(topic: p.Topic, policy_folder: Path, problems: list[PolicyError]) -> Iterator[p.Policy]:
    for folder in sorted(path for path in policy_folder.iterdir() if path.is_dir()):
        try:
            yield read_edition(topic, folder)
        except PolicyError as problem:
            problems.append(problem)


def _unresolved(editions: Mapping[str, tuple[p.Policy, ...]]) -> Iterator[PolicyError]:
    """A reference into another policy's list that is not there."""
    for policies in editions.values():
        for policy in policies:
            for citation in policy.citations:
                holder, _, entry = citation.reference.rpartition(":")
                if holder and not any(entry in other.references for other in editions.get(holder, ())):
                    key = f"citations ({citation.as_printed})"
                    file = f"{policy.id}/{policy.edition}/references.toml"
                    yield PolicyError(file, key, f"there is no reference {citation.reference}")


def read_topic(file: Path) -> p.Topic:
    """The questions of a topic. Raises PolicyError."""
    data = _toml(file, TopicFile)
    _unique(file, "questions", [question.id for question in data.questions])
    questions = tuple(_question(file, data, question) for question in data.questions)
    by_id = {question.id: question for question in questions}
    for question in questions:
        if question.opened_by:
            holder, member = question.opened_by
            if holder not in by_id or member not in by_id[holder].option_ids:
                message = f"there is no option {member} of a question {holder}"
                raise PolicyError(
                    file, f"questions.{question.id}.opened_by", message, _line(file, question.id)
                )
    for kind in ("age", "date"):
        if sum(question.kind == kind for question in questions) != 1:
            raise PolicyError(file, "questions", f"a topic has exactly one question of kind {kind}")
    return p.Topic(data.id, data.title, questions, data.groups)


def _question(file: Path, topic: TopicFile, question: QuestionFile) -> p.Question:
    key = f"questions.{question.id}"
    line = _line(file, question.id)
    _unique(file, f"{key}.options", [option.id for option in question.options])
    if question.group not in topic.groups:
        raise PolicyError(file, f"{key}.group", f"there is no group {question.group}", line)
    if (question.kind in ("choice", "set")) != bool(question.options):
        raise PolicyError(
            file, f"{key}.options", "a choice or a set has options, another kind has none", line
        )
    if question.kind in ("decimal", "age") and question.at_most is None:
        raise PolicyError(file, f"{key}.at_most", "a number needs its limits", line)
    fields = {name: getattr(question, name) for name in question.__struct_fields__}
    fields["options"] = tuple(p.Option(o.id, o.label, o.said, o.unsaid, o.help) for o in question.options)
    fields["hidden_when"] = next(iter(question.hidden_when.items()), None)
    return p.Question(**fields)


def read_edition(topic: p.Topic, folder: Path) -> p.Policy:
    """One edition of a policy. Raises PolicyError."""
    return _Edition(topic, folder).read()


def read_cases(folder: Path) -> tuple[CaseFile, ...]:
    """The worked cases of an edition. Raises PolicyError."""
    file = folder / "cases.toml"
    cases = _toml(file, CasesFile).cases
    _unique(file, "cases", [case.id for case in cases])
    return cases


class _Edition:
    """Reads one edition, every record with the file and key it came from at hand."""

    def __init__(self, topic: p.Topic, folder: Path) -> None:
        self.topic, self.folder = topic, folder
        self.file = folder / "policy.toml"
        self.data = _toml(self.file, PolicyFile)
        self.readings = {reading.id for reading in self.data.readings}
        self.named: dict[str, c.Condition] = {}

    def read(self) -> p.Policy:
        if not DAY.fullmatch(self.folder.name) or str(self.data.first_day) != self.folder.name:
            raise self.refuse(
                "first_day", f"the folder {self.folder.name} is not named after {self.data.first_day}"
            )
        self.text = self._text()
        self.references, citations = self._references()
        for name in self.data.conditions:
            self._named(name, ())
        data = self.data
        self.criteria_ids = [criterion.id for criterion in data.criteria]
        for key, ids in (("criteria", self.criteria_ids), ("readings", [r.id for r in data.readings])):
            _unique(self.file, key, ids)
        policy = p.Policy(
            id=self.folder.parent.name,
            topic=self.topic,
            edition=self.folder.name,
            first_day=data.first_day,
            next_review=data.next_review,
            source=self._source(),
            words=p.Words(**msgspec.structs.asdict(data.words)),
            passages=self.text,
            references=self.references,
            citations=citations,
            named=self.named,
            scope=self.condition("scope.outside", data.scope.outside),
            scope_passages=self._passages("scope.passages", data.scope.passages),
            before_passages=self._passages("scope.before_passages", data.scope.before_passages),
            criteria=tuple(self._criterion(criterion) for criterion in data.criteria),
            any_other=self._passages("not_met.passages", data.not_met.passages),
            reasons=self._reasons(),
            support=self._supports("support", data.support),
            readings={reading.id: self._reading(reading) for reading in data.readings},
            birthday_reading=data.birthday_reading,
            holds=self._notices("holds", data.holds),
            requests=self._notices("requests", data.requests),
            cautions=self._notices("cautions", data.cautions),
            codes=self._codes(),
            diagnosis_list=self._diagnosis_list(),
            why={fact: self._why(fact, ids) for fact, ids in data.why.items()},
            notes=tuple((n.text, self._passages("notes", (n.passage,))[0]) for n in data.notes),
            judgement=data.judgement,
            criteria_section=self._passages("criteria_section", (data.criteria_section,))[0],
            fingerprint=fingerprint(self.folder),
        )
        self._verbatim(policy)
        return policy

    def refuse(self, key: str, message: str, near: str = "") -> PolicyError:
        return PolicyError(self.file, key, message, _line(self.file, near) if near else None)

    def _text(self) -> dict[str, p.Passage]:
        file = self.folder / "text.md"
        try:
            return passages.parse(_read(file))
        except passages.TextError as error:
            raise PolicyError(file, error.key, error.message, error.line) from error

    def _source(self) -> p.Source:
        source = self.data.source
        file = self.folder / source.file
        if hashlib.sha256(_bytes(file)).hexdigest() != source.sha256:
            raise self.refuse(
                "source.sha256", f"{source.file} is not the file that this edition was read from"
            )
        fields = msgspec.structs.asdict(source)
        return p.Source(**{**fields, "attributes": tuple(source.attributes.items())})

    def _verbatim(self, policy: p.Policy) -> None:
        """Refuses a passage whose words do not stand in the source."""
        source = _bytes(self.folder / self.data.source.file).decode()
        for passage in verbatim.not_found(policy.passages.values(), source):
            file = self.folder / "text.md"
            raise PolicyError(
                file, passage.id, "this text does not stand in the source word for word", passage.line
            )

    def _references(self) -> tuple[dict[str, p.Reference], tuple[p.Citation, ...]]:
        file = self.folder / "references.toml"
        data = _toml(file, ReferencesFile)
        _unique(file, "references", [reference.id for reference in data.references])
        for reference in data.references:
            if reference.passage not in self.text:
                raise PolicyError(
                    file, f"references.{reference.id}", f"there is no passage {reference.passage}"
                )
        ids = {reference.id for reference in data.references}
        for citation in data.citations:
            key = f"citations ({citation.as_printed})"
            if citation.passage not in self.text:
                raise PolicyError(file, key, f"there is no passage {citation.passage}")
            if citation.as_printed not in self.text[citation.passage].quote:
                raise PolicyError(file, key, f"the passage {citation.passage} does not hold these words")
            if citation.reference and ":" not in citation.reference and citation.reference not in ids:
                raise PolicyError(file, key, f"there is no reference {citation.reference}")
        references = {r.id: p.Reference(**msgspec.structs.asdict(r)) for r in data.references}
        return references, tuple(
            p.Citation(**msgspec.structs.asdict(citation)) for citation in data.citations
        )

    def _passages(self, key: str, ids: Iterable[str]) -> tuple[str, ...]:
        for passage in ids:
            if passage not in self.text:
                raise self.refuse(key, f"there is no passage {passage}", passage)
        return tuple(ids)

    def _ties(self, key: str, ids: Iterable[str]) -> tuple[str, ...]:
        for reference in ids:
            if ":" not in reference and reference not in self.references:
                raise self.refuse(key, f"there is no reference {reference}", reference)
        return tuple(ids)

    def _criterion(self, criterion: CriterionFile) -> p.Criterion:
        key = f"criteria.{criterion.id}"
        return p.Criterion(
            criterion.id,
            criterion.title,
            self.condition(f"{key}.when", criterion.when),
            self._passages(f"{key}.passages", criterion.passages),
            self._passages(f"{key}.evidence", criterion.evidence),
            self._ties(f"{key}.references", criterion.references),
            self._supports(f"{key}.support", criterion.support),
        )

    def _supports(self, key: str, supports: tuple[SupportFile, ...]) -> tuple[p.Support, ...]:
        return tuple(
            p.Support(
                self.condition(f"{key}[{i}].when", support.when),
                self._passages(f"{key}[{i}].passages", support.passages),
                self._passages(f"{key}[{i}].evidence", support.evidence),
                self._ties(f"{key}[{i}].references", support.references),
            )
            for i, support in enumerate(supports)
        )

    def _reasons(self) -> dict[str, p.Support]:
        reasons = next(question for question in self.topic.questions if question.at_least_one)
        found = {}
        for reason, ground in self.data.reasons.items():
            key = f"reasons.{reason}"
            if reason not in reasons.option_ids:
                raise self.refuse(key, f"there is no reason {reason}")
            found[reason] = p.Support(
                c.AnyOf(reasons.id, (reason,)),
                self._passages(f"{key}.passages", ground.passages),
                self._passages(f"{key}.evidence", ground.evidence),
                self._ties(f"{key}.references", ground.references),
            )
        return found

    def _reading(self, reading: ReadingFile) -> p.PolicyReading:
        key = f"readings.{reading.id}"
        return p.PolicyReading(
            id=reading.id,
            title=reading.title,
            question=reading.question,
            one=reading.one,
            other=reading.other,
            why=reading.why,
            taken=reading.taken,
            passages=self._passages(f"{key}.passages", reading.passages),
            support=self._supports(f"{key}.support", reading.support),
        )

    def _notices(self, kind: str, notices: tuple[NoticeFile, ...]) -> tuple[p.Notice, ...]:
        _unique(self.file, kind, [notice.id for notice in notices])
        return tuple(self._notice(f"{kind}.{notice.id}", notice) for notice in notices)

    def _notice(self, key: str, notice: NoticeFile) -> p.Notice:
        for criterion in (*notice.only_met, *notice.none_met, *(notice.other_met or ())):
            if criterion not in self.criteria_ids:
                raise self.refuse(key, f"there is no criterion {criterion}", criterion)
        if notice.coding and notice.coding not in p.CODING_TESTS:
            raise self.refuse(
                f"{key}.coding", f"{notice.coding} is not one of {', '.join(p.CODING_TESTS)}", notice.coding
            )
        if notice.reading and notice.reading not in self.readings:
            raise self.refuse(f"{key}.reading", f"there is no reading {notice.reading}", notice.reading)
        fields = msgspec.structs.asdict(notice)
        fields["passages"] = self._passages(f"{key}.passages", notice.passages)
        for part in ("when", "unless"):
            table = fields[part]
            fields[part] = None if table is None else self.condition(f"{key}.{part}", table)
        return p.Notice(**fields)

    def _why(self, fact: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        if fact not in self.topic.by_id:
            raise self.refuse(f"why.{fact}", f"there is no fact {fact}", fact)
        return self._passages(f"why.{fact}", ids)

    def _diagnosis_list(self) -> p.DiagnosisList | None:
        rule = self.data.diagnosis_list
        return None if rule is None else p.DiagnosisList(rule.procedure, rule.not_for)

    def _codes(self) -> tuple[p.CodeRow, ...]:
        file = self.folder / "codes.csv"
        if not file.exists():
            return ()
        return tuple(
            self._code_row(file, i, row) for i, row in enumerate(csv.DictReader(io.StringIO(_read(file))), 2)
        )

    def _code_row(self, file: Path, line: int, row: dict[str, str]) -> p.CodeRow:
        if list(row) != ["system", "first", "last", "passage", "criteria"]:
            raise PolicyError(file, "", "the columns are system, first, last, passage, criteria", 1)
        canonical = {"CPT": spelling.procedure, "ICD-10-CM": spelling.diagnosis}.get(row["system"])
        if canonical is None:
            raise PolicyError(file, "system", f"{row['system']} is not CPT or ICD-10-CM", line)
        criteria = tuple((row["criteria"] or "").split())
        for criterion in criteria:
            if criterion != "*" and criterion not in [item.id for item in self.data.criteria]:
                raise PolicyError(file, "criteria", f"there is no criterion {criterion}", line)
        if row["passage"] not in self.text:
            raise PolicyError(file, "passage", f"there is no passage {row['passage']}", line)
        last = canonical(row["last"]) if row["last"] else ""
        return p.CodeRow(row["system"], canonical(row["first"]), last, row["passage"], criteria)

    def _named(self, name: str, using: tuple[str, ...]) -> c.Condition:
        if name in using or name not in self.data.conditions:
            problem = "uses itself" if name in using else "is not defined"
            raise self.refuse(f"conditions.{name}", f"the condition {name} {problem}", name)
        if name not in self.named:
            table = self.data.conditions[name]
            self.named[name] = self.condition(f"conditions.{name}", table, (*using, name))
        return c.Named(name, self.named[name])

    def condition(self, key: str, table: Any, using: tuple[str, ...] = ()) -> c.Condition:
        """A condition from its table: exactly one of fact, all, any, reading, use."""
        if not isinstance(table, dict):
            raise self.refuse(key, "a condition is a table")
        keys = set(table)
        if "fact" in keys:
            return self._test(key, table)
        if keys == {"all"} or keys == {"any"}:
            kind = next(iter(keys))
            if not isinstance(table[kind], list) or not table[kind]:
                raise self.refuse(f"{key}.{kind}", "this is a list of conditions")
            inner = tuple(
                self.condition(f"{key}.{kind}[{i}]", part, using) for i, part in enumerate(table[kind])
            )
            return c.All(inner) if kind == "all" else c.Any(inner)
        if "reading" in keys and len(keys) > 1 and keys <= {"reading", "one", "other"}:
            if table["reading"] not in self.readings:
                raise self.refuse(key, f"there is no reading {table['reading']}", str(table["reading"]))
            sides = (
                self.condition(f"{key}.{side}", table[side], using) if side in table else c.NEVER
                for side in ("one", "other")
            )
            return c.Reading(table["reading"], *sides)
        if keys == {"use"}:
            return self._named(str(table["use"]), using)
        raise self.refuse(
            key, f"a condition has one of fact, all, any, reading, use; here: {', '.join(sorted(keys))}"
        )

    def _test(self, key: str, table: Table) -> c.Test:
        fact = table["fact"]
        question = self.topic.by_id.get(fact)
        if question is None:
            raise self.refuse(key, f"there is no fact {fact}", str(fact))
        given = {name: value for name, value in table.items() if name != "fact"}
        if question.kind in ("decimal", "age"):
            return self._number(key, question, given)
        if len(given) == 1:
            (test, value), *_ = given.items()
            if question.kind == "flag" and test == "is" and isinstance(value, bool):
                return c.Flag(fact, value)
            if question.kind == "choice" and test == "in":
                return c.OneOf(fact, self._options(key, question, value))
            if question.kind == "set" and test in SET_TESTS:
                return SET_TESTS[test](fact, self._options(key, question, value))
        allowed = {"flag": "is", "choice": "in", "set": "any_of, none_of or exactly"}.get(
            question.kind, "no test"
        )
        raise self.refuse(key, f"{fact} is tested by one of: {allowed}; here: {', '.join(given)}", str(fact))

    def _number(self, key: str, question: p.Question, given: Table) -> c.Number:
        for test, limit in given.items():
            if test not in c.NUMBER_TESTS or isinstance(limit, bool) or not isinstance(limit, int | Decimal):
                allowed = ", ".join(c.NUMBER_TESTS)
                message = f"{question.id} is tested by {allowed} and a number; here: {test} = {limit}"
                raise self.refuse(key, message, question.id)
        if not given:
            raise self.refuse(key, f"{question.id} is tested by {', '.join(c.NUMBER_TESTS)}", question.id)
        return c.Number(question.id, tuple(given.items()))

    def _options(self, key: str, question: p.Question, options: Any) -> tuple[str, ...]:
        if not isinstance(options, list):
            raise self.refuse(key, "this is a list of options", question.id)
        for option in options:
            if option not in question.option_ids:
                raise self.refuse(key, f"{option} is not an option of {question.id}", str(option))
        return tuple(options)


def fingerprint(folder: Path) -> str:
    """The sha256 of an edition: its files and its topic's questions, names and contents, in order of name."""
    digest = hashlib.sha256()
    for file in [
        folder.parent.parent / "questions.toml",
        *sorted(path for path in folder.iterdir() if path.is_file()),
    ]:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


T = TypeVar("T")


def _toml(file: Path, shape: type[T]) -> T:
    text = _read(file)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PolicyError(file, "", str(error), int(line[1]) if line else None) from error
    try:
        return msgspec.convert(data, shape, strict=True)
    except msgspec.ValidationError as error:
        message, _, key = str(error).partition(" - at ")
        raise PolicyError(file, key.strip("`$.") or "", message) from error


def _read(file: Path) -> str:
    try:
        return _bytes(file).decode()
    except UnicodeDecodeError as error:
        raise PolicyError(file, "", f"this is not UTF-8 text (byte {error.start})") from error


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PolicyError(file, "", f"this file cannot be read ({error.strerror})") from error


def _unique(file: Path, key: str, ids: list[str]) -> None:
    for i, identifier in enumerate(ids):
        if identifier in ids[:i]:
            raise PolicyError(file, key, f"the id {identifier} stands twice", _line(file, identifier))


def _line(file: Path, word: str) -> int | None:
    """The last line on which a word stands in quotes: where a reader should look."""
    found = None
    for number, line in enumerate(_read(file).splitlines(), 1):
        if f'"{word}"' in line:
            found = number
    return found

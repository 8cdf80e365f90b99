"""Reads one edition of a policy: criteria, text, references and codes, each checked against the others."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import msgspec

from decisions.core import code_systems
from decisions.core import conditions as c
from decisions.core import policy as p
from decisions.library import passages, shapes, verbatim
from decisions.library.code_lists import read_codes
from decisions.library.condition_reader import ConditionReader
from decisions.library.files import PolicyError, bytes_of, refusal, refuse_repeated, shaped, text_of, toml_of
from decisions.library.values import Values

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_edition(topic: p.Topic, folder: Path) -> p.Policy:
    """One edition of a policy. Raises PolicyError."""
    return _Edition(topic, folder).read()


def fingerprint(folder: Path) -> str:
    """The sha256 of an edition: its files and its topic's questions, names and contents, in order of name."""
    digest = hashlib.sha256()
    own = sorted(path for path in folder.iterdir() if path.is_file())
    # The questions count: with another question, the same rules decide another thing. No name holds the zero
    # byte after it, so no two folders are written alike.
    for file in [folder.parent.parent / "questions.toml", *own]:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(bytes_of(file)).digest())
    return digest.hexdigest()


class _Edition:
    """Reads one edition. Every refusal can name the file and the key that the record came from."""

    def __init__(self, topic: p.Topic, folder: Path) -> None:
        self.topic, self.folder = topic, folder
        self.file = folder / "policy.toml"
        self.data = toml_of(self.file, shapes.PolicyFile)
        self.readings = [reading.id for reading in self.data.readings]
        self.criteria = [criterion.id for criterion in self.data.criteria]

    def read(self) -> p.Policy:
        data = self.data
        if not DAY.fullmatch(self.folder.name) or str(data.first_day) != self.folder.name:
            message = f"the folder {self.folder.name} is not named after {data.first_day}"
            raise self.refuse("first_day", message)
        refuse_repeated(self.file, "criteria", self.criteria)
        refuse_repeated(self.file, "readings", self.readings)
        source, self.text = self._source(), self._text()
        self.references, citations = self._references()
        values = Values(self.topic, self._named_values(), self.text, self.refuse)
        conditions = ConditionReader(self.topic, self.readings, values, data.conditions, self.refuse)
        self.condition = conditions.read
        policy = p.Policy(
            id=self.folder.parent.name,
            topic=self.topic,
            edition=self.folder.name,
            first_day=data.first_day,
            next_review=data.next_review,
            source=source,
            words=p.Words(**msgspec.structs.asdict(data.words)),
            passages=self.text,
            references=self.references,
            citations=citations,
            named=conditions.read_named(),
            scope=self.condition("scope.outside", data.scope.outside),
            scope_passages=self._passages("scope.passages", data.scope.passages),
            before_passages=self._passages("scope.before_passages", data.scope.before_passages),
            criteria=tuple(map(self._criterion, data.criteria)),
            any_other=self._passages("not_met.passages", data.not_met.passages),
            reasons=self._reasons(),
            support=self._supports("support", data.support),
            readings={reading.id: self._reading(reading) for reading in data.readings},
            birthday_reading=self._one_of("birthday_reading", "reading", data.birthday_reading),
            holds=self._notices("holds", data.holds),
            requests=self._notices("requests", data.requests),
            cautions=self._notices("cautions", data.cautions),
            codes=read_codes(self.folder / "codes.csv", self.text, self.criteria),
            diagnosis_list=self._diagnosis_list(),
            why={fact: self._why(fact, ids) for fact, ids in data.why.items()},
            notes=tuple((n.text, self._passages("notes", (n.passage,))[0]) for n in data.notes),
            judgement=self._judgement(),
            criteria_section=self._passages("criteria_section", (data.criteria_section,))[0],
            fingerprint=fingerprint(self.folder),
        )
        values.refuse_unused()
        return policy

    def refuse(self, key: str, message: str, near: str = "") -> PolicyError:
        return refusal(self.file, key, message, near)

    def _named_values(self) -> dict[str, shapes.ValueFile]:
        """Each is read on its own: a refusal can then say which one it is."""
        return {
            name: shaped(self.file, table, shapes.ValueFile, f"values.{name}")
            for name, table in self.data.values.items()
        }

    def _source(self) -> p.Source:
        source = self.data.source
        if Path(source.file).name != source.file:
            raise self.refuse("source.file", "the source is a file in the folder of its edition")
        if hashlib.sha256(bytes_of(self.folder / source.file)).hexdigest() != source.sha256:
            message = f"{source.file} is not the file that this edition was read from"
            raise self.refuse("source.sha256", message)
        fields = msgspec.structs.asdict(source)
        return p.Source(**{**fields, "attributes": tuple(source.attributes.items())})

    def _text(self) -> dict[str, p.Passage]:
        """The passages, every one of whose words stands in the source."""
        file = self.folder / "text.md"
        try:
            found = passages.parse(text_of(file))
        except passages.TextError as error:
            raise PolicyError(file, error.key, error.message, error.line) from error
        for passage in verbatim.not_found(found.values(), text_of(self.folder / self.data.source.file)):
            message = "this text does not stand in the source word for word"
            raise PolicyError(file, passage.id, message, passage.line)
        return found

    def _references(self) -> tuple[dict[str, p.Reference], tuple[p.Citation, ...]]:
        file = self.folder / "references.toml"
        data = toml_of(file, shapes.ReferencesFile)
        refuse_repeated(file, "references", [reference.id for reference in data.references])
        for reference in data.references:
            if reference.passage not in self.text:
                message = f"there is no passage {reference.passage}"
                raise refusal(file, f"references.{reference.id}.passage", message)
        ids = {reference.id for reference in data.references}
        for i, citation in enumerate(data.citations):
            self._check_citation(file, f"citations[{i}]", citation, ids)
        return (
            {r.id: p.Reference(**msgspec.structs.asdict(r)) for r in data.references},
            tuple(p.Citation(**msgspec.structs.asdict(citation)) for citation in data.citations),
        )

    def _check_citation(
        self, file: Path, key: str, citation: shapes.CitationFile, ids: Collection[str]
    ) -> None:
        if citation.passage not in self.text:
            raise refusal(file, f"{key}.passage", f"there is no passage {citation.passage}")
        if citation.as_printed not in self.text[citation.passage].quote:
            message = f"the passage {citation.passage} does not hold the words {citation.as_printed}"
            raise refusal(file, f"{key}.as_printed", message)
        if citation.reference and ":" not in citation.reference and citation.reference not in ids:
            raise refusal(file, f"{key}.reference", f"there is no reference {citation.reference}")

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

    def _one_of(self, key: str, kind: str, name: str) -> str:
        """The name of a reading or criterion; "" where none is named."""
        if name and name not in {"reading": self.readings, "criterion": self.criteria}[kind]:
            raise self.refuse(key, f"there is no {kind} {name}", name)
        return name

    def _criterion(self, criterion: shapes.CriterionFile) -> p.Criterion:
        key = f"criteria.{criterion.id}"
        return p.Criterion(
            criterion.id,
            criterion.title,
            self.condition(f"{key}.when", criterion.when),
            *self._ground(key, criterion),
            self._supports(f"{key}.support", criterion.support),
        )

    def _ground(
        self, key: str, ground: shapes.CriterionFile | shapes.SupportFile | shapes.GroundFile
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The passages, evidence and references that a result rests on."""
        return (
            self._passages(f"{key}.passages", ground.passages),
            self._passages(f"{key}.evidence", ground.evidence),
            self._ties(f"{key}.references", ground.references),
        )

    def _supports(self, key: str, supports: tuple[shapes.SupportFile, ...]) -> tuple[p.Support, ...]:
        return tuple(
            p.Support(self.condition(f"{key}[{i}].when", support.when), *self._ground(f"{key}[{i}]", support))
            for i, support in enumerate(supports)
        )

    def _reasons(self) -> dict[str, p.Support]:
        reasons = next(question for question in self.topic.questions if question.at_least_one)
        found = {}
        for reason, ground in self.data.reasons.items():
            key = f"reasons.{reason}"
            if reason not in reasons.option_ids:
                raise self.refuse(key, f"there is no reason {reason}")
            found[reason] = p.Support(c.AnyOf(reasons.id, (reason,)), *self._ground(key, ground))
        return found

    def _reading(self, reading: shapes.ReadingFile) -> p.PolicyReading:
        key = f"readings.{reading.id}"
        fields: dict[str, Any] = msgspec.structs.asdict(reading)
        fields["passages"] = self._passages(f"{key}.passages", reading.passages)
        fields["evidence"] = self._passages(f"{key}.evidence", reading.evidence)
        fields["support"] = self._supports(f"{key}.support", reading.support)
        return p.PolicyReading(**fields)

    def _notices(self, kind: str, notices: tuple[shapes.NoticeFile, ...]) -> tuple[p.Notice, ...]:
        refuse_repeated(self.file, kind, [notice.id for notice in notices])
        return tuple(self._notice(f"{kind}.{notice.id}", notice) for notice in notices)

    def _notice(self, key: str, notice: shapes.NoticeFile) -> p.Notice:
        for part in ("only_met", "none_met", "other_met"):
            for criterion in getattr(notice, part) or ():
                self._one_of(f"{key}.{part}", "criterion", criterion)
        self._one_of(f"{key}.reading", "reading", notice.reading)
        if notice.coding and notice.coding not in p.CODING_TESTS:
            message = f"{notice.coding} is not one of {', '.join(p.CODING_TESTS)}"
            raise self.refuse(f"{key}.coding", message, notice.coding)
        fields = msgspec.structs.asdict(notice)
        fields["passages"] = self._passages(f"{key}.passages", notice.passages)
        for part in ("when", "unless"):
            table = fields[part]
            fields[part] = None if table is None else self.condition(f"{key}.{part}", table)
        return p.Notice(**fields)

    def _why(self, fact: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        if fact not in self.topic.by_id:
            raise self.refuse(f"why.{fact}", f"there is no fact {fact}")
        return self._passages(f"why.{fact}", ids)

    def _judgement(self) -> dict[str, str]:
        for passage in self.data.judgement:
            self._passages(f"judgement.{passage}", (passage,))
        return self.data.judgement

    def _diagnosis_list(self) -> p.DiagnosisList | None:
        rule = self.data.diagnosis_list
        if rule is None:
            return None
        for criterion in rule.not_for:
            self._one_of("diagnosis_list.not_for", "criterion", criterion)
        return p.DiagnosisList(code_systems.procedure(rule.procedure), rule.not_for)

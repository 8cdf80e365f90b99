"""Reads the questions of a topic."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

from decisions.core import kinds
from decisions.core import policy as p
from decisions.library.files import PolicyError, refusal, refuse_repeated, toml_of
from decisions.library.shapes import QuestionFile, TopicFile

Complaint = tuple[str, str]
"""A key of a question and what is wrong there."""


def read_topic(file: Path) -> p.Topic:
    """The questions of a topic. Raises PolicyError."""
    data = toml_of(file, TopicFile)
    if data.id != file.parent.name:
        raise refusal(file, "id", f"the folder {file.parent.name} is not named after {data.id}")
    refuse_repeated(file, "questions", [question.id for question in data.questions])
    before: dict[str, QuestionFile] = {}
    for question in data.questions:
        refuse_repeated(file, f"questions.{question.id}", [option.id for option in question.options])
        for key, message in _complaints(data, question, before):
            raise refusal(file, f"questions.{question.id}.{key}", message)
        before[question.id] = question
    _whole(file, data)
    return p.Topic(data.id, data.title, tuple(map(_record, data.questions)), data.groups)


def _record(question: QuestionFile) -> p.Question:
    fields = {name: getattr(question, name) for name in question.__struct_fields__}
    fields["options"] = tuple(p.Option(**msgspec.structs.asdict(option)) for option in question.options)
    fields["hidden_when"] = next(iter(question.hidden_when.items()), None)
    return p.Question(**fields)


def _complaints(
    topic: TopicFile, question: QuestionFile, before: dict[str, QuestionFile]
) -> Iterator[Complaint]:
    """What is wrong with a question. ``before``: the questions that are asked earlier."""
    if question.group not in topic.groups:
        yield "group", f"there is no group {question.group}"
    if question.kind not in kinds.names():
        yield "kind", f"there is no kind {question.kind}; allowed: {', '.join(kinds.names())}"
        return
    kind = kinds.named(question.kind)
    if kind.has_options != bool(question.options):
        yield "options", "a choice or a set has options, another kind has none"
    if p.OTHERS_UNKNOWN in [option.id for option in question.options]:
        yield "options", f"{p.OTHERS_UNKNOWN} is the member that may_hold_more adds"
    if not kind.has_members and (question.may_hold_more or question.at_least_one):
        yield "kind", "only a set may hold more or needs at least one member"
    if question.may_be_one_of and (kind.has_members or not kind.has_options):
        yield "may_be_one_of", "only a choice may be one of several options"
    if kind.counts_months and not question.birth_date:
        yield "birth_date", "an age names the fact that a birth date may be given as"
    yield from _limits(question)
    yield from _gates(question, before)


def _limits(question: QuestionFile) -> Iterator[Complaint]:
    lowest = [limit for limit in (question.above, question.at_least) if limit is not None]
    given = (*lowest, question.at_most, question.doubtful_above)
    if not all(usable(limit) for limit in given if limit is not None):
        yield "at_most", "a limit is a plain number"
    elif kinds.named(question.kind).is_number:
        if question.at_most is None or not lowest:
            yield "at_most", "a number needs its limits: at_most, and above or at_least"
        elif question.at_most <= max(lowest):
            yield "at_most", "the highest number is above the lowest"


def usable(limit: Decimal | int) -> bool:
    """Whether a number of a file can be compared exactly: finite, and of a size that a measure has."""
    return Decimal(limit).is_finite() and abs(Decimal(limit)) <= 10**9


def _gates(question: QuestionFile, before: dict[str, QuestionFile]) -> Iterator[Complaint]:
    if question.opened_by:
        yield from _gate("opened_by", *question.opened_by, before, members=True)
    elif question.implies:
        yield "implies", "only a question that an answer opens can imply it"
    if len(question.hidden_when) > 1:
        yield "hidden_when", "one fact hides a question"
    for fact, options in question.hidden_when.items():
        for option in options or ("",):
            yield from _gate("hidden_when", fact, option, before, members=False)


def _gate(
    key: str, fact: str, option: str, before: dict[str, QuestionFile], *, members: bool
) -> Iterator[Complaint]:
    """What is wrong with an answer that opens or hides a question."""
    gate = before.get(fact)
    kind = kinds.named(gate.kind) if gate else None
    if gate is None or kind is None or not kind.has_options or kind.has_members != members:
        yield key, f"there is no earlier question {fact} that is a {'set' if members else 'choice'}"
    elif option not in [o.id for o in gate.options]:
        yield key, f"there is no option {option} of {fact}"


def _whole(file: Path, data: TopicFile) -> None:
    """Raises PolicyError where a question that every topic has is not there once."""
    found = [kinds.named(question.kind) for question in data.questions]
    if sum(kind.counts_months for kind in found) != 1:
        raise PolicyError(file, "questions", "a topic has exactly one question of kind age")
    if sum(kind.is_day for kind in found) != 1:
        raise PolicyError(file, "questions", "a topic has exactly one question of kind date")
    if sum(question.at_least_one for question in data.questions) != 1:
        raise PolicyError(file, "questions", "a topic has exactly one set of reasons (at_least_one)")
    ids = [question.id for question in data.questions]
    for question in data.questions:
        if question.birth_date in ids:
            message = f"{question.birth_date} is a question already"
            raise refusal(file, f"questions.{question.id}.birth_date", message)

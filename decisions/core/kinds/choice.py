"""A choice: one of the question's options."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any as Anything
from typing import ClassVar

from decisions.core.conditions import OneOf, Test
from decisions.core.kinds import Compared, Kind, one_of_each
from decisions.core.partial import Number, OneOfThese, Partial, Value
from decisions.core.questions import Question
from decisions.core.refusals import refuse

FEWEST = 2
"""How many options a partial answer names at the least."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a choice: a cell each."""

    cells: tuple[str, ...]

    def cell(self, value: str) -> int:
        return self.cells.index(value)

    def left(self, partial: OneOfThese) -> tuple[int, ...]:
        return tuple([self.cells.index(option) for option in partial.options])


class Choice(Kind):
    """One of the question's options; where the question may be answered by ``one_of``, several that are
    left.
    """

    has_options = True
    tests: ClassVar = {"in": OneOf}

    def read(self, question: Question, given: Anything) -> Value | Partial | None:
        if isinstance(given, dict):
            return _left(question, given)
        return _option(question, given)

    def cut(self, question: Question, limits: Collection[Number]) -> Options:
        return Options(question.option_ids)

    def passes(self, test: OneOf, left: Partial) -> bool:
        return isinstance(left, OneOfThese) and all(map(test.passes, left.options))

    def told_apart(
        self, question: Question, left: Partial | None, looking: Sequence[Test]
    ) -> Iterator[Value]:
        options = left.options if isinstance(left, OneOfThese) else question.option_ids
        yield from one_of_each(options, looking)

    def tried(self, question: Question, looking: Sequence[Test], policy: Compared) -> list[Anything]:
        return list(question.option_ids)


def _option(question: Question, given: Anything) -> str:
    if not isinstance(given, str) or given not in question.allowed:
        raise refuse(question.id, "not-an-option", given, *question.option_ids)
    return given


def _left(question: Question, given: dict[str, Anything]) -> Partial | None:
    """What ``{"one_of": [...]}`` leaves. Raises AnswersError."""
    if not question.may_be_one_of:
        raise refuse(question.id, "not-an-option", given, *question.option_ids)
    named = given.get("one_of")
    if set(given) != {"one_of"} or not isinstance(named, list | tuple):
        raise refuse(question.id, "not-one-of", given, *question.option_ids)
    options = {_option(question, option) for option in named}
    if len(options) < FEWEST:
        raise refuse(question.id, "too-few-options", ", ".join(options), *question.option_ids)
    ordered = tuple(option for option in question.option_ids if option in options)
    return None if ordered == question.option_ids else OneOfThese(ordered)


KIND = Choice()

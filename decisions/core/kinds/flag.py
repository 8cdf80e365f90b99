"""A flag: true or false."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any as Anything
from typing import ClassVar

from decisions.core.conditions import Flag as FlagTest
from decisions.core.conditions import Test
from decisions.core.kinds import Compared, Kind
from decisions.core.partial import Number, Partial, Value
from decisions.core.questions import Question
from decisions.core.refusals import refuse


class YesNo:
    """No and yes, a cell each."""

    cells = (False, True)

    def cell(self, value: bool) -> int:
        return int(value)

    def left(self, partial: Anything) -> tuple[int, ...]:
        """A flag has no partial answer: it is known, or it is not."""
        return (0, 1)


class Flag(Kind):
    """True or false. On a closed branch it is false."""

    tests: ClassVar = {"is": FlagTest}
    closed = False

    def read(self, question: Question, given: Anything) -> bool:
        if not isinstance(given, bool):
            raise refuse(question.id, "not-yes-or-no", given, "true", "false")
        return given

    def cut(self, question: Question, limits: Collection[Number]) -> YesNo:
        return YesNo()

    def names_something(self, left: Value | Partial) -> bool:
        return left is True

    def told_apart(
        self, question: Question, left: Partial | None, looking: Sequence[Test]
    ) -> Iterator[Value]:
        yield from (True, False)

    def tried(self, question: Question, looking: Sequence[Test], policy: Compared) -> list[Anything]:
        return [True, False]


KIND = Flag()

"""A measure, told with its unit; an interval in the words of its bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from decisions.core import conditions
from decisions.core.partial import Interval, Limits, Number, Partial, Value
from decisions.core.policy import Question
from decisions.telling.kinds import Telling
from decisions.telling.sentences import counted, listed, plain

if TYPE_CHECKING:
    from decisions.core.determination import Literal
    from decisions.core.space import Space
    from decisions.core.turning import Turning

Words = dict[str, str]

BOTH = 2
"""Of so many stretches one is named: what is not in it is in the other."""

IN_A_LIST: Words = {
    "above": "over {}",
    "at_least": "{} or more",
    "below": "under {}",
    "at_most": "{} or less",
}
IN_A_SENTENCE: Words = {**IN_A_LIST, "at_least": "at least {}", "at_most": "at most {}"}


class MeasureTelling(Telling):
    """A number, or an interval in the bounds that were given: never another number than these."""

    def shown(self, question: Question, left: Any) -> str:
        if isinstance(left, Interval):
            return self.limits(question, left.limits)
        return self.amount(question, left)

    def inside(self, question: Question, left: Value | Partial) -> str:
        if isinstance(left, Interval):
            return self._bounds(question, left.limits, IN_A_SENTENCE, " and ")
        return self.shown(question, left)

    def said(self, question: Question, literal: Literal, limits: Limits = ()) -> str:
        said = super().said(question, literal)
        return f"{said} ({self.limits(question, limits)})" if self._adds(literal.value, limits) else said

    def _adds(self, value: Value | Partial, limits: Limits) -> bool:
        """Whether limits say something that an interval does not say already."""
        return bool(limits) and not (isinstance(value, Interval) and self.are_same(value.limits, limits))

    def are_same(self, one: Limits, other: Limits) -> bool:
        """Whether two limits leave the same numbers."""
        return dict(one) == dict(other)

    def limits(self, question: Question, limits: Limits) -> str:
        return self._bounds(question, limits, IN_A_LIST, ", ")

    def _bounds(self, question: Question, limits: Limits, words: Words, between: str) -> str:
        given = dict(limits)
        low, high = given.get("at_least"), given.get("at_most")
        exact = given.get("equals", low if low == high else None)
        if exact is not None:
            return f"exactly {self.amount(question, exact)}"
        if low is not None and high is not None:
            return f"{plain(low)} to {self.amount(question, high)}"
        return between.join(
            each.format(self.amount(question, given[test])) for test, each in words.items() if test in given
        )

    def amount(self, question: Question, number: Number) -> str:
        return counted(number, question.unit)

    def asked(self, question: Question, test: conditions.Number) -> str:  # type: ignore[override]
        return self.limits(question, test.limits)

    def turns(self, question: Question, space: Space, turning: Turning) -> str:
        """Each run of cells that leads to the same. A run at an end of what is left has no other limit."""
        scale, last = space.scale(question.id), len(space.scale(question.id).cells) - 1
        every = sorted(cell for group in turning.groups for cell in group)
        runs = sorted(run for group in turning.groups for run in _runs(group))
        open_ended = [
            (0 if low == every[0] else low, last if high == every[-1] else high) for low, high in runs
        ]
        said = [self.limits(question, scale.limits_of(low, high)) for low, high in open_ended]
        return f"whether it is {said[-1] if len(said) == BOTH else listed(said)}"

    def cells(self, question: Question, space: Space, cells: Sequence[int]) -> str:
        scale = space.scale(question.id)
        return " or ".join(self.limits(question, scale.limits_of(low, high)) for low, high in _runs(cells))


def _runs(cells: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cells that follow one another, as first and last."""
    start = cells[0]
    for here, following in zip(cells, (*cells[1:], None), strict=True):
        if following != here + 1:
            yield start, here
            start = following if following is not None else here


TELLING = MeasureTelling()

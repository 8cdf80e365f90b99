"""A decimal: an exact number with a unit, within limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any as Anything

from decisions.core import conditions, measures
from decisions.core.kinds import Compared, Kind
from decisions.core.partial import Interval, Number, Partial, Value
from decisions.core.questions import Question
from decisions.core.refusals import refuse


class Measure(Kind):
    """An exact number, or the interval that a chart gives of it."""

    is_number = True
    step: Number = Decimal("0.001")

    def number(self, question: Question, given: Anything) -> Number:
        """One number from JSON, within any limits. Raises AnswersError."""
        return measures.exact(question, given)

    def read(self, question: Question, given: Anything) -> Value | Partial | None:
        if isinstance(given, dict):
            return self._left(question, given)
        return measures.allowed(question, self.number(question, given), given)

    def _left(self, question: Question, given: dict[str, Anything]) -> Value | Partial | None:
        found = self.tightened(question, measures.interval(question, given, self.number))
        if measures.is_empty(found):
            raise refuse(
                question.id, "empty-interval", measures.in_words(given), *measures.limits_of(question)
            )
        # One value left is that value in every rule.
        if found.low == found.high:
            return found.low
        return None if measures.is_everything(question, found) else found

    def allows(self, question: Question, number: Number) -> bool:
        return measures.allows(question, number, whole=False)

    def cut(self, question: Question, limits: Collection[Number]) -> measures.Scale:
        return measures.cut(question, limits, whole=False)

    def passes(self, test: conditions.Number, left: Partial) -> bool:
        return isinstance(left, Interval) and left.all_pass(test.limits)

    def tried(
        self, question: Question, looking: Sequence[conditions.Test], policy: Compared
    ) -> list[Anything]:
        limits = [
            limit for test in looking if isinstance(test, conditions.Number) for _, limit in test.limits
        ]
        near = {limit + step for limit in limits for step in (-1, 0, 1)}
        return [int(n) if n == int(n) else str(n) for n in sorted(near) if self.allows(question, Decimal(n))]


KIND = Measure()

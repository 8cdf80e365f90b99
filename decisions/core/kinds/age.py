"""An age: a whole number of completed months, or of another unit."""

from __future__ import annotations

from collections.abc import Collection
from math import ceil, floor
from typing import Any as Anything

from decisions.core import measures
from decisions.core.kinds.decimal import Measure
from decisions.core.partial import Interval, Number
from decisions.core.questions import Question


class Age(Measure):
    """A whole number, of months as a rule; a birth date may be given in its place."""

    counts_months = True
    step: Number = 1

    def number(self, question: Question, given: Anything) -> Number:
        return measures.whole(question, given)

    def tightened(self, question: Question, found: Interval) -> Interval:
        low = ceil(found.low) if found.low_counts else floor(found.low) + 1
        high = floor(found.high) if found.high_counts else ceil(found.high) - 1
        given = {test for test, _ in found.limits}
        limits = (("at_least", low),) * bool(given & set(measures.LOWER))
        return Interval(
            (*limits, *(("at_most", high),) * bool(given & set(measures.UPPER))), low, True, high, True
        )

    def allows(self, question: Question, number: Number) -> bool:
        return measures.allows(question, number, whole=True)

    def cut(self, question: Question, limits: Collection[Number]) -> measures.Scale:
        return measures.cut(question, limits, whole=True)


KIND = Age()

"""Numbers as answers: how they are read, the intervals that a chart gives, and the cells that limits cut
them into.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import Any as Anything

from decisions.core.partial import Interval, Number
from decisions.core.questions import Question
from decisions.core.refusals import refuse

LONGEST_NUMBER = 40
LOWER = ("above", "at_least")
UPPER = ("below", "at_most")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")

Read = Callable[["Question", Anything], Number]


def limits_of(question: Question) -> tuple[str, ...]:
    """The limits of a question in words, such as ("above 0 mm", "at most 100 mm")."""
    limits = (("above", question.above), ("at least", question.at_least), ("at most", question.at_most))
    unit = f" {question.unit}" if question.unit else ""
    return tuple(f"{word} {limit}{unit}" for word, limit in limits if limit is not None)


def within(question: Question, number: Number) -> bool:
    """Whether a number lies within the limits of a question."""
    return not (
        (question.above is not None and number <= question.above)
        or (question.at_least is not None and number < question.at_least)
        or (question.at_most is not None and number > question.at_most)
    )


def exact(question: Question, given: Anything) -> Decimal:
    """A decimal: a JSON number or its text. A float is read as the shortest text that gives it. Raises
    AnswersError where it is no number.
    """
    # True is an int to Python and a flag in JSON.
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal | str):
        raise refuse(question.id, "not-a-number", given, *limits_of(question))
    text = str(given).strip()
    if len(text) > LONGEST_NUMBER or not _DECIMAL.fullmatch(text):
        raise refuse(question.id, "not-a-number", given, *limits_of(question))
    return Decimal(text)


def whole(question: Question, given: Anything) -> int:
    """A whole number from JSON. Raises AnswersError where it is none."""
    if isinstance(given, str) and given.strip().isdecimal() and given.isascii():
        raise refuse(question.id, "a-text", given.strip()[:LONGEST_NUMBER], *limits_of(question))
    number = isinstance(given, int | float | Decimal) and not isinstance(given, bool)
    if not number or given - given != 0 or given != int(given):
        raise refuse(question.id, "not-whole", given, *limits_of(question))
    return int(given)


def allowed(question: Question, number: Number, given: Anything) -> Number:
    """The number. Raises AnswersError where it is outside the limits of the question."""
    if not within(question, number):
        raise refuse(question.id, "out-of-range", given, *limits_of(question))
    return number


def interval(question: Question, given: dict[str, Anything], read: Read) -> Interval:
    """The interval that a partial answer gives, with the ends that it has within the limits of its question.

    Raises AnswersError for one without a bound, with two of a side, or with a bound outside the limits.
    """
    # null is no bound.
    bounds = {key: bound for key, bound in given.items() if bound is not None}
    if set(given) - {*LOWER, *UPPER}:
        raise refuse(
            question.id, "not-a-bound", ", ".join(sorted(set(given) - {*LOWER, *UPPER})), *LOWER, *UPPER
        )
    if not bounds:
        raise refuse(question.id, "no-bound", "", *LOWER, *UPPER)
    for side, kind in ((LOWER, "two-lower-bounds"), (UPPER, "two-upper-bounds")):
        if len(bounds.keys() & set(side)) > 1:
            raise refuse(question.id, kind, "")
    limits = tuple((key, _bound(question, bounds[key], read)) for key in (*LOWER, *UPPER) if key in bounds)
    return between(question, limits)


def in_words(given: dict[str, Anything]) -> str:
    """A partial answer as it was given, such as "above 5 and below 5"."""
    return " and ".join(
        f"{key.replace('_', ' ')} {bound}" for key, bound in given.items() if bound is not None
    )


def _bound(question: Question, given: Anything, read: Read) -> Number:
    """A bound: within the limits of the question, its ends included."""
    number = read(question, given)
    if number == question.above:
        return number
    return allowed(question, number, given)


def between(question: Question, limits: tuple[tuple[str, Number], ...]) -> Interval:
    """The interval of some limits, with its ends within those of the question."""
    given = dict(limits)
    low, low_counts = lowest(question), question.at_least is not None
    high, high_counts = highest(question), True
    for test, limit in given.items():
        if test in LOWER and (limit > low or (limit == low and test == "above")):
            low, low_counts = limit, test == "at_least"
        if test in UPPER and (limit < high or (limit == high and test == "below")):
            high, high_counts = limit, test == "at_most"
    return Interval(limits, low, low_counts, high, high_counts)


def contains(found: Interval, number: Number) -> bool:
    """Whether a number lies in an interval."""
    return (found.low < number or (found.low == number and found.low_counts)) and (
        number < found.high or (number == found.high and found.high_counts)
    )


def is_empty(found: Interval) -> bool:
    """Whether no number is left."""
    return found.low > found.high or (
        found.low == found.high and not (found.low_counts and found.high_counts)
    )


def is_everything(question: Question, found: Interval) -> bool:
    """Whether every number that the question allows is left."""
    whole_range = between(question, ())
    ends = (found.low, found.low_counts, found.high, found.high_counts)
    return ends == (whole_range.low, whole_range.low_counts, whole_range.high, whole_range.high_counts)


@dataclass(frozen=True, slots=True)
class Scale:
    """How a number finds its cell: its limits in order, and the cell of each limit and each stretch between.

    ``cells`` has a value that stands for each cell.
    """

    limits: tuple[Number, ...]
    cell_of: tuple[int, ...]
    cells: tuple[Number, ...]

    def _place(self, number: Number) -> tuple[int, bool]:
        """The place of a number among the limits and the stretches between, and whether it is on a limit."""
        place = bisect_left(self.limits, number)
        on_limit = place < len(self.limits) and self.limits[place] == number
        return 2 * place + on_limit, on_limit

    def cell(self, number: Number) -> int:
        return self.cell_of[self._place(number)[0]]

    def left(self, partial: Interval) -> tuple[int, ...]:
        """The cells that hold a value of an interval. An end that is no value itself leads to the
        stretch beside the limit that it is on.
        """
        first, on_first = self._place(partial.low)
        last, on_last = self._place(partial.high)
        first += on_first and not partial.low_counts
        last -= on_last and not partial.high_counts
        return tuple(range(self.cell_of[first], self.cell_of[last] + 1))

    def limits_of(self, low: int, high: int) -> tuple[tuple[str, Number], ...]:
        """The stretch from cell ``low`` to cell ``high`` as limits, such as (("at_least", 12),
        ("below", 24)).
        """
        places = [place for place, cell in enumerate(self.cell_of) if low <= cell <= high]
        first, last = self._first_place(low, places), places[-1]
        limits: list[tuple[str, Number]] = []
        if low > 0:
            limits.append(
                ("at_least", self.limits[first // 2]) if first % 2 else ("above", self.limits[first // 2 - 1])
            )
        if high < self.cell_of[-1]:
            limits.append(
                ("at_most", self.limits[last // 2]) if last % 2 else ("below", self.limits[last // 2])
            )
        return tuple(limits)

    def _first_place(self, low: int, places: list[int]) -> int:
        """Of the places of a stretch the first real one: a place that no answer falls in shares the
        cell before it.
        """
        return next(place for place in places if self.cell_of[place] == low)


def cut(question: Question, limits: Collection[Number], *, whole: bool) -> Scale:
    """The cells of a number that is compared with some limits, within those of its question."""
    ordered = sorted(set(limits))
    places = [
        place for i, limit in enumerate(ordered) for place in (_before(ordered, i, question, whole), limit)
    ]
    places.append(_before(ordered, len(ordered), question, whole))
    representatives: list[Number] = []
    cell_of: list[int] = []
    for place in places:
        if place is not None and allows(question, place, whole=whole):
            representatives.append(place)
        cell_of.append(max(len(representatives) - 1, 0))
    return Scale(tuple(ordered), tuple(cell_of), tuple(representatives))


def allows(question: Question, number: Number, *, whole: bool) -> bool:
    """Whether a number is an answer to a question, which may take whole ones alone."""
    return within(question, number) and (not whole or number == floor(number))


def _before(limits: list[Number], i: int, question: Question, whole: bool) -> Number | None:
    """A number strictly between limit ``i - 1`` and limit ``i``, where an allowed answer lies there,
    else None.
    """
    least, most = lowest(question), highest(question)
    low = max(limits[i - 1], least) if i else least
    high = min(limits[i], most) if i < len(limits) else most
    low_counts = question.at_least is not None and (not i or limits[i - 1] < low)
    high_counts = i == len(limits) or limits[i] > high
    if whole:
        number = ceil(low) if low_counts else floor(low) + 1
        return number if number < high or (high_counts and number == high) else None
    if low < high:
        return (Decimal(low) + Decimal(high)) / 2
    return low if low == high and low_counts and high_counts else None


def lowest(question: Question) -> Number:
    """The lowest limit of a question; ``at_least`` says whether it is itself an answer."""
    return next(limit for limit in (question.at_least, question.above) if limit is not None)


def highest(question: Question) -> Number:
    """The highest answer to a question. Raises ValueError where it has none."""
    if question.at_most is None:
        raise ValueError(f"{question.id} has no highest value")
    return question.at_most

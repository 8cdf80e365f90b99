"""An age, told in months, and from two years on in years."""

from __future__ import annotations

from collections.abc import Mapping

from decisions.core.partial import Limits, Number
from decisions.core.policy import Question
from decisions.telling.kinds.decimal import MeasureTelling, Words
from decisions.telling.sentences import counted

_MONTHS_IN_A_YEAR = 12
_IN_YEARS_FROM = 2 * _MONTHS_IN_A_YEAR


class AgeTelling(MeasureTelling):
    """Whole units: every limit has a first and a last age, so that "under 12" and "11 at most" are the
    same.
    """

    def amount(self, question: Question, number: Number) -> str:
        if question.unit != "months":
            return counted(number, question.unit)
        if number >= _IN_YEARS_FROM:
            return _years(int(number))
        return counted(number, question.unit) if number else "under 1 month"

    def are_same(self, one: Limits, other: Limits) -> bool:
        return _whole_range(dict(one)) == _whole_range(dict(other))

    def _bounds(self, question: Question, limits: Limits, words: Words, between: str) -> str:
        low, end = _whole_range(dict(limits))
        if end is not None and low is None:
            return f"under {self.amount(question, end)}"
        if low is None:
            return "any age"
        if end is None:
            return f"{self.amount(question, low)} or older"
        if end == low + 1:
            return f"exactly {self.amount(question, low)}"
        return self._from_to(question, low, end)

    def _from_to(self, question: Question, low: int, end: int) -> str:
        """From the first age to the last: "12 to 23 months", "40 years", "40 to 49 years"."""
        if question.unit != "months" or low < _IN_YEARS_FROM:
            return f"{low} to {counted(end - 1, question.unit)}"
        if low % _MONTHS_IN_A_YEAR or end % _MONTHS_IN_A_YEAR:
            return f"{self.amount(question, low)} to {self.amount(question, end - 1)}"
        first, last = low // _MONTHS_IN_A_YEAR, end // _MONTHS_IN_A_YEAR - 1
        return counted(last, "years") if first == last else f"{first} to {counted(last, 'years')}"


def _whole_range(given: Mapping[str, Number]) -> tuple[int | None, int | None]:
    """The first whole number that the limits allow, None where that is 0, and the first above it that
    they do not.
    """
    lows = {"equals": 0, "at_least": 0, "above": 1}
    ends = {"equals": 1, "at_most": 1, "below": 0}
    low = [int(given[test]) + more for test, more in lows.items() if test in given]
    end = [int(given[test]) + more for test, more in ends.items() if test in given]
    return max(low, default=0) or None, min(end, default=None)


def _years(months: int) -> str:
    years, rest = divmod(months, _MONTHS_IN_A_YEAR)
    said = counted(years, "years")
    return f"{said} {counted(rest, 'months')}" if rest else said


TELLING = AgeTelling()

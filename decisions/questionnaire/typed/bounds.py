"""The values that are left of a number: as a raw answer, and in words that can be typed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from decisions.core.policy import Question
from decisions.questionnaire.typed.phrases import LOWER, Relation
from decisions.questionnaire.typed.text import NotReadError

Number = Decimal | int
Raw = str | int | dict[str, str] | dict[str, int] | None
"""A raw answer: a number or a day, an interval, or None where there is no answer."""

SAID = {"above": "over", "at_least": "at least", "below": "under", "at_most": "up to"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """From ``low`` to ``high``; None is no bound. An end that does not count is itself no value."""

    low: Number | None = None
    high: Number | None = None
    low_counts: bool = True
    high_counts: bool = True

    @property
    def single(self) -> Number | None:
        """The one value that is left, None where there are more."""
        counts = self.low_counts and self.high_counts
        return self.low if counts and self.low == self.high else None

    @property
    def is_empty(self) -> bool:
        """Whether no value is left."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_counts and self.high_counts))

    @property
    def named(self) -> dict[str, Number]:
        """The bounds by the names that they have in an answer."""
        low, high = "at_least" if self.low_counts else "above", "at_most" if self.high_counts else "below"
        return {name: end for name, end in ((low, self.low), (high, self.high)) if end is not None}


def of(parts: Iterable[tuple[Relation, Number]]) -> Bounds:
    """What is left where all of these hold. Raises NotReadError for two bounds of one side."""
    named: dict[str, Number] = {}
    for relation, number in parts:
        for each in ("at_least", "at_most") if relation == "is" else (relation,):
            if any((each in LOWER) == (other in LOWER) for other in named):
                raise NotReadError(each)
            named[each] = number
    return named_so(named)


def named_so(named: Mapping[str, Number]) -> Bounds:
    """The bounds that have these names in an answer."""
    low = named.get("at_least", named.get("above"))
    high = named.get("at_most", named.get("below"))
    return Bounds(low, high, "above" not in named, "below" not in named)


def outside(question: Question, bounds: Bounds) -> bool:
    """Whether a number lies outside the limits of a question; a bound may be on the lower one."""
    if bounds.single is not None:
        return not question.allows(bounds.single)
    least = question.above if question.at_least is None else question.at_least
    return any(
        (least is not None and end < least) or (question.at_most is not None and end > question.at_most)
        for end in bounds.named.values()
    )


def inside(question: Question, bounds: Bounds) -> Bounds:
    """The same, with the limits of the question where it has no bound or is at the lower one."""
    low, low_counts = bounds.low, bounds.low_counts
    if low is None or low == question.above:
        low, low_counts = (question.above, False) if question.at_least is None else (question.at_least, True)
    if bounds.high is None:
        return Bounds(low, question.at_most, low_counts)
    return Bounds(low, bounds.high, low_counts, bounds.high_counts)


def whole(question: Question, bounds: Bounds) -> Bounds:
    """The whole numbers that are left, within the limits of the question."""
    left = inside(question, bounds)
    low, high = left.low, left.high
    if low is not None:
        low = ceil(low) if left.low_counts else floor(low) + 1
    if high is not None:
        high = floor(high) if left.high_counts else ceil(high) - 1
    return Bounds(low, high)


def between(question: Question) -> str:
    """The limits of a number in words: "above 0 and up to 100 mm"."""
    words = (("above", question.above), ("from", question.at_least), ("up to", question.at_most))
    given = [f"{word} {plain(limit)}" for word, limit in words if limit is not None]
    joined = " and ".join(given) if question.above is not None else " ".join(given)
    return f"{joined} {question.unit}".strip()


def plain(number: Number) -> str:
    """A number without an exponent, as short as it is exact."""
    text = f"{number:f}" if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_words(bounds: Bounds, unit: str = "") -> str:
    """Bounds as they are said and may be typed again: "over 5 mm", "3 to 6 mm", "under 1 month"."""
    last = [*bounds.named.values()][-1:]
    return f"{_numbers(bounds)} {unit.removesuffix('s') if last == [1] else unit}".strip()


def _numbers(bounds: Bounds) -> str:
    if bounds.single is not None:
        return plain(bounds.single)
    named = bounds.named
    if named.keys() == {"at_least", "at_most"}:
        return f"{plain(named['at_least'])} to {plain(named['at_most'])}"
    return " and ".join(f"{SAID[name]} {plain(end)}" for name, end in named.items())


def as_typed(question: Question, raw: Raw) -> str:
    """What stands in a field for a saved answer; typed again it is the same answer."""
    if not isinstance(raw, dict):
        return "" if raw is None else str(raw)
    named = {name: Decimal(str(end)) for name, end in raw.items()}
    return in_words(named_so(named), question.unit)

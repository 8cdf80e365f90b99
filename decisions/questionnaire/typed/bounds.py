"""The values that are left of a number: as a raw answer, and in words that can be typed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from decisions.core import kinds
from decisions.core.answers import AnswersError
from decisions.core.measures import LOWER
from decisions.core.policy import Question
from decisions.questionnaire.typed.phrases import Relation
from decisions.questionnaire.typed.text import NotReadError

Number = Decimal | int
Raw = str | int | dict[str, str] | dict[str, int] | None
"""A raw answer: a number or a day, an interval, or None where there is no answer."""

EMPTY = "empty-interval"
"""The problem of bounds that leave no value."""

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


def problem(question: Question, raw: Raw) -> str:
    """Why the rules take no such answer, as the kind of the problem; "" where they do."""
    try:
        kinds.of(question).read(question, raw)
    except AnswersError as refused:
        return refused.problems[0].kind
    return ""


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

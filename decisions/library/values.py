"""The numbers of an edition: each is named once, in its unit, with the passages that state it.

A condition refers to a number by its name. That a passage states it is tried on the passage's own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from decisions.core import policy as p
from decisions.core.partial import Number
from decisions.library.files import Refuse
from decisions.library.shapes import ValueFile
from decisions.library.topics import usable

_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_FIGURES = {word: str(number) for number, word in enumerate(_WORDS, 1)}
_SIZES = {
    **dict.fromkeys(("mm", "millimeter", "millimeters"), ("mm", 1)),
    **dict.fromkeys(("cm", "centimeter", "centimeters"), ("mm", 10)),
    **dict.fromkeys(("month", "months"), ("months", 1)),
    **dict.fromkeys(("year", "years"), ("months", 12)),
}
"""How a unit is printed, and what it is in the smaller one: a text says years of what is asked in months."""

# Neither the end of a longer number ("12.5 mm" is not 5 mm) nor that of a word.
_AMOUNT = re.compile(rf"(?<![\w.,])([0-9]+(?:\.[0-9]+)?|{'|'.join(_WORDS)})[\s-]*([^\W\d_]+|%)")


class Values:
    """The named numbers of one edition, and which of them a condition used."""

    def __init__(
        self,
        topic: p.Topic,
        named: Mapping[str, ValueFile],
        passages: Mapping[str, p.Passage],
        refuse: Refuse,
    ) -> None:
        """Raises PolicyError for a number that its passages do not state, or in a unit of no question."""
        self._named, self._passages, self._refuse = named, passages, refuse
        self._units = tuple(dict.fromkeys(question.unit for question in topic.questions if question.unit))
        self._used: set[str] = set()
        for name, value in named.items():
            self._check(f"values.{name}", value)

    def number(self, key: str, question: p.Question, name: str) -> Number:
        """The number of this name, for a condition on a fact of its unit. Raises PolicyError."""
        value = self._named.get(name)
        if value is None:
            raise self._refuse(key, f"there is no value {name}", name)
        if value.unit != question.unit:
            message = f"the value {name} is in {value.unit}, {question.id} in {question.unit or 'no unit'}"
            raise self._refuse(key, message, question.id)
        self._used.add(name)
        return value.number

    def refuse_bare(self, key: str, question: p.Question, number: Number) -> None:
        """Raises PolicyError for a number that has a name and is written without it."""
        for name, value in self._named.items():
            if (value.unit, value.number) == (question.unit, number):
                message = f"{number} {value.unit} is the value {name}: write its name"
                raise self._refuse(key, message, question.id)

    def refuse_unused(self) -> None:
        """Raises PolicyError for a name that no condition used."""
        for name in self._named:
            if name not in self._used:
                raise self._refuse(f"values.{name}", f"no condition uses the value {name}", "")

    def _check(self, key: str, value: ValueFile) -> None:
        if not usable(value.number):
            raise self._refuse(f"{key}.number", f"{value.number} is no number that can be compared", "")
        if value.unit not in self._units:
            message = f"no question is answered in {value.unit}; allowed: {', '.join(self._units)}"
            raise self._refuse(f"{key}.unit", message, "")
        if not value.passages:
            raise self._refuse(f"{key}.passages", "a value names the passages that state it", "")
        for passage in value.passages:
            self._check_passage(f"{key}.passages", value, passage)

    def _check_passage(self, key: str, value: ValueFile, passage: str) -> None:
        said = f"{value.number} {value.unit}"
        if passage not in self._passages:
            raise self._refuse(key, f"there is no passage {passage}", passage)
        is_stated = states(self._passages[passage].quote, value.number, value.unit)
        if not is_stated and not value.why:
            message = f"the passage {passage} does not state {said}; where none does, why says so"
            raise self._refuse(key, message, passage)
        if is_stated and value.why:
            message = f"the passage {passage} states {said}: why is for a number that no passage states"
            raise self._refuse(key, message, passage)


def states(quote: str, number: Number, unit: str) -> bool:
    """Whether an amount stands in a text, in figures or in words, such as "2 years" for 24 months."""
    printed = _AMOUNT.findall(quote.lower())
    return _amount(number, unit) in [_amount(Decimal(_FIGURES.get(size, size)), of) for size, of in printed]


def _amount(number: Number, unit: str) -> tuple[str, Decimal]:
    """An amount in the smaller unit, by which amounts compare."""
    smaller, size = _SIZES.get(unit, (unit, 1))
    return smaller, number * Decimal(size)

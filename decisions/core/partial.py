"""What an answer may hold: a value, or what is left of one that is known in part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from decisions.core.conditions import NUMBER_TESTS

Number = Decimal | int


Limits = tuple[tuple[str, Number], ...]
"""Limits of a number, each as one of NUMBER_TESTS and the limit."""


Cell = str | bool | int | Decimal
"""A value that stands for all of its cell."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What is left of a number: every value from ``low`` to ``high`` within the limits of its question.

    ``limits`` are the bounds as they were given; ``low_counts`` and ``high_counts`` say whether an end
    is itself a value.
    """

    limits: Limits
    low: Number
    low_counts: bool
    high: Number
    high_counts: bool

    def all_pass(self, limits: Limits) -> bool:
        """Whether every value that is left is within all of these limits."""
        return all(self._passes(test, limit) for test, limit in limits)

    def _passes(self, test: str, limit: Number) -> bool:
        if test == "equals":
            return False
        end, counts = (
            (self.low, self.low_counts) if test in ("above", "at_least") else (self.high, self.high_counts)
        )
        return NUMBER_TESTS[test](end, limit) or (end == limit and not counts)


@dataclass(frozen=True, slots=True)
class OneOfThese:
    """What is left of a choice: two or more options, in the order of the question, of which one is true."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """What is left of a set: these are there, those are not, and about at least one more nothing is said."""

    there: frozenset[str]
    absent: frozenset[str]


Value = str | int | bool | Decimal | dt.date | frozenset[str] | tuple[str, ...]


Partial = Interval | OneOfThese | Members


PARTIAL = (Interval, OneOfThese, Members)

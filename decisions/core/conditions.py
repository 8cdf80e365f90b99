"""The closed condition language: what can be asked of a fact, and how the parts combine.

A condition has one of three settled values, ``NO < UNSETTLED < MET``. ``All`` is the least of its parts,
``Any`` the greatest. ``Unsettled`` arises in one way only: in a ``Reading`` that is open and whose two sides
differ. The language has no clinical word and no ``not``: every test has its opposite, so a condition can be
read aloud, compiled to another language and decided exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

NO, UNSETTLED, MET = 0, 1, 2
"""The settled values of a condition, in their order."""

NUMBER_TESTS: dict[str, Callable[[Decimal | int, Decimal | int], bool]] = {
    "below": lambda given, limit: given < limit,
    "at_most": lambda given, limit: given <= limit,
    "equals": lambda given, limit: given == limit,
    "at_least": lambda given, limit: given >= limit,
    "above": lambda given, limit: given > limit,
}


@dataclass(frozen=True, slots=True)
class Number:
    """Limits of a number, each as (one of NUMBER_TESTS, limit in the fact's unit); all must hold."""

    fact: str
    limits: tuple[tuple[str, Decimal | int], ...]

    def passes(self, given: Decimal | int) -> bool:
        return all(NUMBER_TESTS[test](given, limit) for test, limit in self.limits)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The chosen option is among these."""

    fact: str
    options: tuple[str, ...]

    def passes(self, given: str) -> bool:
        return given in self.options


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no fact has this value."""

    fact: str
    value: bool

    def passes(self, given: bool) -> bool:
        return given is self.value


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these members is in the set."""

    fact: str
    members: tuple[str, ...]

    def passes(self, given: frozenset[str]) -> bool:
        return not given.isdisjoint(self.members)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """None of these members is in the set."""

    fact: str
    members: tuple[str, ...]

    def passes(self, given: frozenset[str]) -> bool:
        return given.isdisjoint(self.members)


@dataclass(frozen=True, slots=True)
class Exactly:
    """The set holds these members and no other."""

    fact: str
    members: tuple[str, ...]

    def passes(self, given: frozenset[str]) -> bool:
        return given == frozenset(self.members)


@dataclass(frozen=True, slots=True)
class All:
    """The least of the parts; MET when there is none."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """The greatest of the parts; NO when there is none."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Two ways to read the text. Which one counts, or that neither is taken, is said by the policy's
    reading.
    """

    reading: str
    one: Condition
    other: Condition


@dataclass(frozen=True, slots=True)
class Named:
    """A condition that the policy defines once and uses by name."""

    name: str
    part: Condition


SetTest = AnyOf | NoneOf | Exactly
Test = Number | OneOf | Flag | AnyOf | NoneOf | Exactly
Condition = Test | All | Any | Reading | Named

NEVER = Any(())
TESTS = (Number, OneOf, Flag, AnyOf, NoneOf, Exactly)
SET_TESTS = (AnyOf, NoneOf, Exactly)


def parts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside one; none for a test."""
    if isinstance(condition, All | Any):
        return condition.parts
    if isinstance(condition, Reading):
        return (condition.one, condition.other)
    return (condition.part,) if isinstance(condition, Named) else ()


def tests(condition: Condition) -> Iterator[Test]:
    """Every test in a condition, in the order of the text."""
    if isinstance(condition, TESTS):
        yield condition
    for part in parts(condition):
        yield from tests(part)


def readings(condition: Condition) -> Iterator[str]:
    """The id of every reading that a condition mentions."""
    if isinstance(condition, Reading):
        yield condition.reading
    for part in parts(condition):
        yield from readings(part)


def between(one: int, other: int) -> int:
    """The value of an open reading: what both sides agree on, else UNSETTLED."""
    return one if one == other else UNSETTLED


def value(condition: Condition, passes: Callable[[Test], bool], taken: Mapping[str, str]) -> int:
    """The value of a condition when every test in it can be decided.

    ``passes`` decides a test; ``taken`` says for every reading "one", "other" or "open". This is the meaning
    of the language, written as plainly as it can be. Where answers are unknown, ``diagrams`` decides over
    all of them.
    """
    if isinstance(condition, TESTS):
        return MET if passes(condition) else NO
    inner = [value(part, passes, taken) for part in parts(condition)]
    if isinstance(condition, All):
        return min(inner, default=MET)
    if isinstance(condition, Any):
        return max(inner, default=NO)
    if isinstance(condition, Reading):
        return {"one": inner[0], "other": inner[1], "open": between(inner[0], inner[1])}[
            taken[condition.reading]
        ]
    return inner[0]

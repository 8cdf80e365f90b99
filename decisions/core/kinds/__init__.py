"""The kinds of questions. Each is one small class, in the module of its name: what an answer of that kind may
be, how it is read, what is left of a partial one, and by which cells the rules tell its values apart.

Only the rooms named ``kinds`` (here, in telling and in the questionnaire) know one kind from another.
Whatever else needs to know asks the kind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any as Anything
from typing import ClassVar, Protocol

from decisions.core.code_systems import CodeRow
from decisions.core.conditions import Test
from decisions.core.partial import Cell, Interval, Number, Partial, Value
from decisions.core.questions import Question


class Cut(Protocol):
    """The values of one variable, cut into the cells that some test tells apart."""

    @property
    def cells(self) -> Sequence[Cell]:
        """A value that stands for each cell."""

    def cell(self, value: Anything) -> int:
        """The cell of a value."""

    def left(self, partial: Anything) -> tuple[int, ...]:
        """The cells that a partial answer leaves, in order."""


class Compared(Protocol):
    """What of an edition answers are tried against: its days, and its tables of codes."""

    @property
    def first_day(self) -> dt.date: ...
    @property
    def next_review(self) -> dt.date | None: ...
    @property
    def codes(self) -> Sequence[CodeRow]: ...


class Kind:
    """One kind of question. What a kind does not say for itself is said here.

    ``has_options``: it is answered by options of its question; ``has_members``: each of them is in or
    out, and is a variable of its own. ``is_number``: it is compared with limits, ``step`` apart at the
    least. ``counts_months``: it is the age, which a birth date may give. ``is_day``: it is a day of the
    calendar. ``tests``: the tests by which a condition looks at it, by their names in a policy file.
    ``closed`` is what counts on a closed branch, None for nothing.
    """

    has_options = False
    has_members = False
    is_number = False
    counts_months = False
    is_day = False
    step: Number = 1
    tests: ClassVar[Mapping[str, Callable[[str, Anything], Test]]] = {}
    closed: Value | None = None

    def read(self, question: Question, given: Anything) -> Value | Partial | None:
        """An answer from JSON, checked: its value, what is left of a partial one, or None where that is every
        value. Raises AnswersError.
        """
        raise NotImplementedError

    def allows(self, question: Question, number: Number) -> bool:
        """Whether a number is an answer to this question."""
        return False

    def tightened(self, question: Question, found: Interval) -> Interval:
        """An interval whose ends are answers, where the kind has a next number: over 5 months is from
        6 on.
        """
        return found

    def cut(self, question: Question, limits: Collection[Number]) -> Cut | None:
        """The cells of its variable, where a policy compares it with ``limits``; None where it has none."""
        return None

    def names_something(self, left: Value | Partial) -> bool:
        """Whether an answer says that something is there."""
        return False

    def passes(self, test: Anything, left: Partial) -> bool:
        """Whether all values that a partial answer leaves pass a test."""
        return False

    def told_apart(
        self, question: Question, left: Partial | None, looking: Sequence[Test]
    ) -> Iterator[Value]:
        """Of the values that are left, one for each way in which these tests can fall out."""
        return iter(())

    def tried(self, question: Question, looking: Sequence[Test], policy: Compared) -> list[Anything]:
        """Answers, as in JSON, that the dates, code tables, holds, requests and cautions of a policy may tell
        apart. ``looking`` are the tests of this question in them.
        """
        raise NotImplementedError


def one_of_each(possible: Collection[Value] | Iterator[Value], looking: Sequence[Test]) -> Iterator[Value]:
    """One of the values for every way in which the tests can fall out."""
    kinds: dict[tuple[bool, ...], Value] = {}
    for value in possible:
        kinds.setdefault(tuple(test.passes(value) for test in looking), value)  # type: ignore[arg-type]
    yield from kinds.values()


@cache
def named(name: str) -> Kind:
    """The kind of a name. Raises KeyError."""
    if name not in names():
        raise KeyError(name)
    kind: Kind = import_module(f"{__name__}.{name}").KIND
    return kind


def names() -> tuple[str, ...]:
    """The names of all kinds: one for each module here."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def of(question: Question) -> Kind:
    """The kind of a question."""
    return named(question.kind)

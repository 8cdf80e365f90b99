"""Reads conditions: a table of a file becomes a condition of the closed language, or is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from decisions.core import conditions as c
from decisions.core import kinds
from decisions.core import policy as p
from decisions.core.partial import Number
from decisions.library.files import Refuse
from decisions.library.shapes import Table
from decisions.library.topics import usable
from decisions.library.values import Values

DEEPEST = 20
"""How deep conditions may stand in one another; a reader could not follow more."""


class ConditionReader:
    """Reads the conditions of one edition: ``defined`` are those that it names, ``named`` those read."""

    def __init__(
        self,
        topic: p.Topic,
        readings: Collection[str],
        values: Values,
        defined: Mapping[str, Table],
        refuse: Refuse,
    ) -> None:
        self.topic, self.readings, self.values = topic, readings, values
        self.defined, self.refuse = defined, refuse
        self.named: dict[str, c.Condition] = {}
        self._depth: dict[str, int] = {}

    def read_named(self) -> dict[str, c.Condition]:
        """Every named condition. Raises PolicyError, for one that uses itself too."""
        for name in self.defined:
            self._use(f"conditions.{name}", name, ())
        return self.named

    def read(self, key: str, table: Any, using: tuple[str, ...] = ()) -> c.Condition:
        """A condition from its table: exactly one of fact, all, any, reading, use. Raises PolicyError.

        ``using``: an entry for every condition around it, its name where it has one.
        """
        if not isinstance(table, dict):
            raise self.refuse(key, "a condition is a table", "")
        if len(using) > DEEPEST:
            raise self.refuse(key, f"conditions stand more than {DEEPEST} deep in one another", "")
        keys, inside = set(table), (*using, "")
        if "fact" in keys:
            return self._test(key, table)
        if keys in ({"all"}, {"any"}):
            return self._parts(key, *next(iter(table.items())), inside)
        if "reading" in keys and len(keys) > 1 and keys <= {"reading", "one", "other"}:
            return self._reading(key, table, inside)
        if keys == {"use"}:
            return self._use(key, str(table["use"]), inside)
        given = ", ".join(sorted(keys))
        raise self.refuse(key, f"a condition has one of fact, all, any, reading, use; here: {given}", "")

    def _parts(self, key: str, kind: str, tables: Any, inside: tuple[str, ...]) -> c.Condition:
        if not isinstance(tables, list) or not tables:
            raise self.refuse(f"{key}.{kind}", "this is a list of conditions", "")
        inner = tuple(self.read(f"{key}.{kind}[{i}]", part, inside) for i, part in enumerate(tables))
        return c.All(inner) if kind == "all" else c.Any(inner)

    def _reading(self, key: str, table: Table, inside: tuple[str, ...]) -> c.Condition:
        reading = str(table["reading"])
        if reading not in self.readings:
            raise self.refuse(key, f"there is no reading {reading}", reading)
        one, other = (
            self.read(f"{key}.{side}", table[side], inside) if side in table else c.NEVER
            for side in ("one", "other")
        )
        return c.Reading(reading, one, other)

    def _use(self, key: str, name: str, using: tuple[str, ...]) -> c.Condition:
        if name not in self.defined:
            raise self.refuse(key, f"there is no condition {name}", name)
        if name in using:
            raise self.refuse(f"conditions.{name}", f"the condition {name} uses itself", name)
        if name not in self.named:
            found = self.read(f"conditions.{name}", self.defined[name], (*using, name))
            self.named[name] = found
            self._depth[name] = _depth(found)
        # A named condition is read once and used in many places: its depth counts at each of them.
        if len(using) + self._depth[name] > DEEPEST:
            raise self.refuse(key, f"conditions stand more than {DEEPEST} deep in one another", name)
        return c.Named(name, self.named[name])

    def _test(self, key: str, table: Table) -> c.Test:
        fact = str(table["fact"])
        question = self.topic.by_id.get(fact)
        if question is None:
            raise self.refuse(key, f"there is no fact {fact}", fact)
        given = {name: value for name, value in table.items() if name != "fact"}
        kind = kinds.of(question)
        if kind.is_number:
            return self._number(key, question, given)
        if len(given) == 1 and (name := next(iter(given))) in kind.tests:
            value = self._options(key, question, given[name]) if kind.has_options else given[name]
            if kind.has_options or isinstance(value, bool):
                return kind.tests[name](fact, value)
        allowed = ", ".join(kind.tests) or "no test"
        raise self.refuse(key, f"{fact} is tested by one of: {allowed}; here: {', '.join(given)}", fact)

    def _number(self, key: str, question: p.Question, given: Table) -> c.Number:
        if not given:
            raise self.refuse(key, f"{question.id} is tested by {', '.join(c.NUMBER_TESTS)}", question.id)
        limits = [(test, self._limit(key, question, test, limit)) for test, limit in given.items()]
        return c.Number(question.id, tuple(limits))

    def _limit(self, key: str, question: p.Question, test: str, given: Any) -> Number:
        """The number that a fact is compared with: as it is written, or the value of that name."""
        if test not in c.NUMBER_TESTS or isinstance(given, bool) or not isinstance(given, Number | str):
            allowed = ", ".join(c.NUMBER_TESTS)
            message = f"{question.id} is tested by {allowed} and a number; here: {test} = {given}"
            raise self.refuse(key, message, question.id)
        limit = self.values.number(key, question, given) if isinstance(given, str) else given
        if not _within(question, limit):
            message = f"{limit} is no limit that {question.id} can be below, at or above"
            raise self.refuse(key, message, question.id)
        # Written as a number. One that came by its name is what it should be.
        if limit is given:
            self.values.refuse_bare(key, question, limit)
        return limit

    def _options(self, key: str, question: p.Question, options: Any) -> tuple[str, ...]:
        if not isinstance(options, list) or not options:
            raise self.refuse(key, "this is a list of options", question.id)
        for option in options:
            if option not in question.option_ids:
                raise self.refuse(key, f"{option} is not an option of {question.id}", str(option))
        return tuple(options)


def _within(question: p.Question, limit: Number) -> bool:
    """Whether an answer can be equal to the limit."""
    return usable(limit) and kinds.of(question).allows(question, limit)


def _depth(condition: c.Condition) -> int:
    return 1 + max((_depth(part) for part in c.parts(condition)), default=0)

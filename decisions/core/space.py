"""The space of situations: facts as variables, each cut into the cells that some test tells apart.

A choice is one variable with a cell an option; a set is a variable a member; a yes-or-no fact is one of two
cells; a number has a cell for every limit it is compared with and for every stretch between limits that an
answer can fall in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import Any as Anything

from decisions.core.answers import Answers
from decisions.core.conditions import (
    MET,
    NO,
    All,
    Any,
    AnyOf,
    Condition,
    Exactly,
    Flag,
    NoneOf,
    Number,
    OneOf,
    Reading,
    SetTest,
    Test,
    between,
    parts,
    tests,
)
from decisions.core.diagrams import Diagram, Diagrams, Node, variables
from decisions.core.policy import Question, Topic

ASKED_OF = ("choice", "set", "flag", "decimal", "age")
"""The kinds of question that a condition of a criterion may test."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: a fact, or one ``member`` of a set. ``cells`` has a representative value of every
    cell.
    """

    fact: str
    member: str
    cells: tuple[str | bool | int | Decimal, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """How a number finds its cell: its limits in order, and the cell of each limit and each stretch
    between.
    """

    limits: tuple[Decimal | int, ...]
    cell_of: tuple[int, ...]

    def cell(self, number: Decimal | int) -> int:
        place = bisect_left(self.limits, number)
        on_limit = place < len(self.limits) and self.limits[place] == number
        return self.cell_of[2 * place + on_limit]

    def limits_of(self, low: int, high: int) -> tuple[tuple[str, Decimal | int], ...]:
        """The stretch from cell ``low`` to cell ``high`` as limits, such as (("at_least", 12), ("below",
        24)).
        """
        places = [place for place, cell in enumerate(self.cell_of) if low <= cell <= high]
        first, last = self._first_place(low, places), places[-1]
        limits: list[tuple[str, Decimal | int]] = []
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
        """Of the places of a stretch the first real one: a place that no answer falls in shares the cell
        before it.
        """
        return next(place for place in places if self.cell_of[place] == low)


class Space:
    """The variables of a topic under one set of conditions, and the diagrams over them."""

    def __init__(self, topic: Topic, conditions: Iterable[Condition]) -> None:
        limits: dict[str, set[Decimal | int]] = {}
        for condition in conditions:
            for test in tests(condition):
                if isinstance(test, Number):
                    limits.setdefault(test.fact, set()).update(limit for _, limit in test.limits)
        self.topic = topic
        self.variables: list[Variable] = []
        self.at: dict[tuple[str, str], int] = {}
        self._scales: dict[str, tuple[int, Scale]] = {}
        self._places: dict[str, tuple[int, Callable[[Anything], int]]] = {}
        self._members: dict[str, dict[str, int]] = {}
        self._bits: dict[str, int] = {}
        for question in topic.questions:
            if question.opened_by is None:
                self._add(question, limits)
        self._nothing_named = [0 if variable.member else None for variable in self.variables]
        self._facts = tuple(sorted(self._bits.items()))
        self.diagrams = Diagrams([len(variable.cells) for variable in self.variables])
        self.rank = self._rank()

    def _add(self, question: Question, limits: Mapping[str, set[Decimal | int]]) -> None:
        """A question's variables, each member followed by the questions that it opens."""
        if question.kind == "set":
            for option in question.option_ids:
                var = self._variable(question.id, option, (False, True))
                self._members.setdefault(question.id, {})[option] = var
                for opened in self.topic.opened.get((question.id, option), ()):
                    self._add(opened, limits)
        elif question.kind == "choice":
            var = self._variable(question.id, "", question.option_ids)
            self._places[question.id] = (var, question.option_ids.index)
        elif question.kind == "flag":
            self._places[question.id] = (self._variable(question.id, "", (False, True)), int)
        elif question.kind in ("decimal", "age"):
            scale, representatives = _cut(question, sorted(limits.get(question.id, ())))
            var = self._variable(question.id, "", representatives)
            self._scales[question.id] = (var, scale)
            self._places[question.id] = (var, scale.cell)

    def _variable(self, fact: str, member: str, cells: tuple[str | bool | int | Decimal, ...]) -> int:
        self.at[fact, member] = len(self.variables)
        self._bits[fact] = self._bits.get(fact, 0) | 1 << len(self.variables)
        self.variables.append(Variable(fact, member, cells))
        return len(self.variables) - 1

    def _rank(self) -> list[int]:
        """For every variable its place in the order of the questions and their options."""
        order = [
            self.at[question.id, member]
            for question in self.topic.questions
            if question.kind in ASKED_OF
            for member in (question.option_ids if question.kind == "set" else ("",))
        ]
        rank = [0] * len(order)
        for place, var in enumerate(order):
            rank[var] = place
        return rank

    def cells(self, answers: Answers, february: bool = False) -> list[int | None]:
        """For every variable the cell that the answers put it in, or None where they do not.

        ``february``: take the age that a child born on 29 February has if months are completed on 28
        February.
        """
        cells = self._cells_of_sets(answers)
        for fact, (var, cell_of) in self._places.items():
            if fact in answers.values:
                cells[var] = cell_of(answers.values[fact])
        if february and answers.age_if_february is not None:
            var, scale = self._scales[self.topic.age.id]
            cells[var] = scale.cell(answers.age_if_february)
        return cells

    def _cells_of_sets(self, answers: Answers) -> list[int | None]:
        """The cells of the members of sets, and None for every other variable."""
        cells: list[int | None] = self._nothing_named.copy()
        values, more = answers.values, answers.more
        for fact, members in self._members.items():
            if fact not in values or fact in more:
                for var in members.values():
                    cells[var] = None
            for member in values.get(fact, ()):  # type: ignore[union-attr]
                cells[members[member]] = 1
        for holder, member in answers.implied:
            cells[self._members[holder][member]] = 1
        return cells

    def known(self, answers: Answers) -> int:
        """The bits of the variables that the answers put in a cell."""
        known = 0
        for fact, given in answers.values.items():
            if fact in answers.more:
                for member in given:  # type: ignore[union-attr]
                    known |= 1 << self._members[fact][member]
            else:
                known |= self._bits.get(fact, 0)
        for holder, member in answers.implied:
            known |= 1 << self._members[holder][member]
        return known

    def facts(self, bits: int) -> tuple[str, ...]:
        """The facts, sorted, that have a variable among these bits."""
        return tuple([fact for fact, own in self._facts if own & bits])

    def scale(self, fact: str) -> Scale:
        """The scale of a number. Raises KeyError for another kind of fact."""
        return self._scales[fact][1]

    def read_by(self, diagram: Diagram) -> tuple[int, ...]:
        """The variables that a diagram still looks at."""
        return tuple(variables(diagram.reads)) if isinstance(diagram, Node) else ()

    def open_branch(self, question: Question) -> Diagram:
        """MET where the question is asked, NO where its branch is closed."""
        if question.opened_by is None:
            return MET
        holder = self.open_branch(self.topic.by_id[question.opened_by[0]])
        return self.diagrams.combine(min, holder, self._is(self.at[question.opened_by]))

    def _is(self, var: int, *met: object) -> Diagram:
        """MET where the variable's cell is among ``met`` (a set member or flag: where it is true)."""
        wanted = met or (True,)
        return self.diagrams.variable(
            var, [MET if cell in wanted else NO for cell in self.variables[var].cells]
        )

    def _test(self, test: Test) -> Diagram:
        """A test as a diagram: what is on a closed branch counts as no members, as no, or as not
        applicable.
        """
        question = self.topic.by_id[test.fact]
        gate = self.open_branch(question)
        if isinstance(test, AnyOf | NoneOf | Exactly):
            return self._set_test(test, gate)
        var = self.at[test.fact, ""]
        if isinstance(test, Flag):
            yes = self.diagrams.combine(min, gate, self._is(var))
            return yes if test.value else self.opposite(yes)
        passing = [cell for cell in self.variables[var].cells if test.passes(cell)]  # type: ignore[arg-type]
        return self.diagrams.combine(min, gate, self._is(var, *passing) if passing else NO)

    def _set_test(self, test: SetTest, gate: Diagram) -> Diagram:
        holds = {
            member: self.diagrams.combine(min, gate, self._is(var))
            for member, var in self._members[test.fact].items()
        }
        if isinstance(test, Exactly):
            wanted = [yes if member in test.members else self.opposite(yes) for member, yes in holds.items()]
            return self.fold(min, wanted, MET)
        some = self.fold(max, [holds[member] for member in test.members], NO)
        return some if isinstance(test, AnyOf) else self.opposite(some)

    def opposite(self, diagram: Diagram) -> Diagram:
        return self.diagrams.combine(lambda one, _: MET - one, diagram, NO)

    def fold(self, operation: Callable[[int, int], int], diagrams: list[Diagram], start: int) -> Diagram:
        """All the diagrams combined by ``operation``, beginning with ``start``."""
        result: Diagram = start
        for diagram in diagrams:
            result = self.diagrams.combine(operation, result, diagram)
        return result

    def diagram(self, condition: Condition, taken: Mapping[str, str]) -> Diagram:
        """A condition as a diagram, with the readings as ``taken`` says ("one", "other" or "open")."""
        if isinstance(condition, Number | OneOf | Flag | AnyOf | NoneOf | Exactly):
            return self._test(condition)
        inner = [self.diagram(part, taken) for part in parts(condition)]
        if isinstance(condition, All):
            return self.fold(min, inner, MET)
        if isinstance(condition, Any):
            return self.fold(max, inner, NO)
        if isinstance(condition, Reading):
            side = taken[condition.reading]
            return self.diagrams.combine(between, *inner) if side == "open" else inner[side == "other"]
        return inner[0]

    def without_empty(self, diagram: Diagram) -> Diagram:
        """The same function, with a set that needs a member never empty.

        No answer leaves such a set empty. Where all its members are false the function is given the value
        that it has with one member true, so that no value and no difference arises that no answer can bring.
        That is a member that the function does not look at, so that nothing turns on it; else the last one.
        """
        for question in self.topic.questions:
            if question.at_least_one:
                members = list(self._members[question.id].values())
                unread = [var for var in members if var not in self.read_by(diagram)]
                cells: list[int | None] = [None] * len(self.variables)
                for var in members:
                    cells[var] = 0
                cells[(unread or members)[-1]] = 1
                instead = self.diagrams.restrict(diagram, cells, keep=True)
                some = self.fold(max, [self._is(var) for var in members], NO)
                kept = self.diagrams.combine(
                    lambda any_member, value: value if any_member else -1, some, diagram
                )
                diagram = self.diagrams.combine(lambda value, new: new if value < 0 else value, kept, instead)
        return diagram


def _cut(question: Question, limits: list[Decimal | int]) -> tuple[Scale, tuple[Decimal | int, ...]]:
    """The scale of a number, and a representative of each of its cells, within the limits of the question."""
    places = [place for i, limit in enumerate(limits) for place in (_before(limits, i, question), limit)]
    places.append(_before(limits, len(limits), question))
    representatives: list[Decimal | int] = []
    cell_of: list[int] = []
    for place in places:
        if place is not None and question.allows(place):
            representatives.append(place)
        cell_of.append(max(len(representatives) - 1, 0))
    return Scale(tuple(limits), tuple(cell_of)), tuple(representatives)


def _before(limits: list[Decimal | int], i: int, question: Question) -> Decimal | int | None:
    """A number strictly between limit ``i - 1`` and limit ``i``, where an allowed answer lies there, else
    None.
    """
    lowest, highest = _lowest(question), _highest(question)
    low = max(limits[i - 1], lowest) if i else lowest
    high = min(limits[i], highest) if i < len(limits) else highest
    low_counts = question.at_least is not None and (not i or limits[i - 1] < low)
    high_counts = i == len(limits) or limits[i] > high
    if question.kind == "age":
        number = ceil(low) if low_counts else floor(low) + 1
        return number if number < high or (high_counts and number == high) else None
    if low < high:
        return (Decimal(low) + Decimal(high)) / 2
    return low if low == high and low_counts and high_counts else None


def _lowest(question: Question) -> Decimal | int:
    return next(limit for limit in (question.at_least, question.above) if limit is not None)


def _highest(question: Question) -> Decimal | int:
    if question.at_most is None:
        raise ValueError(f"{question.id} has no highest value")
    return question.at_most

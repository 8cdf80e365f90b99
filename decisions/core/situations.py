"""Situations: the complete answers to a topic's questions, counted in whole numbers.

A situation is one class of complete answers: every cell of every fact that a condition tests, each branch
that is closed counted once. They are counted on the decision diagrams; nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import prod
from typing import Any as Anything

from decisions.core import kinds
from decisions.core.conditions import MET, NO, Condition, tests
from decisions.core.diagrams import Diagram, Node
from decisions.core.policy import Policy, Question
from decisions.core.rules import OUT_OF_SCOPE, OUTCOMES, outcome
from decisions.core.space import Space, Variable

OUTSIDE = OUTCOMES.index(OUT_OF_SCOPE)


def conditions_of(policy: Policy) -> list[Condition]:
    """The conditions that an outcome is made of: those of the criteria, and the scope."""
    return [*(criterion.when for criterion in policy.criteria), policy.scope]


def facts_of(space: Space, conditions: Iterable[Condition]) -> frozenset[str]:
    """The facts that conditions test, and the facts that open their questions."""
    facts = {test.fact for condition in conditions for test in tests(condition)}
    for fact in list(facts):
        while opened_by := space.topic.by_id[fact].opened_by:
            fact = opened_by[0]
            facts.add(fact)
    return frozenset(facts)


class Situations:
    """The situations of a space, counted."""

    def __init__(self, space: Space, facts: frozenset[str]) -> None:
        self.space = space
        self.facts = facts
        self.vars = [var for var, variable in enumerate(space.variables) if variable.fact in facts]
        self._place = {var: place for place, var in enumerate(self.vars)}
        self._ways = [len(space.variables[var].cells) for var in self.vars]
        self.real = space.fold(min, [*self._nothing_when_closed(), *self._never_empty()], MET)

    def _nothing_when_closed(self) -> Iterator[Diagram]:
        """For every fact of a branch: the branch is open, or the fact is in its first cell."""
        for var in self.vars:
            question = self.space.topic.by_id[self.space.variables[var].fact]
            if question.opened_by:
                # What was typed on a closed branch never counts, so that all of it is one situation.
                first = self.in_cells(var, (0,))
                yield self.space.diagrams.combine(max, self.space.open_branch(question), first)

    def _never_empty(self) -> Iterator[Diagram]:
        """For every set that needs a member: it has one."""
        for question in self.space.topic.questions:
            if question.at_least_one and question.id in self.facts:
                members = [self.space.at[question.id, option] for option in question.option_ids]
                yield self.space.fold(max, [self.in_cells(var, (1,)) for var in members], NO)

    def in_cells(self, var: int, cells: tuple[int, ...]) -> Diagram:
        """MET where the variable is in one of the cells, NO elsewhere."""
        size = range(len(self.space.variables[var].cells))
        return self.space.diagrams.variable(var, [MET if cell in cells else NO for cell in size])

    def counts(self, diagram: Diagram) -> dict[int, int]:
        """For every value of a function the number of situations that have it."""
        # -1 stands for situations that no answers can bring; they are counted apart and left out.
        kept = self.space.diagrams.combine(lambda real, value: value if real else -1, self.real, diagram)
        done: dict[Diagram, dict[int, int]] = {}

        def visit(here: Diagram) -> dict[int, int]:
            if not isinstance(here, Node):
                return {here: 1}
            if here not in done:
                done[here] = _summed(
                    (visit(kid), self._skipped(self._place[here.var] + 1, kid)) for kid in here.kids
                )
            return done[here]

        found = _summed([(visit(kept), self._skipped(0, kept))])
        return {value: count for value, count in sorted(found.items()) if value >= 0}

    def _skipped(self, place: int, kid: Diagram) -> int:
        """In how many ways the variables from a place up to a diagram's own can stand."""
        end = self._place[kid.var] if isinstance(kid, Node) else len(self.vars)
        return prod(self._ways[place:end])

    def differ(self, one: Diagram, other: Diagram) -> bool:
        """Whether two functions have different values in some situation."""
        return bool(self.count(self.space.diagrams.combine(lambda a, b: NO if a == b else MET, one, other)))

    def count(self, region: Diagram) -> int:
        """The number of situations in a region (a function that is MET in it and NO elsewhere)."""
        return self.counts(region).get(MET, 0)

    @cached_property
    def total(self) -> int:
        """The number of situations, worked out from the questions alone, without a diagram."""
        return prod(self._of_question(q) for q in self.space.topic.questions if q.opened_by is None)

    def _of_question(self, question: Question) -> int:
        if question.id not in self.facts:
            return 1
        if not kinds.of(question).has_members:
            return len(self.space.variables[self.space.at[question.id, ""]].cells)
        opened = self.space.topic.opened
        ways = prod(
            1 + prod(self._of_question(q) for q in opened.get((question.id, option), ()))
            for option in question.option_ids
        )
        return ways - 1 if question.at_least_one else ways

    def example(self, region: Diagram) -> dict[str, Anything] | None:
        """Answers of one situation in a region, with as few findings as the first way leads to; None if
        there is none.
        """
        here = self.space.diagrams.combine(min, self.real, region)
        cells = [0] * len(self.space.variables)
        while isinstance(here, Node):
            cells[here.var] = next(cell for cell, kid in enumerate(here.kids) if kid != NO)
            here = here.kids[cells[here.var]]
        return None if here == NO else self._as_answers(cells)

    def _as_answers(self, cells: list[int]) -> dict[str, Anything]:
        found: dict[str, Anything] = {}
        for var in self.vars:
            variable = self.space.variables[var]
            question = self.space.topic.by_id[variable.fact]
            if question.opened_by and not self._holds(question.opened_by, cells):
                continue
            if variable.member:
                found.setdefault(variable.fact, []).extend([variable.member] * cells[var])
            else:
                found[variable.fact] = _plain(variable, cells[var])
        return {
            question.id: found[question.id] for question in self.space.topic.questions if question.id in found
        }

    def _holds(self, opened_by: tuple[str, str], cells: list[int]) -> bool:
        above = self.space.topic.by_id[opened_by[0]].opened_by
        return bool(cells[self.space.at[opened_by]]) and (above is None or self._holds(above, cells))


def _plain(variable: Variable, cell: int) -> Anything:
    """A cell's representative as JSON has it; a number with decimals as its text."""
    value = variable.cells[cell]
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else str(value)


def _summed(parts: Iterable[tuple[dict[int, int], int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for counts, times in parts:
        for value, count in counts.items():
            total[value] = total.get(value, 0) + count * times
    return total


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One edition's criteria, scope and outcome as diagrams over a space that may be shared with others."""

    policy: Policy
    criteria: Mapping[str, Diagram]
    scope: Diagram
    outcome: Diagram


def outcomes(space: Space, policy: Policy) -> Outcomes:
    """The diagrams of an edition over a space that tells apart all that its conditions do."""
    *criteria, scope = [space.diagram(c, policy.taken) for c in conditions_of(policy)]
    named = zip(policy.criteria, criteria, strict=True)
    values = {criterion.id: space.without_empty(diagram) for criterion, diagram in named}
    return Outcomes(policy, values, space.without_empty(scope), outcome(space, criteria, scope))


def where(space: Space, diagram: Diagram, value: int) -> Diagram:
    """The region in which a function has a value."""
    return space.diagrams.combine(lambda found, _: MET if found == value else NO, diagram, NO)

"""A policy edition made ready to decide: its conditions as diagrams over one space."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from decisions.core import conditions
from decisions.core.conditions import MET, NO, Condition, Reading, parts, readings
from decisions.core.diagrams import Cells, Diagram, Left, Node, answered_bits, settled
from decisions.core.policy import CodeRow, Notice, Policy, PolicyReading, Taken
from decisions.core.space import Space

CRITERIA_NOT_MET, UNSETTLED, CRITERIA_MET, OUT_OF_SCOPE = (
    "criteria_not_met",
    "unsettled",
    "criteria_met",
    "out_of_scope",
)
MORE_INFORMATION = "more_information"
OUTCOMES = (CRITERIA_NOT_MET, UNSETTLED, CRITERIA_MET, OUT_OF_SCOPE)
"""The outcomes of complete answers, at the number that an outcome diagram gives."""


def outcome(space: Space, criteria: list[Diagram], scope: Diagram) -> Diagram:
    """The outcome, as a place in OUTCOMES, of criteria and a scope as they are written."""
    # The first OUTCOMES stand at the values of a criterion: the highest value is the outcome.
    best = space.fold(max, criteria, OUTCOMES.index(CRITERIA_NOT_MET))
    outside = OUTCOMES.index(OUT_OF_SCOPE)
    found = space.diagrams.combine(lambda out, value: outside if out else value, scope, best)
    return space.without_empty(found)


MOST_KEPT = 2_000
"""Of how many situations it is kept what the conditions make of them. They come again: most requests are
alike.
"""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What the conditions make of a situation: the value of each criterion (None where open) and the
    variables that were looked at for it; what is ``left`` of the outcome, the criteria that are met, and
    the facts, sorted, that can still change the outcome.
    """

    values: Mapping[str, int | None]
    trace: Mapping[str, tuple[int, ...]]
    left: Diagram
    met: frozenset[str]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """The other side of a reading: the rules that follow it, and what is not the same under them.

    ``changed`` has the criteria that read it with their diagrams there; ``age`` and ``scope`` say whether the
    age of a child born on 29 February or the scope differ. ``fewer`` are the holds and requests that do not
    apply there, ``more`` whether others do.
    """

    reading: str
    rules: Rules
    changed: tuple[tuple[str, Diagram], ...]
    age: bool
    scope: bool
    fewer: frozenset[str]
    more: bool


class Rules:
    """One edition's rules under one choice of readings. Made once, then shared and never changed."""

    def __init__(self, policy: Policy, base: Rules | None = None, changed: str = "") -> None:
        """``base``: the same edition, but for the reading ``changed``; what does not turn on it is shared."""
        self.policy = policy
        self.taken = policy.taken
        self.space: Space = base.space if base else Space(policy.topic, self._conditions())
        self.diagrams: dict[Condition, Diagram] = {}
        self.plain: dict[Condition, Diagram] = {}
        if base:
            self.diagrams.update((key, d) for key, d in base.diagrams.items() if changed not in readings(key))
            self.plain.update((key, d) for key, d in base.plain.items() if changed not in readings(key))
        self.criteria: dict[str, Diagram] = {
            criterion.id: self.diagram(criterion.when) for criterion in policy.criteria
        }
        self.scope = self.diagram(policy.scope)
        self._base = base
        self.holds = self._active(policy.holds)
        self.requests = self._active(policy.requests)
        self.cautions = self._active(policy.cautions)
        self._procedures = tuple(row for row in policy.codes if row.system == "CPT")
        self._diagnoses = frozenset(row.first for row in policy.codes if row.system == "ICD-10-CM")
        self._ranges = tuple(row for row in policy.codes if row.system == "ICD-10-CM" and row.last)
        self._readings: dict[str, Rules] = {}
        self._evaluated: dict[Cells, Evaluated] = {}

    def _conditions(self) -> list[Condition]:
        return [criterion.when for criterion in self.policy.criteria] + [self.policy.scope]

    def diagram(self, condition: Condition) -> Diagram:
        """A condition of this policy as a diagram."""
        if condition not in self.diagrams:
            self.diagrams[condition] = self.space.without_empty(self._as_written(condition))
        return self.diagrams[condition]

    def _as_written(self, condition: Condition) -> Diagram:
        if condition not in self.plain:
            self.plain[condition] = self.space.diagram(condition, self.taken)
        return self.plain[condition]

    @cached_property
    def outcome(self) -> Diagram:
        """The outcome, as a place in OUTCOMES. It is the largest diagram, and many rules are never asked for
        it: the other side of a reading is mostly told apart by its criteria.
        """
        base = self._base
        if base and base.criteria == self.criteria and base.scope == self.scope:
            return base.outcome
        return self.outcome_of([criterion.when for criterion in self.policy.criteria])

    def outcome_of(self, criteria: list[Condition]) -> Diagram:
        """The outcome, as a place in OUTCOMES, were these the only criteria.

        Sets that need a member are seen to once, at the end: the conditions by themselves may each stand for
        another member where a set is empty, and together for none that there is.
        """
        return outcome(
            self.space, [self._as_written(when) for when in criteria], self._as_written(self.policy.scope)
        )

    def _active(self, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
        """The notices that do not rest on a reading which is taken the other way."""
        return tuple(notice for notice in notices if self.taken.get(notice.reading) != "other")

    @property
    def has_diagnosis_list(self) -> bool:
        """Whether the policy prints a list of diagnoses."""
        return bool(self._diagnoses)

    def procedure_rows(self, code: str) -> tuple[CodeRow, ...]:
        """The rows of the procedure table that hold a canonical code."""
        return tuple([row for row in self._procedures if row.contains(code)])

    def lists_diagnosis(self, code: str) -> bool:
        """Whether a canonical code is on the policy's list of diagnoses."""
        return code in self._diagnoses or any(row.contains(code) for row in self._ranges)

    def in_scope(self, cells: Cells) -> bool:
        """Whether the answers alone say that the request is in the policy's scope: no unknown one is looked
        at on the way.
        """
        here = self.scope
        while isinstance(here, Node):
            cell = cells[here.var]
            if not isinstance(cell, int):
                return False
            here = here.kids[cell]
        # The scope is MET where a request is outside of it.
        return not here

    def evaluated(self, cells: tuple[Left, ...]) -> Evaluated:
        """What the conditions make of what is left of every variable; kept for the next request like it."""
        found = self._evaluated.get(cells)
        if found is None:
            if len(self._evaluated) >= MOST_KEPT:
                self._evaluated.clear()
            found = self._evaluated[cells] = self._evaluate(cells)
        return found

    def _evaluate(self, cells: tuple[Left, ...]) -> Evaluated:
        values, trace = self.valued(cells)
        left = self._left(cells, values)
        missing = self.space.facts(left.reads) if isinstance(left, Node) else ()
        met = frozenset([key for key, value in values.items() if value == MET])
        return Evaluated(values, trace, left, met, missing)

    def valued(self, cells: Cells) -> tuple[dict[str, int | None], dict[str, tuple[int, ...]]]:
        """The value of each criterion, and the variables that were looked at for it."""
        values: dict[str, int | None] = {}
        trace: dict[str, tuple[int, ...]] = {}
        for key, here in self.steps:
            path = []
            while here.__class__ is Node:
                cell = cells[here.var]
                # The trace ends at the first answer that is unknown or partial: from there on there is more
                # than one way.
                if cell.__class__ is not int:
                    break
                path.append(here.var)
                here = here.kids[cell]
            trace[key] = tuple(path)
            values[key] = settled(here, cells) if here.__class__ is Node else here  # type: ignore[assignment]
        return values, trace

    def _left(self, cells: tuple[Left, ...], values: Mapping[str, int | None]) -> Diagram:
        """What is left of the outcome: that of the criteria, where they settle it and the scope does not."""
        known = [value for value in values.values() if value is not None]
        highest = max(known, default=NO)
        # Most requests end here, without a look at the diagram of the outcome, which is the largest.
        if (highest == MET or len(known) == len(values)) and self.in_scope(cells):
            return highest
        return self.space.diagrams.restricted(self.outcome, cells, answered_bits(cells), {})

    @property
    def february(self) -> bool:
        """Whether a child born on 29 February completes months on 28 February under these readings."""
        return self.taken.get(self.policy.birthday_reading) == "other"

    def under(self, reading: str, taken: Taken) -> Rules:
        """The same edition with one reading taken another way. Raises KeyError for an unknown reading."""
        key = f"{reading}={taken}"
        if key not in self._readings:
            changed = dataclasses.replace(self.policy.readings[reading], taken=taken)
            positions: Mapping[str, PolicyReading] = {**self.policy.readings, reading: changed}
            self._readings[key] = Rules(dataclasses.replace(self.policy, readings=positions), self, reading)
        return self._readings[key]

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The other side of every reading that the rules follow."""
        taken = [reading for reading in self.policy.readings.values() if reading.taken != "open"]
        return tuple(
            self._alternative(
                reading.id, self.under(reading.id, "other" if reading.taken == "one" else "one")
            )
            for reading in taken
        )

    def _alternative(self, reading: str, rules: Rules) -> Alternative:
        here, there = ({n.id for n in (*side.holds, *side.requests)} for side in (self, rules))
        return Alternative(
            reading,
            rules,
            tuple((key, d) for key, d in rules.steps if d is not self.criteria[key]),
            age=rules.february != self.february,
            scope=rules.scope is not self.scope,
            fewer=frozenset(here - there),
            more=bool(there - here),
        )

    @cached_property
    def unsettling(self) -> tuple[tuple[str, str, Diagram], ...]:
        """For every criterion and every open reading in it a diagram, MET where that reading makes the
        criterion unsettled.
        """
        found: dict[tuple[str, str], Diagram] = {}
        for criterion in self.policy.criteria:
            for reading, region in self._unsettled_by(criterion.when, MET):
                key = (criterion.id, reading)
                found[key] = self.space.diagrams.combine(max, found.get(key, NO), region)
        return tuple((*key, self.space.without_empty(region)) for key, region in found.items())

    def _unsettled_by(self, condition: Condition, above: Diagram) -> Iterator[tuple[str, Diagram]]:
        """The open readings in a condition, each with where it and all that stands ``above`` it are
        unsettled.
        """
        here = self.space.diagrams.combine(
            lambda one, value: MET if one and value == conditions.UNSETTLED else NO,
            above,
            self._as_written(condition),
        )
        if here == NO:
            return
        inner = parts(condition)
        if isinstance(condition, Reading):
            taken = self.taken[condition.reading]
            if taken == "open":
                yield condition.reading, here
            else:
                # The side that is not taken says nothing of this policy.
                inner = (inner[taken == "other"],)
        for part in inner:
            yield from self._unsettled_by(part, here)

    @cached_property
    def steps(self) -> tuple[tuple[str, Diagram], ...]:
        """The criteria with their diagrams, in the policy's order."""
        return tuple(self.criteria.items())

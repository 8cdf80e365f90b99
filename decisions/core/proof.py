"""What can be proved of an edition from its conditions alone. Every finding names what fails.

The date of service counts as one more answer: before the first day in force every situation is out of scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property, partial
from itertools import combinations, pairwise, product
from typing import Any as Anything

from decisions.core import kinds, measures
from decisions.core.conditions import UNSETTLED, Number, tests
from decisions.core.diagrams import Diagram, Left
from decisions.core.measures import Scale
from decisions.core.partial import Interval
from decisions.core.policy import Criterion, Policy, PolicyReading, Question, Support
from decisions.core.rules import OUT_OF_SCOPE, OUTCOMES, Rules
from decisions.core.situations import Situations, conditions_of, facts_of, where
from decisions.core.trials import Trials


class Proof:
    """What the conditions of one edition prove. A list of findings that is empty means proved."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.policy, self.space = rules, rules.policy, rules.space
        self.situations = Situations(self.space, facts_of(self.space, conditions_of(self.policy)))
        self.trials = Trials(rules, self.situations)

    @cached_property
    def outcomes(self) -> dict[str, int]:
        """Situations by outcome, counted on the diagram of the outcome."""
        counted = self.situations.counts(self.rules.outcome)
        before = {OUT_OF_SCOPE: self.situations.total}
        return {key: counted.get(i, 0) + before.get(key, 0) for i, key in enumerate(OUTCOMES)}

    @property
    def total(self) -> int:
        """The number of situations, worked out from the questions alone."""
        return 2 * self.situations.total

    def undecided(self) -> int:
        """By how many situations the two ways of counting differ."""
        return abs(self.total - sum(self.outcomes.values()))

    def dead_criteria(self) -> list[str]:
        """Criteria that can be neither met nor unsettled, or that never decide an outcome."""
        return [key for key in self.rules.criteria if not self._decides(key)]

    def _decides(self, key: str) -> bool:
        others = [criterion.when for criterion in self.policy.criteria if criterion.id != key]
        return self.situations.differ(self.rules.outcome, self.rules.outcome_of(others))

    @cached_property
    def decisive(self) -> frozenset[str]:
        """The facts that can change an outcome."""
        return frozenset(self.space.variables[var].fact for var in self.space.read_by(self.rules.outcome))

    def dead_facts(self) -> list[str]:
        """Facts that the criteria and the scope test and that can change no outcome."""
        return [q.id for q in self.policy.topic.questions if q.id in self.situations.facts - self.decisive]

    def dead_options(self) -> list[str]:
        """Questions that only holds, requests, cautions or dates look at and that change none of them, nor
        the next step.
        """
        looked_at = self.trials.looked_at - self.situations.facts
        return [fact for fact in looked_at if fact not in self.trials.alive]

    def alive(self) -> frozenset[str]:
        """The facts that can change an outcome, a next step, a hold, a request or a caution."""
        return self.decisive | self.trials.alive

    def dead_notices(self) -> list[str]:
        """Holds, requests and cautions that never apply."""
        policy = self.policy
        every = (*policy.holds, *policy.requests, *policy.cautions)
        return [notice.id for notice in every if notice.id not in self.trials.notices]

    def dead_readings(self) -> list[str]:
        """Readings that change nothing: an open one that nothing is unsettled by, an adopted one whose other
        side gives the same outcome and next step everywhere.
        """
        return [
            key
            for key in self.policy.readings
            if not self._turns_an_outcome(key) and not self.trials.turn_on(key)
        ]

    def _turns_an_outcome(self, key: str) -> bool:
        taken = self.policy.readings[key].taken
        if taken != "open":
            other = self.rules.under(key, "other" if taken == "one" else "one")
            return self.situations.differ(other.outcome, self.rules.outcome)
        unsettled = where(self.space, self.rules.outcome, UNSETTLED)
        sides = (self.rules.under(key, "one").outcome, self.rules.under(key, "other").outcome)
        still = [where(self.space, side, UNSETTLED) for side in sides]
        return any(self.situations.differ(unsettled, side) for side in still)

    def limits(self) -> frozenset[tuple[str, Decimal | int]]:
        """The limits of numbers in the conditions, each with its fact."""
        return frozenset((test.fact, limit) for test in self._numbers() for _, limit in test.limits)

    def _numbers(self) -> list[Number]:
        return [test for c in conditions_of(self.policy) for test in tests(c) if isinstance(test, Number)]

    def badly_cut(self) -> list[str]:
        """Numbers whose cells leave a gap, overlap, or hold values that a test tells apart."""
        numbers = [q for q in self.policy.topic.questions if kinds.of(q).is_number]
        found = self._numbers()
        return [q.id for q in numbers if not self._well_cut(q, [test for test in found if test.fact == q.id])]

    def _well_cut(self, question: Question, found: list[Number]) -> bool:
        scale = self.space.scale(question.id)
        cells = self.space.variables[self.space.at[question.id, ""]].cells
        return tiles(scale, len(cells)) and all(_alike(question, scale, cells, test) for test in found)

    def badly_left(self) -> list[str]:
        """Numbers of which some interval leaves other cells than those of the values in it."""
        numbers = [q for q in self.policy.topic.questions if kinds.of(q).is_number]
        return [q.id for q in numbers if not self._well_left(q)]

    def _well_left(self, question: Question) -> bool:
        scale = self.space.scale(question.id)
        ends = sorted(set(_around(question, scale.limits)) | set(scale.cells))
        between = [(Decimal(low) + high) / 2 for low, high in pairwise(ends)]
        is_allowed = partial(kinds.of(question).allows, question)
        values = [*ends, *filter(is_allowed, between)]
        return all(
            set(scale.left(found))
            == {scale.cell(value) for value in values if measures.contains(found, value)}
            for found in _intervals(question, ends)
        )

    @cached_property
    def parts(self) -> int:
        """How many parts of one variable `astray` tries: the number that a certificate states."""
        return sum(1 for diagram in self._decided().values() for _ in self._parts_of(diagram))

    def astray(self) -> list[str]:
        """Criteria (or the outcome) that decide a partial answer otherwise than its completions.

        With part of a variable left, each must come out in every cell of that part as it does where the cell
        alone is left, and may look at the variable only where two of those cells differ.
        """
        return [
            key
            for key, diagram in self._decided().items()
            if not all(self._is_whole(diagram, var, part) for var, part in self._parts_of(diagram))
        ]

    def _decided(self) -> dict[str, Diagram]:
        return {**self.rules.criteria, "outcome": self.rules.outcome}

    def _parts_of(self, diagram: Diagram) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Every part of every variable that a function looks at: more than one cell, and not all."""
        for var in self.space.read_by(diagram):
            cells = range(len(self.space.variables[var].cells))
            for size in range(2, len(cells)):
                yield from ((var, part) for part in combinations(cells, size))

    def _is_whole(self, diagram: Diagram, var: int, part: tuple[int, ...]) -> bool:
        left = self._where(diagram, var, part)
        each = [self._where(diagram, var, cell) for cell in part]
        return all(
            self._where(left, var, cell) == found for cell, found in zip(part, each, strict=True)
        ) and (var in self.space.read_by(left)) == (len(set(each)) > 1)

    def _where(self, diagram: Diagram, var: int, left: Left) -> Diagram:
        cells: list[Left] = [None] * len(self.space.variables)
        cells[var] = left
        return self.space.diagrams.restrict(diagram, cells, keep=True)

    def claimable(self) -> list[str]:
        """The passages of the criteria section, headings apart."""
        section = self.policy.criteria_section
        return [k for k, p in self.policy.passages.items() if section in p.section and p.kind != "heading"]

    def unclaimed(self) -> list[str]:
        """Passages of the criteria section that nothing claims."""
        claimed = claimed_passages(self.policy)
        return [key for key in self.claimable() if key not in claimed]


def tiles(scale: Scale, cells: int) -> bool:
    """Whether the cells of a number follow one another without gap or overlap, from its lowest value to its
    highest.
    """
    stretches = [dict(scale.limits_of(cell, cell)) for cell in range(cells)]
    next_to = {"below": "at_least", "at_most": "above"}
    joined = all(
        {next_to[end]: limit for end, limit in before.items() if end in next_to}
        == {start: limit for start, limit in after.items() if start not in next_to}
        for before, after in pairwise(stretches)
    )
    return joined and not set(stretches[0]) - set(next_to) and not set(stretches[-1]) & set(next_to)


def _alike(question: Question, scale: Scale, cells: tuple[Anything, ...], test: Number) -> bool:
    """Whether a test gives the same at every value tried as at the representative of the value's cell."""
    return all(
        test.passes(value) == test.passes(cells[scale.cell(value)])
        for value in _around(question, scale.limits)
    )


def _around(question: Question, limits: Iterable[Decimal | int]) -> Iterator[Decimal | int]:
    """The ends of a number and every limit, with its neighbors, as far as they are allowed."""
    step = kinds.of(question).step
    ends = [end for end in (question.at_least, question.above, question.at_most) if end is not None]
    for limit in {*limits, *ends}:
        for value in (limit - step, limit, limit + step):
            if kinds.of(question).allows(question, value):
                yield value


def _intervals(question: Question, ends: Sequence[Decimal | int]) -> Iterator[Interval]:
    """Every interval with these ends, each end counting or not, that leaves something."""
    for low, high in combinations(ends, 2):
        for limits in product((("above", low), ("at_least", low)), (("below", high), ("at_most", high))):
            found = kinds.of(question).tightened(question, measures.between(question, limits))
            if not measures.is_empty(found):
                yield found


def claimed_passages(policy: Policy) -> frozenset[str]:
    """The passages that a criterion, a reading, a ground of an outcome, the scope, a row of a code table or a
    judgment claims.
    """
    supports: list[Support] = [*policy.reasons.values(), *policy.support]
    claimed = {*policy.any_other, *policy.scope_passages, *policy.before_passages, *policy.judgement}
    claimed.update(row.passage for row in policy.codes)
    holders: list[Criterion | PolicyReading] = [*policy.criteria, *policy.readings.values()]
    for holder in holders:
        claimed.update(holder.passages)
        supports.extend(holder.support)
    return frozenset(claimed.union(*(support.passages for support in supports)))

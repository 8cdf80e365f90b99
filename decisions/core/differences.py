"""In which situations two editions differ: all of them, merged into few patterns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any as Anything

from decisions.core import kinds
from decisions.core.conditions import MET, NO, UNSETTLED
from decisions.core.diagrams import Cells, Diagram
from decisions.core.policy import Policy
from decisions.core.rules import CRITERIA_MET, CRITERIA_NOT_MET, OUT_OF_SCOPE, OUTCOMES
from decisions.core.rules import UNSETTLED as OUTCOME_UNSETTLED
from decisions.core.situations import OUTSIDE, Situations, conditions_of, facts_of, outcomes, where
from decisions.core.space import Space

LEAST_TELLING = (CRITERIA_NOT_MET, OUT_OF_SCOPE, OUTCOME_UNSETTLED, CRITERIA_MET)
"""Outcomes by how well they describe a pattern, the best last."""

Days = tuple[dt.date | None, dt.date | None]
"""From the first day on, to the day before the second; None is open."""

Where = tuple[tuple[str, tuple[int, ...]], ...]
"""For some facts the cells that they are in."""


@dataclass(frozen=True, slots=True)
class Need:
    """Part of a pattern: under this policy the outcome is such, by one of these criteria.

    Where some bring it about in every situation of the pattern, only they are named.
    """

    policy: str
    outcome: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Situations in which two editions differ, told by days, by answers that open no branch, and by outcomes.

    ``where`` leaves out facts that may have any value. ``example`` holds answers of one situation, without
    the date.
    """

    days: Days
    where: Where
    needs: tuple[Need, ...]
    outcomes: Mapping[str, str]
    situations: int
    example: Mapping[str, Anything]


class Comparison:
    """Two editions of policies on one topic, over one space that tells apart all that either does."""

    def __init__(self, one: Policy, other: Policy) -> None:
        conditions = [*conditions_of(one), *conditions_of(other)]
        self.space = Space(one.topic, conditions)
        self.situations = Situations(self.space, facts_of(self.space, conditions))
        self.sides = (outcomes(self.space, one), outcomes(self.space, other))
        first, last = sorted((one.first_day, other.first_day))
        bands: list[Days] = [(None, first), (first, last), (last, None)]
        # Two editions of one first day leave no stretch between them.
        self.bands = [band for band in bands if band[0] != band[1]]
        self.told_by = [
            self.space.at[q.id, ""]
            for q in one.topic.questions
            if q.id in self.situations.facts and not kinds.of(q).has_members and q.opened_by is None
        ]

    @property
    def total(self) -> int:
        """The number of situations, every stretch of days counted."""
        return len(self.bands) * self.situations.total

    @cached_property
    def differing(self) -> int:
        """The number of situations whose outcomes differ, counted at once and not by pattern."""
        return sum(self.situations.count(self._differ(*self._outcomes_in(band))) for band in self.bands)

    def _outcomes_in(self, band: Days) -> tuple[Diagram, Diagram]:
        """The two outcomes on the days of a band: out of scope where an edition is not in force yet."""
        one, other = (
            OUTSIDE if band[0] is None or band[0] < side.policy.first_day else side.outcome
            for side in self.sides
        )
        return one, other

    def _differ(self, one: Diagram, other: Diagram) -> Diagram:
        return self.space.diagrams.combine(lambda a, b: NO if a == b else MET, one, other)

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every situation in which the outcomes differ, in exactly one pattern; the latest days first."""
        return tuple(
            pattern
            for band in reversed(self.bands)
            for pair in product(range(len(OUTCOMES)), range(len(OUTCOMES)))
            if pair[0] != pair[1]
            for pattern in self._of_pair(band, pair)
        )

    def _of_pair(self, band: Days, pair: tuple[int, int]) -> Iterator[Pattern]:
        found = self._outcomes_in(band)
        regions = tuple(where(self.space, diagram, value) for diagram, value in zip(found, pair, strict=True))
        real = tuple(self.space.diagrams.combine(min, self.situations.real, region) for region in regions)
        needed: dict[tuple[int, ...], tuple[int, ...]] = {}
        sizes = [range(len(self.space.variables[var].cells)) for var in self.told_by]
        for cells in product(*sizes):
            needs = self._needs(real, cells, pair)
            if needs is not None:
                needed[cells] = needs
        for needs in dict.fromkeys(needed.values()):
            for box in boxes({cells for cells, other in needed.items() if other == needs}):
                yield self._pattern(band, pair, box, needs, regions)

    def _needs(
        self, regions: tuple[Diagram, ...], cells: tuple[int, ...], pair: tuple[int, int]
    ) -> tuple[int, ...] | None:
        """Which sides' outcomes describe the region where the told facts are in these cells: none, one or
        both; None if the region is empty there. ``regions`` have real situations alone.
        """
        known: list[int | None] = [None] * len(self.space.variables)
        for var, cell in zip(self.told_by, cells, strict=True):
            known[var] = cell
        one, other, every = (self._left(region, known) for region in (*regions, self.situations.real))
        both = self.space.diagrams.combine(min, one, other)
        if both == NO:
            return None
        if both == every:
            return ()
        alone = [side for side, region in enumerate((one, other)) if region == both]
        # Where either outcome alone describes the region, the one that says more is named.
        best = sorted(alone, key=lambda side: LEAST_TELLING.index(OUTCOMES[pair[side]]))
        return tuple(best[-1:]) or (0, 1)

    def _left(self, region: Diagram, known: Cells) -> Diagram:
        """What is left of a region of situations where the told facts are known."""
        return self.space.diagrams.restrict(region, known, keep=True)

    def _pattern(
        self,
        band: Days,
        pair: tuple[int, int],
        box: tuple[tuple[int, ...], ...],
        needs: tuple[int, ...],
        regions: tuple[Diagram, ...],
    ) -> Pattern:
        inside = [self.situations.in_cells(var, cells) for var, cells in zip(self.told_by, box, strict=True)]
        region = self.space.fold(min, [*regions, *inside], MET)
        told = zip(self.told_by, box, strict=True)
        return Pattern(
            band,
            tuple(
                (self.space.variables[var].fact, cells)
                for var, cells in told
                if len(cells) < len(self.space.variables[var].cells)
            ),
            tuple(self._need(side, pair[side], region) for side in needs),
            {side.policy.id: OUTCOMES[value] for side, value in zip(self.sides, pair, strict=True)},
            self.situations.count(region),
            self.situations.example(region) or {},
        )

    def _need(self, side: int, value: int, region: Diagram) -> Need:
        """What is needed of a side, with the criteria that can bring it about in the region."""
        found = self.sides[side]
        everywhere = self.situations.count(region)
        counted = {
            key: self.situations.count(
                self.space.diagrams.combine(min, region, where(self.space, diagram, value))
            )
            for key, diagram in (found.criteria.items() if value in (UNSETTLED, MET) else ())
        }
        always = tuple(key for key, count in counted.items() if count == everywhere)
        able = tuple(key for key, count in counted.items() if count)
        return Need(found.policy.id, OUTCOMES[value], always or able)


def boxes(points: Iterable[tuple[int, ...]]) -> list[tuple[tuple[int, ...], ...]]:
    """Points as disjoint boxes that hold all of them and nothing else: in each place the coordinates that go
    together, adjoining or not.
    """
    ordered = sorted(set(points))
    if not ordered or not ordered[0]:
        return [()] * len(ordered)
    slices: dict[tuple[tuple[tuple[int, ...], ...], ...], list[int]] = {}
    for first in sorted({point[0] for point in ordered}):
        rest = boxes(point[1:] for point in ordered if point[0] == first)
        # Coordinates with the same rest behind them share a box.
        slices.setdefault(tuple(rest), []).append(first)
    return [(tuple(firsts), *rest) for tails, firsts in slices.items() for rest in tails]

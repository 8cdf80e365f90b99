"""A policy edition made ready to decide: its conditions as diagrams over one space."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property

from decisions.core.conditions import Condition
from decisions.core.diagrams import Diagram, Node
from decisions.core.policy import Policy, PolicyReading, Taken
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


class Rules:
    """One edition's rules under one choice of readings. Made once, then shared and never changed."""

    def __init__(self, policy: Policy, space: Space | None = None) -> None:
        self.policy = policy
        self.taken = policy.taken
        self.space = space or Space(policy.topic, self._conditions())
        self.criteria: dict[str, Diagram] = {
            criterion.id: self.diagram(criterion.when) for criterion in policy.criteria
        }
        self.outcome = self._outcome()
        self.open: dict[str, Node] = {key: d for key, d in self.criteria.items() if isinstance(d, Node)}
        self._readings: dict[str, Rules] = {}

    def _conditions(self) -> list[Condition]:
        return [criterion.when for criterion in self.policy.criteria] + [self.policy.scope]

    def diagram(self, condition: Condition) -> Diagram:
        """A condition of this policy as a diagram."""
        return self.space.without_empty(self.space.diagram(condition, self.taken))

    def _outcome(self) -> Diagram:
        best = self.space.fold(max, list(self.criteria.values()), OUTCOMES.index(CRITERIA_NOT_MET))
        outside = OUTCOMES.index(OUT_OF_SCOPE)
        scope = self.diagram(self.policy.scope)
        return self.space.diagrams.combine(lambda out, value: outside if out else value, scope, best)

    @property
    def february(self) -> bool:
        """Whether a child born on 29 February completes months on 28 February under these readings."""
        return self.taken.get(self.policy.birthday_reading) == "other"

    def under(self, reading: str, taken: Taken) -> Rules:
        """The same edition with one reading taken another way. Raises KeyError for an unknown reading."""
        key = f"{reading}={taken}"
        if key not in self._readings:
            changed = dataclasses.replace(self.policy.readings[reading], taken=taken)
            readings: Mapping[str, PolicyReading] = {**self.policy.readings, reading: changed}
            self._readings[key] = Rules(dataclasses.replace(self.policy, readings=readings), self.space)
        return self._readings[key]

    @cached_property
    def steps(self) -> tuple[tuple[str, Diagram], ...]:
        """The criteria with their diagrams, in the policy's order."""
        return tuple(self.criteria.items())

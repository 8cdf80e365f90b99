"""Concrete answers tried one by one, to see what a next step, a hold, a request or a caution turns on.

Conditions are proved on diagrams; what lies beside them (codes, dates, what is on record) is shown by
example: a situation in which each criterion is met, with every optional answer, alone and in pairs.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from functools import cached_property
from itertools import chain, combinations, product
from typing import Any as Anything

from decisions.core import kinds
from decisions.core.answers import read_answers
from decisions.core.conditions import MET, Condition, Test, tests
from decisions.core.determination import Determination, determine
from decisions.core.kinds.codes import INVALID
from decisions.core.policy import Notice, Question
from decisions.core.rules import Rules
from decisions.core.situations import Situations, where

MONTHS = 12


class EveryCodeButOne:
    """A code set in which every code is billable but INVALID."""

    def is_billable(self, code: str) -> bool:
        return code != INVALID


CODES = EveryCodeButOne()
Raw = dict[str, Anything]


class Trials:
    """The answers tried under one edition, and what was seen to turn on them."""

    def __init__(self, rules: Rules, situations: Situations) -> None:
        self.rules, self.policy, self.situations = rules, rules.policy, situations
        self.topic = rules.policy.topic

    @cached_property
    def bases(self) -> list[Raw]:
        """For each criterion that can be met answers under which it is, and no other where that can be."""
        space, found = self.situations.space, []
        met = {key: where(space, diagram, MET) for key, diagram in self.rules.criteria.items()}
        for key, region in met.items():
            others = [space.opposite(other) for name, other in met.items() if name != key]
            alone = self.situations.example(space.fold(min, [region, *others], MET))
            answers = alone or self.situations.example(region)
            if answers is not None:
                found.append(answers)
        return found

    @property
    def _notices(self) -> tuple[Notice, ...]:
        return (*self.policy.holds, *self.policy.requests, *self.policy.cautions)

    def _tests(self) -> Iterator[Test]:
        conditions: list[Condition | None] = [c for n in self._notices for c in (n.when, n.unless)]
        for condition in conditions:
            yield from tests(condition) if condition is not None else ()

    @cached_property
    def looked_at(self) -> frozenset[str]:
        """The facts that the edition's dates, holds, requests and cautions look at."""
        facts = {test.fact for test in self._tests()} | {self.topic.service_date.id}
        systems = {"procedure": "CPT", "diagnosis": "ICD-10-CM"}
        wanted = {systems[notice.coding.split("-")[0]] for notice in self._notices if notice.coding}
        return frozenset(facts | {q.id for q in self.topic.questions if q.code_system in wanted})

    def _values(self, question: Question) -> list[Anything]:
        """Answers to one question that the edition may tell apart."""
        looking = [test for test in self._tests() if test.fact == question.id]
        return kinds.of(question).tried(question, looking, self.policy)

    def _varied(self) -> Iterator[tuple[Raw, Raw]]:
        """Every answer tried: what was varied, and the answers it was put beside."""
        ways = {
            fact: self._values(self.topic.by_id[fact])
            for fact in sorted(self.looked_at)
            if self.topic.by_id[fact].optional or kinds.of(self.topic.by_id[fact]).is_number
        }
        for base in self.bases:
            yield {}, base
            for size in (1, 2):
                for facts in combinations(ways, size):
                    for chosen in product(*(ways[fact] for fact in facts)):
                        yield dict(zip(facts, chosen, strict=True)), base
        if any(notice.denied for notice in self._notices):
            yield from (({}, denied) for base in self.bases for denied in self._denials(base))

    def _denials(self, base: Raw) -> Iterator[Raw]:
        """The answers with one more reason each, and nothing named where it asks for its detail."""
        for fact, (reasons, reason) in self.topic.implying:
            closed = kinds.of(self.topic.by_id[fact]).closed
            nothing: Anything = [] if closed == frozenset() else closed
            yield {**base, reasons: [*base.get(reasons, ()), reason], fact: nothing}

    def _determine(self, raw: Raw, rules: Rules | None = None) -> Determination:
        return determine(rules or self.rules, read_answers(self.topic, raw, self.policy.first_day), CODES)

    @cached_property
    def _seen(self) -> tuple[frozenset[str], dict[str, Raw]]:
        """The facts that changed something, and for each notice answers under which it applies."""
        effects: dict[str, tuple[Anything, ...]] = {}
        alive: set[str] = set()
        applies: dict[str, Raw] = {}
        for varied, base in self._varied():
            raw = {**base, **varied}
            found = self._determine(raw)
            effect = (found.outcome, found.next_step, found.holds, found.requests, found.cautions)
            effects[repr((varied, base))] = effect
            for notice in (*found.holds, *found.requests, *found.cautions):
                applies.setdefault(notice, raw)
            for fact in varied:
                # What is without this fact was tried before: `_varied` goes from few facts to more.
                less = {key: value for key, value in varied.items() if key != fact}
                if effects[repr((less, base))] != effect:
                    alive.add(fact)
        return frozenset(alive), applies

    @property
    def alive(self) -> frozenset[str]:
        """The facts seen to change an outcome, a next step, a hold, a request or a caution."""
        return self._seen[0]

    @property
    def notices(self) -> dict[str, Raw]:
        """For each hold, request and caution that was seen to apply the answers under which it did."""
        return self._seen[1]

    def turn_on(self, reading: str) -> Raw | None:
        """Answers whose outcome or next step turns on a reading; None if none was found."""
        if self.policy.readings[reading].taken == "open":
            return None
        taken = self.policy.readings[reading].taken
        instead = self.rules.under(reading, "other" if taken == "one" else "one")
        every = ({**base, **varied} for varied, base in self._varied())
        for raw in chain(self.notices.values(), self._leap_days(), every):
            one, other = self._determine(raw), self._determine(raw, instead)
            if (one.outcome, one.next_step) != (other.outcome, other.next_step):
                return raw
        return None

    def _leap_days(self) -> Iterator[Raw]:
        """Children born on 29 February on the 28 February on which a limit of age may be reached."""
        birth = next(year for year in range(self.policy.first_day.year, 9999) if isleap(year))
        age = self.topic.age
        for limit in self.rules.space.scale(age.id).limits:
            years, months = divmod(int(limit), MONTHS)
            if not months and not isleap(birth + years):
                born = {
                    age.birth_date: f"{birth}-02-29",
                    self.topic.service_date.id: f"{birth + years}-02-28",
                }
                for base in self.bases:
                    yield {**{key: value for key, value in base.items() if key != age.id}, **born}

"""``determine(rules, answers, code_set) -> Determination``: what a policy says, and what the reviewer does
next.

The outcome is that of the contract: out of scope, criteria met, unsettled, criteria not met, or more
information where the answers known so far leave more than one of these possible.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from decisions.core import conditions
from decisions.core.answers import Answers
from decisions.core.conditions import MET, NO, All, Any, Condition, parts
from decisions.core.diagrams import Cells, Diagram, Node, settled, smallest_support
from decisions.core.partial import Partial, Value
from decisions.core.policy import Notice, Policy, Support
from decisions.core.rules import (
    CRITERIA_MET,
    CRITERIA_NOT_MET,
    MORE_INFORMATION,
    OUT_OF_SCOPE,
    OUTCOMES,
    UNSETTLED,
    Alternative,
    Rules,
)

CAN_APPROVE, PHYSICIAN_REVIEW = "can_approve", "physician_review"
REQUEST_INFORMATION, REDIRECT = "request_information", "redirect"

PROCEDURE, DIAGNOSIS = "procedure_codes", "diagnosis_codes"


class DiagnosisCodes(Protocol):
    """What the rules ask of a code set: whether a canonical code is valid and billable."""

    def is_billable(self, code: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Literal:
    """One answer that carries a result. For a member of a set ``value`` is whether it is in the set;
    for a set as a whole, that its members are these and nothing else is in it. Else it is what the answer
    says: the value, or what is left of a partial one.
    """

    fact: str
    member: str
    value: Value | Partial

    @property
    def closes(self) -> bool:
        """Whether it says of a set that nothing else is in it."""
        return not self.member and isinstance(self.value, frozenset)

    @property
    def is_there(self) -> bool:
        """Whether it names something: it is not about what a set does not hold."""
        return self.value is True if self.member else not self.closes


@dataclass(slots=True)
class Coding:
    """The codes given, against the policy's tables and the code set. Never changed once made."""

    procedures: tuple[str, ...]
    diagnoses: tuple[str, ...]
    valid: tuple[str, ...]
    procedure: str
    diagnosis: str
    listed_procedures: tuple[str, ...]
    listed_diagnoses: tuple[str, ...]


@dataclass(eq=False)
class Determination:
    """The result for one policy edition, never changed once made.

    ``values`` has for each criterion NO, UNSETTLED, MET, or None where open.

    ``trace`` has for each criterion the variables that were looked at, one after the other, to reach its
    value.
    """

    rules: Rules
    answers: Answers
    cells: Cells
    outcome: str
    next_step: str
    values: Mapping[str, int | None]
    trace: Mapping[str, tuple[int, ...]]
    missing: tuple[str, ...]
    holds: tuple[str, ...]
    requests: tuple[str, ...]
    cautions: tuple[str, ...]
    coding: Coding
    before_edition: bool
    codes: DiagnosisCodes

    @property
    def policy(self) -> Policy:
        return self.rules.policy

    @property
    def met(self) -> tuple[str, ...]:
        return self._valued(MET)

    @property
    def unsettled(self) -> tuple[str, ...]:
        return self._valued(conditions.UNSETTLED)

    def _valued(self, value: int) -> tuple[str, ...]:
        if self.outcome == OUT_OF_SCOPE:
            return ()
        return tuple(sorted(key for key, found in self.values.items() if found == value))

    @property
    def open_criteria(self) -> tuple[str, ...]:
        return tuple(sorted(key for key, found in self.values.items() if found is None))

    @property
    def review_passed(self) -> dt.date | None:
        """The edition's next review date, where the service, or else the as-of date, is after it."""
        policy = self.policy
        return policy.next_review if policy.is_past_review(self.answers.day) else None

    @property
    def words(self) -> str | None:
        """The policy's own words for met and not met, None for any other outcome."""
        return policy_words(self.policy, self.outcome)

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """The readings that this result depends on, sorted."""
        if self.outcome == MORE_INFORMATION:
            return ()
        if self.outcome == UNSETTLED:
            return tuple(sorted(set(self._open_readings())))
        return tuple(sorted(other.reading for other in self.rules.alternatives if self._turns_on(other)))

    def _turns_on(self, other: Alternative) -> bool:
        """Whether this outcome or next step would be another with a reading taken the other way."""
        if self._is_the_same_under(other):
            return False
        found = determine(other.rules, self.answers, self.codes)
        return (found.outcome, found.next_step) != (self.outcome, self.next_step)

    def _is_the_same_under(self, other: Alternative) -> bool:
        """Whether the other side of a reading plainly gives this result: the same age, scope, values
        and stops.

        Only the criteria that read it have a diagram of their own there: a reading needs trying only
        where one of these has another value.
        """
        if (other.age and self.answers.age_if_february is not None) or other.scope:
            return False
        stops = (*self.holds, *self.requests)
        # Holds and requests come with met criteria alone.
        if self.outcome == CRITERIA_MET and (other.more or not other.fewer.isdisjoint(stops)):
            return False
        values, cells = self.values, self.cells
        return all(
            (value := values[key]) is not None and settled(diagram, cells) == value
            for key, diagram in other.changed
        )

    def _open_readings(self) -> Iterator[str]:
        """The open readings that make an unsettled criterion so, in every way or in some way in which the
        unknown answers can fall out.
        """
        for criterion, reading, region in self.rules.unsettling:
            if self.values[criterion] == conditions.UNSETTLED and settled(region, self.cells) != NO:
                yield reading

    def value_of(self, condition: Condition) -> int | None:
        """The value of any condition of this policy under these answers, None where open."""
        return settled(self.rules.diagram(condition), self.cells)

    def carried_by(self, diagram: Diagram) -> tuple[Literal, ...]:
        """The fewest answers that alone force the value of a diagram, in the order of the questions."""
        space = self.rules.space
        carried = smallest_support(diagram, self.cells, space.rank, self._absent)
        return tuple(self.literal(place) for place in carried)

    @cached_property
    def _absent(self) -> Mapping[int, int]:
        return self.rules.space.absent(self.answers)

    def literal(self, place: int) -> Literal:
        """The answer that puts a variable in its cell, or that closes a set."""
        variables = self.rules.space.variables
        if place >= len(variables):
            return self._closing(place)
        variable = variables[place]
        if variable.member:
            return Literal(variable.fact, variable.member, bool(self.cells[place]))
        said = self.answers.left(variable.fact)
        if said is None:
            raise ValueError(f"{variable.fact} is not answered")
        return Literal(variable.fact, "", said)

    def _closing(self, place: int) -> Literal:
        fact = next(fact for fact, closing in self.rules.space.closings.items() if closing == place)
        return Literal(fact, "", self.answers.values[fact])

    def keeps(self, literals: Iterable[Literal]) -> int:
        """The variables that these answers hold where they are, as bits; a set that is closed holds all its
        absent members.
        """
        kept = 0
        for literal in literals:
            kept |= self._keeps(literal)
        return kept

    def _keeps(self, literal: Literal) -> int:
        space = self.rules.space
        if literal.closes:
            return self._absent[space.closings[literal.fact]]
        return 1 << space.at[literal.fact, literal.member]

    @cached_property
    def because(self) -> tuple[Literal, ...]:
        """The smallest set of answers that forces the outcome; empty where more information is needed."""
        if self.outcome == MORE_INFORMATION:
            return ()
        if self.before_edition:
            return (Literal(self.policy.topic.service_date.id, "", self.answers.day),)
        return self.carried_by(self.rules.outcome)

    def why(self, criterion: str) -> tuple[Literal, ...]:
        """The smallest set of answers that forces a criterion's value; empty where it is open."""
        return () if self.values[criterion] is None else self.carried_by(self.rules.criteria[criterion])

    def reach(self, literal: Literal) -> tuple[tuple[str, Decimal | int], ...]:
        """For a number that carries the outcome: how far it may move before the outcome is no longer forced.

        As limits in the words of NUMBER_TESTS, such as (("above", 2.5),); the other answers that carry it
        stay.
        """
        space = self.rules.space
        var = space.at[literal.fact, ""]
        kept = self.keeps(self.because)
        cells = [cell if kept >> v & 1 else None for v, cell in enumerate(self.cells)]
        here = cells[var]
        low, high = (here[0], here[-1]) if isinstance(here, tuple) else (here or 0, here or 0)
        outcome = OUTCOMES.index(self.outcome)

        def forced(cell: int) -> bool:
            cells[var] = cell
            return settled(self.rules.outcome, cells) == outcome

        # Cell by cell, and no farther than the first that does not force it: what lies beyond is another
        # stretch.
        while low > 0 and forced(low - 1):
            low -= 1
        while high + 1 < len(space.variables[var].cells) and forced(high + 1):
            high += 1
        return space.scale(literal.fact).limits_of(low, high)

    @cached_property
    def grounds(self) -> tuple[Support, ...]:
        """The passages and ties behind the result, as records of the policy."""
        policy = self.policy
        if self.outcome == OUT_OF_SCOPE:
            passages = policy.before_passages if self.before_edition else policy.scope_passages
            return (Support(conditions.NEVER, passages, (), ()),)
        if self.outcome == UNSETTLED:
            return tuple(support for reading in self.readings for support in self._of_reading(reading))
        if self.outcome == CRITERIA_NOT_MET:
            return (
                Support(conditions.NEVER, policy.any_other, (), ()),
                *self._reasons(),
                *self._on_record(policy.support),
            )
        shown = self.met if self.outcome == CRITERIA_MET else self.open_criteria
        return tuple(support for key in shown for support in self._of_criterion(key))

    def _of_criterion(self, criterion_id: str) -> Iterator[Support]:
        criterion = self.policy.criterion(criterion_id)
        yield Support(criterion.when, criterion.passages, criterion.evidence, criterion.references)
        yield from self._on_record(criterion.support)

    def _of_reading(self, reading_id: str) -> Iterator[Support]:
        reading = self.policy.readings[reading_id]
        yield Support(conditions.NEVER, reading.passages, reading.evidence, ())
        yield from self._on_record(reading.support)

    def _reasons(self) -> Iterator[Support]:
        given = self.answers.members(self.policy.topic.reasons.id)
        return (support for reason, support in self.policy.reasons.items() if reason in given)

    def _on_record(self, supports: tuple[Support, ...]) -> tuple[Support, ...]:
        return tuple(support for support in supports if on_record(support.when, self.answers))

    @cached_property
    def passages(self) -> tuple[str, ...]:
        """The ids of the passages that carry the result, in the order of the text."""
        return self.policy.in_order(tuple([support.passages for support in self.grounds]))

    @cached_property
    def evidence(self) -> tuple[str, ...]:
        """The ids of the evidence passages tied to the result, in the order of the text."""
        return self.policy.in_order(tuple([support.evidence for support in self.grounds]))

    @cached_property
    def references(self) -> tuple[str, ...]:
        """The references that the passages and their evidence cite, or that the policy ties to them;
        sorted.
        """
        tied = tuple([reference for support in self.grounds for reference in support.references])
        return self.policy.references_of((*self.passages, *self.evidence), tied)


def determine(rules: Rules, answers: Answers, codes: DiagnosisCodes) -> Determination:
    """What the policy says of these answers."""
    policy, space = rules.policy, rules.space
    cells = tuple(space.cells(answers, answers.age_if_february is not None and rules.february))
    # The date is no part of the diagrams: before the first day in force, nothing else is looked at.
    before = answers.day < policy.first_day
    found = rules.evaluated(cells)
    missing: tuple[str, ...] = ()
    if before:
        outcome = OUT_OF_SCOPE
    elif isinstance(found.left, Node):
        outcome, missing = MORE_INFORMATION, found.missing
    else:
        outcome = OUTCOMES[found.left]
    coding = coding_of(rules, answers, codes)
    situation = Situation(rules, answers, coding, found.met)
    holds = situation.notices(rules.holds) if outcome == CRITERIA_MET else ()
    # With a hold a physician decides, whatever a code would say.
    requests = situation.notices(rules.requests) if outcome == CRITERIA_MET and not holds else ()
    cautions = situation.notices(rules.cautions) if outcome != OUT_OF_SCOPE else ()
    step = next_step(outcome, holds, requests)
    return Determination(
        rules,
        answers,
        cells,
        outcome,
        step,
        found.values,
        found.trace,
        missing,
        holds,
        requests,
        cautions,
        coding,
        before,
        codes,
    )


def next_step(outcome: str, holds: tuple[str, ...], requests: tuple[str, ...]) -> str:
    """What the reviewer does: an outcome, and what stands in the way of an approval, name one step."""
    if outcome == OUT_OF_SCOPE:
        return REDIRECT
    if outcome == MORE_INFORMATION or requests:
        return REQUEST_INFORMATION
    return CAN_APPROVE if outcome == CRITERIA_MET and not holds else PHYSICIAN_REVIEW


def policy_words(policy: Policy, outcome: str) -> str | None:
    """The policy's own words for an outcome; None where it has none."""
    words = policy.words
    return {CRITERIA_MET: words.criteria_met, CRITERIA_NOT_MET: words.criteria_not_met}.get(outcome)


def on_record(condition: Condition, answers: Answers) -> bool:
    """Whether a condition is met by what is recorded: a test of an unknown fact is not met.

    A partial answer meets a test that all its values meet. A set whose rest is not described holds its known
    members, but is never exactly anything. What is on record does not turn on a reading: of one, the
    first side counts.
    """

    if isinstance(condition, conditions.TESTS):
        return answers.passes(condition)
    inner = parts(condition)
    if isinstance(condition, All):
        return all(on_record(part, answers) for part in inner)
    if isinstance(condition, Any):
        return any(on_record(part, answers) for part in inner)
    return on_record(inner[0], answers)


def coding_of(rules: Rules, answers: Answers, codes: DiagnosisCodes) -> Coding:
    """The codes given, each against the policy's tables and the code set."""
    procedures, diagnoses = answers.code_list(PROCEDURE), answers.code_list(DIAGNOSIS)
    valid = tuple([code for code in diagnoses if codes.is_billable(code)])
    listed_procedures = tuple([code for code in procedures if rules.procedure_rows(code)])
    listed_diagnoses = tuple([code for code in valid if rules.lists_diagnosis(code)])
    return Coding(
        procedures,
        diagnoses,
        valid,
        _share(listed_procedures, procedures) if procedures else "not_supplied",
        _diagnosis_share(rules, listed_diagnoses, valid) if diagnoses else "not_supplied",
        listed_procedures,
        listed_diagnoses,
    )


def _diagnosis_share(rules: Rules, listed: tuple[str, ...], valid: tuple[str, ...]) -> str:
    if not rules.has_diagnosis_list:
        return "no_list"
    return _share(listed, valid) if valid else "invalid"


def _share(listed: tuple[str, ...], given: tuple[str, ...]) -> str:
    if not listed:
        return "not_listed"
    return "listed" if len(listed) == len(given) else "partly_listed"


@dataclass(slots=True)
class Situation:
    """What a notice looks at: the answers on record, the codes, the criteria that are met. Never changed."""

    rules: Rules
    answers: Answers
    coding: Coding
    met: frozenset[str]

    def notices(self, notices: tuple[Notice, ...]) -> tuple[str, ...]:
        """The ids of the notices that apply, sorted."""
        return tuple(sorted([notice.id for notice in notices if self.applies(notice)]))

    def applies(self, notice: Notice) -> bool:
        """Whether every part of the notice that is given is true."""
        return (
            (not notice.coding or _CODING[notice.coding](self))
            and (not notice.overdue or self.rules.policy.is_past_review(self.answers.day))
            and (not notice.denied or self.answers.denies_a_reason)
            and (not notice.only_met or self.met == frozenset(notice.only_met))
            and self.met.isdisjoint(notice.none_met)
            and (notice.other_met is None or not self.met.issubset(notice.other_met))
            and (notice.when is None or on_record(notice.when, self.answers))
            and (notice.unless is None or not on_record(notice.unless, self.answers))
        )

    @property
    def list_applies(self) -> bool:
        """Whether the policy's list of diagnoses counts for this request."""
        rule = self.rules.policy.diagnosis_list
        if rule is None:
            return False
        # The list is about one procedure. Where no code is given, every criterion means that one, but for
        # `not_for`.
        if self.coding.procedures:
            return rule.procedure in self.coding.procedures
        return not self.met.issubset(rule.not_for)

    def procedure_none_listed(self) -> bool:
        """Whether procedure codes are given and none is listed for a criterion that is met."""
        rows = [row for code in self.coding.procedures for row in self.rules.procedure_rows(code)]
        return bool(self.coding.procedures) and not any(
            row.lists_for(key) for row in rows for key in self.met
        )


_CODING: dict[str, Callable[[Situation], bool]] = {
    "procedure-none-listed": Situation.procedure_none_listed,
    "procedure-some-outside": lambda s: len(s.coding.listed_procedures) < len(s.coding.procedures),
    "diagnosis-none-listed": lambda s: (
        s.list_applies and bool(s.coding.valid) and not s.coding.listed_diagnoses
    ),
    "diagnosis-missing": lambda s: s.list_applies and not s.coding.diagnoses,
    "diagnosis-none-valid": lambda s: s.list_applies and bool(s.coding.diagnoses) and not s.coding.valid,
    "diagnosis-some-invalid": lambda s: len(s.coding.valid) < len(s.coding.diagnoses),
}

"""Which questions are still worth asking, under one policy or several at once, and why.

Answers are the only state; everything here is worked out anew from the determinations of those answers. A
question is asked while it can change an outcome. Once the outcomes are known, what can still change the next
step is offered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product

from decisions.core import kinds
from decisions.core.answers import Answers
from decisions.core.conditions import MET, Test, tests
from decisions.core.determination import (
    DIAGNOSIS,
    PROCEDURE,
    Coding,
    Determination,
    Situation,
    next_step,
)
from decisions.core.diagrams import values
from decisions.core.partial import OneOfThese, Value
from decisions.core.policy import Policy, Question, Topic
from decisions.core.rules import CRITERIA_MET


def visible(topic: Topic, answers: Answers) -> tuple[Question, ...]:
    """The questions whose branch is open and that the setting does not hide, in order."""
    return tuple(question for question in topic.questions if is_visible(question, answers))


def is_visible(question: Question, answers: Answers) -> bool:
    """Whether a question's branch is known to be open and nothing hides it."""
    if question.hidden_when:
        fact, hiding = question.hidden_when
        given = answers.on_record(fact)
        # A partial answer hides where each option that is left would.
        if given in hiding or (isinstance(given, OneOfThese) and set(given.options) <= set(hiding)):
            return False
    return answers.branch(question) is True


def remaining(determinations: Sequence[Determination]) -> tuple[Question, ...]:
    """The questions not asked yet that can still change an outcome, in order; those behind open gates
    included.
    """
    if not determinations:
        return ()
    answers = determinations[0].answers
    missing = {fact for determination in determinations for fact in determination.missing}
    return tuple(q for q in answers.topic.questions if q.id in missing and q.id not in answers.asked)


def next_question(determinations: Sequence[Determination], apart: Collection[str] = ()) -> Question | None:
    """The question to ask now: the first remaining one whose gate has been answered. None when nothing is
    left. The facts ``apart`` are not asked.
    """
    for question in remaining(determinations):
        if question.id not in apart and is_visible(question, determinations[0].answers):
            return question
    return None


def undocumented(determinations: Sequence[Determination]) -> tuple[Question, ...]:
    """The questions whose answer, were it documented, could change an outcome; in order."""
    if not determinations:
        return ()
    missing = {fact for determination in determinations for fact in determination.missing}
    return tuple(question for question in determinations[0].answers.topic.questions if question.id in missing)


def offered(determinations: Sequence[Determination]) -> tuple[Question, ...]:
    """What may be answered or skipped once the outcomes are known: the optional questions, and what can
    still change a next step; in order, without those asked already."""
    if not determinations:
        return ()
    answers = determinations[0].answers
    changing = {fact for determination in determinations for fact in can_change_step(determination)}
    return tuple(
        question
        for question in visible(answers.topic, answers)
        if question.id not in answers.asked and (question.optional or question.id in changing)
    )


def can_change_step(determination: Determination) -> frozenset[str]:
    """The unknown facts, other than optional ones, that can change the next step though the outcome is
    known.
    """
    # Holds and requests come with met criteria alone: any other outcome settles the next step.
    if determination.outcome != CRITERIA_MET:
        return frozenset()
    changing: set[str] = set()
    met = frozenset(determination.met)
    topic = determination.policy.topic
    contexts = list(_contexts(determination))
    for key in determination.open_criteria:
        space = determination.rules.space
        left = space.diagrams.restrict(determination.rules.criteria[key], determination.cells)
        if MET in values(left) and any(
            _step(context, met) != _step(context, met | {key}) for context in contexts
        ):
            changing |= {space.variables[var].fact for var in space.read_by(left)}
    for fact in _looked_at(determination):
        if not topic.by_id[fact].optional and _changes(determination, fact, contexts, met):
            changing.add(fact)
    return frozenset(changing)


def _changes(determination: Determination, fact: str, contexts: list[Situation], met: frozenset[str]) -> bool:
    """Whether some value of an unknown fact, on record, gives another next step in some context."""
    possible = list(_representatives(determination, fact))
    return any(
        _step(context, met)
        != _step(dataclasses.replace(context, answers=_with(context.answers, fact, value)), met)
        for context in contexts
        for value in possible
    )


def _looked_at(determination: Determination) -> set[str]:
    """The facts that holds and requests look at and that are not known."""
    policy, answers = determination.policy, determination.answers
    looked_at = {test.fact for test in _notice_tests(policy)}
    return {
        fact
        for fact in looked_at
        if fact not in answers.values and is_visible(policy.topic.by_id[fact], answers)
    }


def _step(context: Situation, met: frozenset[str]) -> str:
    situation = dataclasses.replace(context, met=met)
    holds = situation.notices(context.rules.holds)
    return next_step(CRITERIA_MET, holds, () if holds else situation.notices(context.rules.requests))


def _contexts(determination: Determination) -> Iterator[Situation]:
    """The ways in which the unanswered optional questions can be answered, as far as a hold or request can
    tell.
    """
    topic, answers = determination.policy.topic, determination.answers
    open_facts = [fact for fact in sorted(_looked_at(determination)) if topic.by_id[fact].optional]
    # None: an optional question may stay unanswered for good.
    ways: list[list[Value | None]] = [[None, *_representatives(determination, fact)] for fact in open_facts]
    for chosen in product(*ways):
        changed = answers
        for fact, value in zip(open_facts, chosen, strict=True):
            changed = changed if value is None else _with(changed, fact, value)
        for coding in _codings(determination):
            yield Situation(determination.rules, changed, coding, frozenset(determination.met))


def _representatives(determination: Determination, fact: str) -> Iterator[Value]:
    """A value of every kind that the holds and requests tell apart, of those that an answer leaves."""
    question, left = determination.policy.topic.by_id[fact], determination.answers.partly.get(fact)
    looking = [test for test in _notice_tests(determination.policy) if test.fact == fact]
    return kinds.of(question).told_apart(question, left, looking)


def can_hold(policy: Policy) -> frozenset[str]:
    """The facts that the holds and requests of a policy look at."""
    looked_at = {test.fact for test in _notice_tests(policy)}
    coding = {notice.coding.partition("-")[0] for notice in (*policy.holds, *policy.requests)}
    by_table = {"procedure": PROCEDURE, "diagnosis": DIAGNOSIS}
    return frozenset(looked_at | {fact for table, fact in by_table.items() if table in coding})


def _notice_tests(policy: Policy) -> Iterator[Test]:
    """Every test in the holds and requests of a policy."""
    for notice in (*policy.holds, *policy.requests):
        for condition in (notice.when, notice.unless):
            if condition is not None:
                yield from tests(condition)


def _with(answers: Answers, fact: str, value: Value) -> Answers:
    partly = {key: left for key, left in answers.partly.items() if key != fact}
    return dataclasses.replace(answers, values={**answers.values, fact: value}, partly=partly)


def _codings(determination: Determination) -> Iterator[Coding]:
    """The codings that the unanswered code questions can still bring, one for each kind that the rules tell
    apart.
    """
    now, rows = determination.coding, determination.policy.codes
    asked = determination.answers.asked
    procedures: Iterable[tuple[str, ...]] = [now.procedures]
    diagnoses: Iterable[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]
    diagnoses = [(now.diagnoses, now.valid, now.listed_diagnoses)]
    if PROCEDURE not in asked:
        procedures = [(), ("",), *((row.first,) for row in rows if row.system == "CPT")]
    if DIAGNOSIS not in asked:
        # None, an invalid one, a valid one, a listed one: "" stands for any code of its sort.
        diagnoses = [((), (), ()), (("",), (), ()), (("",), ("",), ()), (("",), ("",), ("",))]
    for given, (all_given, valid, listed) in product(procedures, diagnoses):
        known = tuple(
            code for code in given if any(row.system == "CPT" and row.contains(code) for row in rows)
        )
        yield dataclasses.replace(
            now,
            procedures=given,
            listed_procedures=known,
            diagnoses=all_given,
            valid=valid,
            listed_diagnoses=listed,
        )

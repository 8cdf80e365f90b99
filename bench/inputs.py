"""The answers that are timed: made up over all the questions from a fixed seed, and the worked cases."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from decisions.core import kinds
from decisions.core.answers import Answers, read_answers
from decisions.core.partial import PARTIAL, Interval, OneOfThese, Partial
from decisions.core.policy import Question, Topic

POLICY = "cigna-cpg-038"
WORKED_CASES = Path(__file__).resolve().parent.parent / "tests" / "cases" / "cases.json"
DAY = dt.date(2026, 11, 20)
SEED = 38
OLDEST = 36
DECIMALS = ("0.5", "2", "2.5", "2.6", "4.9", "5", "5.1")
CODES = {"CPT": ("76800", "62270", "99999"), "ICD-10-CM": ("Q06.8", "Q82.6", "Q05.7", "M54.50", "X")}
PARTLY = 0.3
"""How many of the measures and ages of partial answers are intervals."""

Raw = dict[str, Any]


class DisagreementError(Exception):
    """Two engines decide one input differently, so their times must not be compared."""


def complete(topic: Topic) -> Iterator[Raw]:
    """Answers to every question with every branch open, without end."""
    dice = random.Random(SEED)  # noqa: S311
    while True:
        yield {question.id: _answer(topic, question, dice) for question in topic.questions}


def _answer(topic: Topic, question: Question, dice: random.Random) -> Any:
    kind = kinds.of(question)
    if kind.has_members:
        opening = [option for option in question.option_ids if (question.id, option) in topic.opened]
        more = dice.choices(question.option_ids, k=dice.choice((0, 0, 0, 0, 1, 2)))
        return [*opening, *more] or ([question.option_ids[0]] if question.at_least_one else [])
    if kind.has_options:
        return dice.choice(question.option_ids)
    if question.code_system:
        return dice.sample(CODES[question.code_system], k=dice.choice((1, 2)))
    if kind.is_number:
        return dice.randrange(OLDEST) if kind.counts_months else Decimal(dice.choice(DECIMALS))
    return str(DAY) if kind.is_day else dice.random() < 0.5


def partial(topic: Topic) -> Iterator[tuple[Raw, Raw]]:
    """Some of the answers to the questionnaire, beside all of them, without end."""
    dice = random.Random(SEED)  # noqa: S311
    for raw in complete(topic):
        some = {fact: given for fact, given in raw.items() if dice.random() < 0.6}
        for question in topic.questions:
            if question.id in some and kinds.of(question).is_number and dice.random() < PARTLY:
                some[question.id] = {dice.choice(("at_least", "at_most")): some[question.id]}
        yield some, raw


def worked(topic: Topic) -> Iterator[Answers]:
    """The answers of every worked case, on the day it names."""
    for case in json.loads(WORKED_CASES.read_text(encoding="utf-8"), parse_float=Decimal):
        yield read_answers(topic, case["answers"], dt.date.fromisoformat(case["as_of"]))


def facts(answers: Answers) -> Raw:
    """The answers as plain values for another engine, every fact given.

    Closed branches come as an empty list or false. What is not known is completed in one allowed way: where
    the outcome is known it is that of every completion, so also of this one.
    """
    asked = (q for q in answers.topic.questions if not q.code_system and not kinds.of(q).is_day)
    return {question.id: _plain(question, answers) for question in asked}


def _plain(question: Question, answers: Answers) -> Any:
    kind = kinds.of(question)
    if kind.has_members:
        members = sorted(answers.members(question.id))
        return members or ([question.option_ids[-1]] if question.at_least_one else [])
    given = answers.on_record(question.id)
    if isinstance(given, PARTIAL):
        given = _one_of(given)
    if kind.is_number and not kind.counts_months:
        return float(given) if isinstance(given, Decimal | int) else 1.0
    if given is None:
        return question.option_ids[0] if kind.has_options else 0 if kind.counts_months else False
    return given


def _one_of(left: Partial) -> Any:
    """One of the values that a partial answer leaves: where the outcome is known, each of them has it."""
    if isinstance(left, Interval):
        return left.low if left.low_counts else left.high if left.high_counts else (left.low + left.high) / 2
    return left.options[0] if isinstance(left, OneOfThese) else left.there

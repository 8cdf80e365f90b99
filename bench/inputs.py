"""The answers that are timed: made up over all the questions from a fixed seed, and the worked cases."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from decisions.core.answers import Answers, check
from decisions.core.policy import Question, Topic

WORKED_CASES = Path(__file__).resolve().parent.parent / "tests" / "cases" / "cases.json"
DAY = dt.date(2026, 11, 20)
SEED = 38
OLDEST = 36
DECIMALS = ("0.5", "2", "2.5", "2.6", "4.9", "5", "5.1")
CODES = {"CPT": ("76800", "62270", "99999"), "ICD-10-CM": ("Q06.8", "Q82.6", "Q05.7", "M54.50", "X")}
NO_CONDITION_TESTS = ("date", "codes")

Raw = dict[str, Any]


def complete(topic: Topic) -> Iterator[Raw]:
    """Answers to every question with every branch open, without end."""
    dice = random.Random(SEED)  # noqa: S311
    while True:
        yield {question.id: _answer(topic, question, dice) for question in topic.questions}


def _answer(topic: Topic, question: Question, dice: random.Random) -> Any:
    if question.kind == "choice":
        return dice.choice(question.option_ids)
    if question.kind == "set":
        opening = [option for option in question.option_ids if (question.id, option) in topic.opened]
        more = dice.choices(question.option_ids, k=dice.choice((0, 0, 0, 0, 1, 2)))
        return [*opening, *more] or ([question.option_ids[0]] if question.at_least_one else [])
    if question.kind == "codes":
        return dice.sample(CODES[question.code_system], k=dice.choice((1, 2)))
    if question.kind == "flag":
        return dice.random() < 0.5
    if question.kind == "decimal":
        return Decimal(dice.choice(DECIMALS))
    return dice.randrange(OLDEST) if question.kind == "age" else str(DAY)


def partial(topic: Topic) -> Iterator[tuple[Raw, Raw]]:
    """Some of the answers to the questionnaire, beside all of them, without end."""
    dice = random.Random(SEED)  # noqa: S311
    for raw in complete(topic):
        some = {fact: given for fact, given in raw.items() if dice.random() < 0.6}
        yield some, raw


def worked(topic: Topic) -> Iterator[Answers]:
    """The answers of every worked case, on the day it names."""
    for case in json.loads(WORKED_CASES.read_text(encoding="utf-8"), parse_float=Decimal):
        yield check(topic, case["answers"], dt.date.fromisoformat(case["as_of"]))


def facts(answers: Answers) -> Raw:
    """The answers as plain values for another engine, every fact given.

    Closed branches come as an empty list or false. What is not known is completed in one allowed way: where
    the outcome is known it is that of every completion, so also of this one.
    """
    return {q.id: _plain(q, answers) for q in answers.topic.questions if q.kind not in NO_CONDITION_TESTS}


def _plain(question: Question, answers: Answers) -> Any:
    if question.kind == "set":
        members = sorted(answers.members(question.id))
        return members or ([question.option_ids[-1]] if question.at_least_one else [])
    given = answers.on_record(question.id)
    if question.kind == "decimal":
        return float(given) if isinstance(given, Decimal) else 1.0
    instead = {"choice": question.option_ids[:1], "flag": (False,), "age": (0,)}[question.kind]
    return next(iter(instead)) if given is None else given

"""Answers in words: limits of a number, one answer inside a sentence, an answer in a list of answers.

Every clinical word comes from the topic's questions. A question's or option's ``said`` is its words inside a
sentence; for a number or a date ``{value}`` stands where the value goes. How a kind of question is told, the
kind says: ``decisions.telling.kinds``.
"""

from __future__ import annotations

from collections.abc import Collection

from decisions.core.answers import Answers
from decisions.core.determination import Literal
from decisions.core.partial import Limits, Number, Partial, Value
from decisions.core.policy import Question, Topic
from decisions.telling import kinds

NOT_DOCUMENTED = "Not documented"
NOT_ASKED = "Not asked"


def limits(question: Question, limits: Limits) -> str:
    """The limits of a number in words, such as "over 2.5 cm", "under 2 years", "12 to 23 months"."""
    return kinds.of(question).limits(question, limits)


def amount(question: Question, number: Number) -> str:
    """A number with its unit: "1 month", "3.2 cm", "2 years" where an age in months is told in years."""
    return kinds.of(question).amount(question, number)


def literal(topic: Topic, literal: Literal, limits_: Limits = ()) -> str:
    """One answer inside a sentence: "a tuft of hair", "age 1 month (under 2 years)"."""
    question = topic.by_id[literal.fact]
    return kinds.of(question).said(question, literal, limits_)


def closing(topic: Topic, literal: Literal, told: Collection[str] = ()) -> str:
    """That a set holds its members and nothing else; ``told``: those that are named beside it."""
    question = topic.by_id[literal.fact]
    return kinds.of(question).closed(question, literal.value, told)


def value_in_words(question: Question, value: Value | Partial) -> str:
    """What is known of one fact, as a reader sees it in a list of answers."""
    return kinds.of(question).shown(question, value)


def answer(question: Question, answers: Answers) -> str:
    """The answer to a question as it stands among the answers given."""
    given = answers.left(question.id)
    if given is None:
        return NOT_DOCUMENTED if question.id in answers.asked else NOT_ASKED
    return value_in_words(question, given) or kinds.of(question).nothing

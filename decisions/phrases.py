"""Answers in words: limits of a number, one answer inside a sentence, an answer in a list of answers.

Every clinical word comes from the topic's questions. A question's or option's ``said`` is its words inside a
sentence; for a number or a date ``{value}`` stands where the value goes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from decisions.core.answers import Answers
from decisions.core.determination import Literal
from decisions.core.kinds import Interval, Members, OneOfThese, Partial, Value
from decisions.core.policy import Question, Topic

Limits = tuple[tuple[str, Decimal | int], ...]
Number = Decimal | int

NOT_DOCUMENTED = "Not documented"
NOT_ASKED = "Not asked"
NONE_OF_THESE = "None of these"
REST_NOT_DESCRIBED = "the rest is not described"
_MONTHS_IN_A_YEAR = 12


def limits(question: Question, limits: Limits) -> str:
    """The limits of a number in words, such as "over 2.5 cm", "under 2 years", "12 to 23 months"."""
    if question.kind == "age":
        return _age_limits(question, dict(limits))
    given = dict(limits)
    exact = given.get("equals")
    if exact is None and given.get("at_least") == given.get("at_most"):
        exact = given.get("at_least")
    if exact is not None:
        return f"exactly {amount(question, exact)}"
    return ", ".join(
        words.format(amount(question, given[test])) for test, words in _LIMIT_WORDS.items() if test in given
    )


_LIMIT_WORDS = {
    "above": "over {}",
    "at_least": "{} or more",
    "below": "under {}",
    "at_most": "{} or less",
}


def _age_limits(question: Question, given: Mapping[str, Number]) -> str:
    """An age is counted in whole units, so that every limit has a first and a last age."""
    low, end = _whole_range(given)
    if low is not None and end is not None:
        if end == low + 1:
            return f"exactly {amount(question, low)}"
        return f"{low} to {_counted(end - 1, question.unit)}"
    if end is not None:
        return f"under {amount(question, end)}"
    return f"{amount(question, low)} or older" if low is not None else "any age"


def _whole_range(given: Mapping[str, Number]) -> tuple[int | None, int | None]:
    """The first whole number that the limits allow, and the first above it that they do not."""
    lows = {"equals": 0, "at_least": 0, "above": 1}
    ends = {"equals": 1, "at_most": 1, "below": 0}
    low = [int(given[test]) + more for test, more in lows.items() if test in given]
    end = [int(given[test]) + more for test, more in ends.items() if test in given]
    return max(low, default=None), min(end, default=None)


def amount(question: Question, number: Number) -> str:
    """A number with its unit: "1 month", "3.2 cm", "2 years" where an age in months is told in years."""
    if question.kind == "age" and question.unit == "months":
        if number >= 2 * _MONTHS_IN_A_YEAR:
            return _years(int(number))
        if number == 0:
            return "under 1 month"
    return _counted(number, question.unit)


def _years(months: int) -> str:
    years, rest = divmod(months, _MONTHS_IN_A_YEAR)
    said = _counted(years, "years")
    return f"{said} {_counted(rest, 'months')}" if rest else said


def _counted(number: Number, unit: str) -> str:
    one = number == 1 and len(unit) > len("mm")
    return f"{plain(number)} {unit.removesuffix('s') if one else unit}".rstrip()


def plain(number: Number) -> str:
    """A number as a reader writes it: 5 for 5.0, 0.0001 for 1E-4."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def literal(topic: Topic, literal: Literal, limits_: Limits = ()) -> str:
    """One answer inside a sentence: "a tuft of hair", "age 1 month (under 2 years)"."""
    question = topic.by_id[literal.fact]
    said = _said(question, literal)
    return f"{said} ({limits(question, limits_)})" if limits_ else said


def _said(question: Question, literal: Literal) -> str:
    value = literal.value
    if literal.member:
        option = question.option(literal.member)
        return f"{question.said} {option.said}".strip() if value else option.unsaid or f"not: {option.said}"
    if question.kind == "choice":
        return question.option(str(value)).said
    if question.kind == "flag":
        return question.said if value else question.unsaid
    return _with_value(question, value)


def _with_value(question: Question, value: Value | Partial) -> str:
    shown = value_in_words(question, value)
    if "{value}" in question.said:
        return question.said.replace("{value}", shown)
    return f"{question.said or question.short} {shown}"


def value_in_words(question: Question, value: Value | Partial) -> str:
    """What is known of one fact, as a reader sees it in a list of answers."""
    if isinstance(value, Interval):
        return limits(question, value.limits)
    if isinstance(value, OneOfThese):
        return " or ".join(question.option(option).label for option in value.options)
    if isinstance(value, Members):
        return _members_in_words(question, value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | Decimal):
        return amount(question, value)
    if isinstance(value, frozenset):
        return ", ".join(option.label for option in question.options if option.id in value)
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, dt.date) else question.option(value).label


def _members_in_words(question: Question, left: Members) -> str:
    there = [option.label for option in question.options if option.id in left.there]
    absent = [f"not: {option.label}" for option in question.options if option.id in left.absent]
    said = "; ".join(
        (", ".join(there), *absent, REST_NOT_DESCRIBED) if there else (*absent, REST_NOT_DESCRIBED)
    )
    return said[:1].upper() + said[1:]


def answer(question: Question, answers: Answers) -> str:
    """The answer to a question as it stands among the answers given."""
    given = answers.left(question.id)
    if given is None:
        return NOT_DOCUMENTED if question.id in answers.asked else NOT_ASKED
    shown = value_in_words(question, given)
    return shown or (NONE_OF_THESE if question.kind == "set" else "None")

"""A date of birth as it is typed: a day, or the month or the year that a chart gives."""

from __future__ import annotations

import datetime as dt

from decisions.core import kinds
from decisions.core.answers import months_between
from decisions.core.policy import Question
from decisions.questionnaire.typed import dated
from decisions.questionnaire.typed.bounds import Bounds, between, in_words
from decisions.questionnaire.typed.results import Read
from decisions.questionnaire.typed.text import NotReadError, clean, shown


def birth(question: Question, text: str, day: dt.date | None, *, served: bool = False) -> Read:
    """What was typed of a date of birth. An answer is YYYY-MM-DD, YYYY-MM or YYYY.

    ``question`` asks for the age. ``day`` is the date of service (``served``), else the as-of date; None
    where the date of service cannot be read.
    """
    words = clean(text)
    if not words:
        return Read(words)
    if day is None:
        return Read(words, error="The birth date needs a date of service that can be read.")
    try:
        found = dated.dated(words, _years(question, day))
        first, last = found.first, found.last
    except dated.SeveralDaysError as several:
        return dated.which_day(words, several.days)
    except (NotReadError, ValueError):
        return Read(words, error=_not_read(words))
    if first > day:
        until = f"the date of service {day}" if served else f"today, {day}"
        return Read(words, error=f"The birth date {words[:60]} is after {until}; allowed: up to that day.")
    fewest, most = months_between(min(last, day), day), months_between(first, day)
    if not kinds.of(question).allows(question, fewest):
        return Read(words, error=_too_old(question, words))
    months = Bounds(fewest, most if question.at_most is None else min(most, int(question.at_most)))
    return Read(words, found.text, f"This is {in_words(months, 'completed months')}.")


def _years(question: Question, day: dt.date) -> range:
    """The years in which somebody of an allowed age was born."""
    oldest = int(question.at_most or 0) // 12
    return range(day.year - oldest - 1, day.year + 1)


def _too_old(question: Question, words: str) -> str:
    return f"The birth date {words[:60]} gives an age outside the limits; allowed: {between(question)}."


def _not_read(words: str) -> str:
    allowed = f"allowed: a day, as {dated.FORMS}, or a month or year, as in 2026-03 or 2026"
    return f"{shown(words)} is not a day of the calendar; {allowed}."

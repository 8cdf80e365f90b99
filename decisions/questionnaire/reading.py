"""What was sent of one question -> its field: the answer that was read, or what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from decisions import wording
from decisions.core import codes
from decisions.core.answers import Answers, AnswersError, check
from decisions.core.policy import OTHERS_UNKNOWN, Question, Topic
from decisions.questionnaire import typed
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.fields import (
    NO,
    NONE_OF_THESE,
    NOT_DOCUMENTED,
    YES,
    Field,
    between,
    in_a_row,
)
from decisions.questionnaire.limits import topic_limits

LONGEST_TEXT = 1000
MOST_CODES = 50


@dataclass(frozen=True)
class Sent:
    """What a reader of a field needs: what was sent, the answer saved before, and the date of service.

    ``day`` is the date of service, "" where none is given, None where one was typed that cannot be read.
    """

    topic: Topic
    data: QueryDict
    saved: Any
    day: str | None
    as_of: dt.date

    def text(self, name: str) -> str:
        """The text of an input, without blanks around it; cut where it is absurdly long."""
        return typed.clean(self.data.get(name, ""))[:LONGEST_TEXT]

    def ticked(self, name: str) -> frozenset[str]:
        return frozenset(value[:LONGEST_TEXT] for value in self.data.getlist(name) if value)


def read(question: Question, sent: Sent) -> Field:
    """The field as it was sent."""
    field = Field(question)
    _READERS[question.kind](field, sent)
    if field.error or field.problem:
        field.value = ABSENT
    return field


def _allowed(field: Field, sent: Sent, raw: Any) -> Answers | None:
    """The answer as the rules see it. Where they refuse it, the field says why."""
    try:
        return check(sent.topic, {field.fact: raw}, sent.as_of)
    except AnswersError as refused:
        field.error = _sentence(wording.sentence(refused.problems[0]))
        return None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _keep(field: Field, sent: Sent, raw: Any) -> None:
    if _allowed(field, sent, raw) is not None:
        field.value = raw


def _choice(field: Field, sent: Sent) -> None:
    field.ticked = sent.ticked(field.fact)
    if len(field.ticked) > 1:
        field.error = "Choose one only."
    for chosen in field.ticked:
        _keep(field, sent, None if chosen == NOT_DOCUMENTED else chosen)


def _flag(field: Field, sent: Sent) -> None:
    field.ticked = sent.ticked(field.fact)
    meaning = {YES: True, NO: False, NOT_DOCUMENTED: None}
    if len(field.ticked) > 1:
        field.error = "Choose one only."
    for chosen in field.ticked:
        if chosen in meaning:
            field.value = meaning[chosen]
        else:
            field.error = f"“{chosen[:60]}” is not an option; allowed: yes, no, not documented."


def _set(field: Field, sent: Sent) -> None:
    field.ticked = ticked = sent.ticked(field.fact)
    if not ticked:
        return
    if len(ticked) > 1 and NOT_DOCUMENTED in ticked:
        field.error = "“Not documented” stands alone. Keep it, or what else is ticked."
    elif len(ticked) > 1 and NONE_OF_THESE in ticked:
        field.error = "“None of these” stands alone. Keep it, or what else is ticked."
    elif NOT_DOCUMENTED in ticked:
        field.value = None
    else:
        order = {key: place for place, key in enumerate((*field.question.option_ids, OTHERS_UNKNOWN))}
        members = ticked - {NONE_OF_THESE}
        _keep(field, sent, sorted(members, key=lambda member: (order.get(member, len(order)), member)))


def _text(field: Field, sent: Sent) -> bool:
    """Reads the text and the boxes beside it; whether the text is what counts.

    Of a text and a box the one that was changed counts, for nobody ticks a box and means the old text.
    """
    field.text = sent.text(field.fact)
    field.ticked = sent.ticked(f"{field.fact}.not") & {NOT_DOCUMENTED, NONE_OF_THESE}
    if field.question.kind != "codes":
        field.ticked -= {NONE_OF_THESE}
    if not field.ticked:
        return bool(field.text)
    boxed: list[str] | None = [] if NONE_OF_THESE in field.ticked else None
    old_text = field.text and sent.saved not in (ABSENT, None, []) and field.text == _old_text(sent.saved)
    if len(field.ticked) > 1:
        field.error = "Tick one only."
    elif not field.text or old_text:
        field.value, field.text = boxed, ""
    elif sent.saved == boxed and sent.saved is not ABSENT:
        field.ticked = frozenset()
        return True
    else:
        field.error = "There is a text here and a box ticked. Keep one of them."
    return False


def _old_text(saved: Any) -> str:
    return in_a_row(saved) if isinstance(saved, list) else str(saved)


def _decimal(field: Field, sent: Sent) -> None:
    if not _text(field, sent):
        return
    question = field.question
    try:
        length = typed.length(field.text, question.unit)
    except typed.NotReadError:
        field.error = f"“{field.text[:60]}” is not a number in {question.unit}; allowed: {between(question)}."
        return
    raw = typed.plain(length.number)
    if _allowed(field, sent, raw) is None:
        field.error = f"{field.text[:60]} is outside the limits; allowed: {between(question)}."
        return
    field.value = raw
    if length.unit and length.unit != question.unit:
        field.note = f"This is {raw} {question.unit}."
    field.doubt = typed.doubt(question, length)
    if field.doubt:
        field.sure = raw
        field.confirmed = raw in (sent.saved, sent.text(f"{field.fact}.sure"))


def _date(field: Field, sent: Sent) -> None:
    if not _text(field, sent):
        return
    day = typed.day(field.text)
    if _allowed(field, sent, day) is None:
        field.error = (
            f"“{field.text[:60]}” is not a day of the calendar; allowed: year, month, day, as in 2026-03-01."
        )
    else:
        field.value = day


def _codes(field: Field, sent: Sent) -> None:
    if not _text(field, sent):
        return
    given, field.left_out = codes.split(field.text, field.question.code_system)
    if len(given) > MOST_CODES:
        field.error = f"These are {len(given)} codes; allowed: up to {MOST_CODES}."
    elif not given:
        field.error = f"There is no code in “{field.text[:60]}”; allowed: codes, or “No code is given”."
    else:
        _keep(field, sent, list(given))
    if field.left_out and not field.error:
        field.text, field.note = in_a_row(given), left_out(field.left_out)


def left_out(words: Sequence[str]) -> str:
    """Which words of a text are no codes, in a sentence."""
    named = ", ".join(f"“{word[:60]}”" for word in words)
    return f"{named} {'are no codes and are' if len(words) > 1 else 'is no code and is'} left out."


def _age(field: Field, sent: Sent) -> None:
    field.birth = sent.text(f"{field.fact}.birth")
    unit = sent.text(f"{field.fact}.unit")
    field.unit = unit if unit in typed.AGE_UNITS else typed.AGE_UNITS[0]
    if field.birth:
        _birth_date(field, sent)
    elif _text(field, sent):
        _age_in_units(field, sent)


def _birth_date(field: Field, sent: Sent) -> None:
    """The age at the date of service. An age that stood there already gives way; one typed now does not."""
    field.text = sent.text(field.fact)
    field.ticked = sent.ticked(f"{field.fact}.not") & {NOT_DOCUMENTED}
    old_age = field.text == str(sent.saved) and field.unit == typed.AGE_UNITS[0]
    if (field.text and not old_age) or (field.ticked and sent.saved is not None):
        field.error = "Give the age or the birth date, not both."
        return
    if sent.day is None:
        field.error, field.error_at = "The birth date needs a date of service that can be read.", "-birth"
        return
    birth_date, service = field.question.birth_date, sent.topic.service_date.id
    raw = {birth_date: typed.day(field.birth), **({service: sent.day} if sent.day else {})}
    try:
        field.value = check(sent.topic, raw, sent.as_of).values[field.fact]
    except AnswersError as refused:
        field.error_at = "-birth"
        field.error = _birth_date_refused(field, sent, refused.problems[0].kind)
        return
    field.ticked = frozenset()
    field.from_birth_date = True


def _birth_date_refused(field: Field, sent: Sent, kind: str) -> str:
    birth = field.birth[:60]
    if kind == "born-after-service":
        until = f"the date of service {sent.day}" if sent.day else f"today, {sent.as_of}"
        return f"The birth date {birth} is after {until}; allowed: up to that day."
    if kind == "out-of-range":
        return f"The birth date {birth} gives an age outside the limits; allowed: {between(field.question)}."
    return f"“{birth}” is not a day of the calendar; allowed: year, month, day, as in 2026-03-01."


def _age_in_units(field: Field, sent: Sent) -> None:
    question, shown = field.question, field.text[:60]
    try:
        given = typed.number(field.text, typed.AGE_UNITS)
        by_day = (given.unit or field.unit) in ("days", "weeks")
        limits = topic_limits(sent.topic, field.fact) if by_day else ()
        months = typed.months(given, field.unit, limits)
    except typed.NotReadError:
        field.error = f"“{shown}” is not an age; allowed: a number of months {between(question)}."
        return
    except typed.CoarseError as near:
        field.error = _too_coarse(typed.plain(given.number), given.unit or field.unit, int(near.months))
        return
    if months != months.to_integral_value():
        field.error = f"{shown} is not a whole number of months; allowed: {between(question)}, whole."
    elif _allowed(field, sent, int(months)) is None:
        field.error = f"{shown} is outside the limits; allowed: {between(question)}."
    else:
        field.value = int(months)
        if (given.unit or field.unit) != question.unit:
            field.note = f"This is {field.value} completed month{'' if field.value == 1 else 's'}."


def _too_coarse(number: str, unit: str, limit: int) -> str:
    if number == "0":
        return "Under a year the months matter. Give completed months, or the birth date."
    return (
        f"{number} {unit} is within a month of {limit} months, where a policy may draw a line. "
        "Give completed months, or the birth date."
    )


_READERS: dict[str, Callable[[Field, Sent], None]] = {
    "choice": _choice,
    "flag": _flag,
    "set": _set,
    "decimal": _decimal,
    "date": _date,
    "codes": _codes,
    "age": _age,
}

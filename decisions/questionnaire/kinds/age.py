"""An age, or the birth date that gives it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from decisions.core.answers import read_answers
from decisions.core.partial import Interval
from decisions.questionnaire import typed
from decisions.questionnaire.choosing import NOT_DOCUMENTED
from decisions.questionnaire.fields import Held, ReadInput, text_of
from decisions.questionnaire.writing import Writing

NAMES = {"months": "completed months"}
"""Units that are named otherwise where they are chosen."""


class AgeField(Writing):
    """An age in completed months or another unit, or a birth date, which is turned into months."""

    default_error_messages: ClassVar = {
        "required": "Give the age or the birth date, or tick “Not documented”."
    }
    limits = typed.AGE_HINT
    units = typed.AGE_UNITS
    input_label = ""

    @property
    def unit_options(self) -> SafeString:
        """The units to choose among, with the one that is chosen."""
        return _options(self.reading.held.unit)

    def sent(self, data: QueryDict) -> Held:
        unit = text_of(data, f"{self.fact}.unit")
        birth = text_of(data, f"{self.fact}.birth")
        taken = text_of(data, f"{self.fact}.birth.take")
        unit = unit if unit in self.units else self.units[0]
        return replace(super().sent(data), unit=unit, birth=taken or birth)

    def filled(self, raw: Any) -> Held:
        return replace(super().filled(raw), unit=self.units[0])

    def in_words(self, held: Held) -> str:
        if held.birth:
            return f"Birth date {held.birth}"
        text = f"{held.text} {held.unit}" if held.text[-1:].isdecimal() else held.text
        return super().in_words(replace(held, text=text))

    def read(self, held: Held) -> ReadInput:
        return self._of_birth_date(held) if held.birth else super().read(held)

    def say(self, held: Held) -> typed.Read:
        return typed.age(self.question, held.text, held.unit, self._day)

    @property
    def _day(self) -> dt.date | None:
        """The date of service, else today; None where one was typed that cannot be read."""
        service = self.around.service()
        if service is None:
            return None
        return dt.date.fromisoformat(service) if service else self.around.as_of

    def _of_birth_date(self, held: Held) -> ReadInput:
        """The age at the date of service. An age that stood there already gives way; one typed now does
        not.
        """
        old_age = self.is_old(held.text) and held.unit == self.units[0]
        unknown = NOT_DOCUMENTED in held.ticked and self.saved.raw is not None
        if (held.text and not old_age) or unknown:
            return ReadInput(held, error="Give the age or the birth date, not both.")
        served = bool(self.around.service())
        found = typed.birth(self.question, held.birth, self._day, served=served)
        if found.raw is None:
            return ReadInput(held, error=found.error, at="birth", offers=found.offers)
        shown = replace(held, ticked=frozenset())
        return ReadInput(shown, self._age_of(found.raw), note=found.note, from_birth_date=True)

    def _age_of(self, birth: typed.Raw) -> Any:
        """The raw age of a birth date that was read."""
        topic, service = self.around.topic, self.around.service()
        raw = {self.question.birth_date: birth, **({topic.service_date.id: service} if service else {})}
        left = read_answers(topic, raw, self.around.as_of).left(self.fact)
        if isinstance(left, Interval):
            return {test: int(limit) for test, limit in left.limits}
        return left


@cache
def _options(chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (unit, SafeString(" selected" if place and unit == chosen else ""), NAMES.get(unit, unit))
            for place, unit in enumerate(typed.AGE_UNITS)
        ),
    )


KIND = AgeField

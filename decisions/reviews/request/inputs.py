"""The fields of a request that read more than a text: days, times and codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from decisions.core import code_systems
from decisions.questionnaire import typed
from decisions.reviews.ground.moments import day_of, minutes, received

MOST_CODES = 20


class Dated(forms.CharField):
    """A day or a time as it is typed, and ``read_as``, how it was read where that does not stand there."""

    read_as = ""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "inputmode": "text"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def _note(self, given: str, read: str) -> None:
        # "2026-03-01T14:30" says the same as with a blank.
        self.read_as = "" if typed.day(given).replace("T", " ") == read else read


class DayField(Dated):
    """A day of the calendar. Of a year of two digits, it is so many years before today or after it."""

    def __init__(self, years_before: int, years_after: int, **kwargs: Any) -> None:
        kwargs["help_text"] = f"{typed.DATE_HINT} {kwargs.get('help_text', '')}".strip()
        super().__init__(**kwargs)
        self._around = years_before, years_after

    def clean(self, value: Any) -> dt.date | None:
        """The day, None where none was given. Raises ValidationError."""
        given = super().clean(value)
        if not given:
            return None
        before, after = self._around
        this_year = timezone.localdate().year
        day = day_of(given, range(this_year - before, this_year + after + 1))
        self._note(given, str(day))
        return day


def day(name: str) -> Field:
    """A day or a time in the layout, with a button for each of two that can be meant."""
    return Field(name, template="reviews/day_field.html")


def offered_days(data: QueryDict | None, names: Iterable[str]) -> dict[str, str]:
    """The days whose buttons were pressed, of those that were offered, by the names of their inputs."""
    offered = {name: data.get(f"{name}.take", "") for name in names} if data else {}
    return {name: chosen for name, chosen in offered.items() if chosen}


def with_days(data: QueryDict | None, chosen: dict[str, str]) -> QueryDict | None:
    """What was sent, with what was chosen in the place of what was typed."""
    if data is None or not chosen:
        return data
    given = data.copy()
    for name, value in chosen.items():
        given[name] = value
    return given


class MomentField(Dated):
    """A time in the past, in local time. The one that is ``kept`` has its seconds where it is not touched."""

    kept: dt.datetime | None = None

    def clean(self, value: Any) -> dt.datetime:
        """The time. Raises ValidationError."""
        given = super().clean(value)
        if self.kept and given.strip() == minutes(self.kept):
            return self.kept
        moment = received(given, timezone.now())
        self._note(given, minutes(moment))
        return moment


class CodesField(forms.CharField):
    """Codes in their canonical spelling, each once, and behind them the words that are none."""

    def __init__(self, system: str, **kwargs: Any) -> None:
        hint = f"Separated by blanks or commas, up to {MOST_CODES}. May stay empty."
        super().__init__(required=False, max_length=400, help_text=hint, **kwargs)
        self._system = system

    def clean(self, value: Any) -> list[str]:
        """The codes and words in the order given. Raises ValidationError."""
        given = code_systems.split(super().clean(value), self._system)
        canonical = code_systems.spelling(self._system)
        found = list(dict.fromkeys(filter(None, map(canonical, given.codes))))
        if len(found) > MOST_CODES:
            raise ValidationError(f"These are {len(found)} codes; allowed: up to {MOST_CODES}.")
        return [*found, *dict.fromkeys(filter(None, map(canonical, given.words)))]

"""The fields of a request that read more than a text: days and codes."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from decisions.questionnaire import typed

MONTHS = 12
MOST_CODES = 20
ANOTHER_ORDER = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
DAY_HINT = "Year, month, day, as in 2026-03-01."


class DayField(forms.CharField):
    """A day of the calendar, year first."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = f"{DAY_HINT} {kwargs.get('help_text', '')}".strip()
        attrs = {"placeholder": "YYYY-MM-DD", "autocomplete": "off", "inputmode": "text"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> dt.date | None:
        """The day, None where none was given. Raises ValidationError."""
        given = super().clean(value)
        if not given:
            return None
        try:
            return dt.date.fromisoformat(typed.day(given))
        except ValueError:
            raise ValidationError(not_a_day(given)) from None


def not_a_day(given: str) -> str:
    """What to do about a day that cannot be read: one with the year last is spelled anew."""
    found = ANOTHER_ORDER.fullmatch(typed.clean(given))
    if found:
        one, other, year = map(int, found.groups())
        month, day = (other, one) if one > MONTHS else (one, other)
        with contextlib.suppress(ValueError):
            return f"Write year, month, day: {dt.date(year, month, day)}."
    return "This is not a day of the calendar; allowed: year, month, day, as in 2026-03-01."


class CodesField(forms.CharField):
    """Codes, separated by blanks or commas, in their canonical spelling, each once."""

    def __init__(self, canonical: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(required=False, max_length=400, **kwargs)
        self._canonical = canonical

    def clean(self, value: Any) -> list[str]:
        """The codes in the order given. Raises ValidationError."""
        given = typed.codes(super().clean(value))
        found = list(dict.fromkeys(filter(None, map(self._canonical, given))))
        if len(found) > MOST_CODES:
            raise ValidationError(f"These are {len(found)} codes; allowed: up to {MOST_CODES}.")
        return found

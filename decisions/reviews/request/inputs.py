"""The fields of a request that read more than a text: days and codes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from decisions.core import code_systems
from decisions.reviews.ground.moments import day_of

MOST_CODES = 20
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
        return day_of(given) if given else None


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

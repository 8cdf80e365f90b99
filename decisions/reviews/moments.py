"""Times as people type them."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

MINUTES = "%Y-%m-%d %H:%M"
RECEIVED_WITHIN_YEARS = 10


def minutes(moment: dt.datetime) -> str:
    """A time as it is typed."""
    return timezone.localtime(moment).strftime(MINUTES)


def received(given: str, now: dt.datetime) -> dt.datetime:
    """When a request arrived, in local time. Raises ValidationError."""
    try:
        naive = dt.datetime.strptime(given.replace("T", " "), MINUTES)  # noqa: DTZ007 (local time, made so below)
    except ValueError:
        raise ValidationError("This is not a time; allowed: day and time, as in 2026-03-01 14:30.") from None
    if naive.year < now.year - RECEIVED_WITHIN_YEARS:
        raise ValidationError(
            f"This is too long ago; allowed: within the last {RECEIVED_WITHIN_YEARS} years."
        )
    if naive.year > now.year + 1:
        raise ValidationError("This is in the future.")
    moment: dt.datetime = from_current_timezone(naive)
    if moment > now:
        raise ValidationError("This is in the future.")
    return moment


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; February 29 becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

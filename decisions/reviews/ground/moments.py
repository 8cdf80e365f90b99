"""Days and times as people type them."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

from decisions.core import days
from decisions.questionnaire import typed

CLOCK = "%H:%M"
MINUTES = f"%Y-%m-%d {CLOCK}"
YEAR_FIRST = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}")
RECEIVED_WITHIN_YEARS = 10


def day_of(given: str) -> dt.date:
    """A day of the calendar, year first. Raises ValidationError, which spells one with the year last anew."""
    try:
        return dt.date.fromisoformat(typed.day(given))
    except ValueError:
        either = days.either(typed.clean(given))
    if either:
        raise ValidationError(f"Write year, month, day: {either}.")
    wrong = "is not a day of the calendar" if _is_spelled(given) else "cannot be read as a day"
    raise ValidationError(f"This {wrong}; allowed: year, month, day, as in 2026-03-01.")


def _is_spelled(given: str) -> bool:
    """Whether this is a day in figures, though one that no calendar may have."""
    text = typed.clean(given)
    return bool(YEAR_FIRST.fullmatch(text) or days.YEAR_LAST.fullmatch(text))


def minutes(moment: dt.datetime) -> str:
    """A time as it is typed."""
    return timezone.localtime(moment).strftime(MINUTES)


def received(given: str, now: dt.datetime) -> dt.datetime:
    """When a request arrived, in local time. Raises ValidationError."""
    naive = _local(given)
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


def _local(given: str) -> dt.datetime:
    """A day and a time of the clock. Raises ValidationError."""
    day, _, clock = typed.clean(given).replace("T", " ").partition(" ")
    turned = days.turned(day)
    try:
        time = dt.datetime.strptime(clock.strip(), CLOCK).time()  # noqa: DTZ007 (local time)
        if turned:
            moments = " or ".join(f"{each} {time:{CLOCK}}" for each in turned)
            raise ValidationError(f"Write year, month, day, and the time: {moments}.")
        return dt.datetime.combine(dt.date.fromisoformat(typed.day(day)), time)
    except ValueError:
        allowed = "day and time on a 24-hour clock, as in 2026-03-01 14:30"
        raise ValidationError(f"This is not a time; allowed: {allowed}.") from None


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; February 29 becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

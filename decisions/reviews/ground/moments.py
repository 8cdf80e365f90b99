"""Days and times as people type them."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

from decisions.questionnaire import typed
from decisions.questionnaire.typed import Offer

CLOCK = "%H:%M"
HALVES = "%I:%M %p"
MINUTES = f"%Y-%m-%d {CLOCK}"
RECEIVED_WITHIN_YEARS = 10
_TIMED = re.compile(
    r"(?P<day>.+?)(?:,? +|[Tt])(?P<clock>[0-9]{1,2}:[0-9]{2})(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)


def day_of(given: str, years: range) -> dt.date:
    """A day of the calendar. ``years`` are those that can be meant. Raises ValidationError; where two days
    can be meant, it has them as its ``params``, ready to be offered.
    """
    found = typed.date(given, years)
    if found.raw is None:
        raise _refused(found.error, found.offers)
    return dt.date.fromisoformat(str(found.raw))


def _refused(why: str, offers: tuple[Offer, ...]) -> ValidationError:
    # With params a message is a pattern, in which a sign of percent would be one.
    return ValidationError(
        why.replace("%", "%%") if offers else why, params={"offers": offers} if offers else None
    )


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
    found = _TIMED.fullmatch(typed.clean(given))
    if not found or (time := _time(found["clock"], found["half"])) is None:
        allowed = "day and time, as in 2026-03-01 14:30 or 3/25/2026 2:30 pm"
        raise ValidationError(f"This is not a time; allowed: {allowed}.")
    this_year = timezone.localdate().year
    read = typed.date(found["day"], range(this_year - RECEIVED_WITHIN_YEARS, this_year + 1))
    if read.raw is None:
        raise _refused(read.error, tuple(_timed(each, time) for each in read.offers))
    return dt.datetime.combine(dt.date.fromisoformat(str(read.raw)), time)


def _time(clock: str, half: str | None) -> dt.time | None:
    """A time of the clock, of 24 hours or of a half of the day; None where no clock has it."""
    try:
        # Local time: what a day it is says the zone of the project.
        return dt.datetime.strptime(f"{clock} {half}m" if half else clock, HALVES if half else CLOCK).time()  # noqa: DTZ007
    except ValueError:
        return None


def _timed(offer: Offer, time: dt.time) -> Offer:
    """A day that is offered, at a time."""
    return Offer(f"{offer.label}, {time:{CLOCK}}", f"{offer.text} {time:{CLOCK}}", offer.raw)


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; February 29 becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

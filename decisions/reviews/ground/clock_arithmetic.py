"""How a clock runs: when an answer is owed, what a pause and an extension do, and how near it is.

Pure: it knows no case and no state, and the time now is given. Hours are hours on the clock. Days are
calendar days in the project's time zone: seven days after Tuesday 10:00 is the next Tuesday 10:00, also where
a clock was put forward in between.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

OVERDUE, DUE_SOON, IN_TIME, PAUSED, STOPPED = "overdue", "due_soon", "in_time", "paused", "stopped"


@dataclass(frozen=True, slots=True)
class Turnaround:
    """How long an answer may take: so many hours, or so many calendar days; one of them is 0."""

    hours: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """A turnaround that runs until ``due``, or stands still with ``left`` to go. One of them is None."""

    due: dt.datetime | None
    left: dt.timedelta | None = None


def started(at: dt.datetime, turnaround: Turnaround, zone: ZoneInfo) -> Clock:
    """The clock of a request that was received at a time."""
    return Clock(later(at, turnaround, zone))


def later(at: dt.datetime, turnaround: Turnaround, zone: ZoneInfo) -> dt.datetime:
    """The time so many hours, or calendar days by the clock on the wall, after a time."""
    if turnaround.hours:
        return at.astimezone(dt.UTC) + dt.timedelta(hours=turnaround.hours)  # with a zone: hours on the wall
    on_the_wall = at.astimezone(zone).replace(tzinfo=None) + dt.timedelta(days=turnaround.days)
    # A time that a clock put forward leaves out is taken by the offset before it; of one that comes twice,
    # the first.
    return on_the_wall.replace(tzinfo=zone).astimezone(dt.UTC)


def paused(clock: Clock, now: dt.datetime) -> Clock:
    """The clock, standing still. One that stands already is left as it is. Time overdue stays overdue."""
    return clock if clock.due is None else Clock(None, clock.due - now)


def resumed(clock: Clock, now: dt.datetime) -> Clock:
    """The clock, running with the time that was left."""
    return clock if clock.left is None else Clock(now + clock.left)


def extended(clock: Clock, days: int, zone: ZoneInfo) -> Clock:
    """The clock with so many calendar days more."""
    if clock.due is not None:
        return Clock(later(clock.due, Turnaround(days=days), zone))
    return Clock(None, (clock.left or dt.timedelta()) + dt.timedelta(days=days))


def delayed(clock: Clock, by: dt.timedelta) -> Clock:
    """The clock with so much more time."""
    if clock.due is not None:
        return Clock(clock.due + by)
    return Clock(None, (clock.left or dt.timedelta()) + by)


def standing(clock: Clock, soon: dt.timedelta, now: dt.datetime) -> str:
    """How near the end is: overdue once it has passed, due soon within ``soon`` of it."""
    if clock.due is None:
        return PAUSED
    if now > clock.due:
        return OVERDUE
    return DUE_SOON if clock.due - now <= soon else IN_TIME


def in_words(span: dt.timedelta) -> str:
    """A span of time in its two largest units: "2 days 3 hours", "45 minutes"."""
    minutes = int(abs(span).total_seconds()) // 60
    units = (("day", minutes // 1440), ("hour", minutes // 60 % 24), ("minute", minutes % 60))
    told = [f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in units if count]
    return " ".join(told[:2]) or "less than a minute"

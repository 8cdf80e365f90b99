"""The clock of a case: in which states it runs, how its columns hold it, and how long its line of business
gives.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

from decisions.models import Case, LineOfBusiness
from decisions.models.reviews import NO_DUE
from decisions.reviews.ground import clock_arithmetic, states
from decisions.reviews.ground.clock_arithmetic import Clock, Turnaround


def zone() -> ZoneInfo:
    """The project's time zone."""
    return ZoneInfo(timezone.get_default_timezone_name())


def turnaround(line: LineOfBusiness, urgency: str, *, appeal: bool = False) -> Turnaround:
    """How long an answer may take."""
    if urgency == Case.Urgency.EXPEDITED:
        return Turnaround(hours=line.appeal_expedited_hours if appeal else line.expedited_hours)
    return Turnaround(days=line.appeal_standard_days if appeal else line.standard_days)


def clock_of(case: Case) -> Clock:
    """The clock as the case holds it."""
    return Clock(case.due_at, case.clock_left)


def columns(clock: Clock) -> dict[str, object]:
    """The columns of a case that hold a clock."""
    # Lists are ordered by a column without gaps, since databases disagree on where an empty one comes.
    return {"due_at": clock.due, "clock_left": clock.left, "sort_due": clock.due or NO_DUE}


def extended(case: Case) -> Clock:
    """The clock of a case as an extension by what its line of business allows leaves it."""
    return clock_arithmetic.extended(clock_of(case), case.plan.line.extension_days, zone())


def from_receipt(case: Case, stood: dt.timedelta = dt.timedelta()) -> Clock:
    """The clock of a request from when it was received, with the extension that it was given, and the time
    that it stood still.
    """
    clock = clock_arithmetic.started(case.received_at, turnaround(case.plan.line, case.urgency), zone())
    if case.extended_by:
        clock = clock_arithmetic.extended(clock, case.extended_by.days, zone())
    return clock_arithmetic.delayed(clock, stood)


def stood_still(case: Case, now: dt.datetime) -> dt.timedelta:
    """How long the clock of a request stood still until now: the difference to a clock that always ran."""
    always, due = from_receipt(case).due, clock_arithmetic.resumed(clock_of(case), now).due
    return due - always if due and always else dt.timedelta()


def stands_still(line: LineOfBusiness, state: str) -> bool:
    """Whether the clock of a case stands still in a state."""
    return state in line.paused_states


def anew(case: Case, stood: dt.timedelta, now: dt.datetime) -> Clock:
    """The clock of a request whose urgency, receipt or plan is another than before: worked out from its
    receipt again, as it runs in the state of the case. ``stood`` is how long it had stood still by then.
    """
    return in_state(from_receipt(case, stood), case.plan.line, case.state, now)


def in_state(clock: Clock, line: LineOfBusiness, state: str, now: dt.datetime) -> Clock:
    """The clock as it runs, or stands still, in a state of the case."""
    if stands_still(line, state):
        return clock_arithmetic.paused(clock, now)
    return clock_arithmetic.resumed(clock, now)


def standing(case: Case, now: dt.datetime) -> str:
    """How near the end of its turnaround a case is; stopped where no answer is owed."""
    if case.state not in states.OPEN:
        return clock_arithmetic.STOPPED
    soon = dt.timedelta(hours=case.plan.line.due_soon_hours)
    return clock_arithmetic.standing(clock_of(case), soon, now)


def is_late(case: Case, now: dt.datetime) -> bool:
    """Whether an answer that is given now comes after its time, also where the clock stands still."""
    due = clock_arithmetic.resumed(clock_of(case), now).due
    return due is not None and now > due


def standing_in_words(case: Case, now: dt.datetime) -> str:
    """How near the end of its turnaround a case is, in a few words: "due in 5 hours", "overdue by 2 days"; of
    a clock that has stopped, whether the decision came in time.
    """
    how, clock = standing(case, now), clock_of(case)
    if how == clock_arithmetic.STOPPED:
        return _ended_in_words(case)
    if clock.due is None:
        return f"paused, {clock_arithmetic.in_words(clock.left or dt.timedelta())} left"
    span = clock_arithmetic.in_words(clock.due - now)
    return f"overdue by {span}" if how == clock_arithmetic.OVERDUE else f"due in {span}"


def _ended_in_words(case: Case) -> str:
    """How a clock ended. A request that was withdrawn, or sent elsewhere, has no decision."""
    if not case.result:
        return "closed"
    if case.result == Case.Result.ELSEWHERE:
        return "sent elsewhere"
    return "decided late" if case.late else "decided in time"

"""The clock of a case: limits, pauses, extensions, and days on which clocks are put forward or back."""

from __future__ import annotations

import datetime as dt
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from decisions.models import Case
from decisions.models.reviews import NO_DUE
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.ground import case_clock, clock_arithmetic
from decisions.reviews.ground.clock_arithmetic import Clock, Turnaround
from decisions.reviews.ground.work import RefusedError
from decisions.reviews.request import verbs as intake
from tests.reviews.world import (
    MET,
    REASON,
    appeal_decided,
    corrected,
    fresh,
    make_cases,
    request_for,
    sent,
    signed,
)

UTC, NEW_YORK = ZoneInfo("UTC"), ZoneInfo("America/New_York")
STANDARD, EXPEDITED = Turnaround(days=7), Turnaround(hours=72)
MICROSECOND, HOUR, DAY = dt.timedelta(microseconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def at(text: str, zone: ZoneInfo = NEW_YORK) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


# When an answer is owed


@pytest.mark.parametrize(
    ("received", "turnaround_", "due"),
    [
        ("2026-06-02T10:00", STANDARD, "2026-06-09T10:00"),
        ("2026-06-02T10:00", EXPEDITED, "2026-06-05T10:00"),
        # Clocks go forward on 2026-03-08 at 2:00. Days are days on the wall, hours are hours that pass.
        ("2026-03-05T10:00", STANDARD, "2026-03-12T10:00"),
        ("2026-03-06T10:00", EXPEDITED, "2026-03-09T11:00"),
        # 2:30 is not there on that day: it is the moment an hour after 1:30.
        ("2026-03-01T02:30", STANDARD, "2026-03-08T03:30"),
        # Clocks go back on 2026-11-01 at 2:00. Of the two 1:30, the first.
        ("2026-10-29T10:00", STANDARD, "2026-11-05T10:00"),
        ("2026-10-30T10:00", EXPEDITED, "2026-11-02T09:00"),
        ("2026-10-25T01:30", STANDARD, "2026-11-01T01:30"),
        # A leap day, and months and years that end.
        ("2028-02-22T10:00", STANDARD, "2028-02-29T10:00"),
        ("2028-02-23T10:00", STANDARD, "2028-03-01T10:00"),
        ("2026-02-22T10:00", STANDARD, "2026-03-01T10:00"),
        ("2026-12-28T23:59", STANDARD, "2027-01-04T23:59"),
        ("2026-01-31T00:00", Turnaround(days=30), "2026-03-02T00:00"),
    ],
)
def test_an_answer_is_owed_after_so_many_days_on_the_wall_or_hours_that_pass(received, turnaround_, due):
    clock = clock_arithmetic.started(at(received), turnaround_, NEW_YORK)

    assert clock == Clock(at(due).astimezone(dt.UTC))


def test_where_no_clock_is_put_forward_seven_days_are_168_hours():
    assert clock_arithmetic.started(NOW, STANDARD, UTC) == clock_arithmetic.started(
        NOW, Turnaround(hours=168), UTC
    )


# How near it is


@pytest.mark.parametrize(
    ("before_due", "standing"),
    [
        (24 * HOUR + MICROSECOND, clock_arithmetic.IN_TIME),
        (24 * HOUR, clock_arithmetic.DUE_SOON),
        (24 * HOUR - MICROSECOND, clock_arithmetic.DUE_SOON),
        (MICROSECOND, clock_arithmetic.DUE_SOON),
        (dt.timedelta(), clock_arithmetic.DUE_SOON),
        (-MICROSECOND, clock_arithmetic.OVERDUE),
    ],
)
def test_an_answer_is_due_soon_within_its_hours_and_overdue_after_its_end(before_due, standing):
    assert clock_arithmetic.standing(Clock(NOW + before_due), 24 * HOUR, NOW) == standing


@pytest.mark.parametrize("left", [DAY, dt.timedelta(), -DAY])
def test_a_clock_that_stands_still_is_paused_also_where_it_was_overdue(left):
    assert clock_arithmetic.standing(Clock(None, left), 24 * HOUR, NOW) == clock_arithmetic.PAUSED


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (dt.timedelta(seconds=59), "less than a minute"),
        (dt.timedelta(seconds=60), "1 minute"),
        (dt.timedelta(minutes=59, seconds=59), "59 minutes"),
        (dt.timedelta(hours=1), "1 hour"),
        (dt.timedelta(hours=5, minutes=10), "5 hours 10 minutes"),
        (dt.timedelta(days=1), "1 day"),
        (dt.timedelta(days=2, hours=3, minutes=4), "2 days 3 hours"),
        (dt.timedelta(days=2, minutes=4), "2 days 4 minutes"),
        (-dt.timedelta(days=1, hours=1), "1 day 1 hour"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(span, words):
    assert clock_arithmetic.in_words(span) == words


# Pausing, resuming, extending

moments = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
spans = st.timedeltas(dt.timedelta(), dt.timedelta(days=400))


@given(due=moments, begun=moments, rests=st.lists(st.tuples(spans, spans), max_size=6))
def test_pausing_and_resuming_neither_loses_nor_gains_time(due, begun, rests):
    clock, now, stood = Clock(due), begun, dt.timedelta()
    for runs, rest in rests:
        now += runs
        clock = clock_arithmetic.paused(clock, now)
        assert clock.left == due + stood - now
        now, stood = now + rest, stood + rest
        clock = clock_arithmetic.resumed(clock, now)

    assert clock == Clock(due + stood)


@given(due=moments, first=moments, second=moments)
def test_pausing_or_resuming_twice_is_as_once(due, first, second):
    standing_still = clock_arithmetic.paused(Clock(due), first)

    assert clock_arithmetic.paused(standing_still, second) == standing_still
    assert clock_arithmetic.resumed(Clock(due), second) == Clock(due)


@given(due=moments, now=moments, days=st.integers(0, 60), rest=spans)
def test_an_extension_counts_the_same_before_during_and_after_a_pause(due, now, days, rest):
    def after(clock: Clock) -> Clock:
        return clock_arithmetic.resumed(clock, now + rest)

    before = after(clock_arithmetic.paused(clock_arithmetic.extended(Clock(due), days, UTC), now))
    during = after(clock_arithmetic.extended(clock_arithmetic.paused(Clock(due), now), days, UTC))
    afterwards = clock_arithmetic.extended(after(clock_arithmetic.paused(Clock(due), now)), days, UTC)

    assert before == during == afterwards == Clock(due + dt.timedelta(days=days) + rest)


def test_a_clock_that_was_overdue_when_it_was_paused_is_overdue_by_the_same_when_it_goes_on():
    clock = clock_arithmetic.resumed(clock_arithmetic.paused(Clock(NOW - HOUR), NOW), NOW + 5 * DAY)

    assert clock_arithmetic.standing(clock, 24 * HOUR, NOW + 5 * DAY) == clock_arithmetic.OVERDUE
    assert NOW + 5 * DAY - clock.due == HOUR


def test_an_extension_is_in_days_on_the_wall():
    assert clock_arithmetic.extended(Clock(at("2026-03-05T10:00")), 14, NEW_YORK).due == at(
        "2026-03-19T10:00"
    )


# Through the services


def stand_at(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    """Let it be this time wherever the time is asked for."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def world(db, monkeypatch, settings):
    settings.TIME_ZONE = "UTC"
    stand_at(monkeypatch, NOW)
    return make_cases()


@pytest.mark.parametrize(
    ("urgency", "line", "due"),
    [
        ("standard", {}, 7 * DAY),
        ("expedited", {}, 72 * HOUR),
        ("standard", {"standard_days": 1}, DAY),
        ("expedited", {"expedited_hours": 1}, HOUR),
    ],
)
def test_a_line_of_business_says_how_long_an_answer_may_take(world, urgency, line, due):
    case = world.draft(plan=world.plan_of(**line), urgency=urgency)

    assert (case.due_at, case.sort_due, case.clock_left) == (NOW + due, NOW + due, None)


def test_a_clock_starts_when_the_request_was_received_and_not_when_it_was_entered(world):
    assert world.draft(received_at=NOW - 2 * DAY).due_at == NOW + 5 * DAY


def test_a_clock_stands_still_in_the_states_that_the_line_of_business_names(world, monkeypatch):
    plan = world.plan_of(paused_states=["waiting"])
    case = world.in_review(world.reviewer, plan=plan)
    stand_at(monkeypatch, NOW + DAY)
    working.request_information(world.reviewer, case.pk, sent(case), "Dr. O.", "Please.")
    waiting = fresh(case)
    stand_at(monkeypatch, NOW + 11 * DAY)
    working.receive_information(world.reviewer, case.pk, sent(case), "It came.")
    goes_on = fresh(case)

    assert (waiting.due_at, waiting.clock_left, waiting.sort_due) == (None, 6 * DAY, NO_DUE)
    assert case_clock.standing_in_words(waiting, NOW + 9 * DAY) == "paused, 6 days left"
    assert (goes_on.due_at, goes_on.clock_left) == (NOW + 17 * DAY, None)


def test_a_clock_runs_on_in_a_state_that_is_not_named(world):
    case = world.waiting()

    assert (case.due_at, case.clock_left) == (NOW + 7 * DAY, None)


def test_a_clock_stands_still_in_drafts_where_drafts_are_named(world, monkeypatch):
    case = world.draft(plan=world.plan_of(paused_states=["draft"]))
    assert (case.due_at, case.clock_left) == (None, 7 * DAY)
    stand_at(monkeypatch, NOW + DAY)

    intake.submit(world.intake, case.pk, sent(case))
    assert fresh(case).due_at == NOW + 8 * DAY


def test_a_case_overdue_when_it_was_paused_can_wait_be_extended_and_go_on(world, monkeypatch):
    case = world.in_review(world.reviewer, plan=world.plan_of(paused_states=["waiting"], extension_days=1))
    stand_at(monkeypatch, NOW + 9 * DAY)
    working.request_information(world.reviewer, case.pk, sent(case), "Dr. O.", "Please.")
    assert fresh(case).clock_left == -2 * DAY
    working.extend(world.reviewer, case.pk, sent(case), REASON)
    assert fresh(case).clock_left == -DAY
    working.receive_information(world.reviewer, case.pk, sent(case), "It came.")

    assert case_clock.standing_in_words(fresh(case), timezone.now()) == "overdue by 1 day"


@pytest.mark.parametrize(("days", "possible"), [(0, False), (1, True), (14, True)])
def test_a_turnaround_is_extended_once_by_what_the_line_of_business_allows(world, days, possible):
    case = world.in_review(world.reviewer, plan=world.plan_of(extension_days=days))
    if possible:
        working.extend(world.reviewer, case.pk, sent(case), REASON)
    with pytest.raises(RefusedError, match="cannot be extended again"):
        working.extend(world.reviewer, case.pk, sent(case), REASON)

    now = fresh(case)
    assert now.due_at == NOW + (7 + days) * DAY
    assert [note.text for note in now.case_notes.filter(kind="extension")] == [REASON] * possible


@pytest.mark.parametrize("made", ["decided", "closed"])
def test_no_turnaround_is_extended_once_an_answer_was_given(world, made):
    case = getattr(world, made)()

    with pytest.raises(RefusedError, match="not possible now"):
        working.extend(world.reviewer, case.pk, sent(case), REASON)


@pytest.mark.parametrize(
    ("urgency", "line", "due"),
    [
        ("standard", {}, 30 * DAY),
        ("expedited", {}, 72 * HOUR),
        ("standard", {"appeal_standard_days": 2}, 2 * DAY),
        ("expedited", {"appeal_expedited_hours": 3}, 3 * HOUR),
    ],
)
def test_an_appeal_has_a_turnaround_of_its_own_that_can_be_extended_anew(
    world, monkeypatch, urgency, line, due
):
    case = world.in_physician_review(world.physician, plan=world.plan_of(**line), urgency=urgency)
    working.extend(world.physician, case.pk, sent(case), REASON)
    case = fresh(case)
    deciding_time = NOW + 3 * DAY
    stand_at(monkeypatch, deciding_time)
    signed(world.physician, case, "adverse")
    appealing.file_appeal(world.intake, case.pk, sent(case), "They appeal.")

    appealed = fresh(case)
    assert (appealed.due_at, appealed.extended_by) == (deciding_time + due, None)


@pytest.mark.parametrize(
    ("before_due", "words", "standing"),
    [
        (24 * HOUR + MICROSECOND, "due in 1 day", clock_arithmetic.IN_TIME),
        (24 * HOUR, "due in 1 day", clock_arithmetic.DUE_SOON),
        (dt.timedelta(), "due in less than a minute", clock_arithmetic.DUE_SOON),
        (-MICROSECOND, "overdue by less than a minute", clock_arithmetic.OVERDUE),
        (-DAY, "overdue by 1 day", clock_arithmetic.OVERDUE),
    ],
)
def test_a_case_says_how_near_the_end_of_its_turnaround_is(world, before_due, words, standing):
    case = world.in_review(world.reviewer)
    now = case.due_at - before_due

    assert (case_clock.standing(case, now), case_clock.standing_in_words(case, now)) == (standing, words)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("decided", "decided in time"),
        ("closed", "decided in time"),
        ("withdrawn", "closed"),
        ("sent_elsewhere", "sent elsewhere"),
    ],
)
def test_an_answered_case_is_neither_due_nor_overdue(world, made, words):
    case = getattr(world, made)()

    assert case_clock.standing(case, NOW + 400 * DAY) == clock_arithmetic.STOPPED
    assert case_clock.standing_in_words(case, NOW + 400 * DAY) == words


@pytest.mark.parametrize(
    ("after_due", "late"), [(-MICROSECOND, False), (dt.timedelta(), False), (MICROSECOND, True)]
)
def test_a_decision_is_late_once_its_time_has_passed(world, after_due, late):
    case = world.in_review(world.reviewer, MET)
    signed_at = case.due_at + after_due
    with mock.patch.object(timezone, "now", return_value=signed_at):
        signed(world.reviewer, case, "approved")
    case = fresh(case)

    assert (case.late, case.result, case.sort_decided) == (late, "approved", signed_at)
    assert case_clock.standing_in_words(case, NOW) == ("decided late" if late else "decided in time")


def test_a_decision_is_late_where_the_clock_stood_still_when_its_time_had_passed(world):
    paused = world.plan_of(paused_states=["physician_review"])
    received = timezone.now() - 8 * DAY
    case = world.in_physician_review(world.physician, plan=paused, received_at=received)
    signed(world.physician, case, "adverse")

    assert fresh(case).late


def test_a_correction_came_as_late_as_what_it_corrects_and_an_appeal_has_a_time_of_its_own(world):
    case = world.in_physician_review(world.physician, received_at=timezone.now() - 8 * DAY)
    signed(world.physician, case, "adverse")
    corrected(world.physician, case, "adverse")
    assert fresh(case).late
    appealing.file_appeal(world.intake, case.pk, sent(case), "The family appeals (made up).")
    working.claim(world.appeal_physician, case.pk, sent(case))
    appeal_decided(world.appeal_physician, case, "approved")

    assert (fresh(case).late, fresh(case).result) == (False, "approved")


# A request that changes


def changed(world, case: Case, **fields: object) -> Case:
    said = {name: getattr(case, name) for name in request_for(case.plan).values()}
    said.pop("plan")
    by = case.assignee or world.intake
    intake.change_request(by, case.pk, sent(case), request_for(**{"plan": case.plan, **said, **fields}))
    return fresh(case)


def test_a_request_that_becomes_expedited_is_due_72_hours_after_it_was_received(world):
    case = world.draft(received_at=NOW - DAY)

    assert changed(world, case, urgency="expedited").due_at == NOW + 2 * DAY


def test_a_change_of_something_else_leaves_the_clock_alone(world, monkeypatch):
    case = world.draft()
    Case.objects.filter(pk=case.pk).update(due_at=NOW + HOUR, sort_due=NOW + HOUR)

    assert changed(world, fresh(case), notes="Another made-up note.").due_at == NOW + HOUR


@pytest.mark.parametrize("extend_first", [False, True])
def test_a_request_that_becomes_expedited_keeps_what_its_clock_stood_still(world, monkeypatch, extend_first):
    plan = world.plan_of(paused_states=["waiting"], extension_days=14)
    case = world.in_review(world.reviewer, plan=plan)
    if extend_first:
        working.extend(world.reviewer, case.pk, sent(case), REASON)
    working.request_information(world.reviewer, case.pk, sent(case), "Dr. O.", "Please.")
    stand_at(monkeypatch, NOW + 5 * DAY)
    working.receive_information(world.reviewer, case.pk, sent(case), "It came.")

    due = changed(world, fresh(case), urgency="expedited").due_at
    assert due == NOW + (3 + 5 + 14 * extend_first) * DAY


def test_a_request_that_changes_while_its_clock_stands_still_keeps_what_it_stood_still_too(
    world, monkeypatch
):
    case = world.in_review(world.reviewer, plan=world.plan_of(paused_states=["waiting"]))
    stand_at(monkeypatch, NOW + DAY)
    working.request_information(world.reviewer, case.pk, sent(case), "Dr. O.", "Please.")
    stand_at(monkeypatch, NOW + 5 * DAY)
    case = changed(world, fresh(case), urgency="expedited")
    assert (case.due_at, case.clock_left) == (None, 2 * DAY)
    stand_at(monkeypatch, NOW + 6 * DAY)
    working.receive_information(world.reviewer, case.pk, sent(case), "It came.")

    assert fresh(case).due_at == NOW + 8 * DAY


def test_a_plan_of_another_line_of_business_brings_its_turnaround(world):
    case = world.draft()

    assert changed(world, case, plan=world.plan_of(standard_days=2)).due_at == NOW + 2 * DAY

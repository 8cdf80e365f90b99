"""Several people, and several sends of one form, at the same moment: each on a connection of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction

from decisions.administration import leaving
from decisions.log.verification import Verification
from decisions.models import AnswerGiven, Case, Decision, Event, Letter, Note, Submission, new_id
from decisions.people.links import locked
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.decision import verbs as deciding
from decisions.reviews.ground import assignment
from decisions.reviews.ground.work import (
    NotFoundError,
    RefusedError,
    Sent,
    StaleError,
    look,
    record_view,
    verb,
)
from decisions.reviews.letters import verbs as letters
from decisions.reviews.request import verbs as intake
from decisions.reviews.request.verbs import ReferenceTakenError
from decisions.reviews.supervision import team_rules
from tests.reviews.world import (
    MET,
    REASON,
    Cases,
    appeal_decided,
    basis,
    fresh,
    make_cases,
    request_for,
    sent,
    signed,
    statement,
)

pytestmark = pytest.mark.django_db(transaction=True)

RACERS = 6
ANSWERED = (StaleError, RefusedError, NotFoundError, ReferenceTakenError)


@pytest.fixture
def world(settings, tmp_path) -> Cases:
    settings.CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    settings.CHECKPOINT_KEY = tmp_path / "checkpoint-key.pem"
    return make_cases()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What calls return that begin together, or the refusals that they raise. Nothing else may be raised."""
    barrier, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            outcomes[place] = calls[place]()
        except ANSWERED as refused:
            outcomes[place] = refused
        except BaseException as error:  # noqa: BLE001 (a thread's failure has to be carried out of it)
            outcomes[place] = f"failed: {error!r}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert [
        outcome for outcome in outcomes if isinstance(outcome, str) and outcome.startswith("failed")
    ] == []
    return outcomes


def kinds(outcomes: list[Any]) -> Counter[str]:
    """How many were done, and how many were answered with which refusal."""
    return Counter(type(each).__name__ if isinstance(each, Exception) else "done" for each in outcomes)


def assert_log_is_whole() -> None:
    numbers = list(Event.objects.order_by("seq").values_list("seq", flat=True))
    report = Verification().run()

    assert numbers == list(range(1, len(numbers) + 1))
    assert (report.damage, report.events) == ([], len(numbers))


# One wins, and the others are told


def test_of_two_who_take_a_case_at_once_one_gets_it(world):
    case = world.in_review()
    takers = (world.reviewer, world.reviewer_2, world.physician, world.physician_2)
    outcomes = at_once(*(partial(working.claim, taker, case.pk, sent(case)) for taker in takers))

    assert kinds(outcomes) == {"done": 1, "StaleError": 3}
    assert fresh(case).assignee == takers[[isinstance(each, Exception) for each in outcomes].index(False)]
    assert Event.objects.filter(action="case_claimed").count() == 1
    assert_log_is_whole()


def test_of_two_who_take_an_appeal_at_once_one_gets_it(world):
    case = world.appealed()
    takers = (world.appeal_physician, world.person("second", "appeal_physician"))
    outcomes = at_once(*(partial(working.claim, taker, case.pk, sent(case)) for taker in takers))

    # By the time that the second is looked at, the case may be one that they must not know of.
    assert kinds(outcomes)["done"] == 1
    assert set(kinds(outcomes)) <= {"done", "StaleError", "NotFoundError"}


def test_of_two_pages_that_answer_from_one_revision_one_saves_and_the_other_sees_what_it_saved(world):
    case = world.in_review(world.reviewer)
    page = Sent(revision=case.revision)
    values = ["inpatient", "outpatient", "inpatient", "outpatient", "inpatient", "outpatient"]
    outcomes = at_once(
        *(
            lambda value=value: answering.answer(world.reviewer, case.pk, page, {"setting": value})
            for value in values
        )
    )
    winner = [isinstance(each, Exception) for each in outcomes].index(False)

    assert kinds(outcomes) == {"done": 1, "StaleError": RACERS - 1}
    assert fresh(case).answers == {"setting": values[winner]}
    assert {each.case.answers["setting"] for each in outcomes if each} == {values[winner]}
    assert AnswerGiven.objects.count() == 1
    assert_log_is_whole()


def test_a_page_that_saves_several_answers_at_once_loses_none(world):
    case = world.in_review(world.reviewer)
    page = Sent(revision=case.revision)
    changes = [
        {"setting": "inpatient"},
        {"reasons": ["lumbosacral_stigmata"]},
        {"stigmata": ["tail"]},
        {"dimple_count": "single"},
    ]
    outcomes = at_once(
        *(
            lambda each=each: answering.answer(
                world.reviewer, case.pk, page, each, shown=answering.Shown(0, frozenset(each))
            )
            for each in changes
        )
    )

    assert kinds(outcomes) == {"done": len(changes)}
    assert fresh(case).answers == {fact: value for each in changes for fact, value in each.items()}


def test_of_two_signatures_at_once_one_counts(world):
    case = world.in_physician_review(world.physician)
    basis_ = basis(case)
    forms = [sent(case) for _ in range(RACERS)]
    results = ["adverse", "approved"] * (RACERS // 2)
    outcomes = at_once(
        *(
            lambda f=f, r=r: signed(world.physician, case, r, sent=f, seen=basis_)
            for f, r in zip(forms, results, strict=True)
        )
    )

    assert kinds(outcomes) == {"done": 1, "StaleError": RACERS - 1}
    assert Decision.objects.count() == Event.objects.filter(action="decision_signed").count() == 1
    assert_log_is_whole()


def test_a_case_is_signed_or_taken_over_and_never_both_from_one_revision(world):
    case = world.in_physician_review(world.physician)
    forms = [sent(case), sent(case)]
    basis_ = basis(case)
    outcomes = at_once(
        lambda: signed(world.physician, case, "adverse", sent=forms[0], seen=basis_),
        lambda: working.claim(world.physician_2, case.pk, forms[1], REASON),
    )
    now = fresh(case)

    assert kinds(outcomes)["done"] == 1
    ends = {("decided", world.physician.pk), ("physician_review", world.physician_2.pk)}
    assert (now.state, now.assignee_id) in ends
    assert now.decisions.count() == (now.state == "decided")
    assert_log_is_whole()


def test_of_two_corrections_at_once_one_becomes_the_next_version(world):
    case = world.decided_adverse()
    basis_ = basis(case)
    said = statement(case, "approved", seen=basis_)
    outcomes = at_once(
        *(
            partial(deciding.correct, person, case.pk, sent(case), said)
            for person in (world.physician, world.physician_2)
        )
    )

    assert kinds(outcomes) == {"done": 1, "StaleError": 1}
    assert list(case.decisions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_an_answer_and_a_signature_at_once_never_freeze_what_was_not_seen(world):
    case = world.in_review(world.reviewer, MET)
    basis_, forms = basis(case), [sent(case), sent(case)]
    outcomes = at_once(
        lambda: signed(world.reviewer, case, "approved", sent=forms[0], seen=basis_),
        lambda: answering.answer(world.reviewer, case.pk, forms[1], {"setting": "outpatient"}),
    )

    assert kinds(outcomes)["done"] == 1
    assert (fresh(case).answers == MET) == Decision.objects.exists()


def test_of_two_requests_with_one_reference_at_once_one_gets_it(world):
    spelled = [request_for(world.plan, reference=told) for told in ("MADE-UP-1", "made-up-1")]
    calls = [
        partial(intake.create, world.intake, Sent(new_id()), spelled[each % 2]) for each in range(RACERS)
    ]
    outcomes = at_once(*calls)

    assert kinds(outcomes) == {"done": 1, "ReferenceTakenError": RACERS - 1}
    assert Case.objects.count() == 1
    assert_log_is_whole()


def test_of_two_requests_that_are_given_one_reference_at_once_one_gets_it(world):
    cases = [world.draft(member_reference="M-1") for _ in range(3)]
    request = request_for(world.plan, reference="MADE-UP-1", member_reference="M-1")
    outcomes = at_once(
        *(partial(intake.change_request, world.intake, case.pk, sent(case), request) for case in cases)
    )

    assert kinds(outcomes) == {"done": 1, "ReferenceTakenError": 2}
    assert Case.objects.filter(reference="MADE-UP-1").count() == 1


# One form, sent many times


def test_a_request_that_is_sent_many_times_at_once_is_entered_once(world):
    form, request = Sent(new_id()), request_for(world.plan)
    outcomes = at_once(*[lambda: intake.create(world.intake, form, request)] * RACERS)

    assert set(outcomes) == {Case.objects.get().pk}
    assert_log_is_whole()


def many(call: Callable[[], Any]) -> list[Any]:
    """The outcomes of one form that is sent many times at once, and once more afterwards."""
    return [*at_once(*[call] * RACERS), call()]


def test_a_signature_that_is_sent_many_times_at_once_is_one_decision(world):
    case = world.in_review(world.reviewer, MET)
    form, basis_ = sent(case), basis(case)

    assert many(lambda: signed(world.reviewer, case, "approved", sent=form, seen=basis_)) == [1] * (
        RACERS + 1
    )
    assert Decision.objects.count() == 1
    assert Event.objects.filter(action="decision_signed").count() == 1


def test_a_correction_and_an_appeal_that_are_sent_many_times_at_once_are_one_each(world):
    case = world.decided_adverse()
    form, basis_ = sent(case), basis(case)
    said = statement(case, "adverse", seen=basis_)
    correct = lambda: deciding.correct(world.physician, case.pk, form, said)  # noqa: E731
    assert many(correct) == [2] * (RACERS + 1)

    filed = sent(case)
    assert set(many(lambda: appealing.file_appeal(world.intake, case.pk, filed, "They appeal."))) == {None}
    working.claim(world.appeal_physician, case.pk, sent(case))
    last, basis_ = sent(case), basis(case)
    decide = lambda: appeal_decided(world.appeal_physician, case, "approved", sent=last, seen=basis_)  # noqa: E731

    assert many(decide) == [3] * (RACERS + 1)
    assert Decision.objects.count() == 3
    assert Note.objects.filter(kind="appeal").count() == 1
    assert_log_is_whole()


def test_a_letter_that_is_sent_many_times_at_once_is_issued_once(world):
    case = world.decided()
    form = sent(case)
    issue = lambda: letters.issue(world.reviewer, case.pk, form, "approval", "Dr. O.", "Approved.")  # noqa: E731

    assert many(issue) == [1] * (RACERS + 1)
    assert Letter.objects.count() == 1


def test_letters_that_are_issued_at_once_have_numbers_one_after_the_other(world):
    case = world.decided()
    forms = [Sent(new_id()) for _ in range(RACERS)]
    outcomes = at_once(
        *(
            lambda f=f: letters.issue(world.reviewer, case.pk, f, "approval", "Dr. O.", "Approved.")
            for f in forms
        )
    )

    assert sorted(outcomes) == list(range(1, RACERS + 1))


@pytest.mark.parametrize(
    ("made", "call", "rows"),
    [
        ("in_review", lambda w, c, f: working.note(w.reviewer, c, f, "A note."), {"review": 1}),
        ("in_review", lambda w, c, f: working.refer(w.reviewer, c, f, "Look."), {"referral": 1}),
        ("in_review", lambda w, c, f: working.extend(w.reviewer, c, f, REASON), {"extension": 1}),
        ("in_review", lambda w, c, f: working.withdraw(w.reviewer, c, f, REASON), {"withdrawal": 1}),
        (
            "waiting",
            lambda w, c, f: working.receive_information(w.reviewer, c, f, "It came."),
            {"information": 1},
        ),
    ],
)
def test_a_form_that_is_sent_many_times_at_once_is_done_once(world, made, call, rows):
    case = getattr(world, made)(world.reviewer)
    form = sent(case)
    many(lambda: call(world, case.pk, form))

    assert Counter(Note.objects.values_list("kind", flat=True)) == rows
    assert fresh(case).revision in (case.revision, case.revision + 1)
    assert Submission.objects.filter(token=form.token).count() == 1
    assert_log_is_whole()


# Waiting for each other


def waits_for_a_lock() -> bool:
    """Whether some connection to the PostgreSQL of the tests waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("change", ["plan", "assignee"])
def test_who_waited_for_a_change_sees_the_case_as_it_is_after_it(world, change):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite nobody reads before it is their turn")
    case = world.in_review(world.reviewer)
    value = {"plan": world.ash_plan, "assignee": world.physician}[change]
    outcomes: list[Any] = []

    def note() -> None:
        try:
            verb("note")(lambda work: outcomes.append(work.case))(world.reviewer_2, case.pk, Sent(new_id()))
        finally:
            connections.close_all()

    waiting = threading.Thread(target=note)

    @verb("note")
    def change_while_somebody_waits(work: Any) -> None:
        waiting.start()
        while not waits_for_a_lock():
            assert waiting.is_alive()
        work.change(**{change: value})

    change_while_somebody_waits(world.reviewer, case.pk, sent(case))
    waiting.join(60)

    assert [getattr(seen_, change) for seen_ in outcomes] == [value]


def test_who_leaves_while_they_take_a_case_is_not_left_with_it(world, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    case, admin = world.in_review(), world.person("admin", "administrator")
    can_have = assignment.can_have

    def leave() -> None:
        try:
            leaving.deactivate(admin, world.reviewer, free=True)
        finally:
            connections.close_all()

    leaves = threading.Thread(target=leave)

    def somebody_leaves_meanwhile(*of: Any) -> bool:
        leaves.start()
        while leaves.is_alive() and not waits_for_a_lock():
            pass
        return can_have(*of)

    monkeypatch.setattr(working, "can_have", somebody_leaves_meanwhile)
    working.claim(world.reviewer, case.pk, sent(case))
    leaves.join(60)

    assert fresh(case).assignee is None
    assert Event.objects.filter(action="case_freed").count() == 1


def test_whose_roles_are_being_changed_can_write_meanwhile(world):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    case = world.in_review(world.reviewer)
    with transaction.atomic():
        locked(world.reviewer)
        outcomes = at_once(lambda: working.note(world.reviewer, case.pk, Sent(new_id()), "A note."))

    assert kinds(outcomes) == {"done": 1}


# All of it together


def test_who_leaves_while_they_take_cases_and_are_given_some_keeps_none(world):
    admin, leaver = world.person("admin", "administrator"), world.reviewer
    cases = [world.in_review(person) for person in (None, None, leaver, leaver)]
    given = world.in_review(world.reviewer_2)
    outcomes = at_once(
        lambda: leaving.deactivate(admin, leaver, free=True),
        *(partial(working.claim, leaver, case.pk, sent(case)) for case in cases[:2]),
        *(partial(working.note, leaver, case.pk, Sent(new_id()), "A note.") for case in cases[2:]),
        partial(working.assign, world.reviewer_2, given.pk, sent(given), leaver),
    )

    assert set(kinds(outcomes)) <= {"done", "NotFoundError", "RefusedError"}
    assert not Case.objects.filter(assignee=leaver).exists()
    assert_log_is_whole()


def test_the_event_log_is_whole_after_a_storm(world):
    signable = [world.in_review(world.reviewer, MET) for _ in range(3)]
    drafts = [world.draft() for _ in range(3)]
    other = world.of_other_team()

    def be_refused(_: Case) -> None:
        with pytest.raises(NotFoundError):
            look(world.reviewer, other.pk)

    def for_each(cases: list[Case], do: Callable[[Case], Any]) -> Callable[[], None]:
        def run() -> None:
            for case in cases:
                do(case)

        return run

    before = Event.objects.count()
    outcomes = at_once(
        for_each(signable, lambda case: record_view(look(world.physician, case.pk), "case_viewed")),
        for_each(drafts, be_refused),
        for_each(drafts, lambda case: working.note(world.physician, case.pk, Sent(new_id()), "A note.")),
        for_each(drafts, lambda case: working.note(world.reviewer, case.pk, Sent(new_id()), "A note.")),
        for_each(signable, lambda case: signed(world.reviewer, case, "approved")),
        for_each(drafts, lambda _: world.draft()),
    )

    assert kinds(outcomes) == {"done": 6}
    assert Event.objects.count() - before == 6 * 3
    assert Decision.objects.count() == 3
    assert_log_is_whole()


def test_of_cases_that_come_into_review_at_once_each_person_of_a_rule_gets_as_many(world):
    team_rules.add_rule(world.supervisor, None, "", [world.reviewer, world.reviewer_2])
    cases = [world.draft() for _ in range(RACERS)]
    outcomes = at_once(*(partial(intake.submit, world.intake, case.pk, sent(case)) for case in cases))

    assert kinds(outcomes) == {"done": RACERS}
    given = Counter(fresh(case).assignee for case in cases)
    assert given == {world.reviewer: RACERS / 2, world.reviewer_2: RACERS / 2}
    assert Event.objects.filter(action="case_given_by_rule").count() == RACERS
    assert_log_is_whole()

"""Work lists beside a naive one: the same cases, the same order, the right count, none twice or lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from decisions.models import Case, Decision, LineOfBusiness, Person, Plan, fold
from decisions.models.reviews import NO_DUE, NOT_DECIDED
from decisions.reviews.case import verbs as working
from decisions.reviews.ground import assignment, case_clock, states
from decisions.reviews.request import verbs as intake
from decisions.reviews.worklist import counts, search_index, searching
from decisions.reviews.worklist import page as list_page
from decisions.reviews.worklist import queries as lists
from decisions.reviews.worklist.ordering import ORDERS
from decisions.reviews.worklist.queries import Wanted
from tests.reviews.world import BORN, Cases, fresh, make_cases, request_of, sent

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
HOUR, MICROSECOND = dt.timedelta(hours=1), dt.timedelta(microseconds=1)
PAGE = 3
OWED = ("draft", "in_review", "waiting", "physician_review", "appealed")
WATCHERS = (
    "intake",
    "reviewer",
    "physician",
    "appeal_physician",
    "supervisor",
    "auditor",
    "administrator",
    "both",
)
WORKS_IN = {
    "in_review": {"reviewer", "physician"},
    "physician_review": {"physician"},
    "appealed": {"appeal_physician"},
}
HOLDERS = (None, "reviewer", "physician", "appeal_physician", "other_reviewer")

# Few due times, so that many cases share one; the limits of "due soon" (24 and 2 hours) and of "overdue".
DUES = st.sampled_from(
    [None]
    + [
        NOW + hours * HOUR + more
        for hours in (-1, 0, 2, 24)
        for more in (-MICROSECOND, 0 * HOUR, MICROSECOND)
    ]
)
# Few times, so that many cases share one, and a day's first and last moment in the project's zone.
DAY = NOW.replace(hour=0)
TIMES = st.sampled_from([DAY - MICROSECOND, DAY, DAY + 24 * HOUR - MICROSECOND, DAY + 24 * HOUR])
CAME = st.sampled_from([NOW, NOW + HOUR])
REFERENCES = st.lists(
    st.text("aBé_%0", min_size=1, max_size=3), min_size=14, max_size=14, unique_by=lambda text: text.upper()
)
CASES = st.lists(
    st.fixed_dictionaries(
        {
            "ours": st.sampled_from([True, True, True, False]),
            "state": st.sampled_from(Case.State.values),
            "holder": st.sampled_from(HOLDERS),
            "urgency": st.sampled_from(Case.Urgency.values),
            "policy": st.sampled_from(["cigna-cpg-038", "ash-cpg-038"]),
            "due": DUES,
            "appealed": st.booleans(),
            "hurried": st.booleans(),
            "resumes_to": st.sampled_from(["in_review", "physician_review"]),
            "signed": st.booleans(),
            "received": TIMES,
            "came": CAME,
            "decided": st.one_of(st.just(NOT_DECIDED), TIMES),
            "result": st.sampled_from(["", "approved", "adverse"]),
            "late": st.booleans(),
        }
    ),
    max_size=14,
)
DAYS = st.sampled_from([None, *(DAY.date() + days * dt.timedelta(days=1) for days in (-1, 0, 1))])
WANTED = st.fixed_dictionaries(
    {
        "which": st.sampled_from([lists.MINE, lists.TEAM, lists.UNASSIGNED]),
        "state": st.sampled_from(["open", "all", "", *Case.State.values]),
        "urgency": st.sampled_from(["", *Case.Urgency.values]),
        "policy": st.sampled_from(["", "", "cigna-cpg-038", "ash-cpg-038"]),
        "due": st.sampled_from(["", "", lists.OVERDUE, lists.SOON]),
        "order": st.sampled_from(sorted(ORDERS)),
    },
    optional={
        "person": st.sampled_from([lists.NOBODY, "reviewer", "physician", "other_reviewer"]),
        "plan": st.booleans(),
        "result": st.sampled_from(["approved", "adverse", lists.NO_RESULT]),
        "late": st.just(True),
        "dated": st.sampled_from([lists.RECEIVED, lists.DECIDED]),
        "since": DAYS,
        "until": DAYS,
    },
)


def stored(
    world: Cases, plans: dict[bool, Plan], said: list[dict[str, Any]], references: Sequence[str] = ()
) -> list[Case]:
    """The cases as they are said to be, past the services: any mixture is tried."""
    said = [{**UNSAID, **each} for each in said]
    cases = [
        Case(
            reference=references[number] if references else f"MADE-UP-{number}",
            member_reference="M",
            birth_date=BORN,
            plan=plans[each["hurried"]],
            policy=each["policy"],
            ordering_clinician="Dr. O. (made up)",
            urgency=each["urgency"],
            received_at=each["received"],
            created_at=each["came"],
            sort_decided=each["decided"],
            result=each["result"],
            late=each["late"],
            team=world.team if each["ours"] else world.other_team,
            assignee=getattr(world, each["holder"]) if each["holder"] else None,
            state=each["state"],
            resumes_to=each["resumes_to"] if each["state"] == "waiting" else "",
            appealed=each["appealed"] or each["state"] == "appealed",
            created_by=world.intake,
            due_at=each["due"],
            sort_due=each["due"] or NO_DUE,
            clock_left=None if each["due"] else HOUR,
        )
        for number, each in enumerate(said)
    ]
    cases = Case.objects.bulk_create(cases)
    Decision.objects.bulk_create(
        signed_by_the_appeal_physician(world, case)
        for case, each in zip(cases, said, strict=True)
        if each["signed"]
    )
    return cases


UNSAID = {
    "ours": True,
    "holder": None,
    "urgency": "standard",
    "policy": "cigna-cpg-038",
    "due": NOW,
    "appealed": False,
    "hurried": False,
    "resumes_to": "",
    "signed": False,
    "received": NOW,
    "came": NOW,
    "decided": NOT_DECIDED,
    "result": "",
    "late": False,
}
"""What a case is that says nothing of itself but its state."""


def signed_by_the_appeal_physician(world: Cases, case: Case) -> Decision:
    """A first decision of somebody who must not take its appeal."""
    return Decision(
        case=case,
        number=1,
        kind="initial",
        result="adverse",
        rationale="Made up.",
        frozen="{}",
        signed_by=world.appeal_physician,
        signed_at=NOW,
        role="physician",
    )


def may_know(person: Person, case: Case) -> bool:
    if case.team_id != person.team_id or not person.role_names - {"administrator"}:
        return False
    if person.role_names != {"appeal_physician"}:
        return True
    mine = case.appealed and case.assignee_id == person.pk
    return mine or case.state == "appealed"


def may_take(person: Person, case: Case) -> bool:
    """Whether somebody could take a case, if nobody has it, or give it to whoever could."""
    roles = WORKS_IN.get(case.resumes_to or case.state, set())
    if roles and "supervisor" in person.role_names:
        return True
    signed = case.decisions.filter(signed_by=person).exists()
    return bool(roles & person.role_names) and not (case.state == "appealed" and signed)


def is_wanted(person: Person, case: Case, wanted: Wanted) -> bool:
    chosen = {
        lists.MINE: lambda: case.assignee_id == person.pk,
        lists.UNASSIGNED: lambda: case.assignee_id is None and may_take(person, case),
        lists.TEAM: lambda: True,
    }
    soon = NOW + case.plan.line.due_soon_hours * HOUR
    running = case.due_at is not None and case.state in OWED
    near = {
        "": lambda: True,
        lists.OVERDUE: lambda: running and case.due_at < NOW,
        lists.SOON: lambda: running and NOW <= case.due_at <= soon,
    }
    in_state = {"open": case.state in OWED, "all": True, "": True}
    has = "" if case.assignee_id is None else str(case.assignee_id)
    return (
        chosen[wanted.which]()
        and in_state.get(wanted.state, case.state == wanted.state)
        and wanted.urgency in ("", case.urgency)
        and wanted.policy in ("", case.policy)
        and near[wanted.due]()
        and wanted.person in ("", has or lists.NOBODY)
        and wanted.plan in ("", str(case.plan_id))
        and wanted.result in ("", case.result or lists.NO_RESULT)
        and (case.late or not wanted.late)
        and is_between(case, wanted)
    )


def is_between(case: Case, wanted: Wanted) -> bool:
    """Whether a case was received, or decided, on the days that are wanted."""
    if wanted.since is None and wanted.until is None:
        return True
    at = case.sort_decided if wanted.dated == lists.DECIDED else case.received_at
    day = timezone.localdate(at)
    known = at != NOT_DECIDED
    return known and (wanted.since or day) <= day <= (wanted.until or day)


def placed(case: Case, order: str) -> tuple[Any, ...]:
    """What tells a case's place in an order."""
    if order.endswith("reference"):
        return (fold(case.reference), case.pk)
    columns = {"due": "sort_due", "latest": "sort_due", "received": "received_at", "decided": "sort_decided"}
    return (getattr(case, columns[order.removeprefix("-")]), case.created_at, case.pk)


def in_order(cases: list[Case], order: str) -> list[Case]:
    """A naive list, in one of the orders: by due date, those that no answer is owed for come last."""
    down = order == "latest" or order.startswith("-")
    ordered = sorted(cases, key=lambda case: placed(case, order), reverse=down)
    return sorted(ordered, key=lambda case: case.state not in OWED) if order in ("due", "latest") else ordered


def paged(person: Person, wanted: Wanted) -> tuple[list[str], set[int], list[int]]:
    """Every page one after the other: the cases, the counts that were said, and how long each page was."""
    keys, counts, lengths = [], set(), []
    after = None
    while True:
        page = lists.listing(person, Wanted(**{**as_dict(wanted), "after": after}))
        keys += [case.pk for case in page.cases]
        counts.add(page.counted.count)
        lengths.append(len(page.cases))
        if (after := page.next) is None:
            return keys, counts, lengths


def as_dict(wanted: Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Wanted.__slots__}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(said=CASES, wanted=WANTED, references=REFERENCES, most=st.sampled_from([2, 500]))
def test_a_list_has_the_same_cases_in_the_same_order_as_a_naive_one(said, wanted, references, most, shared):
    world, plans = shared
    holder = getattr(world, wanted.get("person", ""), None)
    wanted = Wanted(
        **{
            **wanted,
            "person": str(holder.pk) if holder else wanted.get("person", ""),
            "plan": str(plans[wanted["plan"]].pk) if "plan" in wanted else "",
        }
    )
    with (
        transaction.atomic(),
        mock.patch.object(lists, "PAGE", PAGE),
        mock.patch.object(lists, "MOST", most),
        mock.patch.object(lists, "WORTH_SORTING", most + 1),
        mock.patch.object(timezone, "now", return_value=NOW),
    ):
        cases = list(Case.objects.filter(pk__in=[each.pk for each in stored(world, plans, said, references)]))
        for name in WATCHERS:
            person = getattr(world, name)
            naive = [case for case in cases if may_know(person, case) and is_wanted(person, case, wanted)]
            keys, counts, lengths = paged(person, wanted)

            assert keys == [case.pk for case in in_order(naive, wanted.order)], name
            assert counts == {min(len(naive), most)}
            assert all(length == PAGE for length in lengths[:-1])
        transaction.set_rollback(True)


@pytest.fixture
def shared(db) -> tuple[Cases, dict[bool, Plan]]:
    world = make_cases()
    for name, team in (("both", world.team), ("other_both", world.other_team)):
        world.people.people[name] = world.person(name, "physician", "appeal_physician", team=team)
    hurried = LineOfBusiness.objects.create(name="Made-up hurried line", due_soon_hours=2)
    plan = Plan.objects.create(name="Made-up hurried plan", line=hurried, policy="")
    return world, {False: world.plan, True: plan}


MADE = ("in_review", "waiting", "waiting_for_physician", "in_physician_review", "appealed", "decided_adverse")


@pytest.mark.parametrize("made", [*MADE, "draft", "appeal_decided", "closed"])
def test_the_unassigned_are_those_that_taking_would_give(made, shared):
    world, _ = shared
    signer = world.person("signer", "physician", "appeal_physician")
    case = getattr(world, made)()
    case.decisions.update(signed_by=signer)
    Case.objects.filter(pk=case.pk).update(assignee=None)
    # A supervisor takes nothing: theirs are all that nobody has, to be given to others.
    takers = [getattr(world, name) for name in WATCHERS if name != "supervisor"]
    for person in (*takers, signer, world.other_reviewer):
        offered = fresh(case) in lists.listing(person, Wanted(which=lists.UNASSIGNED, state="all")).cases
        takeable = fresh(case).state in assignment.TAKEN_IN and assignment.can_have(person, fresh(case))

        assert offered == takeable, person
        assert not offered or claimed(world, person, case)


def claimed(world: Cases, person: Person, case: Case) -> bool:
    """Whether somebody gets a case by taking it. It is nobody's again afterwards."""
    working.claim(person, case.pk, sent(case))
    taken = fresh(case).assignee == person
    Case.objects.filter(pk=case.pk).update(assignee=None)
    return taken


def test_the_next_case_waits_for_nothing(shared):
    world, _ = shared
    waiting = world.waiting()
    Case.objects.filter(pk=waiting.pk).update(assignee=None)

    assert waiting in lists.listing(world.reviewer, Wanted(which=lists.UNASSIGNED)).cases
    assert list_page.next_case(world.reviewer) is None


@pytest.mark.parametrize("count", [0, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])
def test_a_next_page_is_named_only_where_there_is_one(count, shared):
    world, plans = shared
    stored(world, plans, [{"state": "draft"}] * count)
    with mock.patch.object(lists, "PAGE", PAGE):
        _, counts, lengths = paged(world.reviewer, Wanted(which=lists.TEAM))

    assert (counts, len(lengths)) == ({count}, max(1, -(-count // PAGE)))


def test_a_case_that_comes_in_while_somebody_pages_moves_no_other_case_out_of_their_sight(shared):
    world, _ = shared
    made = [world.draft(received_at=NOW + number * HOUR) for number in range(5)]
    with mock.patch.object(lists, "PAGE", PAGE):
        first = lists.listing(world.reviewer, Wanted(which=lists.TEAM))
        world.draft(received_at=NOW - HOUR)
        second = lists.listing(world.reviewer, Wanted(which=lists.TEAM, after=first.next))

    assert [case.pk for case in (*first.cases, *second.cases)] == [case.pk for case in made]


def test_cases_whose_clock_stands_still_come_last_and_first_the_other_way_round(shared):
    world, _ = shared
    waiting = world.waiting(plan=world.plan_of(paused_states=["waiting"]))
    running = world.draft()
    last = lists.listing(world.intake, Wanted(which=lists.TEAM)).cases
    first = lists.listing(world.intake, Wanted(which=lists.TEAM, order="latest")).cases

    assert [case.pk for case in last] == [running.pk, waiting.pk]
    assert [case.pk for case in first] == [waiting.pk, running.pk]
    assert case_clock.standing(fresh(waiting), timezone.now()) == "paused"


@pytest.mark.parametrize("order", ["due", "latest"])
def test_of_all_cases_those_that_an_answer_is_owed_for_come_first(order, shared):
    world, plans = shared
    dues = [("closed", -2), ("decided", 1), ("draft", 2), ("in_review", 0), ("closed", 3), ("draft", -1)]
    stored(world, plans, [{"state": state, "due": NOW + hours * HOUR} for state, hours in dues])
    wanted = Wanted(which=lists.TEAM, state="all", order=order)
    with mock.patch.object(lists, "PAGE", 2):
        keys, _, _ = paged(world.reviewer, wanted)

    by_due = {(state, hours): (-hours if order == "latest" else hours) for state, hours in dues}
    owed = sorted((each for each in dues if each[0] in OWED), key=by_due.__getitem__)
    others = sorted((each for each in dues if each[0] not in OWED), key=by_due.__getitem__)
    states = dict(Case.objects.values_list("pk", "state"))
    assert [states[key] for key in keys] == [state for state, _ in (*owed, *others)]


@pytest.mark.parametrize(("owed", "reads"), [(PAGE, 2), (PAGE + 1, 1), (PAGE + 2, 1)])
@pytest.mark.parametrize("order", ["due", "latest"])
def test_a_page_full_of_cases_that_an_answer_is_owed_for_looks_at_no_others(order, owed, reads, shared):
    world, plans = shared
    stored(world, plans, [{"state": "draft"}] * owed + [{"state": "closed"}] * 2)
    with mock.patch.object(lists, "PAGE", PAGE), CaptureQueriesContext(connection) as asked:
        lists.listing(world.reviewer, Wanted(which=lists.TEAM, state="all", order=order))

    found = [query["sql"] for query in asked if query["sql"].endswith(f"LIMIT {PAGE + 1}")]
    assert len(found) == reads + 1  # and the page


@pytest.mark.parametrize("order", ["due", "latest"])
def test_of_cases_that_are_due_at_once_the_one_that_came_first_comes_first(order, shared):
    world, plans = shared
    came = [NOW + hours * HOUR for hours in (3, 1, 2)]
    stored(world, plans, [{"state": "draft", "came": each} for each in came])
    listed = lists.listing(world.reviewer, Wanted(which=lists.TEAM, order=order)).cases

    assert [case.created_at for case in listed] == sorted(came, reverse=order == "latest")


@pytest.mark.parametrize(("count", "said"), [(1, "1"), (2, "2"), (3, "2+"), (4, "2+")])
def test_a_list_is_counted_up_to_a_limit(count, said, shared):
    world, plans = shared
    stored(world, plans, [{"state": state} for state in ("draft", "decided", "in_review", "closed")[:count]])
    with mock.patch.object(lists, "MOST", 2):
        assert str(lists.listing(world.reviewer, Wanted(which=lists.TEAM, state="all")).counted) == said


def test_the_head_counts_what_is_new_due_soon_and_overdue(shared):
    world, plans = shared
    dues = {"new": NOW + 900 * HOUR, "soon": NOW + HOUR, "overdue": NOW - HOUR}
    said = [
        {"state": "in_review", "due": due, "holder": None if name == "new" else "reviewer"}
        for name, due in dues.items()
    ]
    not_theirs = {"state": "physician_review", "due": dues["new"]}
    stored(world, plans, [*said, not_theirs, {"state": "in_review", "ours": False}])
    with mock.patch.object(timezone, "now", return_value=NOW):
        found = counts.counted(world.reviewer, counts.waiting(world.reviewer))

    assert {name: str(each) for name, each in found.items()} == {"new": "1", "soon": "1", "overdue": "1"}


def test_the_database_says_of_each_state_whether_an_answer_is_owed_and_who_works_on_it(shared):
    world, plans = shared
    stored(world, plans, [{"state": state, "resumes_to": "in_review"} for state in Case.State.values])

    for case in Case.objects.all():
        assert case.answered == (case.state not in states.OPEN)
        assert case.queue == assignment.working_state(case)


# What is folded: letters of both cases, with and without marks, that become two letters, and ones that a
# pattern would take for something else.
TEXTS = st.text("aBbéÉeß%_\\\"'İi0", min_size=1, max_size=5)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    said=CASES,
    references=st.lists(TEXTS, min_size=14, max_size=14, unique_by=lambda text: (text.upper(), fold(text))),
    members=st.lists(TEXTS, min_size=14, max_size=14),
    sought=TEXTS,
    few=st.sampled_from([0, 1_000]),
    common=st.sampled_from([0, 1, 100]),
)
def test_a_search_finds_what_a_naive_one_does(said, references, members, sought, few, common, shared):
    world, plans = shared
    with (
        transaction.atomic(),
        mock.patch.object(search_index, "FEW", few),
        mock.patch.object(search_index, "MANY_OF_FIRST", common),
        mock.patch.object(searching, "PAGE", PAGE),
    ):
        cases = stored(world, plans, said, references)
        for case, member in zip(cases, members, strict=False):
            case.member_reference = member
            case.save()
        for name in WATCHERS:
            person = getattr(world, name)
            found = [case.pk for case in searching.search(person, sought)]
            assert found == [case.pk for case in naively_found(person, cases, sought)][:PAGE], name
        transaction.set_rollback(True)


def naively_found(person: Person, cases: list[Case], sought: str) -> list[Case]:
    """The cases that may be known of and whose reference holds a text, or whose member's, where they may be
    read.
    """

    def texts(case: Case) -> list[str]:
        can_be_read = person.role_names != {"appeal_physician"} or (
            case.appealed and case.assignee_id == person.pk
        )
        return [fold(case.reference), *([fold(case.member_reference)] if can_be_read else [])]

    known = [case for case in cases if may_know(person, case)]
    found = [case for case in known if any(fold(sought) in text for text in texts(case))]
    return sorted(found, key=lambda case: (fold(sought) not in texts(case), fold(case.reference), case.pk))


@pytest.mark.parametrize("role", WATCHERS)
def test_a_search_finds_what_may_be_known_of_alone(role, shared):
    world, _ = shared
    ours, theirs = world.appealed(reference="MADE-UP-77-A"), world.of_other_team(reference="MADE-UP-77-B")
    found = searching.search(getattr(world, role), "up-77")

    assert theirs not in found
    assert (ours in found) == (role != "administrator")


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "MADE-UP-78", "\u0301"])
def test_a_search_takes_every_character_as_itself(text, shared):
    world, _ = shared
    world.draft(reference="MADE-UP-77", member_reference="MEMBER")

    assert searching.search(world.reviewer, text) == []


def test_a_request_that_is_changed_is_found_by_its_new_references_alone(shared):
    world, _ = shared
    case = world.draft(reference="MADE-UP-77", member_reference="MEMBER-1")
    changed = request_of(case, reference="MADE-UP-78", member_reference="MEMBER-2")
    intake.change_request(world.intake, case.pk, sent(case), changed)

    assert [searching.search(world.intake, text) for text in ("up-77", "ber-1")] == [[], []]
    assert [searching.search(world.intake, text) for text in ("up-78", "ber-2")] == [[case], [case]]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ünïcode", "unicode"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("ﬁ", "fi"),
        ("İ", "i"),
    ],
)
def test_a_text_is_folded_to_small_letters_without_marks(text, folded):
    assert fold(text) == folded == fold(folded)

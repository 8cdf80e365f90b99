"""Emergency access: an hour, one case, for reading and notes, on a list until an auditor has looked at it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from decisions.models import EmergencyAccess, Event, Person, RoleGrant, new_id
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import verbs as working
from decisions.reviews.ground.work import NotFoundError, RefusedError, Sent, look
from decisions.reviews.request import verbs as intake
from decisions.reviews.worklist import emergency
from decisions.reviews.worklist import queries as lists
from tests.reviews.world import REASON, request_for, sent

pytestmark = pytest.mark.django_db

MICROSECOND = dt.timedelta(microseconds=1)


@pytest.fixture
def case(world):
    return world.of_other_team("in_review")


def taken(person: Person, case, form: Sent | None = None) -> EmergencyAccess:
    emergency.take_access(person, form or Sent(new_id()), case.reference, REASON)
    return EmergencyAccess.objects.latest("pk")


@pytest.mark.parametrize(
    ("after", "is_open"),
    [
        (dt.timedelta(), True),
        (dt.timedelta(minutes=60) - MICROSECOND, True),
        (dt.timedelta(minutes=60), False),
        (dt.timedelta(minutes=60) + MICROSECOND, False),
    ],
)
def test_emergency_access_ends_after_an_hour(world, case, after, is_open, monkeypatch):
    access = taken(world.reviewer, case)
    assert access.ends_at - access.started_at == dt.timedelta(minutes=60)
    monkeypatch.setattr(timezone, "now", lambda: access.started_at + after)

    assert bool(emergency.running(world.reviewer)) == is_open
    if is_open:
        assert look(world.reviewer, case.pk, "see_clinical").permit.role == "reviewer"
    else:
        with pytest.raises(NotFoundError):
            look(world.reviewer, case.pk)


def test_emergency_access_finds_a_reference_whatever_the_case_of_its_letters(world):
    case = world.of_other_team("in_review", reference="demo-002")

    assert emergency.take_access(world.reviewer, Sent(new_id()), "DEMO-002", REASON) == case.pk


def test_emergency_access_opens_one_case_to_one_person(world, case):
    second = world.of_other_team("in_review")
    taken(world.reviewer, case)

    with pytest.raises(NotFoundError):
        look(world.reviewer, second.pk)
    with pytest.raises(NotFoundError):
        look(world.reviewer_2, case.pk)
    assert case not in lists.visible(world.reviewer)


def test_emergency_access_reads_and_writes_notes_and_decides_nothing(world, case):
    taken(world.physician, case)
    for action in ("see", "see_clinical", "read_letter"):
        look(world.physician, case.pk, action)
    working.note(world.physician, case.pk, Sent(new_id()), "Seen in an emergency.")
    tried = [
        lambda: working.claim(world.physician, case.pk, sent(case), REASON),
        lambda: working.assign(world.physician, case.pk, sent(case), world.physician),
        lambda: working.extend(world.physician, case.pk, sent(case), REASON),
        lambda: working.withdraw(world.physician, case.pk, sent(case), REASON),
        lambda: answering.answer(world.physician, case.pk, sent(case), {"setting": "inpatient"}),
        lambda: intake.change_request(world.physician, case.pk, sent(case), request_for(world.plan)),
        lambda: look(world.physician, case.pk, "see_story"),
    ]
    for attempt in tried:
        with pytest.raises(RefusedError):
            attempt()


@pytest.mark.parametrize("how", ["inactive", "without the role", "without a team"])
def test_emergency_access_ends_with_what_it_was_given_for(world, case, how):
    taken(world.reviewer, case)
    if how == "without the role":
        RoleGrant.objects.filter(person=world.reviewer).delete()
    else:
        change = {"is_active": False} if how == "inactive" else {"team": None}
        Person.objects.filter(pk=world.reviewer.pk).update(**change)

    with pytest.raises(NotFoundError):
        look(Person.objects.get(pk=world.reviewer.pk), case.pk)


def test_a_person_of_no_team_takes_no_emergency_access(world, case):
    loner = Person.objects.make("loner", name="Loner (made up)")
    RoleGrant.objects.create(person=loner, role="reviewer")

    with pytest.raises(RefusedError):
        emergency.take_access(loner, Sent(new_id()), case.reference, REASON)


@pytest.mark.parametrize("who", ["reviewer", "physician", "appeal_physician"])
def test_nobody_takes_emergency_access_to_a_case_of_their_own_team(world, who):
    person, own = getattr(world, who), world.in_review()

    with pytest.raises(RefusedError, match="This case is your team's"):
        emergency.take_access(person, Sent(new_id()), own.reference, REASON)
    assert not EmergencyAccess.objects.exists()
    assert Event.objects.order_by("-seq")[0].action == "refused"


def test_the_page_says_that_a_case_is_the_own_teams_and_keeps_what_was_typed(world):
    own, client = world.in_review(), world.client(world.reviewer)
    typed = {"token": new_id(), "reference": own.reference, "reason": REASON}

    refused = client.post(reverse("reviews:emergency"), typed)

    assert refused.status_code == 403
    assert "This case is your team&#x27;s." in refused.content.decode()
    assert REASON in refused.content.decode()


def test_a_form_sent_twice_gives_one_access(world, case):
    form = Sent(new_id())
    assert taken(world.reviewer, case, form) == taken(world.reviewer, case, form)
    assert Event.objects.filter(action="emergency_access_started", case=case.pk).count() == 1


def test_an_access_is_listed_until_an_auditor_has_looked_at_it_also_after_it_ended(world, case, monkeypatch):
    access = taken(world.reviewer, case)
    monkeypatch.setattr(timezone, "now", lambda: access.ends_at + dt.timedelta(days=30))
    assert emergency.unacknowledged(world.auditor) == [access]
    emergency.acknowledge(world.auditor, access.pk)

    assert emergency.unacknowledged(world.auditor) == []
    assert Event.objects.order_by("-seq")[0].action == "emergency_access_acknowledged"


def test_an_access_that_is_acknowledged_twice_stays_the_first_ones(world, case):
    access = taken(world.reviewer, case)
    emergency.acknowledge(world.auditor, access.pk)
    emergency.acknowledge(world.other_auditor, access.pk)

    access.refresh_from_db()
    assert access.acknowledged_by == world.auditor
    assert Event.objects.filter(action="emergency_access_acknowledged").count() == 1


def test_nobody_acknowledges_their_own_access(world, case):
    both = world.person("both", "physician", "auditor")
    access = taken(both, case)

    with pytest.raises(RefusedError, match="Another auditor"):
        emergency.acknowledge(both, access.pk)
    assert emergency.unacknowledged(world.auditor) == [access]
    assert Event.objects.order_by("-seq")[0].action == "refused"


@pytest.mark.parametrize("number", [0, 10**30])
def test_an_access_that_is_not_there_is_not_found(world, number):
    with pytest.raises(NotFoundError):
        emergency.acknowledge(world.auditor, number)
    assert Event.objects.order_by("-seq")[0].action == "refused"


def test_the_reason_is_in_no_event(world, case):
    taken(world.reviewer, case)

    assert not [event for event in Event.objects.all() if REASON in event.details]


def test_an_access_that_was_acknowledged_stays_on_the_auditors_page_with_who_and_when(world, case):
    access = taken(world.reviewer, case)
    client = world.client(world.auditor)
    before = client.get(reverse("reviews:accesses")).text
    emergency.acknowledge(world.auditor, access.pk)
    access.refresh_from_db()
    after = client.get(reverse("reviews:accesses")).text
    when = timezone.localtime(access.acknowledged_at)

    assert "Looked at before" not in before
    assert "Looked at before" in after
    assert REASON in after
    assert f"Acknowledged by {world.auditor}, {when:%Y-%m-%d %H:%M}" in after
    assert "Acknowledge<" not in after


@pytest.mark.parametrize(("count", "shown"), [(49, 49), (50, 50), (51, 50)])
def test_of_the_accesses_that_were_acknowledged_the_newest_fifty_are_shown(world, case, count, shown):
    start = timezone.now()
    EmergencyAccess.objects.bulk_create(
        EmergencyAccess(
            person=world.reviewer,
            case=case,
            reason=f"Reason {number}.",
            ends_at=start,
            acknowledged_by=world.auditor,
            acknowledged_at=start + dt.timedelta(minutes=number),
        )
        for number in range(count)
    )

    found = emergency.acknowledged(world.auditor)

    assert len(found) == shown
    assert found[0].reason == f"Reason {count - 1}."
    with pytest.raises(RefusedError):
        emergency.acknowledged(world.reviewer)

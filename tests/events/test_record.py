"""Recording an event: when it may be done, what it may hold, and what it does to the head."""

import hashlib
import json

import pytest
from django.db import transaction

from decisions.log import encoding, merkle
from decisions.log.actions import ACTIONS, GROUP_IDS, GROUPS, of_group
from decisions.log.services import LogError, digest, record, record_alone
from decisions.models import Event, EventHead, Person

ZEROS = "0" * 64


@pytest.fixture
def nora(db) -> Person:
    return Person.objects.make("nora", name="Nora Nurse (made up)", made_up=True)


@pytest.mark.django_db(transaction=True)
def test_an_event_is_recorded_inside_a_transaction_alone():
    with pytest.raises(LogError, match="there is none"):
        record("signed_in", actor=None)

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_new_log_has_a_head_that_names_no_event():
    head = EventHead.objects.get()

    assert (head.pk, head.seq, head.hash, head.peaks) == (1, 0, ZEROS, "[]")


def test_events_count_from_one_and_each_names_the_hash_before(nora):
    first = record_alone("signed_in", actor=nora, role="reviewer")
    second = record_alone("case_viewed", actor=nora, role="reviewer", case="c1", details={"tab": "request"})

    assert (first.seq, first.previous_hash) == (1, ZEROS)
    assert (second.seq, second.previous_hash) == (2, first.hash)
    assert second.details == '{"tab":"request"}'


def test_the_head_follows_with_the_roots_of_the_full_trees(nora):
    events = [record_alone("case_viewed", actor=nora, case="c1") for _ in range(3)]
    head = EventHead.objects.get()

    pair = merkle.node(merkle.leaf(events[0].hash), merkle.leaf(events[1].hash))
    assert (head.seq, head.hash) == (3, events[2].hash)
    assert json.loads(head.peaks) == [pair, merkle.leaf(events[2].hash)]


def test_the_hash_covers_every_column_as_it_is_stored(nora):
    stored = Event.objects.get(pk=record_alone("referred", actor=nora, role="reviewer", case="c1").pk)
    columns = [
        "conus event 1",
        1,
        stored.at.isoformat(timespec="microseconds"),
        nora.pk,
        "reviewer",
        "referred",
        "c1",
        "{}",
        ZEROS,
    ]

    text = json.dumps(columns, separators=(",", ":")).encode()
    assert stored.hash == encoding.event_hash(stored) == hashlib.sha256(text).hexdigest()


@pytest.mark.django_db
def test_an_unknown_action_is_refused():
    with pytest.raises(ValueError, match="'thought_about' is not an action"):
        record_alone("thought_about", actor=None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("details", "fault"),
    [
        ({"a": {"b": 1}}, "holds a dict"),
        ({"a": [[1]]}, "holds a list"),
        ({"a": 1.5}, "holds a float"),
        ({"a": b"x"}, "holds a bytes"),
        ({"a": "x" * 201}, "longer than 200"),
        ({"a": ["x" * 201]}, "longer than 200"),
        ({"a": [1] * 201}, "more than 200 entries"),
        ({"Not a name": 1}, "cannot name"),
        ({"": 1}, "cannot name"),
    ],
)
def test_details_that_an_event_cannot_hold_are_refused(details, fault):
    with pytest.raises(ValueError, match=fault):
        record_alone("refused", actor=None, details=details)

    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "details",
    [
        {"a": "x" * 199},
        {"a": "x" * 200},
        {"a": ["x" * 200, 1, True, None]},
        {"a": [1] * 200},
        {"a": "ä\u0000\U0001f600"},
    ],
)
def test_details_up_to_the_limits_are_kept(details):
    event = record_alone("refused", actor=None, details=details)

    assert json.loads(Event.objects.get(pk=event.pk).details) == details


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_no_event_and_no_gap():
    with transaction.atomic():
        record("case_claimed", actor=None, case="c1")
        transaction.set_rollback(True)

    assert record_alone("refused", actor=None, case="c1").seq == 1


@pytest.mark.django_db
def test_without_a_head_nothing_is_recorded():
    from django.db import connection

    from decisions.log import triggers

    triggers.drop(connection)
    EventHead.objects.all().delete()

    with pytest.raises(LogError, match="lost its head"):
        record_alone("signed_in", actor=None)


def test_a_digest_differs_by_case_and_by_value_and_hides_both(settings):
    same = digest("c1", "2026-01-02")

    assert same == digest("c1", "2026-01-02")
    assert (
        len({same, digest("c2", "2026-01-02"), digest("c1", "2026-01-03"), digest("c1", ["2026-01-02"])}) == 4
    )
    assert same != hashlib.sha256(b"2026-01-02").hexdigest()
    settings.SECRET_KEY = "another" * 10
    assert digest("c1", "2026-01-02") != same


def test_every_action_has_words_a_group_and_a_kind():
    for name, action in ACTIONS.items():
        assert len(name) <= 60
        assert action.words
        assert action.group in GROUPS
        assert action.kind in set("CRUDE")
    assert sorted(name for group in GROUP_IDS for name in of_group(group)) == sorted(ACTIONS)

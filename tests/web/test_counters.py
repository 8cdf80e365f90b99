"""Exact counts: windows, kinds, processes that count at once, and what is kept of a key."""

import json

import pytest
from django.db import connections, transaction

from decisions.guards import counters
from decisions.guards.services import client_address, count, forget
from tests.processes import race

both_databases = pytest.mark.django_db(databases=["default", "counters"])


def rows() -> list[tuple[str, str]]:
    """What the counters hold."""
    with connections["counters"].cursor() as cursor:
        cursor.execute("SELECT kind, key FROM conus_count ORDER BY kind")
        return cursor.fetchall()


# Windows


@both_databases
@pytest.mark.parametrize("window", [60.0, 300.0])
def test_a_window_starts_with_its_first_event_and_holds_below_its_length_but_not_at_or_above_it(window):
    first = count("request", "192.0.2.1", window, now=1000.0)
    below = count("request", "192.0.2.1", window, now=1000.0 + window - 0.1)
    at = count("request", "192.0.2.1", window, now=1000.0 + window)
    above = count("request", "192.0.2.1", window, now=1000.0 + 2 * window + 0.1)

    assert [done.requests for done in (first, below, at, above)] == [1, 2, 1, 1]
    assert first.seconds_left == pytest.approx(window)
    assert below.seconds_left == pytest.approx(0.1)
    assert at.seconds_left == pytest.approx(window)


@both_databases
def test_kinds_and_keys_are_counted_apart():
    for kind, key in (("request", "a"), ("sign-in name", "a"), ("request", "b")):
        assert count(kind, key, 60.0, now=1000.0).requests == 1

    assert count("request", "a", 60.0, now=1001.0).requests == 2


@both_databases
def test_a_short_window_that_is_over_takes_no_longer_one_with_it():
    count("sign-in name", "anna", 300.0, now=1000.0)
    count("request", "192.0.2.1", 60.0, now=1000.0)
    count("request", "192.0.2.2", 60.0, now=1060.0)

    assert [kind for kind, _ in rows()] == ["request", "sign-in name"]
    assert count("sign-in name", "anna", 300.0, now=1299.9).requests == 2


@both_databases
def test_what_is_over_is_forgotten_at_the_end_of_its_window_and_not_before():
    count("request", "192.0.2.1", 60.0, now=1000.0)

    count("request", "192.0.2.2", 60.0, now=1059.9)
    assert len(rows()) == 2
    count("request", "192.0.2.3", 60.0, now=1060.0)
    assert len(rows()) == 2


@both_databases
def test_a_key_that_is_forgotten_starts_anew_and_no_other_does():
    for key in ("anna", "anna", "ben"):
        count("sign-in name", key, 300.0, now=1000.0)

    forget("sign-in name", "anna")
    forget("sign-in name", "nobody")

    assert count("sign-in name", "anna", 300.0, now=1001.0).requests == 1
    assert count("sign-in name", "ben", 300.0, now=1001.0).requests == 2


@both_databases
def test_no_key_is_kept_as_it_is_and_the_same_key_of_two_kinds_cannot_be_told():
    count("request", "anna", 60.0, now=1000.0)
    count("sign-in name", "anna", 300.0, now=1000.0)

    (_, first), (_, second) = rows()

    assert first != second
    assert "anna" not in first + second


@both_databases
def test_any_text_is_a_key():
    for key in ("", "\0", "ä" * 100_000, "'; DROP TABLE conus_count; --", "%s"):
        assert count("sign-in name", key, 60.0, now=1000.0).requests == 1
        assert count("sign-in name", key, 60.0, now=1000.0).requests == 2


@pytest.mark.django_db(databases=["default", "counters"], transaction=True)
def test_a_count_stands_although_the_transaction_around_it_is_undone():
    try:
        with transaction.atomic():
            count("sign-in name", "anna", 300.0, now=1000.0)
            transaction.set_rollback(True)

        assert count("sign-in name", "anna", 300.0, now=1001.0).requests == 2
    finally:
        forget("sign-in name", "anna")


def test_the_address_of_a_request_is_offered_to_other_slices(rf):
    assert client_address(rf.get("/", REMOTE_ADDR="192.0.2.1")) == "192.0.2.1"


# Processes

COUNT = """
import json, sys, django
django.setup()
from decisions.guards.services import count
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps([count("sign-in name", "anna", 300, 1000.0 + n / 10).requests for n in range(100)]))
"""


def test_processes_that_count_at_once_make_the_table_once_and_lose_nothing(own_database):
    said = race(COUNT, own_database, racers=4)

    assert sorted(number for text in said for number in json.loads(text)) == list(range(1, 401))


NEW_KEYS = """
import sys, django
django.setup()
from decisions.guards.services import count
print("ready", flush=True)
sys.stdin.readline()
print(sum(count("request", str(n), 1.0, 1000.0 + n).requests for n in range(200)))
"""


def test_processes_that_forget_old_counts_at_once_do_not_stand_in_each_others_way(own_database):
    said = race(NEW_KEYS, own_database, racers=4)

    assert all(int(text) >= 200 for text in said)


REQUESTS = """
import logging, sys, django
django.setup()
from django.test import Client
from decisions.guards import middleware
middleware.time.time = lambda: 1000.0
logging.disable()
client = Client(SERVER_NAME="localhost")
print("ready", flush=True)
sys.stdin.readline()
print(sum(client.get("/nowhere").status_code == 404 for _ in range(100)))
"""


def test_the_limit_on_requests_is_exact_across_processes(ready_database):
    said = race(REQUESTS, {**ready_database, "CONUS_RATE_LIMIT": "120"}, racers=2)

    assert sum(map(int, said)) == 120


@both_databases
def test_the_table_is_made_without_asking_where_it_is_there_already():
    connection = connections["counters"]
    connection.ensure_connection()

    with connection.execute_wrapper(refuse_to_make):
        counters._make_table(connection)


def refuse_to_make(execute, sql, *rest):
    """Lets look, but not make: a role at run time may have no right to."""
    assert "CREATE" not in sql
    return execute(sql, *rest)

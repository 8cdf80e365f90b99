"""What the database itself refuses, asked past Django, on the database under test."""

import logging
import sqlite3

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from decisions.log import triggers, upkeep
from decisions.log.encoding import event_hash
from decisions.log.services import record_alone
from decisions.models import Event, EventHead
from tests.events.world import COLUMNS, fill, other, sql, verified

pytestmark = pytest.mark.django_db
ZEROS = "0" * 64


def refused(statement: str, *values: object) -> bool:
    """Whether the database refuses a statement because of a trigger, and nothing is changed by it."""
    before = (list(Event.objects.order_by("seq").values()), list(EventHead.objects.values()))
    with pytest.raises(IntegrityError, match=r"the event log|an event follows"), transaction.atomic():
        sql(statement, *values)
    return before == (list(Event.objects.order_by("seq").values()), list(EventHead.objects.values()))


def row(seq: int, **changes: object) -> tuple[str, list[object]]:
    """An INSERT of a row that would follow the last one, with changes."""
    last = Event.objects.order_by("-seq").first()
    event = Event(
        seq=seq, at=last.at, action="signed_in", role="", case="", details="{}", previous_hash=last.hash
    )
    event.hash = event_hash(event)
    for name, value in changes.items():
        setattr(event, name, value)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    marks = ", ".join(["%s"] * len(COLUMNS))
    return f"INTO decisions_event ({names}) VALUES ({marks})", [getattr(event, name) for name in COLUMNS]


@pytest.fixture
def log():
    fill(3)


def test_all_triggers_are_there_after_migrations():
    assert triggers.not_in_place(connection) == []


@pytest.mark.parametrize("column", COLUMNS)
def test_an_update_of_any_column_is_refused(log, column):
    value = other(column, getattr(Event.objects.get(seq=2), column))

    assert refused(f'UPDATE decisions_event SET "{column}" = %s WHERE seq = 2', value)  # noqa: S608


def test_a_delete_is_refused(log):
    for seq in (1, 2, 3):
        assert refused("DELETE FROM decisions_event WHERE seq = %s", seq)
    assert refused("DELETE FROM decisions_event")


def test_what_django_deletes_and_updates_is_refused_too(log):
    for change in (
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.update(role="x"),
        lambda: Event.objects.get(seq=1).save(),
        lambda: Event.objects.get(seq=1).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize("seq", [-1, 0, 1, 3, 5, 1000])
def test_an_event_out_of_line_is_refused(log, seq):
    statement, values = row(seq)

    assert refused(f"INSERT {statement}", *values)


@pytest.mark.parametrize("previous", [ZEROS, "f" * 64, ""])
def test_an_event_that_names_another_hash_before_it_is_refused(log, previous):
    statement, values = row(4, previous_hash=previous)

    assert refused(f"INSERT {statement}", *values)


def test_an_event_in_line_is_let_in(log):
    statement, values = row(4)
    sql(f"INSERT {statement}", *values)

    assert Event.objects.count() == 4


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_on_conflict_do_update_is_refused(log, seq):
    statement, values = row(seq)

    assert refused(f"INSERT {statement} ON CONFLICT (seq) DO UPDATE SET role = 'x'", *values)


def test_on_conflict_with_a_hash_is_refused(log):
    taken = Event.objects.get(seq=1).hash
    statement, values = row(4, hash=taken)

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"INSERT {statement} ON CONFLICT (hash) DO UPDATE SET role = 'x'", *values)
    assert Event.objects.count() == 3
    assert Event.objects.get(seq=1).role == "reviewer"


def test_the_first_event_has_to_begin_the_log():
    fill(1)
    statement, values = row(1)
    triggers.drop(connection)
    Event.objects.all().delete()
    triggers.install(connection)

    assert refused(f"INSERT {statement}", *values)


def test_the_head_follows_the_events_alone(log):
    for change in (
        "seq = 2",
        "seq = 4",
        "seq = 0",
        f"hash = '{ZEROS}'",
        "id = 2",
        "checkpoint_seq = -1",
    ):
        assert refused(f"UPDATE decisions_eventhead SET {change}"), change  # noqa: S608


def test_the_head_may_name_a_newer_checkpoint_and_never_an_older_one(log):
    sql("UPDATE decisions_eventhead SET checkpoint_seq = 2")

    assert EventHead.objects.get().checkpoint_seq == 2
    assert refused("UPDATE decisions_eventhead SET checkpoint_seq = 1")


def test_there_is_one_head_and_it_stays(log):
    assert refused("DELETE FROM decisions_eventhead")
    assert refused(
        "INSERT INTO decisions_eventhead (id, seq, hash, peaks, checkpoint_seq) VALUES (2, 0, 'x', '[]', 0)"
    )
    assert refused(
        "INSERT INTO decisions_eventhead (id, seq, hash, peaks, checkpoint_seq) VALUES (1, 0, 'x', '[]', 0)"
        " ON CONFLICT (id) DO UPDATE SET hash = 'x'"
    )


# One database alone


sqlite_alone = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is SQLite's")
postgres_alone = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="TRUNCATE is PostgreSQL's")


@sqlite_alone
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("seq", [1, 2, 3])
def test_replace_is_refused(log, seq, recursive):
    sql(f"PRAGMA recursive_triggers = {recursive}")
    statement, values = row(seq)

    assert refused(f"INSERT OR REPLACE {statement}", *values)
    assert refused(f"REPLACE {statement}", *values)


@sqlite_alone
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replace_by_a_hash_or_by_the_row_id_of_sqlite_is_refused(log, recursive):
    """REPLACE takes away whatever has the same unique value: here not the number, but something else."""
    sql(f"PRAGMA recursive_triggers = {recursive}")
    statement, values = row(4, hash=Event.objects.get(seq=1).hash)
    assert refused(f"REPLACE {statement}", *values)

    statement, values = row(4)
    for name in ("rowid", "oid", "_rowid_"):
        by_row_id = statement.replace('("seq"', f'({name}, "seq"').replace("VALUES (", "VALUES (1, ")
        assert refused(f"REPLACE {by_row_id}", *values)


@sqlite_alone
def test_replace_of_the_head_is_refused(log):
    sql("PRAGMA recursive_triggers = OFF")

    assert refused(
        "REPLACE INTO decisions_eventhead (id, seq, hash, peaks, checkpoint_seq) VALUES (1,0,'x','',0)"
    )
    assert refused("UPDATE OR REPLACE decisions_eventhead SET id = 3")


@pytest.mark.django_db(transaction=True)
@sqlite_alone
def test_another_program_without_our_settings_is_refused_as_well(log):
    other_program = sqlite3.connect(connection.settings_dict["NAME"])
    try:
        for statement in ("DELETE FROM decisions_event", "UPDATE decisions_event SET role = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="the event log only grows"):
                other_program.execute(statement)
    finally:
        other_program.close()


@postgres_alone
def test_truncate_is_refused(log):
    assert refused("TRUNCATE decisions_event")
    assert refused("TRUNCATE decisions_eventhead")
    assert refused("TRUNCATE decisions_event, decisions_eventhead CASCADE")


@postgres_alone
def test_a_session_that_says_it_only_copies_is_refused_too(log):
    sql("SET LOCAL session_replication_role = replica")

    assert refused("DELETE FROM decisions_event")
    assert refused("UPDATE decisions_event SET role = 'x'")


@postgres_alone
def test_a_trigger_that_is_switched_off_counts_as_missing(log):
    sql("ALTER TABLE decisions_event DISABLE TRIGGER conus_event_in_line")

    assert triggers.not_in_place(connection) == ["conus_event_in_line"]


# Upkeep


def test_dropped_triggers_are_missing_and_come_back(log):
    triggers.drop(connection)
    assert set(triggers.not_in_place(connection)) >= {"conus_event_unchanged", "conus_head_stays"}

    upkeep.insist()

    assert triggers.not_in_place(connection) == []
    assert refused("DELETE FROM decisions_event")


def test_a_trigger_that_says_something_else_counts_as_missing():
    if connection.vendor == "sqlite":
        sql("DROP TRIGGER conus_event_unchanged")
        sql("CREATE TRIGGER conus_event_unchanged BEFORE UPDATE ON decisions_event BEGIN SELECT 1; END")
        expected = ["conus_event_unchanged"]
    else:
        sql(
            "CREATE OR REPLACE FUNCTION conus_refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'"
        )
        expected = ["conus_refuse"]

    assert triggers.not_in_place(connection) == expected
    triggers.install(connection)
    assert triggers.not_in_place(connection) == []


def test_the_check_of_the_database_warns_of_missing_triggers():
    def found() -> list[str]:
        return [message.id for message in run_checks(tags=["database"], databases=["default"])]

    assert "conus.W001" not in found()
    triggers.drop(connection)
    assert "conus.W001" in found()


def test_a_migration_makes_them_again_and_says_that_they_were_gone(log, caplog):
    triggers.drop(connection)
    with caplog.at_level(logging.WARNING):
        call_command("migrate", verbosity=0)

    assert triggers.not_in_place(connection) == []
    assert "The event log was not protected" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_an_index_that_comes_or_goes_leaves_the_log_whole_and_protected():
    fill(3)
    try:
        call_command("migrate", "decisions", "0003", verbosity=0)
        assert "events_by_time" not in indexes()
        assert triggers.not_in_place(connection) == []
    finally:
        call_command("migrate", verbosity=0)
    assert "events_by_time" in indexes()
    assert (triggers.not_in_place(connection), verified().damage, Event.objects.count()) == ([], [], 3)
    assert refused("DELETE FROM decisions_event")


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, "decisions_event"))


def test_a_log_with_events_gets_no_new_head(log):
    triggers.drop(connection)
    EventHead.objects.all().delete()
    upkeep.insist()

    assert not EventHead.objects.exists()
    assert verified().damage[0].kind == "head lost"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", [1, 2])
def test_emptied_tables_leave_a_new_log_behind(_time):
    assert EventHead.objects.get().seq == 0
    assert triggers.not_in_place(connection) == []
    assert record_alone("signed_in", actor=None).seq == 1

"""What the database itself refuses: to change, take away or replace an event, or to add one out of line.

Triggers hold for everything that speaks to the database, not for Conus alone. Whoever owns the database can
drop them; then the hashes and the checkpoints tell.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

# ruff: noqa: S608 (nothing in these statements comes from outside of this file)

FIRST = "0" * 64
"""What stands for the hash before the first event."""

_KEPT = "the event log only grows"
_LINE = "an event follows the last one"
_HEAD = "the head of the event log follows the last event"
_ONE = "the event log has one head"

SQLITE = {
    "conus_event_unchanged": f"""
BEFORE UPDATE ON decisions_event BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END""",
    "conus_event_unchanged_delete": f"""
BEFORE DELETE ON decisions_event BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END""",
    # REPLACE takes rows away without a DELETE where recursive_triggers is off. So whatever it could replace
    # is looked for: the number, both hashes, and SQLite's own row id.
    "conus_event_in_line": f"""
BEFORE INSERT ON decisions_event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM decisions_event)
  OR NEW.previous_hash IS NOT coalesce(
    (SELECT hash FROM decisions_event ORDER BY seq DESC LIMIT 1), '{FIRST}')
  OR EXISTS (SELECT 1 FROM decisions_event WHERE hash = NEW.hash)
  OR EXISTS (SELECT 1 FROM decisions_event WHERE previous_hash = NEW.previous_hash)
  OR EXISTS (SELECT 1 FROM decisions_event WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, '{_LINE}'); END""",
    "conus_head_stays": f"""
BEFORE DELETE ON decisions_eventhead BEGIN SELECT RAISE(ABORT, '{_ONE}'); END""",
    "conus_head_follows": f"""
BEFORE UPDATE ON decisions_eventhead
WHEN NEW.id IS NOT OLD.id OR NEW.checkpoint_seq < OLD.checkpoint_seq
  OR NEW.seq IS NOT (SELECT coalesce(max(seq), 0) FROM decisions_event)
  OR NEW.hash IS NOT coalesce((SELECT hash FROM decisions_event ORDER BY seq DESC LIMIT 1), '{FIRST}')
BEGIN SELECT RAISE(ABORT, '{_HEAD}'); END""",
    "conus_head_alone": f"""
BEFORE INSERT ON decisions_eventhead
WHEN NEW.id IS NOT 1 OR EXISTS (SELECT 1 FROM decisions_eventhead)
BEGIN SELECT RAISE(ABORT, '{_ONE}'); END""",
}

_RAISE = "RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE ="

POSTGRES_FUNCTIONS = {
    "conus_refuse": f"BEGIN {_RAISE} TG_ARGV[0]; END",
    "conus_event_check": f"""
DECLARE newest record;
BEGIN
  SELECT seq, hash INTO newest FROM decisions_event ORDER BY seq DESC LIMIT 1;
  IF NEW.seq IS DISTINCT FROM coalesce(newest.seq, 0) + 1
     OR NEW.previous_hash IS DISTINCT FROM coalesce(newest.hash, '{FIRST}') THEN
    {_RAISE} '{_LINE}';
  END IF;
  RETURN NEW;
END""",
    "conus_head_check": f"""
DECLARE newest record;
BEGIN
  SELECT seq, hash INTO newest FROM decisions_event ORDER BY seq DESC LIMIT 1;
  IF NEW.id <> OLD.id OR NEW.checkpoint_seq < OLD.checkpoint_seq
     OR NEW.seq IS DISTINCT FROM coalesce(newest.seq, 0)
     OR NEW.hash IS DISTINCT FROM coalesce(newest.hash, '{FIRST}') THEN
    {_RAISE} '{_HEAD}';
  END IF;
  RETURN NEW;
END""",
    "conus_head_only": f"""
BEGIN
  IF NEW.id <> 1 OR EXISTS (SELECT 1 FROM decisions_eventhead) THEN {_RAISE} '{_ONE}'; END IF;
  RETURN NEW;
END""",
}
POSTGRES = {
    "conus_event_unchanged": (
        "decisions_event",
        "BEFORE UPDATE OR DELETE OR TRUNCATE",
        f"STATEMENT EXECUTE FUNCTION conus_refuse('{_KEPT}')",
    ),
    "conus_event_in_line": (
        "decisions_event",
        "BEFORE INSERT",
        "ROW EXECUTE FUNCTION conus_event_check()",
    ),
    "conus_head_stays": (
        "decisions_eventhead",
        "BEFORE DELETE OR TRUNCATE",
        f"STATEMENT EXECUTE FUNCTION conus_refuse('{_ONE}')",
    ),
    "conus_head_follows": (
        "decisions_eventhead",
        "BEFORE UPDATE",
        "ROW EXECUTE FUNCTION conus_head_check()",
    ),
    "conus_head_alone": (
        "decisions_eventhead",
        "BEFORE INSERT",
        "ROW EXECUTE FUNCTION conus_head_only()",
    ),
}
_TABLES = ("decisions_event", "decisions_eventhead")


def statements(vendor: str) -> list[str]:
    """What makes the triggers anew. A trigger of the same name that says something else is replaced."""
    if vendor == "sqlite":
        return [
            statement
            for name, body in SQLITE.items()
            for statement in (f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {body.strip()}")
        ]
    functions = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $conus${body}$conus$"
        for name, body in POSTGRES_FUNCTIONS.items()
    ]
    made = [
        statement
        for name, (table, when, what) in POSTGRES.items()
        for statement in (
            f"CREATE OR REPLACE TRIGGER {name} {when} ON {table} FOR EACH {what}",
            # Also where a session says that it only copies another database.
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        )
    ]
    return functions + made


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, or make them again. Raises DatabaseError where the tables are missing."""
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for tests that empty their tables, and for restoring a backup."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for function in POSTGRES_FUNCTIONS:
                cursor.execute(f"DROP FUNCTION IF EXISTS {function}() CASCADE")


def not_in_place(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that are not there, are switched off, or say something else.

    Raises DatabaseError.
    """
    return _lacking_sqlite(connection) if connection.vendor == "sqlite" else _lacking_postgres(connection)


def _lacking_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = dict(cursor.fetchall())
    return [
        name for name, body in SQLITE.items() if there.get(name) != f"CREATE TRIGGER {name} {body.strip()}"
    ]


def _lacking_postgres(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND tgrelid IN (%s::regclass, %s::regclass)",
            _TABLES,
        )
        there = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc"
            " WHERE proname = ANY(%s) AND pronamespace = current_schema()::regnamespace",
            [list(POSTGRES_FUNCTIONS)],
        )
        sources = dict(cursor.fetchall())
    functions = [name for name, body in POSTGRES_FUNCTIONS.items() if sources.get(name) != body]
    return [name for name in POSTGRES if name not in there] + functions

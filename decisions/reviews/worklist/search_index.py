"""The index of parts of references: which few cases can hold a text at all, of however many.

It only narrows a search down: what it names is looked at once more, and where it is missing, all is looked
at. On SQLite it is a table of trigrams beside the cases, kept by triggers; on PostgreSQL an index of the
extension pg_trgm. It needs no right that is not there: without FTS5, or the right to make an extension, a
search is right and slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

# ruff: noqa: S608 (nothing in these statements comes from outside of this file)

SHORTEST = 3
"""The letters of a trigram: a shorter text is in no index."""
FEW = 1_000
"""How many cases are worth looking at one by one."""
FIRST, MANY_OF_FIRST = 1_000, 100
"""A trigram that is in more than so many of the first cases is taken to be common, in SQLite's index."""

NUMBERS, PARTS, CASES = "conus_case_number", "conus_case_part", "decisions_case"
_NUMBER = f"(SELECT number FROM {NUMBERS} WHERE case_id = NEW.id)"
_OLD = f"(SELECT number FROM {NUMBERS} WHERE case_id = OLD.id)"
# A case has no number, and SQLite may give its row another one: so the index has numbers for itself.
TABLES = (
    f"CREATE TABLE {NUMBERS} (number INTEGER PRIMARY KEY, case_id TEXT NOT NULL UNIQUE)",
    f"CREATE VIRTUAL TABLE {PARTS} USING fts5(reference, member, tokenize='trigram case_sensitive 1')",
)
FILLED = (
    f"INSERT INTO {NUMBERS} (case_id) SELECT id FROM {CASES}",
    f"""INSERT INTO {PARTS} (rowid, reference, member)
SELECT number, reference_folded, member_folded FROM {NUMBERS} JOIN {CASES} ON id = case_id""",
)
TRIGGERS = {
    "conus_case_part_added": f"""AFTER INSERT ON {CASES} BEGIN
INSERT INTO {NUMBERS} (case_id) VALUES (NEW.id);
INSERT INTO {PARTS} (rowid, reference, member)
VALUES ({_NUMBER}, NEW.reference_folded, NEW.member_folded); END""",
    "conus_case_part_changed": f"""AFTER UPDATE OF reference_folded, member_folded ON {CASES} BEGIN
UPDATE {PARTS} SET reference = NEW.reference_folded, member = NEW.member_folded
WHERE rowid = {_NUMBER}; END""",
    "conus_case_part_gone": f"""AFTER DELETE ON {CASES} BEGIN
DELETE FROM {PARTS} WHERE rowid = {_OLD};
DELETE FROM {NUMBERS} WHERE case_id = OLD.id; END""",
}
INDEXES = {
    "conus_case_reference_parts": "reference_folded",
    "conus_case_member_parts": "member_folded",
}


def candidates(folded: str) -> list[str] | None:
    """The ids of all cases of any team whose reference, or member's, can hold a folded text. None where that
    is not known, or they are more than `FEW`.
    """
    if len(folded) < SHORTEST or not is_there(connection):
        return None
    with connection.cursor() as cursor:
        ways = _on_sqlite_by(cursor, folded) if connection.vendor == "sqlite" else _on_postgres_by(folded)
        for statement, asked in ways:
            cursor.execute(statement, [*asked, FEW + 1])
            if len(found := cursor.fetchall()) <= FEW:
                return [key for (key,) in found]
    return None


def _on_postgres_by(folded: str) -> Iterator[tuple[str, list[str]]]:
    pattern = f"%{connection.ops.prep_for_like_query(folded)}%"
    yield (
        f"SELECT id FROM {CASES} WHERE reference_folded LIKE %s OR member_folded LIKE %s LIMIT %s",
        [pattern, pattern],
    )


def _on_sqlite_by(cursor: Any, folded: str) -> Iterator[tuple[str, list[str]]]:
    """How the index is asked: for the parts of a text that tell cases apart, and, where too many have these,
    for the whole of it. What is in nearly every case, such as how each reference begins, is not asked for
    without need: the index would go through all of them.
    """
    # The matches first: a join would let SQLite try each case of all against them.
    statement = f"""SELECT case_id FROM {NUMBERS}
        WHERE number IN (SELECT rowid FROM {PARTS} WHERE {PARTS} MATCH %s LIMIT %s)"""
    telling = " AND ".join(_quoted(part) for part in _telling(cursor, folded))
    for asked in dict.fromkeys((telling, _quoted(folded))):
        if asked:
            yield statement, [asked]


def _telling(cursor: Any, folded: str) -> Iterator[str]:
    """The parts of a text whose trigrams are not common, each as long as it is."""
    trigrams = (folded[at : at + SHORTEST] for at in range(len(folded) - SHORTEST + 1))
    for common, some in groupby(trigrams, lambda trigram: _is_common(cursor, trigram)):
        if not common:
            first, *others = some
            yield first + "".join(each[-1] for each in others)


def _is_common(cursor: Any, trigram: str) -> bool:
    """Whether many cases have a trigram, as far as the first ones tell."""
    statement = f"SELECT count(*) FROM {PARTS} WHERE {PARTS} MATCH %s AND rowid <= %s"
    cursor.execute(statement, [_quoted(trigram), FIRST])
    return bool(cursor.fetchone()[0] > MANY_OF_FIRST)


def _quoted(text: str) -> str:
    """A text as FTS5 is asked for it, whatever characters it has."""
    return '"' + text.replace('"', '""') + '"'


def is_there(on: BaseDatabaseWrapper) -> bool:
    """Whether the index is kept."""
    with on.cursor() as cursor:
        if on.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [CASES])
            return {name for (name,) in cursor.fetchall()} >= TRIGGERS.keys()
        cursor.execute("SELECT count(to_regclass(name)) FROM unnest(%s::text[]) AS name", [list(INDEXES)])
        return bool(cursor.fetchone()[0] == len(INDEXES))


def connect(app: Any) -> None:
    """Have the index stand aside for a migration, and come back after it."""
    pre_migrate.connect(step_aside, sender=app, dispatch_uid="conus.parts.aside")
    post_migrate.connect(come_back, sender=app, dispatch_uid="conus.parts.back")


def step_aside(using: str, plan: list[Any], **_: Any) -> None:
    """Drop the triggers where tables are about to change: SQLite makes an altered one anew without them."""
    if using == DEFAULT_DB_ALIAS and plan and connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            for name in TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def come_back(using: str, **_: Any) -> None:
    """Make the index and fill it where it is missing and can be had."""
    on = connections[using]
    if using != DEFAULT_DB_ALIAS or not _has_folded(on) or is_there(on):
        return
    try:
        with transaction.atomic(using):
            make(on)
    except DatabaseError:  # no FTS5, or no right to an extension
        return


def make(on: BaseDatabaseWrapper) -> None:
    """Make the index and fill it. Raises DatabaseError where it cannot be had."""
    with on.cursor() as cursor:
        for statement in _on_sqlite() if on.vendor == "sqlite" else _on_postgres():
            cursor.execute(statement)


def _on_sqlite() -> list[str]:
    # Made anew, since taking a million rows out of such a table takes longer than putting them in.
    tables = (*(f"DROP TABLE IF EXISTS {name}" for name in (PARTS, NUMBERS)), *TABLES)
    triggers = [f"CREATE TRIGGER {name} {body}" for name, body in TRIGGERS.items()]
    return [*tables, *FILLED, *(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS), *triggers]


def _on_postgres() -> list[str]:
    made = (
        f"CREATE INDEX IF NOT EXISTS {name} ON {CASES} USING gin ({column} gin_trgm_ops)"
        for name, column in INDEXES.items()
    )
    return ["SET LOCAL statement_timeout = 0", "CREATE EXTENSION IF NOT EXISTS pg_trgm", *made]


def _has_folded(on: BaseDatabaseWrapper) -> bool:
    """Whether the cases are there with what is indexed: not while a database stands at an older migration."""
    with on.cursor() as cursor:
        if CASES not in on.introspection.table_names(cursor):
            return False
        columns = {each.name for each in on.introspection.get_table_description(cursor, CASES)}
    return {"reference_folded", "member_folded"} <= columns

"""The columns that lists are made from get what the cases and their decisions say."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet

from decisions.models.folding import fold

AT_ONCE = 5_000
ANSWERED = ("decided", "closed")


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fold the references of all cases, and copy what was decided."""
    using = schema_editor.connection.alias
    cases = apps.get_model("decisions", "Case").objects.using(using)
    table, adapt = cases.model._meta.db_table, schema_editor.connection.ops.adapt_datetimefield_value
    rows = cases.values_list("reference", "member_reference", "pk").iterator()
    folded = ((fold(reference), fold(member), key) for reference, member, key in rows)
    _write(schema_editor, f"UPDATE {table} SET reference_folded = %s, member_folded = %s WHERE id = %s", folded)
    decided = decisions(apps.get_model("decisions", "Decision").objects.using(using))
    values = ((result, adapt(at), late, key) for key, result, at, late in decided)
    _write(schema_editor, f"UPDATE {table} SET result = %s, sort_decided = %s, late = %s WHERE id = %s", values)


def decisions(made: "QuerySet[Any]") -> Iterator[tuple[str, str, dt.datetime, bool]]:
    """For each case with a decision: its id, what the newest says, when it was signed, and whether it came late.

    While an appeal is open, the clock of the case is the appeal's: when its decision was due is no longer known
    here, and it counts as in time.
    """
    rows = made.order_by("case", "number").values_list(
        "case", "kind", "result", "signed_at", "case__due_at", "case__state"
    )
    for key, versions in groupby(rows.iterator(), key=lambda row: row[0]):
        signed = list(versions)
        owed = [at for _, kind, _, at, _, _ in signed if kind != "correction"]
        due, state = signed[-1][4:]
        late = state in ANSWERED and due is not None and bool(owed) and owed[-1] > due
        yield key, signed[-1][2], signed[-1][3], late


def _write(schema_editor: BaseDatabaseSchemaEditor, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    left = iter(rows)
    with schema_editor.connection.cursor() as cursor:
        while some := list(islice(left, AT_ONCE)):
            cursor.executemany(statement, some)


class Migration(migrations.Migration):
    dependencies = [("decisions", "0012_lists")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]

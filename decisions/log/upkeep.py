"""What keeps the log append-only through migrations and restarts: its triggers and its one head row."""

from __future__ import annotations

import logging
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

from decisions.log import triggers
from decisions.models import Event, EventHead

TABLES = {"decisions_event", "decisions_eventhead"}
_LOG = logging.getLogger(__name__)
HINT = "Run manage.py migrate, which makes them, and then manage.py verify_log."


def connect(app: Any) -> None:
    """Have the triggers stand aside for a migration, and come back after it."""
    pre_migrate.connect(step_aside, sender=app, dispatch_uid="conus.events.aside")
    post_migrate.connect(come_back, sender=app, dispatch_uid="conus.events.back")


def step_aside(using: str, plan: list[Any], **_: Any) -> None:
    """Drop the triggers where tables are about to change: SQLite cannot alter one that a trigger reads."""
    if using == DEFAULT_DB_ALIAS and plan:
        triggers.drop(connections[using])


def come_back(using: str, plan: Any = (), **_: Any) -> None:
    """Make the triggers, and the head where the log has none because it is new."""
    connection = connections[using]
    if using != DEFAULT_DB_ALIAS or not has_log(connection):
        return
    has_events = Event.objects.exists()
    if not has_events and not EventHead.objects.exists():
        EventHead.objects.create(pk=1, hash=triggers.FIRST)
    if lacking := triggers.not_in_place(connection):
        triggers.install(connection)
        if has_events and not plan:  # no migration took them away, so somebody did
            _LOG.warning(
                "The event log was not protected: %s had to be made. Run manage.py verify_log.", lacking
            )


def has_log(connection: BaseDatabaseWrapper) -> bool:
    """Whether the tables of the log are there."""
    with connection.cursor() as cursor:
        return TABLES.issubset(connection.introspection.table_names(cursor))


def insist() -> None:
    """Make the triggers where they are missing. Raises ImproperlyConfigured where they cannot be made."""
    come_back(DEFAULT_DB_ALIAS)
    if lacking := triggers.not_in_place(connections[DEFAULT_DB_ALIAS]):
        raise ImproperlyConfigured(
            f"The event log can be changed: the database lacks {', '.join(lacking)}. {HINT}"
        )


@register(Tags.database)
def check_triggers(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """The triggers that keep the log append-only are there, wherever its tables are."""
    connection = connections[DEFAULT_DB_ALIAS]
    if DEFAULT_DB_ALIAS not in (databases or ()) or not has_log(connection):
        return []
    if not (lacking := triggers.not_in_place(connection)):
        return []
    # No error: `migrate` stops at errors, and it is what makes them again.
    message = f"The event log can be changed: the database lacks {', '.join(lacking)}."
    return [CheckWarning(message, hint=HINT, id="conus.W001")]

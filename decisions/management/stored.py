"""Commands that look into the database, and do not make one where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from config.databases import unreachable

NOTHING_TO_READ = 2
MAKES_THEM = (
    "`make run` makes them. `make demo` has a database of its own: for that, put"
    ' CONUS_VAR="$PWD/var/demo" before the command.'
)


class StoredCommand(BaseCommand):
    """A command that needs the tables. Without them it says so, and leaves no empty database behind."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run it where the tables are there. Raises CommandError with 2 where they are not."""
        if not _is_there():
            raise CommandError(f"{_name()} has no tables yet. {MAKES_THEM}", returncode=NOTHING_TO_READ)
        return super().execute(*args, **options)


def _is_there() -> bool:
    if connection.vendor == "sqlite" and connection.connection is None and not _file().exists():
        return False
    try:
        return "decisions_event" in connection.introspection.table_names()
    except OperationalError as error:
        raise CommandError(unreachable(error), returncode=NOTHING_TO_READ) from None


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _name() -> str:
    """The file, or the name of the database: never the rest of a URL, which can hold a password."""
    if connection.vendor == "sqlite":
        return f"The database {_file()}"
    return f"The database {connection.settings_dict['NAME']}"

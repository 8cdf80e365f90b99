"""Whether Conus can do its work."""

import importlib

from django.db import Error, connection


def faults() -> list[str]:
    """A plain line for each thing that cannot be read."""
    checks = {"database": _database_answers, "policies": _policies_are_there}
    return [f"The {name} cannot be read." for name, check in checks.items() if not check()]


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _policies_are_there() -> bool:
    """One edition that reads is enough: a broken one does not keep the others from serving."""
    try:
        services = importlib.import_module("decisions.services")
        return bool(services.library().policy_ids)
    except (ImportError, OSError):
        return False

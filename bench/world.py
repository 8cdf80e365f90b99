"""A world to measure in: production settings over a folder that is thrown away afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command


@contextmanager
def world() -> Iterator[None]:
    """Sets Django up with an empty database and collected static files, and no limit on requests."""
    for name in [name for name in os.environ if name.startswith("CONUS_") or name == "DATABASE_URL"]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="conus-bench-") as folder:
        os.environ |= {
            "CONUS_VAR": folder,
            "CONUS_RATE_LIMIT": "0",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        django.setup()
        for database in ("default", "counters"):
            call_command("migrate", database=database, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield

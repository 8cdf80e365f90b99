"""What a process has loaded that others are forked from: Conus, without a database and without a setting.

A fork takes up the environment of its own, as if it had started with it.
"""

import os
import sys
import tempfile
from importlib import import_module

import django
from django.conf import settings
from django.db import connections
from django.utils.functional import empty

import config
from tests.processes import clean_environment

LOADED = (
    "config.urls",
    "django.core.management.commands.check",
    "django.core.management.commands.migrate",
    "django.core.servers.basehttp",
    "django.db.backends.postgresql.base",
    "django.db.backends.sqlite3.base",
    "django.test",
    "tests.reviews.world",
)
"""What takes long and is asked for later than the start."""


def take_up(environment: dict[str, str]) -> None:
    """Have this environment, and forget all settings: they are read again where they are asked for."""
    os.environ.clear()
    os.environ.update(environment)
    sys.modules.pop("config.settings", None)
    vars(config).pop("settings", None)
    settings._wrapped = empty
    vars(connections).pop("settings", None)
    connections.__init__()  # type: ignore[misc]


with tempfile.TemporaryDirectory() as _folder:
    take_up(clean_environment(CONUS_VAR=_folder, DJANGO_SETTINGS_MODULE="config.settings"))
    django.setup()
    for _name in LOADED:
        import_module(_name)
    take_up(clean_environment())

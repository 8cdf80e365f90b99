"""The settings of tests: those of production, in a folder of their own, and without a limit on requests.

What the environment says to Conus is left out, so a test means the same on every machine. Three names are for
the tests themselves: CONUS_REQUIRE_BROWSER, CONUS_BY_EAR, and CONUS_TEST_DATABASE_URL, the database to run
them on.
"""

import os
import tempfile
from pathlib import Path

_OURS = {"CONUS_REQUIRE_BROWSER", "CONUS_BY_EAR", "CONUS_TEST_DATABASE_URL"}
for _name in [name for name in os.environ if name.startswith("CONUS_") or name == "DATABASE_URL"]:
    if _name not in _OURS:
        del os.environ[_name]
_FOLDER = tempfile.TemporaryDirectory(prefix="conus-tests-")
os.environ["CONUS_VAR"] = _FOLDER.name
os.environ["DATABASE_URL"] = os.environ.get("CONUS_TEST_DATABASE_URL", "")

from config.databases import is_sqlite  # noqa: E402
from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STATICFILES_DIRS, STORAGES, VAR  # noqa: E402

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
RATE_LIMIT = 0
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
STATICFILES_DIRS = [*STATICFILES_DIRS, Path(__file__).parent / "vendor" / "axe-core-4.14.1"]

# A process that a test starts says itself which database it means: never, by mistake, the suite's own.
del os.environ["DATABASE_URL"]

# Files, not memory: the live server's threads then have connections of their own, as in production. And as
# there, the counters are not migrated: no model lives in them, and all migrations take a second.
for _alias, _database in DATABASES.items():
    if is_sqlite(_database):
        _file = str(Path(VAR) / f"test-{_alias}.sqlite3")
        _database["TEST"] = {"NAME": _file, "MIGRATE": _alias == "default"}
        _database["OPTIONS"]["init_command"] = _database["OPTIONS"]["init_command"].replace("=FULL", "=OFF")

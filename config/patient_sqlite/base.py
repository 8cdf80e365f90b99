"""Waits where SQLite does not: while a connection opens, another may hold the whole file for a moment.

The last connection to leave a write-ahead log locks the file to fold the log in. Whoever opens it just then
is told "database is locked" at once, whatever the timeout, and a request would fail or go uncounted.
"""

import time
from typing import Any

from django.db.backends.sqlite3 import base

PAUSE = 0.01
"""Seconds between two attempts."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is opened again until it opens, for as long as its timeout allows."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The open connection. Raises OperationalError where the file stays locked."""
        until = time.monotonic() + conn_params.get("timeout", 0)
        while True:
            try:
                return super().get_new_connection(conn_params)
            except self.Database.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
            time.sleep(PAUSE)

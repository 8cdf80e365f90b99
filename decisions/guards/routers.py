"""Which database holds what."""

from typing import Any

COUNTERS = "counters"


class CountersRouter:
    """No model lives in the counters database: one statement writes it, and it can be thrown away."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Keep every migration out of the counters database."""
        return False if db == COUNTERS else None

"""The Django application."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Everything under `decisions`; a slice is a folder in it, not an application of its own."""

    name = "decisions"
    verbose_name = "Conus"

    def ready(self) -> None:
        """Connect what the counters database and sign-in need, and register the system checks."""
        from decisions import system_checks  # noqa: F401 (registers them)
        from decisions.guards import counters
        from decisions.log import upkeep
        from decisions.people import signals
        from decisions.reviews.worklist import search_index

        counters.connect()
        signals.connect()
        upkeep.connect(self)
        search_index.connect(self)

"""The Django application."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Everything under `decisions`; a slice is a folder in it, not an application of its own."""

    name = "decisions"
    verbose_name = "Conus"

    def ready(self) -> None:
        """Connect what the counters database needs."""
        from decisions.guards import counters

        counters.connect()

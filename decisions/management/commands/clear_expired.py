"""Forget the checks that were started more than twelve hours ago."""

from typing import Any

from decisions.check import services
from decisions.management.stored import StoredCommand


class Command(StoredCommand):
    """`manage.py clear_expired`: prints how many checks it forgot."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        count = services.clear_expired()
        self.stdout.write(f"{count} expired check{'' if count == 1 else 's'} cleared")

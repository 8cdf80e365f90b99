"""``manage.py renew_secrets``: encrypt the secrets of second factors with the current secret key."""

from __future__ import annotations

import sys
from typing import Any

from decisions.management.stored import StoredCommand
from decisions.people.services import renew_secrets

EXITS = """
Exit 0: all of them are hidden with the secret key of now.
Exit 1: some can be read with none of the keys at hand. Their people set up a second factor anew.
"""


class Command(StoredCommand):
    help = "Hide the secrets of second factors, which an older secret key hid, with the one of now. " + EXITS
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        renewed, unreadable = renew_secrets()
        self.stdout.write(f"{renewed} renewed, {unreadable} that cannot be read.")
        sys.exit(int(unreadable > 0))

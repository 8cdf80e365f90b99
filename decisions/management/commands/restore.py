"""``manage.py restore FOLDER``: put a backup into the configured database, and verify it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from decisions.operations.backups import BACKUP_FAULTS, has_its_secret_key, read_manifest, restore

OTHER_KEY = (
    "A backup holds no secret key, and that of then is not known to be here. Without it, authenticator apps"
    " have to be set up again, and signatures of that time cannot be compared."
)


class Command(BaseCommand):
    help = (
        "Put a backup into the configured database and verify its event log. Stop the server first."
        " Everybody is signed out. Exits as verify_log does: 0 intact and anchored, 1 damaged, 2 not"
        " anchored, or nothing was restored."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="what manage.py backup made")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--replace", action="store_true", help="lose the events that the database holds")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = read_manifest(options["folder"])
            if not options["yes"] and not self._agreed(manifest):
                raise CommandError("Nothing was restored.", returncode=2)
            done = restore(options["folder"], replace=options["replace"])
        except BACKUP_FAULTS as error:
            raise CommandError(f"The backup was not restored. {error}", returncode=2) from error
        self.stdout.write(f"Restored the backup of {manifest['made_at']}. {done.report.verdict}")
        for note in (*(damage.sentence for damage in done.report.damage[1:]), *done.report.remarks):
            self.stdout.write(note)
        if not has_its_secret_key(manifest):
            self.stdout.write(OTHER_KEY)
        if done.aside:
            self.stdout.write(f"The checkpoints that were here are in {done.aside}: keep them.")
        sys.exit(done.report.status)

    def _agreed(self, manifest: dict[str, Any]) -> bool:
        self.stdout.write(
            f"This puts the backup of {manifest['made_at']}, up to event {manifest['sequence']}, in the place"
            " of the configured database."
        )
        try:
            return input("Type yes to go on: ").strip() == "yes"
        except EOFError:
            return False

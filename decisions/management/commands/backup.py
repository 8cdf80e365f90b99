"""``manage.py backup FOLDER``: a copy of the database while Conus serves, with what vouches for it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from decisions.management.stored import StoredCommand
from decisions.operations.backups import BACKUP_FAULTS, backup

NOT_IN_IT = (
    "The secret key and the private key of the checkpoints are not in it. Keep a copy of both elsewhere, and"
    " never beside a backup."
)


class Command(StoredCommand):
    help = f"Back up the database, the checkpoints and the public key into a new folder. {NOT_IN_IT}"
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            manifest = backup(folder)
        except BACKUP_FAULTS as error:
            raise CommandError(f"No backup was made. {error}") from error
        self.stdout.write(f"The backup is in {folder}, up to event {manifest['sequence']}.")
        self.stdout.write(NOT_IN_IT)

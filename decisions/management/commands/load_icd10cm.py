"""``manage.py load_icd10cm``: adds an edition of ICD-10-CM to the editions on file."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from decisions.core import days
from decisions.core.code_systems import CodeSet
from decisions.library.codebook import (
    PACKAGE,
    CodeSetError,
    codes_of_order_file,
    codes_of_package,
    write_edition,
)


def _day(text: str) -> datetime.date:
    if found := days.written(text):
        return found
    raise argparse.ArgumentTypeError(f"'{text}' is not a day written YYYY-MM-DD")


class Command(BaseCommand):
    """Reads the codes from a CMS order file or the installed package, and writes the edition's file."""

    help = "Adds an edition of ICD-10-CM, from a CMS order file or from an installed package."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("order_file", nargs="?", type=Path, help="the CMS file icd10cm-order-YYYY.txt")
        source.add_argument("--from-package", action="store_true", help=f"read the installed {PACKAGE}")
        parser.add_argument("--name", required=True, help="its name, such as 'ICD-10-CM, April 2026'")
        parser.add_argument("--first-day", required=True, type=_day, help="first day in force, YYYY-MM-DD")
        parser.add_argument("--last-day", type=_day, help="last day in force; leave out if it is open")
        parser.add_argument("--replace", action="store_true", help="replace the edition of that first day")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            edition = self._read(options)
            path = write_edition(settings.CODESETS, edition, replace=options["replace"])
        except ModuleNotFoundError as error:
            raise CommandError(f"{PACKAGE} is not installed here.") from error
        except (CodeSetError, OSError) as error:
            raise CommandError(str(error)) from error
        billable = sum(map(edition.is_billable, edition.codes))
        self.stdout.write(f"{path}: {len(edition.codes)} codes, {billable} of them billable.")

    @staticmethod
    def _read(options: dict[str, Any]) -> CodeSet:
        path: Path | None = options["order_file"]
        codes, source = (codes_of_order_file(path), path.name) if path else codes_of_package()
        return CodeSet(options["name"], options["first_day"], options["last_day"], source, codes)

"""``manage.py states``: the states and moves of a case, as the documentation draws them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from decisions.reviews.services import document

PAGE = Path("docs/states.md")


class Command(BaseCommand):
    help = (
        f"Print the states and moves of a case as Markdown. With --check, exit 1 where {PAGE} is out of date."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--write", action="store_true", help=f"write {PAGE}")
        ways.add_argument("--check", action="store_true", help=f"compare with {PAGE}")

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / PAGE
        if options["write"]:
            page.write_text(document(), encoding="utf-8")
        elif not options["check"]:
            self.stdout.write(document(), ending="")
        elif not page.exists() or page.read_text(encoding="utf-8") != document():
            self.stderr.write(f"{PAGE} is out of date. Run manage.py states --write.")
            sys.exit(1)

"""``manage.py determine`` for who calls it through Django; ``manage.py`` itself runs it without."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from decisions import services
from decisions.streams import determining


class Command(BaseCommand):
    help = determining.HELP
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        determining.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            status = determining.run(services.at_hand(), options, services.today, self.stdout, self.stderr)
        except determining.RefusedError as error:
            raise CommandError(str(error), returncode=error.status) from error
        if status:
            sys.exit(status)

"""``manage.py verify_log``: whether the event log is whole, unchanged, and what its checkpoints say it is."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from decisions.log.services import Report, verify_log
from decisions.management.stored import StoredCommand

EXITS = """
Exit 0: intact, checkpoints vouch for it, and the database protects it.
Exit 1: damaged. The first bad event and the kind of damage are named.
Exit 2: nothing wrong was found, but no checkpoint vouches for it ("consistent, not anchored"), or triggers
that protect it are gone ("not protected"); or it could not be read.
"""


class Command(StoredCommand):
    help = "Verify the event log: every row, the chain, the head and the checkpoints. " + EXITS
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--public-key", type=Path, metavar="FILE", help="a copy of the public key that was kept elsewhere"
        )
        parser.add_argument(
            "--checkpoints",
            type=Path,
            metavar="FILE",
            help="a copy of the checkpoints that was kept elsewhere",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [
            file for file in (options["public_key"], options["checkpoints"]) if file and not file.is_file()
        ]
        if missing:
            self.stderr.write(f"There is no file {missing[0]}.")
            sys.exit(2)
        report = verify_log(
            checkpoints=options["checkpoints"], public_key=options["public_key"], actor=None, by="verify_log"
        )
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=2))
        else:
            self._print(report)
        sys.exit(report.status)

    def _print(self, report: Report) -> None:
        self.stdout.write(report.verdict)
        for damage in report.damage[1:]:
            self.stdout.write(f"Also: {damage.sentence}")
        for remark in report.remarks:
            self.stdout.write(f"Note: {remark}")
        self.stdout.write(f"The last event is {report.events}, with the hash {report.hash}.")

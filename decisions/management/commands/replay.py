"""``manage.py replay``: whether stored decisions are as they were signed, and what comes out of them now."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from decisions.management.stored import StoredCommand
from decisions.models import Case
from decisions.reviews.services import Replayed, Tally, replay_each, with_reference

BAD_INPUT = 2
EXITS = """
Exit 0: every decision is as it was signed, and its answers give the same result now.
Exit 1: a record was damaged: it is not what was signed.
Exit 2: there is no such case, or none was named.
Exit 3: none is damaged. Policy files were revised since, and those of now give another result for some.
Exit 4: none is damaged. Under the same files this version of Conus gives another result for some.
Exit 5: nothing wrong was found, but not all could be compared: a secret key, an edition or a code set is
missing, or the answers are no longer allowed.
Of 1, 3, 4 and 5 the first in the order 1, 5, 4, 3 counts. The result is outcome, next step, criteria, holds
and requests; what else differs is named, and changes no exit.
"""


class Command(StoredCommand):
    help = (
        "Hold stored decisions against the event log, work them out anew from what was frozen, and say where"
        " each difference comes from: damage, revised policy files, another version of Conus. " + EXITS
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument("case", nargs="?", metavar="CASE", help="the reference of a case")
        parser.add_argument("--all", action="store_true", help="every case")
        parser.add_argument("--json", action="store_true", help="print an object a decision and line")

    def handle(self, *args: Any, **options: Any) -> None:
        tally = Tally()
        for found in replay_each(self._case(options["case"], every=options["all"])):
            tally.add(found)
            self._print(found, as_json=options["json"])
        if not options["json"]:
            self.stdout.write(tally.sentence)
        sys.exit(tally.status)

    def _case(self, reference: str | None, *, every: bool) -> Case | None:
        """The case that is meant, None for all. Ends the program where that cannot be told."""
        if every == bool(reference):
            self._refuse("Name one case, or give --all.")
        case = with_reference(reference).first() if reference else None
        if reference and case is None:
            self._refuse(f"There is no case {reference}.")
        return case

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(BAD_INPUT)

    def _print(self, found: Replayed, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False))
            return
        self.stdout.write(f"{found.reference}, decision {found.number}: {found.verdict}")
        for finding in found.findings:
            self.stdout.write(f"  {finding.kind.words}: {finding.sentence}")

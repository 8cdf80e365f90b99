"""``manage.py replay``: whether stored decisions are as they were signed, and still come out as they did."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from decisions.management.stored import StoredCommand
from decisions.models import Case
from decisions.reviews.services import Replayed, replay_each, with_reference

BAD_INPUT = 2
EXITS = """
Exit 0: every decision is as it was signed, and comes out as it did.
Exit 1: something differs. Each difference is named in a sentence.
Exit 2: there is no such case, or none was named.
"""


class Command(StoredCommand):
    help = "Work stored determinations out anew from what was frozen, and name every difference. " + EXITS
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument("case", nargs="?", metavar="CASE", help="the reference of a case")
        parser.add_argument("--all", action="store_true", help="every case")
        parser.add_argument("--json", action="store_true", help="print an object a decision and line")

    def handle(self, *args: Any, **options: Any) -> None:
        decisions, different = 0, 0
        for found in replay_each(self._case(options["case"], every=options["all"])):
            decisions, different = decisions + 1, different + (not found.is_same)
            self._print(found, as_json=options["json"])
        if not options["json"]:
            self.stdout.write(f"{decisions} decisions replayed, {different} with differences.")
        sys.exit(int(different > 0))

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
        name = f"{found.reference}, decision {found.number}"
        self.stdout.write(f"{name}: same" if found.is_same else f"{name}:")
        for difference in found.differences:
            self.stdout.write(f"  {difference}")

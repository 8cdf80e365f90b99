"""``manage.py determine``: what the policies say of cases, one JSON object per case and policy and line."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from decisions import cases, services
from decisions.core.answers import AnswersError
from decisions.record import as_record
from decisions.wording import sentence


class Command(BaseCommand):
    help = "Print what each policy says of the cases in FILE: a JSON object, an array, or JSON Lines."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--policy", action="append", metavar="ID", help="a policy id (default: all)")
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="the day that counts as today")
        parser.add_argument("file", nargs="?", default="-", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        policies = self._policies(options["policy"])
        try:
            as_of = cases.day(options["as_of"]) if options["as_of"] else services.today()
        except cases.CaseError as error:
            raise CommandError(f"--as-of: {error}", returncode=2) from error
        refused = False
        with _opened(options["file"]) as stream:
            try:
                for case in cases.read(stream):
                    refused |= not self._decide(case, policies, as_of)
            except (cases.CaseError, UnicodeDecodeError) as error:
                raise CommandError(str(error), returncode=2) from error
        if refused:
            sys.exit(2)

    def _policies(self, named: list[str] | None) -> list[str]:
        known = services.library().policy_ids
        for policy in named or []:
            if policy not in known:
                message = f"--policy: there is no policy {policy}; allowed: {', '.join(known)}"
                raise CommandError(message, returncode=2)
        return list(dict.fromkeys(named or known))

    def _decide(self, case: cases.Case, policies: list[str], as_of: dt.date) -> bool:
        """Prints the determinations of one case; False, with a line on stderr, where it cannot be used."""
        if case.answers is None:
            self.stderr.write(f"{case.name}: {case.problem}")
            return False
        try:
            found = services.decide_all(policies, case.answers, case.as_of or as_of)
        except AnswersError as error:
            for problem in error.problems:
                self.stderr.write(f"{case.name}: {', '.join(problem.facts)}: {sentence(problem)}")
            return False
        for determination in found:
            self.stdout.write(json.dumps(as_record(case.id, determination), ensure_ascii=False, default=str))
        return True


@contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    if file == "-":
        yield sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8") as stream:
            yield stream
    except OSError as error:
        raise CommandError(f"{file}: this file cannot be read ({error.strerror})", returncode=2) from error

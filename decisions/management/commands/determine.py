"""``manage.py determine``: what the policies say of cases, one JSON object per case and policy and line."""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from decisions import cases, services
from decisions.codebook import CodeSetError
from decisions.core.answers import AnswersError
from decisions.record import as_record
from decisions.wording import sentence

BAD_INPUT = 2


class Command(BaseCommand):
    help = (
        "Print what the policies say of the cases in FILE (JSON object, array or lines; - is standard input)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--policy", action="append", metavar="ID", help="a policy id (default: all)")
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="the day that counts as today")
        parser.add_argument("file", nargs="?", default="-", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        policies = self._policies(options["policy"])
        try:
            as_of = services.today() if options["as_of"] is None else cases.day(options["as_of"])
        except cases.CaseError as error:
            raise CommandError(f"--as-of: {error}", returncode=BAD_INPUT) from error
        _speak_utf8(sys.stdout)
        try:
            refused = self._decide_all(options["file"], policies, as_of)
            self.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough
            _close_quietly()
            return
        except CodeSetError as error:
            raise CommandError(str(error)) from error
        if refused:
            sys.exit(BAD_INPUT)

    def _policies(self, named: list[str] | None) -> list[str]:
        shelf = services.library()
        known = shelf.policy_ids
        for problem in shelf.problems:
            self._complain(str(problem))
        if not known:
            raise CommandError("there is no policy that can be read")
        for policy in named or []:
            if policy not in known:
                message = f"--policy: there is no policy {policy}; allowed: {', '.join(known)}"
                raise CommandError(message, returncode=BAD_INPUT)
        return list(dict.fromkeys(named or known))

    def _decide_all(self, file: str, policies: list[str], as_of: dt.date) -> bool:
        """Prints the determinations of every case. True where a case could not be used."""
        refused = False
        with _opened(file) as stream:
            try:
                for case in cases.read(stream):
                    refused |= not self._decide(case, policies, as_of)
            except cases.CaseError as error:
                raise CommandError(str(error), returncode=BAD_INPUT) from error
        return refused

    def _decide(self, case: cases.Case, policies: list[str], as_of: dt.date) -> bool:
        """Prints the determinations of one case; False, with a line on stderr, where it cannot be used."""
        if case.answers is None:
            self._complain(f"{case.name}: {case.problem}")
            return False
        try:
            found = services.decide_all(policies, case.answers, case.as_of or as_of)
        except AnswersError as error:
            for problem in error.problems:
                self._complain(f"{case.name}: {', '.join(problem.facts)}: {sentence(problem)}")
            return False
        for determination in found:
            self.stdout.write(_line(as_record(case.id, determination)))
        self.stdout.flush()  # whoever feeds a case may wait for its determination
        return True

    def _complain(self, text: str) -> None:
        """One line on stderr, whatever characters the input has."""
        self.stderr.write("".join(c if c.isprintable() else ascii(c)[1:-1] for c in text))


@contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    if file == "-":
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
        yield sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8", errors="surrogateescape") as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"{file}: this file cannot be read ({error.strerror})"
        raise CommandError(message, returncode=BAD_INPUT) from error


def _speak_utf8(stream: Any) -> None:
    """JSON is UTF-8, whatever the terminal speaks."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8")


def _close_quietly() -> None:
    """Keeps the interpreter from writing to the closed pipe when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _number(value: object) -> float | str:
    """A case id that is a number with a point, as it came; as text where a double would change it."""
    near = float(value) if isinstance(value, Decimal) else 0.0
    return near if Decimal(repr(near)) == value else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, default=_number).encode
_encode_ascii = json.JSONEncoder(default=_number).encode


def _line(record: dict[str, Any]) -> str:
    """The record as one line of JSON. A lone surrogate in the id is escaped: UTF-8 has no place for it."""
    line = _encode(record)
    try:
        line.encode()
    except UnicodeEncodeError:
        return _encode_ascii(record)
    return line

"""``manage.py determine``: what the policies say of cases, one JSON object per case and policy and line.

It needs neither the database nor the web, so it loads nothing of them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from decisions import library
from decisions.at_hand import AtHand
from decisions.core.answers import AnswersError
from decisions.library.codebook import CodeBook, CodeSetError
from decisions.streams import raw_cases
from decisions.streams.case_texts import PAUSE, CaseError, Text, lines_of, texts
from decisions.telling import code_set_words
from decisions.telling.record import Lines
from decisions.telling.refusal_words import sentence

FAILED, BAD_INPUT = 1, 2
MOST_JOBS = 256
LARGEST_BATCH = 1 << 16
"""The characters of the cases that a process is given at once."""
HELP = "Print what the policies say of the cases in FILE (JSON object, array or lines; - is standard input)."


class RefusedError(Exception):
    """The command cannot go on. The message says why; ``status`` is how it ends."""

    def __init__(self, message: str, status: int = BAD_INPUT) -> None:
        super().__init__(message)
        self.status = status


class Stream(Protocol):
    """Where text goes."""

    def write(self, text: str, /) -> object: ...
    def flush(self) -> object: ...


def main(arguments: list[str], settings: Any) -> int:
    """Runs the command without Django; its exit status. ``settings`` say where the data lie."""
    parser = argparse.ArgumentParser(prog="manage.py determine", description=HELP)
    add_arguments(parser)
    options = vars(parser.parse_args(arguments))
    at_hand = AtHand(library.load(settings.POLICIES), CodeBook(settings.CODESETS))
    zone = ZoneInfo(settings.TIME_ZONE)
    try:
        return run(at_hand, options, lambda: dt.datetime.now(zone).date(), sys.stdout, sys.stderr)
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return error.status


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("--policy", action="append", metavar="ID", help="a policy id (default: all)")
    parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="the day that counts as today")
    parser.add_argument(
        "--jobs", type=_jobs, default=1, metavar="N", help="how many processes share the work (default: 1)"
    )
    parser.add_argument("file", nargs="?", default="-", metavar="FILE")


def _jobs(text: str) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_JOBS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to {MOST_JOBS}")


def run(
    at_hand: AtHand,
    options: Mapping[str, Any],
    today: Callable[[], dt.date],
    out: Stream,
    complaints: Stream,
) -> int:
    """Prints the determinations of every case; 2 where one could not be used. Raises RefusedError."""
    for problem in at_hand.library.problems:
        _complain(complaints, str(problem))
    try:
        as_of = today() if options["as_of"] is None else raw_cases.day(options["as_of"])
    except CaseError as error:
        raise RefusedError(f"--as-of: {error}") from error
    answer = Answering(at_hand, _policies(at_hand, options["policy"]), as_of)
    _speak_utf8(sys.stdout)
    refused = remarked = False
    try:
        for said in _answered(answer, texts(_lines(options["file"])), options["jobs"]):
            refused |= _print(said, out, complaints)
            if said.remark and not remarked:
                _complain(complaints, said.remark)
                remarked = True
    except CaseError as error:
        raise RefusedError(str(error)) from error
    except CodeSetError as error:
        raise RefusedError(str(error), FAILED) from error
    out.flush()
    return BAD_INPUT if refused else 0


def _policies(at_hand: AtHand, named: list[str] | None) -> list[str]:
    known = at_hand.library.policy_ids
    if not known:
        raise RefusedError("there is no policy that can be read", FAILED)
    for policy in named or []:
        if policy not in known:
            raise RefusedError(f"--policy: there is no policy {policy}; allowed: {', '.join(known)}")
    return list(dict.fromkeys(named or known))


@dataclass(slots=True)
class Said:
    """What is printed of a case, and what is complained of. Nothing of either: more may take a while.

    ``remark`` is said once a run, of the first case that has one. It is no complaint.
    """

    printed: str = ""
    complaints: tuple[str, ...] = ()
    remark: str = ""


class Answering:
    """Answers the text of one case after the other."""

    def __init__(self, at_hand: AtHand, policies: list[str], as_of: dt.date) -> None:
        self._at_hand, self._policies, self._as_of = at_hand, policies, as_of
        self._lines = Lines()

    def __call__(self, text: Text) -> Said:
        """What there is to say of a case. Raises CodeSetError."""
        if text is PAUSE:
            return Said()
        case = raw_cases.case_of(text)
        if case.answers is None:
            return Said(complaints=(f"{case.name}: {case.problem}",))
        try:
            found = self._at_hand.decide_all(self._policies, case.answers, case.as_of or self._as_of)
        except AnswersError as error:
            wrong = (f"{case.name}: {', '.join(p.facts)}: {sentence(p)}" for p in error.problems)
            return Said(complaints=tuple(wrong))
        printed = "".join([self._lines.line(case.id, determination) for determination in found])
        return Said(printed, remark=code_set_words.remark(found[0]))

    def batch(self, asked: list[Text]) -> list[Said]:
        """What there is to say of several cases; all that is printed between two complaints together."""
        found: list[Said] = []
        printed: list[str] = []
        remarked = False
        for said in map(self, asked):
            printed.append(said.printed)
            if said.complaints or (said.remark and not remarked):
                found.append(Said("".join(printed), said.complaints, said.remark))
                printed, remarked = [], remarked or bool(said.remark)
        # The empty one has it flushed: the next batch may take a while.
        return [*found, Said("".join(printed)), Said()]


def _answered(answer: Answering, asked: Iterator[Text], jobs: int) -> Iterator[Said]:
    """What is said of each case in turn, by so many processes. Raises RefusedError."""
    if jobs == 1:
        yield from map(answer, asked)
        return
    from decisions.streams.workers import WorkerError, in_order  # they take longer to load than a case

    try:
        for said in in_order(answer.batch, _batches(asked), jobs):
            yield from said
    except WorkerError as error:
        raise RefusedError(str(error), FAILED) from error


def _batches(asked: Iterable[Text]) -> Iterator[list[Text]]:
    """The texts as they come, several together where they come fast."""
    batch: list[Text] = []
    size = 0
    for text in asked:
        if text is not PAUSE:
            batch.append(text)
            size += len(text.json)
        if batch and (text is PAUSE or size >= LARGEST_BATCH):
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _print(said: Said, out: Stream, complaints: Stream) -> bool:
    """Prints it. True where there was a complaint."""
    if said.printed:
        out.write(said.printed)
    if said.complaints or not said.printed:
        out.flush()  # whoever feeds a case may wait for its determination
    for complaint in said.complaints:
        _complain(complaints, complaint)
    return bool(said.complaints)


def _complain(stream: Stream, text: str) -> None:
    """One line, whatever characters the input has."""
    stream.write("".join(c if c.isprintable() else ascii(c)[1:-1] for c in text) + "\n")


def _lines(file: str) -> Iterator[str | None]:
    """The lines of a file or of standard input, as they come. Raises RefusedError."""
    try:
        if file == "-":
            yield from _standard_input()
            return
        with Path(file).open("rb", buffering=0) as stream:
            yield from lines_of(stream)
    except OSError as error:
        what = "standard input" if file == "-" else f"{file}: this file"
        raise RefusedError(f"{what} cannot be read ({error.strerror})") from error


def _standard_input() -> Iterable[str | None]:
    stream = sys.stdin
    if isinstance(stream, io.TextIOWrapper):
        # Read without a buffer: a thread that waits in one when the program ends keeps it from ending.
        return lines_of(io.FileIO(stream.fileno(), closefd=False))
    return (line.removesuffix("\n") for line in stream)


def _speak_utf8(stream: Any) -> None:
    """JSON is UTF-8, whatever the terminal speaks."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8")

"""The streams of a command, and how it ends where one of them fails: with a sentence and a status.

``manage.py`` runs every command through here, so that a full disk, a closed stream, a reader that has seen
enough and Ctrl-C never end in a traceback.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

STOPPED = 128 + signal.SIGINT
READER_GONE = 128 + signal.SIGPIPE
"""What a shell reports of a program that a signal ended."""


class OutputError(Exception):
    """What a command prints cannot be written. No OSError: no command may take it for one of its files."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"The output cannot be written ({error.strerror}).")
        self.reader_is_gone = isinstance(error, BrokenPipeError)


class _Output(io.FileIO):
    """Standard output, whose failure is told from that of any other file."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise OutputError(error) from error


class _Complaints(io.FileIO):
    """Standard error. What it does not take is lost: the exit status still says that something was wrong."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def run(command: Callable[[], object]) -> NoReturn:
    """Runs a command and ends the program. Of --traceback, more is shown where a file failed."""
    _open_closed()
    sys.stdout = _text(_Output(1, "w", closefd=False), sys.stdout)
    sys.stderr = _text(_Complaints(2, "w", closefd=False), sys.stderr)
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115 (Python closes it at the end)
    try:
        sys.exit(_ended(command))
    except OutputError as error:
        _drop_output()
        sys.exit(READER_GONE if error.reader_is_gone else str(error))
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(STOPPED)
    except OSError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(_in_words(error))


def _ended(command: Callable[[], object]) -> Any:
    """What a command ends with. Its output is written then, while a failure can be told."""
    try:
        return command()
    except KeyboardInterrupt:
        _drop_output()  # it may have come in the midst of writing: what is left may be written already
        raise
    finally:
        sys.stdout.flush()


def _drop_output() -> None:
    """Lets what is left in buffers go nowhere; Python writes it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _open_closed() -> None:
    """Gives a closed standard stream a file that fails: else the next file that is opened gets its number."""
    for number, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, mode), number)


def _text(raw: io.FileIO, before: Any) -> io.TextIOWrapper:
    """A stream of text as the one before it, which is None where it was closed."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding if before else "utf-8",
        errors=before.errors if before else "backslashreplace",
        line_buffering=not before or before.line_buffering or before.write_through,
    )


def _in_words(error: OSError) -> str:
    reason = error.strerror or str(error)
    return (
        f"{error.filename}: {reason}." if error.filename else f"A file cannot be read or written ({reason})."
    )

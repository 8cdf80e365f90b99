"""How a log line is written: the route of a request, never its path, its query or what was typed."""

import logging
import traceback
from types import TracebackType
from typing import Any

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainFormatter(logging.Formatter):
    """One line a record. A record about a request says its status, method and route alone.

    An exception is named and placed, but its message is left out: it can hold an answer.
    """

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (named by logging)
        """The line without its traceback."""
        if hasattr(record, "request"):
            record.message = about(record)
        return super().formatMessage(record)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 (named by logging)
        """Where the exception was raised and what kind it is, for it and for its causes."""
        parts: list[str] = []
        error = ei[1]
        while error is not None:
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__} (message left out)")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\ncaused by:\n".join(parts)


def about(record: logging.LogRecord) -> str:
    """Status, method and route of the record's request."""
    request: Any = record.__dict__["request"]
    match = getattr(request, "resolver_match", None)
    route = match.view_name if match else "no route"
    return f"{getattr(record, 'status_code', '-')} {getattr(request, 'method', '-')} {route}"

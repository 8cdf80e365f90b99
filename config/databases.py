"""The databases that DATABASE_URL can name, as Django's DATABASES wants them: SQLite and PostgreSQL.

A URL can hold a password, so no message repeats any part of one.
"""

import ipaddress
import re
from pathlib import Path
from traceback import extract_tb
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Database = dict[str, Any]

EXAMPLES = "sqlite:////srv/conus/conus.sqlite3 or postgres://user:password@host:5432/name"
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
OPTIONS = ("host", "sslmode", "sslrootcert")
HOST_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")
UNREADABLE = re.compile(r"[\x00-\x1f\x7f]|%(?![0-9A-Fa-f]{2})")
LONGEST_NAME = 63
"""Bytes in PostgreSQL's names. It cuts a longer one short, silently."""

LOCK_TIMEOUT = 10
"""Seconds that a statement waits for another's lock, on both databases."""

STATEMENT_TIMEOUT = 30
"""Seconds after which PostgreSQL gives a statement up."""

CONNECT_TIMEOUT = 5
"""Seconds that opening a connection may take for each address of the server."""


class RefusedURLError(ValueError):
    """A URL that cannot be used. Its text says what is wrong and what is allowed, without the URL's own."""


def database(text: str) -> Database:
    """The database that a URL names. Raises RefusedURLError."""
    if UNREADABLE.search(text):
        raise RefusedURLError(
            "holds a control character or a broken percent code. Allowed: codes such as %20."
        )
    try:
        url = urlsplit(text)
    except ValueError:
        raise RefusedURLError(f"cannot be read. Allowed: {EXAMPLES}.") from None
    if url.scheme == "sqlite":
        return sqlite(_sqlite_file(url), synchronous="FULL")
    if url.scheme in ("postgres", "postgresql"):
        return _postgresql(url)
    raise RefusedURLError(f"asks for a kind of database that Conus does not know. Allowed: {EXAMPLES}.")


def counters(main: Database, file: Path) -> Database:
    """Where requests and attempts to sign in are counted: a file beside the SQLite file, or the same
    PostgreSQL over a connection of its own.

    A power cut may lose the counts of the last minutes, so in SQLite they do not wait for the disk.
    """
    if is_sqlite(main):
        return sqlite(file, synchronous="OFF")
    return {**main, "OPTIONS": dict(main["OPTIONS"])}


def is_sqlite(settings: Database) -> bool:
    """Whether one entry of DATABASES is SQLite."""
    return bool(settings["ENGINE"] == "config.patient_sqlite")


def unreachable(error: Exception) -> str:
    """The sentence for a connection that failed to open. Drivers name host and user, never a password."""
    return f"The database of DATABASE_URL cannot be reached: {_reason(error)}."


def refused(error: Exception) -> str:
    """The sentence for what a database did not do: open, or, such as on a full disk, go on."""
    opening = any(frame.name == "get_new_connection" for frame in extract_tb(error.__traceback__))
    return unreachable(error) if opening else f"The database of DATABASE_URL failed: {_reason(error)}."


def _reason(error: Exception) -> str:
    line = str(error).partition("\n")[0]
    return line.removeprefix("connection failed: ").removeprefix("connection is bad: ").rstrip(".")


# SQLite


def sqlite(file: Path, synchronous: str) -> Database:
    """One SQLite database.

    A transaction takes the write lock when it begins, so two writers wait for each other and never deadlock.
    `PRAGMA mmap_size` stays unset: with it, SQLite 3.40.1 lost commits that it had acknowledged.
    """
    pragmas = {
        "journal_mode": "WAL",
        "synchronous": synchronous,
        "foreign_keys": "ON",
        # REPLACE takes rows away: only with this do the triggers of the event log hear of it.
        "recursive_triggers": "ON",
    }
    return {
        "ENGINE": "config.patient_sqlite",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_TIMEOUT,
            "init_command": " ".join(f"PRAGMA {key}={value};" for key, value in pragmas.items()),
        },
    }


def _sqlite_file(url: SplitResult) -> Path:
    file = Path(_decoded(url.path.removeprefix("/")))
    if url.netloc or url.query or url.fragment or not file.is_absolute():
        raise RefusedURLError(
            "names no SQLite file. "
            "Allowed: sqlite:// and the full path of a file, such as sqlite:////srv/conus/conus.sqlite3."
        )
    return file


# PostgreSQL


def _postgresql(url: SplitResult) -> Database:
    """One PostgreSQL database, over connections that stay open and are tried before they are used again.

    Each thread has its own, so there is no pool. READ COMMITTED whatever the server's default is: what must
    not race takes a lock or compares a version.
    """
    from psycopg import IsolationLevel  # only here: SQLite starts without it

    user, password = _user_and_password(url)
    options = _options(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _name(url),
        "USER": user,
        "PASSWORD": password,
        "HOST": _host(url, options.pop("host", "")),
        "PORT": _port(url),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "isolation_level": IsolationLevel.READ_COMMITTED,
            "connect_timeout": CONNECT_TIMEOUT,
            "application_name": "conus",
            "options": f"-c lock_timeout={LOCK_TIMEOUT}s -c statement_timeout={STATEMENT_TIMEOUT}s",
            **options,
        },
    }


def _user_and_password(url: SplitResult) -> tuple[str, str]:
    """Both may be left out: the server may trust the user of the system, or a password file."""
    before, _, _ = url.netloc.rpartition("@")
    if "@" in before + url.path + url.query or url.fragment or before.count(":") > 1:
        raise RefusedURLError(
            "has a user name, a password or an end that cannot be read. "
            "Allowed: in them, percent codes for : / ? # @ and %, such as %40 for @."
        )
    return _decoded(url.username or ""), _decoded(url.password or "")


def _name(url: SplitResult) -> str:
    encoded = url.path.removeprefix("/")
    name = _decoded(encoded)
    if "/" in encoded or not 1 <= len(name.encode()) <= LONGEST_NAME:
        raise RefusedURLError(
            f"names no database. Allowed: after the host, / and a name of 1 to {LONGEST_NAME} bytes."
        )
    return name


def _host(url: SplitResult, folder: str) -> str:
    """The host of the URL, or the folder of the server's socket."""
    host = url.hostname or ""
    if folder and host:
        raise RefusedURLError(
            "names a host twice. Allowed: a host after the @, or ?host= and the folder of a socket."
        )
    if not (HOST_NAME.fullmatch(host) or _is_ipv6(host) or (not host and folder.startswith("/"))):
        raise RefusedURLError(
            "names no host. Allowed: a host name or an address, or ?host= and the full path of the folder "
            "that holds the server's socket, such as postgres:///conus?host=/var/run/postgresql."
        )
    return host or folder


def _is_ipv6(host: str) -> bool:
    """Whether it is such an address. Django's own check loads its translations: 40 ms of each start."""
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False


def _port(url: SplitResult) -> str:
    try:
        port = url.port
    except ValueError:
        port = 0
    if port == 0:
        raise RefusedURLError("names a wrong port. Allowed: a whole number from 1 to 65535, or none.")
    return str(port or "")


def _options(url: SplitResult) -> dict[str, str]:
    """The options after the question mark, each at most once."""
    query = url.query.replace("+", "%2B")  # a plus is itself here, as in PostgreSQL's own URLs
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    except ValueError:
        pairs = [("", "")]
    options = dict(pairs)
    if len(options) < len(pairs) or not set(options) <= set(OPTIONS):
        raise RefusedURLError(
            f"has an option that Conus does not know. Allowed, once each: {', '.join(OPTIONS)}."
        )
    if options.get("sslmode", SSL_MODES[0]) not in SSL_MODES:
        raise RefusedURLError(f"has a wrong sslmode. Allowed: {', '.join(SSL_MODES)}.")
    if not options.get("sslrootcert", "/").startswith("/"):
        raise RefusedURLError("has a wrong sslrootcert. Allowed: the full path of a file with certificates.")
    return options


def _decoded(text: str) -> str:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        decoded = "\0"
    if "\0" in decoded:
        raise RefusedURLError("has a percent code that stands for no character. Allowed: UTF-8.")
    return decoded

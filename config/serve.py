"""Start Conus on this machine: database and static files first, then gunicorn on loopback alone.

`python -m config.serve --host localhost --port 8000`; with `--prepare-only` nothing is served.
"""

import argparse
import errno
import fcntl
import hashlib
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, connections

from config.databases import is_sqlite, unreachable

LOOPBACK = {"localhost": ("127.0.0.1", "::1"), "127.0.0.1": ("127.0.0.1",), "::1": ("::1",)}
SOUND_SQLITE = (3, 51, 3)
PREPARING = 0x436F6E7574
"""The advisory lock of PostgreSQL under which one machine at a time brings the database up to date."""


def main() -> None:
    """Prepare, then hand this process over to gunicorn."""
    options = arguments()
    binds = [] if options.prepare_only else free_addresses(options.host, options.port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        with taking_turns():
            prepare()
            if options.demo:
                call_command("demo", skip_checks=True)
            key = "" if options.prepare_only else first_key()
    except (ImproperlyConfigured, DatabaseError, OSError) as error:
        sys.exit(f"Conus cannot start. {error}")
    if not options.prepare_only:
        print_first_link(key, options.port)
        serve(binds)


def first_key() -> str:
    """A key for the first administrator, where there is nobody yet. Keys of earlier starts are void."""
    from decisions.people import links as keys  # models can be imported only now that Django is set up

    return keys.first_key()


def print_first_link(key: str, port: str) -> None:
    """Say how the first administrator is made."""
    if key:
        print(
            "Nobody can sign in yet. Make the first administrator within 24 hours, with this link, once:\n"
            f"http://localhost:{port}/people/first/{key}/",
            flush=True,
        )


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--prepare-only", action="store_true")
    parser.add_argument("--demo", action="store_true", help="load made-up people and cases first")
    return parser.parse_args()


def free_addresses(host: str, port: str) -> list[str]:
    """What gunicorn is to bind. Exits with a sentence where the host is not loopback or the port is taken."""
    if host not in LOOPBACK:
        sys.exit(
            f"HOST is {host!r}. Allowed: {', '.join(LOOPBACK)}. Conus serves this machine alone; "
            "for others to reach it, put a web server with HTTPS in front."
        )
    if not (port.isascii() and port.isdecimal() and 1 <= int(port) <= 65535):
        sys.exit(f"PORT is {port!r}. Allowed: a whole number from 1 to 65535.")
    free = [address for address in LOOPBACK[host] if bindable(address, int(port))]
    if not free:
        sys.exit(f"This machine has no address {host}.")
    return [f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for address in free]


def bindable(address: str, port: int) -> bool:
    """Whether the address exists on this machine. Exits with a sentence where its port cannot be had."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # As gunicorn binds: a port that a server has just left is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except PermissionError:
        sys.exit(f"Port {port} needs more rights than this user has. Choose another: make run PORT=8080")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return False  # no IPv6 here
        another = port % 65535 + 1
        sys.exit(f"Port {port} is in use. Stop what uses it, or choose another: make run PORT={another}")
    return True


@contextmanager
def taking_turns() -> Iterator[None]:
    """Reach the main database, and let starts at once get ready one after the other, however long it takes.

    A lock in a folder is for the programs of this machine, and one in PostgreSQL is for all machines. The
    folder's comes first: of two that open a new SQLite file at once, one can fail as it asks for the journal.
    """
    settings.VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as turns:
        for folder in folders():
            lock = turns.enter_context((folder / "preparing.lock").open("wb"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        reach()
        if not is_sqlite(settings.DATABASES["default"]):
            await_turn_of_machines()
        yield
        connection.close()  # gives PostgreSQL's lock back; a fault ends the process, which does so too


def folders() -> list[Path]:
    """Where a start writes files, in an order in which no two starts wait for each other."""
    main = settings.DATABASES["default"]
    beside = [Path(main["NAME"]).parent] if is_sqlite(main) else []
    # A folder that is missing is told of by whoever opens the database.
    return sorted({folder.resolve() for folder in (settings.VAR, *beside) if folder.is_dir()})


def reach() -> None:
    """Open the main database. Raises ImproperlyConfigured with the reason where that fails."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise ImproperlyConfigured(unreachable(error)) from None


def await_turn_of_machines() -> None:
    """Have PostgreSQL's connection hold the lock of one machine at a time, and let it take its time."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])


def prepare() -> None:
    """Bring the database and the collected static files up to date, and drop sessions that have ended."""
    # Models can be imported now that Django is set up.
    from decisions.log.services import begin_serving, insist

    begin_serving()
    if is_sqlite(settings.DATABASES["counters"]):
        renew_counters(settings.DATABASES["counters"]["NAME"])
    call_command("migrate", verbosity=0, interactive=False)
    insist()
    connections["counters"].ensure_connection()
    call_command("clearsessions", verbosity=0)
    collect_static()


def renew_counters(file: Path) -> None:
    """Remove the counters where a power cut left them unreadable; they hold no more than the last minutes."""
    try:
        with closing(sqlite3.connect(file)) as counters:
            sound = counters.execute("PRAGMA quick_check").fetchone() == ("ok",)
            counters.execute("DROP TABLE IF EXISTS request_count")  # of the first version, which kept less
    except sqlite3.DatabaseError as error:
        sound = error.sqlite_errorcode == sqlite3.SQLITE_BUSY  # a server is writing into them
    if not sound:
        for leftover in file.parent.glob(f"{file.name}*"):
            leftover.unlink()


def collect_static() -> None:
    """Collect the static files where one of ours, or a package that brings some, has changed."""
    stamp = settings.STATIC_ROOT / ".collected"
    wanted = static_fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)


def static_fingerprint() -> str:
    """A hash of what static files are made from."""
    # The lock stands for the packages that bring static files.
    lock = settings.BASE_DIR / "requirements" / "run.txt"
    ours = [file for folder in settings.STATICFILES_DIRS for file in folder.rglob("*") if file.is_file()]
    digest = hashlib.sha256()
    for file in [lock, *sorted(ours)]:
        digest.update(f"{file.relative_to(settings.BASE_DIR)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def serve(binds: list[str]) -> None:
    """Become gunicorn."""
    if is_sqlite(settings.DATABASES["default"]) and sqlite3.sqlite_version_info < SOUND_SQLITE:
        sound = ".".join(map(str, SOUND_SQLITE))
        print(
            f"SQLite here is {sqlite3.sqlite_version}; {sound} mends a rare fault in its write-ahead log. "
            "Keep backups, and update when you can.",
            flush=True,
        )
    # In the place of this process, so that whoever stops it stops the server.
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn_conf"]
    command += [part for bind in binds for part in ("--bind", bind)]
    os.execv(sys.executable, [*command, "config.wsgi:application"])


if __name__ == "__main__":
    main()

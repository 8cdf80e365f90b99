"""Run the tests on a PostgreSQL of their own: `python -m tests.private_postgres -- <pytest's arguments>`.

The server lives in a temporary folder, listens on a socket in it alone, and is stopped whatever happens. It
waits for the disk as in production, so that a test may kill a process in the middle of a transaction.
"""

import ctypes
import functools
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

MISSING = "There is no PostgreSQL server here. On Debian or Ubuntu: apt-get install postgresql"
DEBIAN = Path("/usr/lib/postgresql")
PATIENCE = 60
"""Seconds that the server may take to start, and to stop."""

LONGEST_SOCKET = 107
"""Bytes in the path of a socket."""

SHORT = "/tmp"  # noqa: S108 (the folder made in it has a name of its own, and is its owner's alone)

Account = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Run pytest on a private server. Gives pytest's exit status."""
    with server() as url:
        environment = {**os.environ, "CONUS_TEST_DATABASE_URL": url}
        command = [sys.executable, "-m", "pytest", *arguments]
        return run(subprocess.Popen(command, env=environment, preexec_fn=hear_and_end_with_parent))


def run(tests: "subprocess.Popen[bytes]") -> int:
    """Wait for the tests. Ctrl-C reaches them by itself; whoever ends this process ends them in order."""
    heard = {signal.SIGINT: ignore, signal.SIGTERM: ender(tests), signal.SIGHUP: ender(tests)}
    before = {number: signal.signal(number, handler) for number, handler in heard.items()}
    try:
        return tests.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore(*_: object) -> None:
    """Let the tests answer a Ctrl-C. A handler, because an ignored signal would stay ignored in children."""


def ender(tests: "subprocess.Popen[bytes]") -> Callable[..., None]:
    """A signal handler that asks the tests to end."""
    return lambda *_: tests.send_signal(signal.SIGINT)


@contextmanager
def server() -> Iterator[str]:
    """A private server, by the URL of a database on it. Exits with a sentence where there can be none."""
    programs = binaries()
    account = server_account()
    folder = make_folder(account)
    try:
        with running(programs, account, folder):
            yield f"postgres://conus@/conus?host={quote(str(folder))}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def binaries() -> Path:
    """The folder of the newest server's programs."""
    found = [file.parent for file in DEBIAN.glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: [int(n) for n in re.findall(r"\d+", folder.parent.name)])
    initdb = shutil.which("initdb")
    if initdb is None:
        sys.exit(MISSING)
    return Path(initdb).resolve().parent


def server_account() -> Account:
    """Who runs the server: this user, or another one where this is root, which PostgreSQL refuses."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    sys.exit("PostgreSQL does not run as root, and there is no user postgres or nobody to run it.")


def make_folder(account: Account) -> Path:
    """An empty folder that its owner alone can enter, with a path that is short enough for a socket."""
    longest = len(os.fsencode(tempfile.gettempdir())) + len("/conus-postgres-12345678/.s.PGSQL.5432")
    folder = Path(tempfile.mkdtemp(prefix="conus-postgres-", dir=SHORT if longest > LONGEST_SOCKET else None))
    if account:
        os.chown(folder, account["user"], account["group"])
    return folder


@contextmanager
def running(programs: Path, account: Account, folder: Path) -> Iterator[None]:
    """The server, from its making to its stop."""
    data = folder / "data"
    make_cluster(programs, account, data)
    log = folder / "log"
    with log.open("wb") as out:
        postgres = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=on"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=folder,
            start_new_session=True,  # Ctrl-C is for the tests; the server is stopped after them
            preexec_fn=functools.partial(end_with_parent, signal.SIGQUIT),
            **account,
        )
    try:
        wait_until_ready(postgres, programs, account, folder, log)
        yield
    finally:
        stop(postgres, programs, account, data)


def make_cluster(programs: Path, account: Account, data: Path) -> None:
    """An empty cluster. Texts are sorted by their bytes, as SQLite sorts them."""
    made = subprocess.run(
        [
            *(programs / "initdb", "--pgdata", data, "--username", "conus", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
        ],
        cwd=data.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **account,
    )
    if made.returncode:
        sys.exit(f"initdb could not make a PostgreSQL cluster:\n{made.stdout}")


def wait_until_ready(
    postgres: "subprocess.Popen[bytes]", programs: Path, account: Account, folder: Path, log: Path
) -> None:
    """Wait until the server answers. Exits with what it wrote where it does not."""
    until = time.monotonic() + PATIENCE
    ask = [programs / "pg_isready", "--quiet", "--host", folder]
    while subprocess.run(ask, cwd=folder, check=False, **account).returncode:
        if postgres.poll() is not None or time.monotonic() > until:
            sys.exit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def stop(postgres: "subprocess.Popen[bytes]", programs: Path, account: Account, data: Path) -> None:
    """Stop the server: in order, else at once."""
    postgres.send_signal(signal.SIGINT)
    try:
        postgres.wait(PATIENCE)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        at_once = [programs / "pg_ctl", "stop", "--silent", "--mode", "immediate", "--pgdata", data]
        subprocess.run(at_once, cwd=data.parent, check=False, **account)
        postgres.wait(PATIENCE)


def hear_and_end_with_parent() -> None:
    """Let this process be interrupted, even where whoever started the run in the background ignores that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent(signal.SIGINT)


def end_with_parent(number: int) -> None:
    """Have the kernel signal this process when its parent is gone, however it went. Linux alone can."""
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, number)


if __name__ == "__main__":
    sys.exit(main([part for part in sys.argv[1:] if part != "--"]))

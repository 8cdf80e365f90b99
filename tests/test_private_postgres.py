"""The private PostgreSQL that tests run on: made, stopped whatever happens, and told of if it is missing."""

import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests import private_postgres
from tests.processes import ROOT, clean_environment

installed = pytest.mark.skipif(
    not (any(private_postgres.DEBIAN.glob("*/bin/initdb")) or shutil.which("initdb")),
    reason="no PostgreSQL server is installed",
)

PROBE = """
import os, psycopg

URL = os.environ["CONUS_TEST_DATABASE_URL"].replace("/conus?", "/postgres?")

def test_probe():
    with psycopg.connect(URL) as connection:
        def show(name):
            return connection.execute(f"SHOW {name}").fetchone()[0]
        data = show("data_directory")
        pid = open(data + "/postmaster.pid").readline().strip()
        print("\\nprobe", pid, data, show("fsync"), repr(show("listen_addresses")), flush=True)
        WHAT
"""


AS_ASKED_FOR = ("-m", "tests.private_postgres", "--")
WITH_A_COPY = """
import subprocess, sys
from tests import private_postgres

def copied(programs, account, data):
    subprocess.run(["cp", "--archive", sys.argv[1], data], check=True)

private_postgres.make_cluster = copied
sys.exit(private_postgres.main(sys.argv[2:]))
"""
"""The same program, but for the cluster: to make one takes longer than all else that the server does here."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """An empty cluster, of which servers have copies."""
    account = private_postgres.server_account()
    folder = private_postgres.make_folder(account)
    private_postgres.make_cluster(private_postgres.binaries(), account, folder / "data")
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def start(cluster: Path, tmp_path: Path) -> "Callable[..., subprocess.Popen[str]]":
    """Starts the private server with one test, which says where the server is and then does something."""
    with_a_copy = ("-c", WITH_A_COPY, cluster)

    def started(what: str, program: Sequence[str | Path] = with_a_copy) -> "subprocess.Popen[str]":
        file = tmp_path / "test_probe.py"
        file.write_text(PROBE.replace("WHAT", what))
        plain = ["-s", "-c", os.devnull, "--rootdir", tmp_path, "-p", "no:cacheprovider"]
        return subprocess.Popen(
            [sys.executable, *program, *plain, file],
            cwd=ROOT,
            env=clean_environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return started


def said(run: "subprocess.Popen[str]") -> tuple[int, Path, list[str]]:
    """The server's process, its folder, and what it is set to, as the test told."""
    assert run.stdout is not None
    line = next(line for line in run.stdout if line.startswith("probe "))
    _, pid, data, *settings = line.split()
    return int(pid), Path(data).parent, settings


def wait_for_end(pid: int) -> bool:
    """Whether a process is gone, or goes within a minute."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    gone, _, _ = select.select([process], [], [], 60)
    os.close(process)
    return bool(gone)


@installed
@pytest.mark.parametrize(
    ("what", "status", "program"), [("pass", 0, [AS_ASKED_FOR]), ("raise AssertionError", 1, [])]
)
def test_the_server_waits_for_the_disk_listens_on_no_network_and_leaves_nothing(start, what, status, program):
    run = start(what, *program)
    pid, folder, settings = said(run)
    run.communicate(timeout=120)

    assert run.returncode == status
    assert settings == ["on", "''"]
    assert wait_for_end(pid)
    assert not folder.exists()


@installed
def test_who_ends_the_run_ends_the_tests_and_the_server(start):
    run = start("connection.execute('SELECT pg_sleep(600)')")
    pid, folder, _ = said(run)
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=120)

    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert wait_for_end(pid)
    assert not folder.exists()


@installed
def test_a_ctrl_c_which_reaches_every_process_of_the_terminal_stops_the_server_after_the_tests(start):
    run = start("connection.execute('SELECT pg_sleep(600)')")
    pid, folder, _ = said(run)
    os.killpg(run.pid, signal.SIGINT)
    run.communicate(timeout=120)

    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert wait_for_end(pid)
    assert not folder.exists()


@installed
@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells a process that its parent is gone")
def test_a_run_that_is_killed_takes_the_server_with_it(start):
    run = start("connection.execute('SELECT pg_sleep(600)')")
    pid, folder, _ = said(run)
    run.kill()
    run.communicate(timeout=120)

    assert wait_for_end(pid)
    shutil.rmtree(folder)


def test_a_missing_server_is_told_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(private_postgres, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit, match="apt-get install postgresql"):
        private_postgres.binaries()


def test_the_newest_server_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(private_postgres, "DEBIAN", tmp_path)
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()

    assert private_postgres.binaries() == tmp_path / "17" / "bin"


def test_an_ordinary_user_runs_the_server_itself(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert private_postgres.server_account() == {}


def test_root_runs_the_server_as_another_user_or_says_that_there_is_none(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert private_postgres.server_account()["user"] != 0

    def nobody(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", nobody)
    with pytest.raises(SystemExit, match="does not run as root"):
        private_postgres.server_account()

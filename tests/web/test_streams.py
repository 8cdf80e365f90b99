"""How the commands end where a stream or a disk fails them: with a sentence and a status, no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, clean_environment, manage

MANAGE = f"{sys.executable} {ROOT / 'manage.py'}"
DETERMINE = f"{MANAGE} determine --as-of 2025-03-03 --policy ash-cpg-038"
GOOD = '{"id": "good", "answers": {}}'
BAD = '{"id": "bad", "answers": {"depth": 3}}'


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a process with a folder of its own."""
    return clean_environment(CONUS_VAR=str(tmp_path / "var"))


@pytest.fixture
def shell(environment: dict[str, str], tmp_path: Path):
    """Runs a line of a shell in an empty folder: its status, what it printed, what it complained of."""

    def run(line: str, given: str = "") -> tuple[int, str, str]:
        ended = subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=tmp_path,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        return ended.returncode, ended.stdout, ended.stderr

    (tmp_path / "one.json").write_text(GOOD, encoding="utf-8")
    return run


FULL = "The output cannot be written (No space left on device).\n"
CLOSED = "The output cannot be written (Bad file descriptor).\n"


@pytest.mark.parametrize("file", ["one.json", "- < one.json"])
def test_a_full_disk_is_told_of_the_output_and_not_of_the_input(shell, file: str):
    assert shell(f"{DETERMINE} {file} >/dev/full") == (1, "", FULL)


def test_a_full_disk_is_told_by_a_command_of_djangos_kind_too(shell):
    assert shell(f"{MANAGE} states >/dev/full") == (1, "", FULL)


def test_closed_output_is_told(shell):
    assert shell(f"{DETERMINE} one.json >&-") == (1, "", CLOSED)
    assert shell(f"{MANAGE} states >&-") == (1, "", CLOSED)


def test_closed_input_is_told(shell):
    told = "standard input cannot be read (Bad file descriptor)\n"

    assert shell(f"{DETERMINE} - <&-") == (2, "", told)


def test_closed_errors_keep_no_good_case_from_being_printed_and_the_status_tells(shell):
    status, printed, _ = shell(f"{DETERMINE} - 2>&-", f"{BAD}\n{GOOD}\n")

    assert (status, printed.count("\n"), '"id": "good"' in printed) == (2, 1, True)


def test_a_full_disk_for_the_errors_keeps_no_good_case_from_being_printed(shell):
    status, printed, _ = shell(f"{DETERMINE} - 2>/dev/full", f"{BAD}\n{GOOD}\n")

    assert (status, printed.count("\n")) == (2, 1)


def test_a_file_that_is_opened_never_gets_the_number_of_a_closed_stream(shell, tmp_path: Path):
    (tmp_path / "kept").write_text("", encoding="utf-8")
    script = "import sys; kept = open('kept', 'a'); print('spoken'); print('spoken', file=sys.stderr)"

    assert shell(f'{MANAGE} shell --no-imports -c "{script}" <&- >&- 2>&-')[0] == 1
    assert (tmp_path / "kept").read_text(encoding="utf-8") == ""


def test_with_all_streams_closed_it_ends_by_its_status(shell):
    assert shell(f"{DETERMINE} one.json <&- >&- 2>&-") == (1, "", "")


@pytest.mark.parametrize("command", ["states", pytest.param("prove --policy ash-cpg-038", id="prove")])
def test_a_reader_that_has_seen_enough_ends_a_command_silently(shell, command: str):
    # The reader is gone before anything is printed: it closes the pipe, then lets the command begin.
    line = f"( read go < gate; {MANAGE} {command}; echo $? > status ) | (exec <&-; echo go > gate; wait)"

    assert shell(f"mkfifo gate; {line}; cat status") == (0, "141\n", "")


@pytest.mark.parametrize(
    ("raised", "status", "told"),
    [
        ("KeyboardInterrupt", 130, "Stopped.\n"),
        ("OSError(28, 'No space left on device', 'kept')", 1, "kept: No space left on device.\n"),
        (
            "OSError(28, 'No space left on device')",
            1,
            "A file cannot be read or written (No space left on device).\n",
        ),
    ],
)
def test_what_stops_a_command_is_told_in_a_sentence(environment, raised: str, status: int, told: str):
    done = manage(environment, "shell", "--no-imports", "-c", f"raise {raised}")

    assert (done.returncode, done.stdout, done.stderr) == (status, "", told)


def test_a_database_that_fails_is_told_in_a_sentence(environment, tmp_path: Path):
    (tmp_path / "var").mkdir()
    script = "from django.db import connection as c; c.cursor().execute('SELECT 1 FROM nowhere')"
    done = manage(environment, "shell", "--no-imports", "-c", script)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The database of DATABASE_URL failed: no such table: nowhere.\n"


def test_who_asks_for_the_traceback_gets_it(shell):
    script = "raise OSError(28, 'No space left on device')"
    status, _, told = shell(f'{MANAGE} shell --traceback --no-imports -c "{script}"')

    assert status == 1
    assert told.startswith("Traceback ")


def test_ctrl_c_stops_determinations(tmp_path: Path):
    command = subprocess.Popen(
        [*DETERMINE.split(), "-"],
        env=clean_environment(CONUS_VAR=str(tmp_path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with command as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(f"{GOOD}\n")
        process.stdin.flush()
        assert '"id": "good"' in process.stdout.readline()
        os.kill(process.pid, signal.SIGINT)
        assert (process.stdout.read(), process.stderr.read()) == ("", "Stopped.\n")
    assert process.returncode == 130

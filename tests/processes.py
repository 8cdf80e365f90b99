"""Other processes of Conus, as tests start them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment as a user's would be. The names given are added."""
    ours = ("CONUS_", "DJANGO_", "DATABASE_URL", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **more}


def start(script: str, environment: dict[str, str]) -> "subprocess.Popen[str]":
    """A Python process that runs a script, waits where the script reads a line, and is talked to in text."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def race(script: str, environment: dict[str, str], racers: int) -> list[str]:
    """What processes print that run a script at once.

    The script prints a line when it is ready and reads one: then all are let go together. A process that
    fails fails the test, and none is left behind.
    """
    processes = [start(script, environment) for _ in range(racers)]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=120)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [process.returncode for process in processes] == [0] * racers
    return said

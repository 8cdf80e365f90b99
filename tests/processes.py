"""Other processes of Conus, as tests start them."""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment as a user's would be. The names given are added."""
    ours = ("CONUS_", "DJANGO_", "DATABASE_URL", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **more}


class Forked:
    """A process of Conus, with what tests ask for of `subprocess.Popen`. It talks in text.

    It is a fork of one that has loaded Conus, which takes longer than most of what is tested. Where starting
    itself is tested, take a new interpreter.
    """

    def __init__(self, words: list[str], environment: dict[str, str], **files: IO[str]) -> None:
        """Run what ``python words...`` runs: a script after ``-c``, or a file.

        Without a file for ``stdout``, it can be read here; ``stderr`` is this process's.
        """
        stdin, said = os.pipe()
        self.stdin = os.fdopen(said, "w", encoding="utf-8")
        heard, stdout = (-1, os.dup(files["stdout"].fileno())) if "stdout" in files else os.pipe()
        self.stdout = None if heard < 0 else os.fdopen(heard, encoding="utf-8")
        stderr = os.dup(files["stderr"].fileno() if "stderr" in files else 2)
        given = [Connection(stdin, writable=False)]
        given += [Connection(out, readable=False) for out in (stdout, stderr)]
        forking = multiprocessing.get_context("forkserver")
        forking.set_forkserver_preload(["tests.loaded"])
        self._process = forking.Process(target=_become, args=(words, environment, given))
        self._process.start()
        for each in given:
            each.close()
        self.pid = self._process.pid
        self.kill = self._process.kill

    @property
    def returncode(self) -> int | None:
        """How it ended, a signal below zero; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def wait(self) -> int:
        """How it ended, once it has."""
        self._process.join()
        assert self.returncode is not None
        return self.returncode

    def communicate(self, given: str = "", timeout: float = 600) -> tuple[str, None]:
        """Say something, and hear all that it says until it ends. After so many seconds it is killed.

        Whether it still listens is not asked: it may have ended.
        """
        late = threading.Timer(timeout, self.kill)
        late.start()
        with suppress(BrokenPipeError), self.stdin:
            self.stdin.write(given)
        said = ""
        if self.stdout:
            with self.stdout:
                said = self.stdout.read()
        self.wait()
        late.cancel()
        return said, None


def _become(words: list[str], environment: dict[str, str], streams: list[Connection]) -> None:
    """In the fork: be that process."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (open to the end)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    os.chdir(ROOT)
    from tests.loaded import take_up

    take_up(environment)
    if words[0] == "-c":
        sys.argv = ["-c"]
        exec(words[1], {"__name__": "__main__"})  # noqa: S102 (a script of a test)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


def start(script: str, environment: dict[str, str]) -> Forked:
    """A process that runs a script, waits where the script reads a line, and is talked to in text."""
    return Forked(["-c", script], {"DJANGO_SETTINGS_MODULE": "config.settings", **environment})


QUICKLY_PACKED = """
import brotli
from whitenoise.compress import Compressor
Compressor.compress_brotli = staticmethod(lambda data: brotli.compress(data, quality=1))
"""
"""Part of a script: static files that are collected are packed less well, which takes a fifth of the time."""

NO_STATIC_FILES = "serve.collect_static = lambda: None"
"""The same where they are not tested: they take most of a first start."""


def ran(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """What ``python words...`` says, and how it ends."""
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        process = Forked([*words], environment, stdout=stdout, stderr=stderr)
        process.communicate()
        said = [file.seek(0) or file.read() for file in (stdout, stderr)]
        return subprocess.CompletedProcess(words, process.wait(), *said)


def manage(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """The same of a command of manage.py."""
    return ran(environment, "manage.py", *words)


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

"""Break the product in one place at a time, and see that a test notices: `python -m tests.mutants [NAME]`.

Each mutation is made in a throw-away copy of this tree. A line says of each whether it was caught, and by
which test. Ends with 1 where one survives, and where the text of one no longer stands in its file: then the
product has moved on, and `mutations.py` has to follow. The tests that caught something are run once more on
a copy that nobody broke: one that fails there too has caught nothing.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.mutations import MUTATIONS, Mutation
from tests.mutants.plugin import DATABASES, FAILED
from tests.processes import ROOT, clean_environment

PATIENCE = 300
"""Seconds that the tests of one mutation may take. What hangs is not caught: no test says what is wrong."""
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
PYTEST = ("-q", "-p", "no:cacheprovider", "-p", "tests.mutants.plugin", "--tb=no")
MADE_ALREADY = ("--reuse-db", "--no-migrations")
MAKE_DATABASES = """
import shutil, sys
import django
django.setup()
from django.db import connections
from django.test.utils import setup_databases
setup_databases(0, interactive=False)
connections.close_all()
for connection in connections.all():
    shutil.copyfile(connection.settings_dict["NAME"], f"{sys.argv[1]}/{connection.alias}")
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutation: ``caught_by`` is the test that noticed, ``trouble`` what is wrong else."""

    mutation: Mutation
    caught_by: str = ""
    trouble: str = ""

    def __str__(self) -> str:
        if self.caught_by:
            return f"caught    {self.mutation.name}\n          by {self.caught_by}"
        return f"{self.trouble}  {self.mutation.name}\n          {self.mutation.file}: {self.mutation.why}"


def main(arguments: Sequence[str]) -> int:
    """Try the mutations whose names hold one of the given words, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of the name of a mutation")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many to try at once")
    asked = parser.parse_args(arguments)
    chosen = [each for each in MUTATIONS if not asked.names or any(n in each.name for n in asked.names)]
    with tempfile.TemporaryDirectory(prefix="conus-mutants-") as folder:
        caught = [outcome for outcome in tried(chosen, Path(folder), asked.jobs) if outcome.caught_by]
    print(f"{len(caught)} of {len(chosen)} mutations were caught.")
    return 0 if chosen and len(caught) == len(chosen) else 1


def tried(chosen: Sequence[Mutation], folder: Path, jobs: int) -> list[Outcome]:
    """What becomes of each mutation, told as it comes, and then of the tests that caught them."""
    copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for number in range(jobs):
        copies.put(copy_of_tree(folder / f"copy-{number}"))
    databases = make_databases(copies, folder / "databases")

    def one(mutation: Mutation) -> Outcome:
        copy = copies.get()
        try:
            return outcome_of(mutation, copy, databases)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(jobs) as pool:
        outcomes = [told(outcome) for outcome in pool.map(one, chosen)]
    failing = fail_anyway(outcomes, copies.get(), databases)
    for test in sorted(failing):
        print(f"FAILS ANYWAY  {test}")
    return [outcome for outcome in outcomes if outcome.caught_by not in failing]


def told(outcome: Outcome) -> Outcome:
    """Print what became of a mutation."""
    print(outcome, flush=True)
    return outcome


def copy_of_tree(place: Path) -> Path:
    """A copy of this tree, with the times of its files: what Python compiled before is known by them."""
    shutil.copytree(ROOT, place, ignore=LEFT_OUT)
    return place


def make_databases(copies: queue.SimpleQueue[Path], place: Path) -> Path:
    """The tests' databases with all their tables, made once. Each copy is left with what Python compiled."""
    place.mkdir()
    for _ in range(copies.qsize()):
        copy = copies.get()
        command = [sys.executable, "-c", MAKE_DATABASES, str(place)]
        subprocess.run(
            command, cwd=copy, env=clean_environment(DJANGO_SETTINGS_MODULE="tests.settings"), check=True
        )
        copies.put(copy)
    return place


def problem(mutation: Mutation, root: Path = ROOT) -> str:
    """Why a mutation cannot be made in a tree, in two words; empty where it can."""
    file = root / mutation.file
    stands = file.read_text(encoding="utf-8").count(mutation.old) if file.is_file() else 0
    if stands != 1:
        return "NOT UNIQUE" if stands else "NOT THERE"
    return "" if all((root / test).exists() for test in mutation.tests) else "NO TESTS"


@contextmanager
def made(mutation: Mutation, copy: Path) -> Iterator[None]:
    """A copy with one mutation in it. Its time is another, so that Python does not take what it compiled."""
    file = copy / mutation.file
    before, stat = file.read_text(encoding="utf-8"), file.stat()
    file.write_text(before.replace(mutation.old, mutation.new), encoding="utf-8")
    os.utime(file, (stat.st_atime, stat.st_mtime + 10))
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")
        os.utime(file, (stat.st_atime, stat.st_mtime))


def outcome_of(mutation: Mutation, copy: Path, databases: Path) -> Outcome:
    """Make a mutation and run its tests, up to the first that fails."""
    if trouble := problem(mutation, copy):
        return Outcome(mutation, trouble=trouble)
    with made(mutation, copy):
        only = ("-k", mutation.only) if mutation.only else ()
        status, failed = run(copy, databases, ("-x", *only, *mutation.tests), postgres=mutation.on_postgres)
    return judged(mutation, status, failed)


def judged(mutation: Mutation, status: int, failed: Sequence[str]) -> Outcome:
    """What pytest's exit status and the failed tests say. Tests that could not be run have caught nothing."""
    if status == 1 and failed:
        return Outcome(mutation, caught_by=failed[0])
    return Outcome(mutation, trouble="SURVIVED" if status == 0 else f"NOT TESTED ({status})")


def fail_anyway(outcomes: Sequence[Outcome], copy: Path, databases: Path) -> set[str]:
    """Those of the tests that caught something which fail on a copy without any mutation."""
    failing: set[str] = set()
    for postgres in (False, True):
        ids = {
            each.caught_by for each in outcomes if each.caught_by and each.mutation.on_postgres is postgres
        }
        if ids:
            failing.update(run(copy, databases, sorted(ids), postgres=postgres)[1])
    return failing


def run(copy: Path, databases: Path, what: Sequence[str], *, postgres: bool) -> tuple[int, list[str]]:
    """Run tests in a copy. Gives pytest's exit status, and the tests that failed."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as failed:
        names = {DATABASES: str(databases), FAILED: failed.name, "PYTHONDONTWRITEBYTECODE": "1"}
        how = ("tests.private_postgres", "--") if postgres else ("pytest", *MADE_ALREADY)
        command = [sys.executable, "-m", *how, *PYTEST, *what]
        try:
            done = subprocess.run(
                command,
                cwd=copy,
                env=clean_environment(**names),
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1, []
        return done.returncode, failed.read().splitlines()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

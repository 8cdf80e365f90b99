"""``manage.py determine`` as a whole process: a row of many, one case, its memory; beside an older build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from bench import inputs, report
from bench.clock import Spread, spread

ROOT = Path(__file__).resolve().parent.parent
SMALLER = (100, 10, 1)
FEW, MANY = 500, 4_000
"""Rows of the two runs whose difference is the cost of a row: what a start costs is in both."""

TURNS = 5
MEBIBYTE = 1024
"""In the kibibytes in which the kernel counts resident memory."""

ROW, TWO_JOBS = 1 / 3, 1 / 5
"""A row's CPU time against the older build's, and with two jobs its elapsed time against one job of the
older.
"""

ONE_CASE, ONE_CASE_MEMORY = 0.4, 40.0
WITH_A_CODE, WITH_A_CODE_MEMORY = 0.5, 60.0
"""Seconds of CPU time, and mebibytes, of one case without and with a diagnosis code."""

# A small process in between: a child begins with the peak of the process that it was forked from.
_WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime)
"""


class Used(NamedTuple):
    """What one run of the command took: elapsed and CPU seconds, and mebibytes at most."""

    elapsed: float
    cpu: float
    peak: float


def run(lines: int, beside: str | None) -> None:
    """Prints a row's cost, beside the build of a commit where one is named; one case; and memory as
    lines grow.
    """
    with tempfile.TemporaryDirectory(prefix="conus-bench-lines-") as name:
        folder = Path(name)
        _one_case(folder)
        _rows(folder, beside)
        _memory(folder, lines)


def _one_case(folder: Path) -> None:
    answers = {
        "setting": "outpatient",
        "age_months": 1,
        "reasons": ["lumbosacral_stigmata"],
        "stigmata": ["tail"],
    }
    for title, more, seconds, memory in (
        ("one case", {}, ONE_CASE, ONE_CASE_MEMORY),
        ("one case with a diagnosis code", {"diagnosis_codes": ["Q06.8"]}, WITH_A_CODE, WITH_A_CODE_MEMORY),
    ):
        file = folder / "one.json"
        file.write_text(json.dumps(answers | more), encoding="utf-8")
        used = [_used(ROOT, file) for _ in range(TURNS)]
        print(f"\nmanage.py determine, every policy, {title}")
        report.limit(f"{title}, CPU", spread([each.cpu for each in used]), seconds, "s")
        report.limit(f"{title}, memory", spread([each.peak for each in used]), memory, "MiB")


def _rows(folder: Path, beside: str | None) -> None:
    """The cost of a row, of ours with one and two jobs and of the older build, in turns."""
    files = [_written(folder / f"{count}.jsonl", count, beside is not None) for count in (FEW, MANY)]
    with _build(folder, beside) as older:
        builds = {"this build": (ROOT, ()), "this build, --jobs 2": (ROOT, ("--jobs", "2"))}
        if older:
            builds[f"the build of {beside}"] = (older, ())
        rows: dict[str, list[Used]] = {name: [] for name in builds}
        for _ in range(TURNS):
            for name, (root, options) in builds.items():
                few, many = (_used(root, file, *options) for file in files)
                rows[name].append(_a_row(few, many))
    print(f"\nmanage.py determine, every policy, a row: {MANY:,} rows less {FEW:,}")
    cpu = {name: spread([each.cpu for each in used]) for name, used in rows.items()}
    elapsed = {name: spread([each.elapsed for each in used]) for name, used in rows.items()}
    report.table("A row", "microseconds of CPU", cpu)
    report.table("A row", "microseconds elapsed", elapsed)
    if older:
        _against_the_older(cpu, elapsed)


def _against_the_older(cpu: dict[str, Spread], elapsed: dict[str, Spread]) -> None:
    ours, two_jobs, older = cpu
    report.compare("a row's CPU time against the older build", cpu[ours], cpu[older], ROW)
    report.compare("a row's elapsed time with two jobs", elapsed[two_jobs], elapsed[older], TWO_JOBS)


def _a_row(few: Used, many: Used) -> Used:
    rows = (MANY - FEW) / 1e6
    return Used((many.elapsed - few.elapsed) / rows, (many.cpu - few.cpu) / rows, many.peak)


def _memory(folder: Path, lines: int) -> None:
    print(f"\nmanage.py determine, every policy, on {lines:,} JSON lines of worked cases")
    print(f"  {'lines':>12} {'seconds':>10} {'lines/s':>10} {'peak RSS':>12}")
    peaks = [_printed(folder, max(1, lines // share)) for share in SMALLER]
    least = min(peaks)
    report.limit(
        "constant memory, the largest peak against the least", spread([max(peaks) / least]), 1.1, "times"
    )


def _printed(folder: Path, lines: int) -> float:
    used = _used(ROOT, _written(folder / "lines.jsonl", lines))
    print(
        f"  {lines:12,} {used.elapsed:10.1f} {lines / used.elapsed:10,.0f} {used.peak:8.1f} MiB", flush=True
    )
    return used.peak


def _written(file: Path, lines: int, older: bool = False) -> Path:
    """The worked cases over and over; for an ``older`` build those that it can read too."""
    cases = json.loads(inputs.WORKED_CASES.read_text(encoding="utf-8"))
    readable = [case for case in cases if not older or _is_of_any_build(case)]
    with file.open("w", encoding="utf-8") as stream:
        for number, case in enumerate(islice(cycle(readable), lines)):
            line = {"id": number, "as_of": case["as_of"], "answers": case["answers"]}
            stream.write(json.dumps(line) + "\n")
    return file


def _is_of_any_build(case: dict[str, Any]) -> bool:
    """Whether a case was there before answers could be partial, and asks nothing by a new name."""
    return case["id"][0] in "PSCX" and "prior_spinal_operation" not in case["answers"]


@contextmanager
def _build(folder: Path, commit: str | None) -> Iterator[Path | None]:
    """The files of a commit in a folder of their own; None where none is named. Raises where git has no
    such.
    """
    if commit is None:
        yield None
        return
    tree = folder / "older"
    subprocess.run(["git", "-C", str(ROOT), "worktree", "add", "--detach", str(tree), commit], check=True)
    try:
        yield tree
    finally:
        subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(tree)], check=True)


def _used(root: Path, file: Path, *options: str) -> Used:
    """Runs the command to its end. Raises where it failed."""
    command = [sys.executable, str(root / "manage.py"), "determine", *options, str(file)]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, *command],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    peak, cpu = done.stdout.split()
    return Used(time.perf_counter() - began, float(cpu), int(peak) / MEBIBYTE)

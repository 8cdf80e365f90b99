"""``manage.py determine`` over many JSON lines: how fast, and whether its memory stays the same."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from bench import inputs, report
from bench.clock import spread

ROOT = Path(__file__).resolve().parent.parent
SMALLER = (100, 10, 1)
MEBIBYTE = 1024
"""In the kibibytes in which the kernel counts resident memory."""

# A small process in between: a child begins with the peak of the process that it was forked from.
_WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run(lines: int) -> None:
    """Prints time and peak memory for a hundredth, a tenth and all of the lines."""
    print(f"\nmanage.py determine, every policy, on {lines:,} JSON lines of worked cases")
    print(f"  {'lines':>12} {'seconds':>10} {'lines/s':>10} {'peak RSS':>12}")
    peaks = [_run(max(1, lines // share)) for share in SMALLER]
    memory = spread(peaks)
    report.limit("constant memory, the largest peak", memory.most, memory.least * 1.1, "MiB")


def _run(lines: int) -> float:
    with tempfile.TemporaryDirectory(prefix="conus-bench-lines-") as folder:
        file = Path(folder) / "cases.jsonl"
        _write(file, lines)
        began = time.perf_counter()
        peak = _peak(file) / MEBIBYTE
        seconds = time.perf_counter() - began
    print(f"  {lines:12,} {seconds:10.1f} {lines / seconds:10,.0f} {peak:8.1f} MiB", flush=True)
    return peak


def _write(file: Path, lines: int) -> None:
    cases = json.loads(inputs.WORKED_CASES.read_text(encoding="utf-8"))
    with file.open("w", encoding="utf-8") as stream:
        for number, case in enumerate(islice(cycle(cases), lines)):
            line = {"id": number, "as_of": case["as_of"], "answers": case["answers"]}
            stream.write(json.dumps(line) + "\n")


def _peak(file: Path) -> int:
    """Runs the command to its end; the most kibibytes of memory it held. Raises where it failed."""
    command = [sys.executable, str(ROOT / "manage.py"), "determine", str(file)]
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, *command], check=True, capture_output=True, text=True
    )
    return int(done.stdout)

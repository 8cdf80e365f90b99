"""``python -m bench [SECTION]... [--rounds N] [--lines N | --million] [--cases N] [--beside COMMIT]``

Measures and prints. The packages of the other engines are needed by the section `engines` alone.
CPU time is counted, of alternated rounds. A target that is missed ends the run with a status that is not
zero, and the last lines name it.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Any

from bench import report
from bench.clock import CPU, ELAPSED
from bench.world import world

SECTIONS = ("engines", "growth", "start", "pages", "review", "lists", "command")
MILLION = 1_000_000
MISSES = 3
"""The status of a run in which a target was missed."""


def main() -> int:
    """Runs the sections that are named, all where none is; 1 where engines disagree, 3 where a target
    is missed.
    """
    options = _options()
    with world():
        from bench.inputs import DisagreementError

        report.machine()
        timed = ELAPSED if options.elapsed else CPU
        print(f"Determinations in {'elapsed' if options.elapsed else 'CPU'} time, pages always in CPU time")
        wanted: dict[str, tuple[Any, ...]] = {
            "engines": (options.rounds, timed),
            "growth": (options.rounds, timed),
            "start": (options.rounds,),
            "pages": (options.rounds,),
            "review": (options.rounds,),
            "lists": (options.rounds, options.cases),
            "command": (MILLION if options.million else options.lines, options.beside),
        }
        try:
            for name in options.sections or SECTIONS:
                import_module(f"bench.{name}").run(*wanted[name])
        except DisagreementError as error:
            print(f"The engines disagree, so nothing was timed: {error}", file=sys.stderr)
            return 1
    for line in report.MISSED:
        print(f"MISSED: {line}", file=sys.stderr)
    return MISSES if report.MISSED else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Conus beside its peers.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all")
    parser.add_argument("--rounds", type=int, default=21, help="rounds of each contest (default: 21)")
    parser.add_argument("--lines", type=int, default=100_000, help="lines for the command (default: 100000)")
    parser.add_argument(
        "--cases", type=int, default=MILLION, help="cases to look through in lists (default: 1000000)"
    )
    parser.add_argument("--million", action="store_true", help="a million lines for the command")
    parser.add_argument("--elapsed", action="store_true", help="elapsed time of determinations, not CPU time")
    parser.add_argument(
        "--beside", metavar="COMMIT", help="an older build to run the command of, beside this"
    )
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; allowed: {', '.join(SECTIONS)}")
    if options.rounds < 1 or options.lines < 1:
        parser.error("--rounds and --lines are at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())

"""The start of a process with every policy loaded, and what a first visit loads."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.test import Client

from bench import report
from bench.clock import interleave, spread

STARTS = 7
FIRST_LOAD = 120.0
"""The most that a first load may weigh, in kilobytes of 1000 bytes."""

_PYTHON = "pass"
_DJANGO = "import django; django.setup()"
_LOADED = (
    "import django; django.setup()\n"
    "from decisions import services\n"
    "library = services.library()\n"
    "assert len(library.editions) > 1 and not library.problems\n"
    "for editions in library.editions.values():\n"
    "    for policy in editions: library.rules(policy)\n"
)
_OWN = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def run(rounds: int) -> None:
    """Prints the start in milliseconds and the first load in kilobytes."""
    spreads = interleave(
        {
            "python alone": _starting(_PYTHON),
            "django.setup() with these settings": _starting(_DJANGO),
            "the same, every policy loaded and its rules made": _starting(_LOADED),
        },
        min(rounds, STARTS),
        per=1000,
        warm=False,
    )
    report.table("Start of a process", "milliseconds", spreads)
    first_load("the home page", Client(headers={"host": "localhost"}).get("/").content)


def _starting(program: str) -> Callable[[], None]:
    def work() -> None:
        subprocess.run([sys.executable, "-c", program], check=True)

    return work


def first_load(name: str, content: bytes) -> None:
    """Prints what a browser loads that has nothing yet: a page and every file of ours that it names."""
    html = len(gzip.compress(content, 6))
    print(f"\nFirst load of {name}, compressed")
    total = html
    print(f"  {f'the page (gzip; {len(content):,} as it is sent)':{report.WIDE}} {html:10,} bytes")
    for address in sorted(set(_OWN.findall(content.decode()))):
        size = _served(Path(settings.STATIC_ROOT) / address.removeprefix(settings.STATIC_URL))
        total += size
        print(f"  {address:{report.WIDE}} {size:10,} bytes")
    report.limit("a first load", spread([total / 1000]), FIRST_LOAD, "KB")


def _served(file: Path) -> int:
    """The bytes of a static file as it is sent to a browser that takes Brotli or gzip."""
    packed = [file.with_name(f"{file.name}{ending}") for ending in (".br", ".gz")]
    return next((path for path in packed if path.exists()), file).stat().st_size

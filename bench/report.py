"""How figures are printed: the machine, tables of spreads, and targets beside what was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version

from bench.clock import Spread

WIDE = 58
PEERS = ("zen-engine", "cel-expr-python", "django")


def machine() -> None:
    """What the figures were measured on and with."""
    peers = ", ".join(f"{name} {version(name)}" for name in PEERS)
    print(f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, {peers}")


def heading(title: str, unit: str) -> None:
    """The head of a table of spreads."""
    print(f"\n{title}")
    print(f"  {unit:{WIDE}} {'min':>10} {'median':>10} {'max':>10}")


def table(title: str, unit: str, spreads: Mapping[str, Spread]) -> None:
    """A table with a line for each contender."""
    heading(title, unit)
    for name, found in spreads.items():
        print(f"  {name:{WIDE}} {found}")


def compare(sentence: str, ours: Spread, peer: Spread, most: float) -> None:
    """A target beside what was measured: ours as a multiple of the peer's. The medians decide.

    The minima are printed too: they differ from the medians where other work disturbed the run.
    """
    medians, minima = ours.middle / peer.middle, ours.least / peer.least
    measured = f"{medians:.2f} times by medians, {minima:.2f} by minima"
    print(f"  target: {sentence}: at most {most:.2f} times, measured {measured}, {_verdict(medians, most)}")


def limit(sentence: str, measured: float, most: float, unit: str) -> None:
    """A limit beside what was measured."""
    print(
        f"  target: {sentence}: {measured:.2f} {unit} against {most:.2f} {unit}, {_verdict(measured, most)}"
    )


def _verdict(measured: float, most: float) -> str:
    return "held" if measured <= most else "MISSED"

"""How figures are printed: the machine, tables of spreads, and targets beside what was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from statistics import median, quantiles

from bench.clock import Spread

WIDE = 58
PEERS = ("zen-engine", "cel-expr-python", "django")
FEWEST = 3
"""Of how many rounds a spread can be told."""

MISSED: list[str] = []
"""A line for each target that was missed in this run."""


def machine() -> None:
    """What the figures were measured on and with."""
    peers = ", ".join(f"{name} {_version(name)}" for name in PEERS)
    print(f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, {peers}")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # needed by the sections alone that measure against it
        return "not installed"


def heading(title: str, unit: str) -> None:
    """The head of a table of spreads."""
    print(f"\n{title}")
    print(f"  {unit:{WIDE}} {'min':>10} {'median':>10} {'max':>10}")


def table(title: str, unit: str, spreads: Mapping[str, Spread]) -> None:
    """A table with a line for each contender."""
    heading(title, unit)
    for name, found in spreads.items():
        print(f"  {name:{WIDE}} {found}")


def compare(sentence: str, ours: Spread, peer: Spread, most: float | None) -> None:
    """Ours as a multiple of the peer's, round by round, beside a target where there is one.

    The median of the rounds' ratios decides. It is missed where it is over the target by more than the
    spread: half of the distance between the quartiles of the ratios.
    """
    ratios = [mine / theirs for mine, theirs in zip(ours.rounds, peer.rounds, strict=True)]
    _told(sentence, median(ratios), _half_the_quartiles(ratios), most, "times")


def limit(sentence: str, measured: Spread, most: float, unit: str) -> None:
    """A limit beside what was measured, in the same way."""
    _told(sentence, measured.middle, _half_the_quartiles(measured.rounds), most, unit)


def _told(sentence: str, middle: float, spread: float, most: float | None, unit: str) -> None:
    measured = f"{middle:.2f} {unit} (spread {spread:.2f})"
    if most is None:
        print(f"  reported: {sentence}: {measured}")
        return
    held = middle - spread <= most
    print(f"  target: {sentence}: at most {most:.2f}, measured {measured}, {'held' if held else 'MISSED'}")
    if not held:
        MISSED.append(f"{sentence}: {measured}, and the target is {most:.2f}")


def _half_the_quartiles(rounds: Sequence[float]) -> float:
    if len(rounds) < FEWEST:
        return 0.0
    low, _, high = quantiles(rounds, n=4)
    return (high - low) / 2

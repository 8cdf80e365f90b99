"""Interleaved timing: all contenders take turns in every round, so that a noisy machine is fair to all."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Clock = Callable[[], float]
ELAPSED: Clock = time.perf_counter
CPU: Clock = time.process_time
"""The time of all threads of this process, whatever else the machine does."""


@dataclass(frozen=True)
class Spread:
    """The least, the median and the most of several rounds, in one unit, and every round in its turn."""

    least: float
    middle: float
    most: float
    rounds: tuple[float, ...] = ()

    def __str__(self) -> str:
        return f"{self.least:10.1f} {self.middle:10.1f} {self.most:10.1f}"


def spread(rounds: list[float]) -> Spread:
    """The spread of the rounds' figures. Raises ValueError where there is none."""
    return Spread(min(rounds), median(rounds), max(rounds), tuple(rounds))


def interleave(
    contenders: Mapping[str, Callable[[], object]],
    rounds: int,
    per: float,
    clock: Clock = ELAPSED,
    *,
    warm: bool = True,
) -> dict[str, Spread]:
    """For every contender the spread of its microseconds a piece, of ``per`` pieces that one call does.

    Each round begins with another contender. With ``warm`` every turn is made twice and the second one is
    timed, so that nobody pays for what the one before pushed out of the processor's memory.
    """
    names = list(contenders)
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(_seconds(contenders[name], clock, warm) / per * 1e6)
    return {name: spread(seconds) for name, seconds in found.items()}


def _seconds(work: Callable[[], object], clock: Clock, warm: bool) -> float:
    gc.collect()
    if warm:
        work()
    began = clock()
    work()
    return clock() - began

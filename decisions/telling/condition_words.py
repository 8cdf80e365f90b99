"""Conditions in words: an indented tree of sentences, made from the condition and the topic's questions.

Nothing is written by hand for a condition, so the words cannot say anything but what is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from decisions.core import conditions as c
from decisions.core.policy import Policy, PolicyReading
from decisions.telling import kinds

Kind = Literal["test", "all", "any", "always", "never", "named", "reading", "side"]
State = Literal["", "met", "unsettled", "no", "open"]
ValueOf = Callable[[c.Condition], int | None]

_STATES: dict[int | None, State] = {c.MET: "met", c.UNSETTLED: "unsettled", c.NO: "no", None: "open"}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a tree with those beneath it.

    ``name`` is the id of the reading, or the name of the condition, that the line is about; else empty.
    ``state`` is empty where nobody asked for it.
    """

    text: str
    kind: Kind
    children: tuple[Line, ...] = ()
    state: State = ""
    name: str = ""


def tree(policy: Policy, condition: c.Condition, state: ValueOf | None = None) -> Line:
    """A condition of a policy in words. ``state`` gives each part its value, such as
    ``Determination.value_of``.
    """
    return _Words(policy, state).line(condition)


class _Words:
    """Makes the tree of one policy's condition, with the state of each part where that is asked for."""

    def __init__(self, policy: Policy, value_of: ValueOf | None) -> None:
        self.policy, self.value_of = policy, value_of

    def line(self, condition: c.Condition) -> Line:
        state = _STATES[self.value_of(condition)] if self.value_of else ""
        if isinstance(condition, c.All | c.Any):
            return self._several(condition, state)
        if isinstance(condition, c.Reading):
            reading = self.policy.readings[condition.reading]
            sides = tuple(self._sides(reading, condition))
            return Line(f"{reading.title}: {how_it_is_taken(reading)}", "reading", sides, state, reading.id)
        if isinstance(condition, c.Named):
            name = condition.name.replace("_", " ")
            text = f"{name[:1].upper()}{name[1:]}"
            return Line(text, "named", (self.line(condition.part),), state, condition.name)
        return Line(self._test(condition), "test", (), state)

    def _several(self, condition: c.All | c.Any, state: State) -> Line:
        every = isinstance(condition, c.All)
        if not condition.parts:
            return Line("Always" if every else "Never", "always" if every else "never", (), state)
        if len(condition.parts) == 1:
            return self.line(condition.parts[0])
        children = tuple(self.line(part) for part in condition.parts)
        return (
            Line("All of these", "all", children, state)
            if every
            else Line("At least one of these", "any", children, state)
        )

    def _sides(self, reading: PolicyReading, condition: c.Reading) -> Iterator[Line]:
        sides = (("one", reading.one, condition.one), ("other", reading.other, condition.other))
        for side, position, part in sides:
            line = self.line(part)
            counts = Line("Does not count", "never", (), line.state) if line.kind == "never" else line
            yield Line(f"{_stand(reading, side)} {position}", "side", (counts,))

    def _test(self, test: c.Test) -> str:
        question = self.policy.topic.by_id[test.fact]
        return f"{question.short}: {kinds.of(question).asked(question, test)}"


def how_it_is_taken(reading: PolicyReading) -> str:
    """Whether a reading is open or a position is taken, in words."""
    return "open, neither position is taken" if reading.taken == "open" else "a position is taken"


def _stand(reading: PolicyReading, side: str) -> str:
    if reading.taken == "open":
        return "One position:" if side == "one" else "The other position:"
    return "Taken:" if reading.taken == side else "Not taken:"

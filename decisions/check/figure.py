"""The dimple drawn to scale: how far it lies from the anus and how wide it is, against the policies' limits.

Every length is in millimeters, in the drawing too. Where a measure is not known, the rest is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from decisions import phrases
from decisions.check.limits import limits
from decisions.core.policy import Question, Topic

DIAMETER, DISTANCE = "dimple_diameter_mm", "dimple_distance_cm"
MM_IN_CM = 10
WIDTH, HEIGHT = 84.0, 54.0
"""How much is shown at least."""

PIXELS_WIDE = 336


@dataclass(frozen=True, slots=True)
class Mark:
    """A limit: where its line lies, or how wide its circle is, and where its words stand."""

    at: float
    label: float
    words: str


@dataclass(frozen=True, slots=True)
class Dimple:
    """The circle of the dimple. ``text`` is where it is said that its place is not known, 0 where it is."""

    x: float
    y: float
    r: float
    text: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything is. ``unit`` is the size of letters and strokes; it grows with what is drawn."""

    width: float
    height: float
    unit: float
    lines: tuple[Mark, ...]
    circles: tuple[Mark, ...]
    dimple: Dimple | None
    cross: str
    cross_anus: str

    @property
    def pixels(self) -> int:
        """The height on the screen."""
        return round(PIXELS_WIDE * self.height / self.width)

    @property
    def middle(self) -> float:
        return self.width / 2

    @property
    def anus(self) -> float:
        return _anus(self.height, self.unit)

    @property
    def anus_text(self) -> float:
        return round(self.middle + 3 * self.unit, 2)

    @property
    def anus_base(self) -> float:
        return round(self.anus + 1.2 * self.unit, 2)

    @property
    def right(self) -> float:
        """Where the circles to compare with stand."""
        return round(self.width * 0.86, 2)

    @property
    def beside(self) -> float:
        return _beside(self.height, self.unit)

    @property
    def inset(self) -> float:
        return self.unit

    @property
    def font(self) -> float:
        return round(3.6 * self.unit, 2)

    @property
    def stroke(self) -> float:
        return round(0.5 * self.unit, 2)

    @property
    def dash(self) -> str:
        return f"{2 * self.unit:.2f} {1.4 * self.unit:.2f}"

    @property
    def bar(self) -> str:
        """One centimeter."""
        tick = round(self.unit, 2)
        base = round(self.height - 3 * self.unit, 2)
        return f"M{tick} {base - tick:.2f}v{2 * tick}m0 {-tick}h{MM_IN_CM}m0 {-tick}v{2 * tick}"

    @property
    def bar_text(self) -> float:
        return round(2.5 * self.unit + MM_IN_CM, 2)

    @property
    def bar_base(self) -> float:
        return round(self.height - 1.8 * self.unit, 2)


@dataclass(frozen=True, slots=True)
class Figure:
    """The drawing, the same in words, and which measures it shows."""

    drawing: Drawing
    words: str
    drawn: str


def belongs(question: Question) -> bool:
    """Whether a question is about the dimple, and so is asked beside the figure."""
    return question.opened_by is not None and question.group == DIAMETER.partition("_")[0]


def figure(topic: Topic, policy_ids: Sequence[str], raw: Mapping[str, Any]) -> Figure | None:
    """The figure of raw answers; None for a topic that does not ask for the two measures."""
    if DIAMETER not in topic.by_id or DISTANCE not in topic.by_id:
        return None
    wide, far = limits(policy_ids, DIAMETER), limits(policy_ids, DISTANCE)
    diameter, distance = _number(raw.get(DIAMETER)), _number(raw.get(DISTANCE))
    return Figure(
        _drawing(topic, wide, far, diameter, distance),
        _words(topic, wide, far, diameter, distance),
        drawn(raw),
    )


def drawn(raw: Mapping[str, Any]) -> str:
    """Which measures a figure of these answers shows."""
    return f"{raw.get(DIAMETER) or ''}|{raw.get(DISTANCE) or ''}"


def _number(raw: Any) -> Decimal | None:
    try:
        return None if raw is None else Decimal(str(raw))
    except InvalidOperation:
        return None


Limits = Sequence[Decimal | int]


def _drawing(
    topic: Topic, wide: Limits, far: Limits, diameter: Decimal | None, distance: Decimal | None
) -> Drawing:
    size, way = float(diameter or 0), float(distance or 0) * MM_IN_CM
    top = max([way + size / 2, *(float(limit) * MM_IN_CM for limit in far)])
    unit = round(max(1.0, (top + 6) / (HEIGHT - 17), size / (WIDTH * 0.3)), 2)
    width, height = round(WIDTH * unit, 2), round(max(HEIGHT, top / unit + 23) * unit, 2)
    anus, beside = _anus(height, unit), _beside(height, unit)
    lines = tuple(
        Mark(
            round(anus - float(limit) * MM_IN_CM, 2),
            round(anus - float(limit) * MM_IN_CM - unit, 2),
            phrases.amount(topic.by_id[DISTANCE], limit),
        )
        for limit in far
    )
    circles = tuple(
        Mark(
            float(limit) / 2,
            round(beside + float(limit) / 2 + 4.4 * unit, 2),
            phrases.amount(topic.by_id[DIAMETER], limit),
        )
        for limit in wide
    )
    place = None if distance is None else round(anus - way, 2)
    dimple, cross = None, ""
    if diameter is not None:
        known = place is not None
        x, y = (width / 2, place) if place is not None else (round(width * 0.18, 2), beside)
        dimple = Dimple(x, y, size / 2, 0 if known else round(beside + size / 2 + 4.4 * unit, 2))
    elif place is not None:
        cross = _cross(width / 2, place, 2 * unit)
    return Drawing(width, height, unit, lines, circles, dimple, cross, _cross(width / 2, anus, 1.5 * unit))


def _anus(height: float, unit: float) -> float:
    """How high the anus is in the drawing, from above."""
    return round(height - 9 * unit, 2)


def _beside(height: float, unit: float) -> float:
    """How high those things stand that have no place of their own."""
    return round(height - 20 * unit, 2)


def _cross(x: float, y: float, arm: float) -> str:
    way = 2 * arm
    return f"M{x - arm:.2f} {y - arm:.2f}l{way:.2f} {way:.2f}m0 {-way:.2f}l{-way:.2f} {way:.2f}"


def _words(
    topic: Topic, wide: Limits, far: Limits, diameter: Decimal | None, distance: Decimal | None
) -> str:
    """The drawing in words."""
    width = _against(topic.by_id[DIAMETER], diameter, wide, "wide", ("wider", "narrower"))
    place = _against(topic.by_id[DISTANCE], distance, far, "from the anus", ("farther", "nearer"))
    return " ".join(
        (
            f"The dimple is {width}." if width else "The width of the dimple is not known.",
            f"It lies {place}." if place else "Its distance from the anus is not known.",
        )
    )


def _against(
    question: Question, given: Decimal | None, marks: Limits, said: str, than: tuple[str, str]
) -> str:
    if given is None:
        return ""
    parts = [f"{phrases.amount(question, given)} {said}"]
    for limit in marks:
        mark = phrases.amount(question, limit)
        if given == limit:
            parts.append(f"exactly at the mark of {mark}")
        else:
            parts.append(f"{than[0] if given > limit else than[1]} than the mark of {mark}")
    return ", ".join(parts)

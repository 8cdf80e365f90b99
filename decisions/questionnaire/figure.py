"""The dimple drawn to scale: how far it lies from the anus and how wide it is, against the policies' limits.

Every length is in millimeters, in the drawing too. Where a measure is not known, the rest is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from decisions import phrases
from decisions.core.policy import Question, Topic
from decisions.questionnaire.limits import limits

DIAMETER, DISTANCE = "dimple_diameter_mm", "dimple_distance_cm"
MM_IN_CM = 10
WIDTH, HEIGHT = 84.0, 54.0
"""How much is shown at least."""

PIXELS_WIDE = 336

APART = 36.0
"""How much is shown at least for a dimple whose place is not known: the words for that have to fit."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A limit: where its line lies, or how wide its circle is, and where its words stand."""

    at: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Dimple:
    """The circle of the dimple. ``text`` is where it is said that its place is not known, "" where it is."""

    x: str
    y: str
    r: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn. ``at`` has the place or size of everything that is always there, by its name."""

    at: Mapping[str, str]
    lines: tuple[Mark, ...]
    circles: tuple[Mark, ...]
    dimple: Dimple | None
    cross: str


class Frame(NamedTuple):
    """The extent of a drawing. ``unit`` is the size of letters and strokes; it grows with what is drawn.

    To the left of ``left`` stands a dimple whose place is not known.
    """

    width: float
    height: float
    unit: float
    left: float

    @property
    def middle(self) -> float:
        """The midline of the body."""
        return self.left + WIDTH * self.unit / 2

    @property
    def anus(self) -> float:
        """How high the anus is, from above."""
        return self.height - 9 * self.unit

    @property
    def beside(self) -> float:
        """How high the circles stand that are drawn to compare: beside the anus, clear of every limit."""
        return self.anus

    @property
    def under(self) -> float:
        """How far below a circle its words stand."""
        return 4.4 * self.unit


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
    frame = _frame(size, top, apart=diameter is not None and distance is None)
    dimple = None if diameter is None else _dimple(frame, size, None if distance is None else way)
    marked = distance is not None and diameter is None
    return Drawing(
        _places(frame),
        tuple(_line(frame, topic.by_id[DISTANCE], limit) for limit in far),
        tuple(_circle(frame, topic.by_id[DIAMETER], limit) for limit in wide),
        dimple,
        _cross(frame.middle, frame.anus - way, 2 * frame.unit) if marked else "",
    )


def _frame(size: float, top: float, apart: bool) -> Frame:
    unit = max(1.0, (top + 6) / (HEIGHT - 17), size / (WIDTH * 0.3))
    left = max(size + 4 * unit, APART * unit) if apart else 0.0
    return Frame(left + WIDTH * unit, max(HEIGHT * unit, top + 23 * unit, size + 14 * unit), unit, left)


def _places(frame: Frame) -> dict[str, str]:
    width, height, unit, left = frame
    tick, ends, base = _n(unit), _n(2 * unit), height - 3 * unit
    return {
        "width": _n(width),
        "height": _n(height),
        "pixels": str(round(PIXELS_WIDE * height / width)),
        "left": _n(left),
        "middle": _n(frame.middle),
        "anus": _n(frame.anus),
        "anus_mark": _cross(frame.middle, frame.anus, 1.5 * unit),
        "anus_text": _n(frame.middle + 3 * unit),
        "anus_base": _n(frame.anus + 1.2 * unit),
        "right": _n(width - 12 * unit),
        "beside": _n(frame.beside),
        "inset": _n(left + unit),
        "font": _n(3.6 * unit),
        "stroke": _n(0.5 * unit),
        "dash": f"{_n(2 * unit)} {_n(1.4 * unit)}",
        "bar": f"M{_n(left + unit)} {_n(base - unit)}v{ends}m0 -{tick}h{MM_IN_CM}m0 -{tick}v{ends}",
        "bar_text": _n(left + 2.5 * unit + MM_IN_CM),
        "bar_base": _n(height - 1.8 * unit),
    }


def _line(frame: Frame, question: Question, limit: Decimal | int) -> Mark:
    place = frame.anus - float(limit) * MM_IN_CM
    return Mark(_n(place), _n(place - frame.unit), phrases.amount(question, limit))


def _circle(frame: Frame, question: Question, limit: Decimal | int) -> Mark:
    radius = float(limit) / 2
    return Mark(_n(radius), _n(frame.beside + radius + frame.under), phrases.amount(question, limit))


def _dimple(frame: Frame, size: float, way: float | None) -> Dimple:
    """On the midline at its distance, or apart where that is not known."""
    radius = size / 2
    if way is not None:
        return Dimple(_n(frame.middle), _n(frame.anus - way), _n(radius), "")
    height = frame.height / 2 - 2 * frame.unit
    return Dimple(_n(frame.left / 2), _n(height), _n(radius), _n(height + radius + frame.under))


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _cross(x: float, y: float, arm: float) -> str:
    way = _n(2 * arm)
    return f"M{_n(x - arm)} {_n(y - arm)}l{way} {way}m0 -{way}l-{way} {way}"


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

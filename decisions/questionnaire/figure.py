"""The dimple drawn to scale: how far it lies from the anus and how wide it is, against the policies' limits.

Every length is in millimeters, in the drawing too. Where a measure is not known, the rest is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from decisions import services
from decisions.core import kinds, measures
from decisions.core.answers import AnswersError
from decisions.core.partial import Interval
from decisions.core.policy import Question, Topic
from decisions.questionnaire import typed
from decisions.telling import answer_words

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
    """A circle of the dimple. ``text`` is where it is said that its place is not known, "" where it is.
    ``is_bound``: it is no more than an end of what is left of it.
    """

    x: str
    y: str
    r: str
    text: str
    is_bound: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn. ``at`` has the place or size of everything that is always there, by its name.

    ``dimples`` are circles, one where the dimple is known, one for each end of what is left of its width or
    its place. ``crosses`` are its places where its width is not known; ``band`` are all places that are left.
    """

    at: Mapping[str, str]
    lines: tuple[Mark, ...]
    circles: tuple[Mark, ...]
    dimples: tuple[Dimple, ...]
    crosses: tuple[str, ...]
    band: str

    @property
    def dimple(self) -> Dimple | None:
        """The first of the circles, None where there is none."""
        return next(iter(self.dimples), None)

    @property
    def cross(self) -> str:
        """The first of the crosses, "" where there is none."""
        return next(iter(self.crosses), "")

    @property
    def text(self) -> str:
        """Where it is said that the place is not known: under the last circle."""
        return self.dimples[-1].text if self.dimples else ""


class Measure(NamedTuple):
    """What is known of a measure, in its own unit: the value, or an interval; and the ends to be drawn."""

    left: Decimal | Interval
    ends: tuple[float, ...]

    @property
    def is_bound(self) -> bool:
        """Whether it is not known exactly."""
        return isinstance(self.left, Interval)

    @property
    def largest(self) -> float:
        """The largest that is to be drawn."""
        return max(self.ends)


NOTHING = Measure(Decimal(0), (0.0,))
"""In the place of a measure that is not known, where it takes no room."""


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
    """The drawing, the same in words, and which measures it shows. Its words say all that is drawn."""

    drawing: Drawing = field(compare=False)
    words: str
    drawn: str
    is_bound: bool

    @property
    def html(self) -> SafeString:
        """The drawing and its words, as they stand on a page."""
        return _rendered(self)


@lru_cache(maxsize=200)
def _rendered(figure: Figure) -> SafeString:
    """A figure as HTML, kept by the process: most measures are a few whole numbers, and nothing in a figure
    says whose they are.
    """
    return render_to_string("questionnaire/figure.html", {"figure": figure})


def belongs(question: Question) -> bool:
    """Whether a question is about the dimple, and so is asked beside the figure."""
    return question.opened_by is not None and question.group == DIAMETER.partition("_")[0]


def figure(topic: Topic, policy_ids: Sequence[str], raw: Mapping[str, Any]) -> Figure | None:
    """The figure of raw answers; None for a topic that does not ask for the two measures."""
    if DIAMETER not in topic.by_id or DISTANCE not in topic.by_id:
        return None
    wide, far = _limits(policy_ids, DIAMETER), _limits(policy_ids, DISTANCE)
    diameter, distance = (_measure(topic.by_id[fact], raw.get(fact)) for fact in (DIAMETER, DISTANCE))
    return Figure(
        _drawing(topic, wide, far, diameter, distance),
        _words(topic, wide, far, diameter, distance),
        drawn(raw),
        any(measure.is_bound for measure in (diameter, distance) if measure),
    )


def _limits(policy_ids: Iterable[str], fact: str) -> Limits:
    """Every limit of a measure in any edition of these policies, from the lowest to the highest."""
    editions = (policy for key in policy_ids for policy in services.library().editions[key])
    return sorted({limit for policy in editions for limit in policy.limits.get(fact, ())})


def drawn(raw: Mapping[str, Any]) -> str:
    """Which measures a figure of these answers shows."""
    return "|".join(_said(raw.get(fact)) for fact in (DIAMETER, DISTANCE))


def _said(raw: Any) -> str:
    given = raw.items() if isinstance(raw, dict) else ()
    return " ".join(f"{test} {limit}" for test, limit in given) if isinstance(raw, dict) else str(raw or "")


def _measure(question: Question, raw: Any) -> Measure | None:
    """What is known of a measure; None for nothing."""
    try:
        left = None if raw is None else kinds.of(question).read(question, raw)
    except AnswersError:
        return None
    if isinstance(left, Interval):
        return Measure(left, tuple(sorted(float(limit) for _, limit in left.limits)))
    return Measure(left, (float(left),)) if isinstance(left, Decimal) else None


Limits = Sequence[Decimal | int]


def _drawing(
    topic: Topic, wide: Limits, far: Limits, diameter: Measure | None, distance: Measure | None
) -> Drawing:
    size, way = (diameter or NOTHING).largest, (distance or NOTHING).largest * MM_IN_CM
    top = max([way + size / 2, *(float(limit) * MM_IN_CM for limit in far)])
    frame = _frame(size, top, apart=diameter is not None and distance is None)
    places = [frame.anus - end * MM_IN_CM for end in distance.ends] if distance else []
    marked = places if diameter is None else []
    return Drawing(
        _places(frame),
        tuple(_line(frame, topic.by_id[DISTANCE], limit) for limit in far),
        tuple(_circle(frame, topic.by_id[DIAMETER], limit) for limit in wide),
        tuple(_dimples(frame, diameter, distance)) if diameter else (),
        tuple(_cross(frame.middle, place, 2 * frame.unit) for place in marked),
        _band(frame, distance.left) if distance and isinstance(distance.left, Interval) else "",
    )


def _band(frame: Frame, left: Interval) -> str:
    """A line along all places that are left: to the anus where none is too near, off the drawing where none
    is too far.
    """
    given = {test for test, _ in left.limits}
    bottom = frame.anus - float(left.low) * MM_IN_CM
    top = frame.anus - float(left.high) * MM_IN_CM if given & set(measures.UPPER) else 0.0
    return f"M{_n(frame.middle)} {_n(bottom)}V{_n(top)}"


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
        "fine_dash": f"{_n(unit)} {_n(0.7 * unit)}",
        "dash": f"{_n(2 * unit)} {_n(1.4 * unit)}",
        "bar": f"M{_n(left + unit)} {_n(base - unit)}v{ends}m0 -{tick}h{MM_IN_CM}m0 -{tick}v{ends}",
        "bar_text": _n(left + 2.5 * unit + MM_IN_CM),
        "bar_base": _n(height - 1.8 * unit),
    }


def _line(frame: Frame, question: Question, limit: Decimal | int) -> Mark:
    place = frame.anus - float(limit) * MM_IN_CM
    return Mark(_n(place), _n(place - frame.unit), answer_words.amount(question, limit))


def _circle(frame: Frame, question: Question, limit: Decimal | int) -> Mark:
    radius = float(limit) / 2
    return Mark(_n(radius), _n(frame.beside + radius + frame.under), answer_words.amount(question, limit))


def _dimples(frame: Frame, diameter: Measure, distance: Measure | None) -> Iterator[Dimple]:
    """On the midline at its distance, or apart where that is not known: a circle for each end."""
    is_bound = diameter.is_bound or bool(distance and distance.is_bound)
    if distance is None:
        height = frame.height / 2 - 2 * frame.unit
        text = _n(height + diameter.largest / 2 + frame.under)
        places, x = [height], frame.left / 2
    else:
        places, x, text = [frame.anus - end * MM_IN_CM for end in distance.ends], frame.middle, ""
    for place in places:
        for size in diameter.ends:
            yield Dimple(_n(x), _n(place), _n(size / 2), text, is_bound)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _cross(x: float, y: float, arm: float) -> str:
    way = _n(2 * arm)
    return f"M{_n(x - arm)} {_n(y - arm)}l{way} {way}m0 -{way}l-{way} {way}"


def _words(
    topic: Topic, wide: Limits, far: Limits, diameter: Measure | None, distance: Measure | None
) -> str:
    """The drawing in words."""
    width = _against(topic.by_id[DIAMETER], diameter, wide, "wide", ("narrower", "wider"))
    place = _against(topic.by_id[DISTANCE], distance, far, "from the anus", ("nearer", "farther"))
    return " ".join(
        (
            f"The dimple is {width}." if width else "The width of the dimple is not known.",
            f"It lies {place}." if place else "Its distance from the anus is not known.",
        )
    )


def _against(
    question: Question, given: Measure | None, marks: Limits, said: str, than: tuple[str, str]
) -> str:
    if given is None:
        return ""
    parts = [f"{_amount(question, given.left)} {said}"]
    parts += [_beside(given.left, limit, answer_words.amount(question, limit), than) for limit in marks]
    return ", ".join(parts)


def _amount(question: Question, left: Decimal | Interval) -> str:
    if isinstance(left, Interval):
        return typed.as_typed(question, {test: str(limit) for test, limit in left.limits})
    return answer_words.amount(question, left)


def _beside(left: Decimal | Interval, limit: Decimal | int, mark: str, than: tuple[str, str]) -> str:
    """On which sides of a mark the value may lie."""
    below, at, above = _sides(left, limit)
    if below and above:
        return f"perhaps {than[0]}, perhaps {than[1]} than the mark of {mark}"
    if not below and not above:
        return f"exactly at the mark of {mark}"
    side = than[1] if above else than[0]
    return f"{side} than the mark of {mark}{' or exactly at it' if at else ''}"


def _sides(left: Decimal | Interval, limit: Decimal | int) -> tuple[bool, bool, bool]:
    """Whether the value may be below a limit, at it, above it."""
    if not isinstance(left, Interval):
        return left < limit, left == limit, left > limit
    ends = {left.low: left.low_counts, left.high: left.high_counts}
    return left.low < limit, ends.get(limit, left.low < limit < left.high), left.high > limit

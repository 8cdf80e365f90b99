"""A determination as the object that the command prints and the page offers for download."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from decimal import Decimal
from operator import attrgetter
from typing import Any

from decisions.core.determination import Determination
from decisions.core.policy import Policy
from decisions.telling import code_set_words

REMEMBERED = 1024
"""How many different records, without their ids, are kept at hand as text."""

_SAYS: dict[str, Callable[[Determination], Hashable]] = {
    "policy": lambda d: d.policy.id,
    "edition": lambda d: d.policy.edition,
    "outcome": attrgetter("outcome"),
    "determination": attrgetter("words"),
    "next_step": attrgetter("next_step"),
    "met": attrgetter("met"),
    "unsettled": attrgetter("unsettled"),
    "missing": attrgetter("missing"),
    "holds": attrgetter("holds"),
    "requests": attrgetter("requests"),
    "cautions": attrgetter("cautions"),
    "readings": attrgetter("readings"),
    "coding": attrgetter("coding.procedure", "coding.diagnosis"),
    "code_set": code_set_words.as_recorded,
    "passages": attrgetter("passages"),
    "references": attrgetter("references"),
}
"""The keys of a record after its ``id``, in their fixed order, and what is said there."""

_SHAPES: dict[str, Callable[[Any, Policy], Any]] = {
    "coding": lambda said, policy: dict(zip(("procedure", "diagnosis"), said, strict=True)),
    "code_set": lambda said, policy: said and {"edition": said[0], "in_force": said[1]},
    "passages": lambda said, policy: [{"id": key, "quote": policy.passages[key].quote} for key in said],
}
"""How it is said, where it is more than a text or a list of ids."""


def as_record(case_id: Any, determination: Determination) -> dict[str, Any]:
    """The determination as plain JSON types. ``case_id`` is given back as it came."""
    return {"id": case_id, **_shaped(_said(determination), determination.policy)}


def _said(determination: Determination) -> tuple[Hashable, ...]:
    return tuple([what(determination) for what in _SAYS.values()])


def _shaped(said: tuple[Any, ...], policy: Policy) -> dict[str, Any]:
    record = {}
    for key, value in zip(_SAYS, said, strict=True):
        plain = list(value) if isinstance(value, tuple) else value
        record[key] = _SHAPES[key](value, policy) if key in _SHAPES else plain
    return record


class Lines:
    """Records as lines of JSON. What is said again and again, with its long passages, is encoded once."""

    def __init__(self) -> None:
        self._encoded: dict[tuple[Hashable, ...], str] = {}

    def line(self, case_id: Any, determination: Determination) -> str:
        """The record as one line, with its end."""
        said = _said(determination)
        rest = self._encoded.get(said) or self._encode(said, determination.policy)
        return f'{{"id": {_encode_id(case_id)}, {rest}\n'

    def _encode(self, said: tuple[Hashable, ...], policy: Policy) -> str:
        if len(self._encoded) >= REMEMBERED:
            self._encoded.clear()
        return self._encoded.setdefault(said, _encode(_shaped(said, policy)).removeprefix("{"))


def _number(value: object) -> float | str:
    """A case id that is a number with a point, as it came; as text where a double would change it."""
    near = float(value) if isinstance(value, Decimal) else 0.0
    return near if Decimal(repr(near)) == value else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, default=_number).encode
_encode_ascii = json.JSONEncoder(default=_number).encode


def _encode_id(case_id: Any) -> str:
    """An id as JSON. A lone surrogate in it is escaped: UTF-8 has no place for it."""
    text = _encode(case_id)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _encode_ascii(case_id)
    return text

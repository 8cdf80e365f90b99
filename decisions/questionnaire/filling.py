"""Small templates that stand on a page many times. Each is rendered once a process, and filled after that.

What is kept is the template's own text, with marks in its places. Nothing that was filled in is kept.
"""

from __future__ import annotations

import html
from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Row:
    """A small template that is filled many times a page.

    It is rendered once, with a mark in each of its places; after that the places are filled without the
    template engine, which took more than half of a page's time. What is filled in is escaped, unless it is
    safe already. ``chosen`` are the values by which the template takes one branch or another.
    """

    def __init__(
        self, template: str, places: tuple[str, ...], chosen: tuple[tuple[str, object], ...]
    ) -> None:
        # Control characters: no template has them, and what is filled in comes after they are gone.
        marks = {place: SafeString(f"\x02{place}\x03") for place in places}
        text = render_to_string(template, {**dict(chosen), **marks}).replace("%", "%%")
        self._text = text.rstrip("\n").replace("\x02", "%(").replace("\x03", ")s")

    def fill(self, values: dict[str, str]) -> str:
        return self._text % {place: _safe(value) for place, value in values.items()}


def _safe(value: str) -> str:
    return value if isinstance(value, SafeString) else html.escape(value)


@cache
def _row(template: str, places: tuple[str, ...], chosen: tuple[tuple[str, object], ...]) -> Row:
    return Row(template, places, chosen)


def filled(template: str, *chosen: tuple[str, object], **values: str) -> SafeString:
    """A template, filled. It is made once a process for each of the few ways of ``chosen``: no value that
    somebody typed may stand there.
    """
    return SafeString(_row(template, tuple(values), chosen).fill(values))

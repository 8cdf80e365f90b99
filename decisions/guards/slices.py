"""Which slices there are. A slice is a folder of `decisions` with a `urls` module; no list of them is kept.

A `urls` module states `prefix` (such as "check/"), `app_name` and `urlpatterns`. It may state `nav`, its
places in the navigation as (label, view name) pairs, and `nav_for(person)`, those of somebody signed in;
`search_for(person)` names the view in which they search, "" for none, and `counts_for(person)` says what the
head of their pages counts.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import decisions

if TYPE_CHECKING:
    from decisions.models import Person


@dataclass(frozen=True, slots=True)
class HeadCount:
    """Something that waits for somebody: how many, as it is shown, what they are, and where they stand."""

    count: str
    label: str
    address: str
    is_urgent: bool = False


@cache
def slices() -> tuple[ModuleType, ...]:
    """The `urls` modules, the longest prefix first, so that an empty one takes nothing from the others."""
    folders = [Path(folder) for folder in decisions.__path__]
    names = [
        found.name
        for found in pkgutil.iter_modules(decisions.__path__)
        if found.ispkg and any((folder / found.name / "urls.py").is_file() for folder in folders)
    ]
    modules = [importlib.import_module(f"decisions.{name}.urls") for name in names]
    return tuple(sorted(modules, key=lambda part: (-len(part.prefix), part.prefix)))


def navigation(person: Person | None = None) -> list[tuple[str, str]]:
    """The labels and view names of the navigation, in the order of the alphabet."""
    places = [pair for part in slices() for pair in getattr(part, "nav", ())]
    return sorted(places + (own_places(person) if person else []))


def own_places(person: Person) -> list[tuple[str, str]]:
    """What the navigation has for somebody who is signed in alone, in the order of the alphabet."""
    return sorted(pair for part in slices() for pair in getattr(part, "nav_for", no_places)(person))


def own_counts(person: Person) -> list[HeadCount]:
    """What the head of every page counts for somebody who is signed in."""
    return [count for part in slices() for count in getattr(part, "counts_for", no_counts)(person)]


def no_counts(person: Person) -> Sequence[HeadCount]:
    """What a slice counts for somebody who is signed in, where it does not say so."""
    return ()


def no_places(person: Person) -> Sequence[tuple[str, str]]:
    """What a slice adds for somebody who is signed in, where it does not say so."""
    return ()


def search_of(person: Person | None) -> str:
    """The name of the view in which somebody searches; "" where they have none."""
    views = (part.search_for(person) for part in slices() if person and hasattr(part, "search_for"))
    return next(filter(None, views), "")

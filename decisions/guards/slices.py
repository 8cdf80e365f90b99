"""Which slices there are. A slice is a folder of `decisions` with a `urls` module; no list of them is kept.

A `urls` module states `prefix` (such as "check/"), `app_name` and `urlpatterns`. It may state `nav`, its
places in the navigation as (label, view name) pairs.
"""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

import decisions


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


def navigation() -> list[tuple[str, str]]:
    """The labels and view names of the navigation, in the order of the alphabet."""
    return sorted(pair for part in slices() for pair in getattr(part, "nav", ()))

"""Editions of policies are read once where tests load trees in which one file is another."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from decisions import library
from decisions.core.policy import Policy, Topic
from decisions.core.rules import Rules
from decisions.library import PolicyError, files


@pytest.fixture(scope="module", autouse=True)
def an_edition_is_read_once() -> Iterator[None]:
    """An edition of the same bytes, under the same questions, is not read again: it is the same one, and has
    the same rules. Nor is a TOML file of the same text parsed again.

    What is refused is remembered of none.
    """
    rules = dict[int, Rules]()

    def made_once(policy: Policy) -> Rules:
        found = rules.get(id(policy))
        # What is kept keeps its policy, so that none other comes to have its id.
        return found or rules.setdefault(id(policy), Rules(policy))

    @cache
    def parse_once(text: str, parse_float: type[Decimal]) -> dict[str, Any]:
        return tomllib.loads(text, parse_float=parse_float)

    read, known = library.read_edition, dict[tuple[str, ...], Policy]()

    def read_once(topic: Topic, folder: Path) -> Policy:
        try:
            key = (*folder.parts[-3:], library.fingerprint(folder))
        except PolicyError:
            return read(topic, folder)
        if key not in known:
            known[key] = read(topic, folder)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "read_edition", read_once)
        patch.setattr(library, "Rules", made_once)
        patch.setattr(files, "tomllib", SimpleNamespace(loads=parse_once))
        yield

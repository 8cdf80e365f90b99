"""Editions of policies are read once where tests load trees in which one file is another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from decisions import library
from decisions.core.policy import Policy, Topic
from decisions.library import PolicyError


@pytest.fixture(scope="module", autouse=True)
def an_edition_is_read_once() -> Iterator[None]:
    """An edition of the same bytes, under the same questions, is not read again: it is the same one.

    What is refused is remembered of none.
    """
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
        yield

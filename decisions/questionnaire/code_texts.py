"""Codes as texts: in a row in an input, and what is said of words among them."""

from __future__ import annotations

from collections.abc import Sequence


def in_a_row(given: Sequence[str]) -> str:
    """Codes as one text. Commas keep apart what blanks would not: a code, and what would be its modifier."""
    return ", ".join(given)


def left_out(words: Sequence[str]) -> str:
    """Which words of a text are no codes, in a sentence."""
    named = ", ".join(f"“{word[:60]}”" for word in words)
    return f"{named} {'are no codes and are' if len(words) > 1 else 'is no code and is'} left out."

"""What became of a text: an answer, or what is wrong with it and what might be meant."""

from __future__ import annotations

from dataclasses import dataclass

from decisions.questionnaire.typed.bounds import Raw


@dataclass(frozen=True, slots=True)
class Offer:
    """What might be meant: shown on a button as ``label``. ``text`` can be typed instead, and is ``raw``."""

    label: str
    text: str
    raw: Raw


@dataclass(frozen=True, slots=True)
class Read:
    """What was read. ``words`` is what was typed, to be kept beside the answer.

    ``raw`` is the answer, None where there is none: nothing was typed, or ``error`` says what is wrong with
    it. ``note`` says what the answer is where it does not stand there as it was typed. ``doubt`` asks whether
    the answer is meant. ``offers`` come with an error or a doubt.
    """

    words: str
    raw: Raw = None
    note: str = ""
    doubt: str = ""
    error: str = ""
    offers: tuple[Offer, ...] = ()

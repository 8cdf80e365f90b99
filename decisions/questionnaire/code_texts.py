"""Codes as texts: in a row in an input, with their names, and what is said of what is none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from decisions import services
from decisions.core.answers import Answers
from decisions.core.code_systems import CPT, procedure
from decisions.core.policy import Question
from decisions.telling import answer_words

PROCEDURE_SPELLING = re.compile(r"[0-9]{4}[0-9FTUM]|[A-V][0-9]{4}")
"""How codes of CPT and of HCPCS Level II are spelled. The core takes more, for no list of either is at hand:
whoever types another one is asked whether it is meant.
"""
_READ_AS_FIGURES = str.maketrans("OILSB", "01158")
"""The letters that are read, and typed, for figures."""


class Named(NamedTuple):
    """A code and its name, "" where no list at hand names it."""

    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


def procedures(codes: Iterable[str]) -> list[Named]:
    """Procedure codes by the names that the policies print."""
    names = services.procedure_names()
    return [Named(code, names.get(code, "")) for code in codes]


def diagnoses(codes: Iterable[str], day: dt.date) -> list[Named]:
    """Diagnosis codes by their names in the code set of a day."""
    known = services.codebook().judging(day)
    return [Named(code, known.description(code) if known.knows(code) else "") for code in codes]


def answer_with_names(question: Question, answers: Answers) -> str:
    """The answer to a question in words; where it is codes, with what they are called."""
    codes = answers.values.get(question.id)
    if not (question.code_system and isinstance(codes, tuple) and codes):
        return answer_words.answer(question, answers)
    named = procedures(codes) if question.code_system == CPT else diagnoses(codes, answers.day)
    return named_in_a_row(named)


def named_in_a_row(named: Iterable[Named]) -> str:
    """Codes with their names as one text: names have commas of their own."""
    return "; ".join(map(str, named))


def in_a_row(given: Sequence[str]) -> str:
    """Codes as one text. Commas keep apart what blanks would not: a code, and what would be its modifier."""
    return ", ".join(given)


def left_out(words: Sequence[str]) -> str:
    """Which words of a text are no codes, in a sentence."""
    named = ", ".join(f"“{word[:60]}”" for word in words)
    return f"{named} {'are no codes and are' if len(words) > 1 else 'is no code and is'} left out."


def odd_procedures(given: Iterable[str]) -> list[str]:
    """Which procedure codes, as they were typed, are not spelled like one."""
    return [code for code in given if not PROCEDURE_SPELLING.fullmatch(procedure(code))]


def meant_procedures(odd: Iterable[str]) -> dict[str, str]:
    """The codes that may be meant by those that are not spelled like one: letters were typed for figures, as
    in 7680O. It is read by its spelling alone; no code is proposed because a policy names it.
    """
    read = {code: procedure(code).translate(_READ_AS_FIGURES) for code in odd}
    return {code: meant for code, meant in read.items() if PROCEDURE_SPELLING.fullmatch(meant)}


def not_spelled(odd: Sequence[str], meant: Mapping[str, str]) -> str:
    """Which codes are not spelled like one, and which may be meant; "" for none."""
    if not odd:
        return ""
    asked = (
        f"Did you mean {code}?" if len(odd) == 1 else f"By {typed}, did you mean {code}?"
        for typed, code in meant.items()
    )
    return " ".join((f"Not spelled like a code: {', '.join(typed[:60] for typed in odd)}.", *asked))

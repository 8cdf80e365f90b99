"""What a person types -> the raw answer of a question. Pure: the standard library and the core alone.

    measure(question, text) -> Read         a measure, in the unit of the question
    age(question, text, unit, day) -> Read  an age; ``unit`` is chosen beside the field, one of AGE_UNITS
    birth(question, text, day, served=...)  a date of birth, whole or a month or a year, instead of the age
    date(text, years) -> Read               a day; of a year of two digits it is one of ``years``
    as_typed(question, raw) -> str          what stands in a field for a saved answer; typed again it is that
    between(question) -> str                the limits of a number in words
    clean(text), day(text)                  a text as it is kept; a day in figures, else the text

``day`` is the date of service, else the as-of date; None where a date of service cannot be read.

``Read.raw`` is the answer as ``decisions.core.answers.read_answers`` takes it: "6.35", 7, {"above": "5"},
{"at_least": 2, "at_most": 3}, "2024-03". It is None where nothing was typed, or where ``Read.error`` says
what is wrong. ``Read.words`` is what was typed, with the chosen unit where an age has none of its own: it is
kept beside the answer and printed with it. ``Read.note`` says how it was read where that is not plain.
``Read.doubt`` asks whether the answer is meant, which has to be confirmed. ``Read.offers``, with an error or
a doubt, are what may be meant instead, each for a button: its ``label``, and the ``text`` to put in the
field, which is read as ``raw``. Where an offer is taken, the words that were typed first are those to keep.

AGE_HINT and DATE_HINT say in a sentence what a field takes.
"""

from decisions.questionnaire.typed.aged import HINT as AGE_HINT
from decisions.questionnaire.typed.aged import age
from decisions.questionnaire.typed.ages import UNITS as AGE_UNITS
from decisions.questionnaire.typed.born import birth
from decisions.questionnaire.typed.bounds import Raw, as_typed, between, plain
from decisions.questionnaire.typed.dated import HINT as DATE_HINT
from decisions.questionnaire.typed.dated import date, day
from decisions.questionnaire.typed.measured import measure
from decisions.questionnaire.typed.results import Offer, Read
from decisions.questionnaire.typed.text import clean

__all__ = [
    "AGE_HINT",
    "AGE_UNITS",
    "DATE_HINT",
    "Offer",
    "Raw",
    "Read",
    "age",
    "as_typed",
    "between",
    "birth",
    "clean",
    "date",
    "day",
    "measure",
    "plain",
]

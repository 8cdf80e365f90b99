"""A small made-up topic and policy, for tests of the core that need no file."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from decisions.core.answers import read_answers
from decisions.core.conditions import NEVER, All, Any, AnyOf, Exactly, Flag, Number, OneOf, Reading
from decisions.core.determination import determine
from decisions.core.policy import (
    CodeRow,
    Criterion,
    DiagnosisList,
    Notice,
    Option,
    Passage,
    Policy,
    PolicyReading,
    Question,
    Source,
    Support,
    Topic,
    Words,
)
from decisions.core.rules import Rules

DAY = dt.date(2026, 1, 1)


def options(*ids):
    return tuple(Option(key, key, key) for key in ids)


def question(key, kind, **more):
    return Question(key, kind, key, key, "all", **more)


PLACE = question("place", "choice", options=options("here", "there"))
AGE = question("age", "age", unit="months", at_least=Decimal(0), at_most=Decimal(100), birth_date="born")
DATE = question("date", "date", optional=True)
WHY = question("why", "set", options=options("a", "b", "c"), at_least_one=True)
MARKS = question(
    "marks",
    "set",
    options=options("red", "blue", "spot"),
    opened_by=("why", "a"),
    implies=True,
    may_hold_more=True,
)
SIZE = question(
    "size", "decimal", unit="mm", above=Decimal(0), at_most=Decimal(10), opened_by=("marks", "spot")
)
SEEN = question("seen", "flag", opened_by=("why", "b"), implies=True)
NOTE = question("note", "set", options=options("x", "y"), optional=True, hidden_when=("place", ("there",)))
BEFORE = question("before", "choice", options=options("none", "some"), optional=True)
PROCEDURES = question("procedure_codes", "codes", optional=True, code_system="CPT")
DIAGNOSES = question("diagnosis_codes", "codes", optional=True, code_system="ICD-10-CM")
TOPIC = Topic(
    "made_up",
    "Made up",
    (PLACE, AGE, DATE, WHY, MARKS, SIZE, SEEN, NOTE, BEFORE, PROCEDURES, DIAGNOSES),
    {"all": "All"},
)

YOUNG = Number("age", (("below", 12),))
RED = All((YOUNG, AnyOf("marks", ("red",))))
BIG = Reading("big", Number("size", (("above", Decimal(5)),)), Number("size", (("at_least", Decimal(5)),)))
BLUE = Reading("blue", AnyOf("marks", ("blue",)), NEVER)


def passage(key, kind="paragraph", section=("rules",)):
    return Passage(key, f"Words of {key}.", f"Words of {key}.", kind, 1, 1, section, 1)


def reading(key, taken):
    return PolicyReading(key, key, f"{key}?", "one", "other", "why", taken, ("p-reading",))


def criterion(key, when, **more):
    return Criterion(key, key, when, (f"p-{key}",), ("p-evidence",), (), **more)


POLICY = Policy(
    id="made-up",
    topic=TOPIC,
    edition="2020-01-01",
    first_day=dt.date(2020, 1, 1),
    next_review=dt.date(2025, 1, 1),
    source=Source("Made up", "Made up", "Nobody", "source.txt", "", (), ""),
    words=Words("yes", "no", "elsewhere", "too early"),
    passages={
        passage.id: passage
        for passage in (
            passage("rules", "heading", ()),
            passage("p-marks"),
            passage("p-seen"),
            passage("p-here"),
            passage("p-reading"),
            passage("p-other"),
            passage("p-scope"),
            passage("p-reason"),
            passage("p-code"),
            passage("p-evidence", section=("background",)),
        )
    },
    references={},
    citations=(),
    named={},
    scope=All((OneOf("place", ("there",)), Exactly("why", ("c",)))),
    scope_passages=("p-scope",),
    before_passages=(),
    criteria=(
        criterion(
            "marks",
            All((YOUNG, Any((AnyOf("marks", ("red",)), BIG, BLUE)))),
            support=(Support(AnyOf("marks", ("red",)), ("p-reason",), (), ()),),
        ),
        criterion("seen", All((YOUNG, Flag("seen", value=True)))),
        criterion("here", All((OneOf("place", ("here",)), Exactly("why", ("c",)), YOUNG))),
    ),
    any_other=("p-other",),
    reasons={"b": Support(AnyOf("why", ("b",)), ("p-reason",), (), ())},
    support=(Support(Number("age", (("at_least", 12),)), ("p-other",), (), ()),),
    readings={"big": reading("big", "one"), "blue": reading("blue", "open"), "leap": reading("leap", "one")},
    birthday_reading="leap",
    holds=(
        Notice("noted", "", "", (), when=AnyOf("note", ("x", "y")), unless=OneOf("place", ("there",))),
        Notice("again", "", "", (), when=OneOf("before", ("some",)), none_met=("here",)),
        Notice("only", "", "", (), when=Exactly("note", ("x",)), only_met=("seen",)),
        Notice("procedure", "", "", (), coding="procedure-none-listed"),
        Notice("diagnosis", "", "", (), coding="diagnosis-none-listed"),
    ),
    requests=(
        Notice("missing", "", "", (), coding="diagnosis-missing"),
        Notice("invalid", "", "", (), coding="diagnosis-none-valid"),
    ),
    cautions=(
        Notice("old", "", "", (), when=Number("age", (("at_least", 6),)), other_met=("here",)),
        Notice("late", "", "", (), overdue=True),
        Notice("outside", "", "", (), coding="procedure-some-outside"),
        Notice("bad", "", "", (), coding="diagnosis-some-invalid"),
    ),
    codes=(
        CodeRow("CPT", "11111", "", "p-code", ("*",)),
        CodeRow("CPT", "22222", "", "p-code", ("here",)),
        CodeRow("ICD-10-CM", "A00.1", "A00.3", "p-code", ("*",)),
        CodeRow("ICD-10-CM", "B00.0", "", "p-code", ("*",)),
    ),
    diagnosis_list=DiagnosisList("11111", ("here",)),
    why={},
    notes=(),
    judgement={},
    criteria_section="rules",
    fingerprint="0",
)


class AllButZ:
    """A code set in which every code is billable but those that begin with Z."""

    def is_billable(self, code):
        return not code.startswith("Z")


def changed(**more):
    """The made-up policy with other fields."""
    return replace(POLICY, **more)


MADE = {}


def rules_of(policy):
    """The rules of a policy, made once. It is kept beside them, so that none other comes to have its id."""
    if id(policy) not in MADE:
        MADE[id(policy)] = policy, Rules(policy)
    return MADE[id(policy)][1]


def say(raw, policy=POLICY, as_of=DAY):
    return determine(rules_of(policy), read_answers(policy.topic, raw, as_of), AllButZ())

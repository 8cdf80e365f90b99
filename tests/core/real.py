"""The real policies, random answers to their questions, and a small code set, for tests of the core."""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import time
from functools import cache
from pathlib import Path

from decisions import library
from decisions.core.answers import read_answers
from decisions.core.determination import determine
from tests.core import contract

POLICIES = Path(library.__file__).resolve().parents[1] / "policies"
AS_OF = dt.date(2026, 11, 20)
LISTED = {"Q06.8", "G96.08", "Q05.2"}
VALID = LISTED | {"Q82.6", "M54.50", "L05.91"}
DIAGNOSES = (*sorted(VALID), "Q82", "ZZZ")
PROCEDURES = ("76800", "62270", "76942", "99213")


class SmallCodeSet:
    """A code set in which only the codes of VALID are billable."""

    def is_billable(self, code: str) -> bool:
        return code in VALID


@cache
def shelf():
    return library.load(POLICIES)


@cache
def rules(policy_id):
    return shelf().rules(shelf().editions[policy_id][-1])


def topic():
    return shelf().topics["spinal_ultrasound"]


def say(policy_id, raw, as_of=AS_OF):
    """The determination of raw answers."""
    return determine(rules(policy_id), read_answers(topic(), raw, as_of), SmallCodeSet())


def values(policy_id, raw):
    """The values of the criteria alone, of raw answers without a birth date, as a determination has them."""
    own = rules(policy_id)
    return own.valued(own.space.cells(read_answers(topic(), raw, AS_OF)))[0]


def chance(seed=None):
    """Randomness from a seed: the one given, PROOF_SEED, or the time. Printed, to repeat the run with."""
    seed = int(os.environ.get("PROOF_SEED") or time.time()) if seed is None else seed
    sys.stdout.write(f"PROOF_SEED={seed}\n")
    return random.Random(seed)  # noqa: S311


DATES = ("2006-02-08", "2006-02-09", "2024-09-14", "2024-09-15", "2025-09-15", "2025-09-16")


def answers(chance: random.Random, known: float, partly: float = 0) -> dict[str, object]:
    """Random answers; each question is answered with the probability ``known``, and such an answer is
    partial with the probability ``partly`` where it may be.
    """
    raw: dict[str, object] = {}
    for question in topic().questions:
        if chance.random() < known * (0.35 if question.optional else 1):
            partial = _partial_answer(chance, question) if chance.random() < partly else None
            raw[question.id] = _answer(chance, question) if partial is None else partial
        elif chance.random() < 0.3:
            raw[question.id] = None
    return raw


def _partial_answer(chance, question):
    """A partial answer, or None where the question takes none."""
    if question.id in contract.NUMBERS:
        return _interval(chance, question)
    if question.may_be_one_of:
        most = min(len(question.options), 3)
        return {"one_of": chance.sample(question.option_ids, chance.choice((2, most)))}
    if not question.may_hold_more:
        return None
    said = chance.sample(question.option_ids, chance.randrange(len(question.options) + 1))
    named = min(chance.choice((0, 0, 1, 2)), len(said))
    return {"with": said[:named], "without": said[named:]}


def _interval(chance, question):
    """An interval whose ends lie on, beside and between the limits of the policies; never an empty one."""
    near = {
        "age_months": (0, 1, 5, 6, 7, 11, 12, 13, 22, 23, 24, 25, 36),
        "dimple_diameter_mm": ("0.5", "3", "4.5", "5", "5.5", "7", "12"),
        "dimple_distance_cm": ("0", "1", "2", "2.5", "3", "6"),
    }[question.id]
    low, high = sorted(chance.sample(range(len(near)), 2))
    bounds = {
        chance.choice(("above", "at_least")): near[low],
        chance.choice(("below", "at_most")): near[high],
    }
    found = dict(chance.sample(list(bounds.items()), chance.choice((1, 2, 2))))
    return found if contract.left(question.id, found) else {"at_least": near[low]}


def _answer(chance, question):
    if question.id in contract.CLASSES and question.kind == "decimal":
        return chance.choice((*map(str, contract.CLASSES[question.id]), 5, "2.5", "2.51", "5.0", "0.1"))
    if question.kind == "age":
        return chance.choice((0, 5, 6, 7, 11, 12, 13, 23, 24, 25, 400, chance.randrange(1501)))
    if question.kind == "choice":
        return chance.choice(question.option_ids)
    if question.kind == "flag":
        return chance.random() < 0.5
    if question.kind == "date":
        return chance.choice(DATES)
    if question.kind == "codes":
        every = PROCEDURES if question.code_system == "CPT" else DIAGNOSES
        return chance.sample(every, chance.choice((0, 1, 1, 2)))
    size = chance.choice((0, 1, 1, 1, 2, 3)) or int(question.at_least_one)
    more = ["others_unknown"] if question.may_hold_more and chance.random() < 0.25 else []
    return chance.sample(question.option_ids, min(size, len(question.options))) + more

"""What was frozen with a decision, read again: in every form that a version of Conus has frozen it in.

Form 1, which does not name itself, is of Conus 0.1: its trace is numbered over the questions of then. From
form 2 on the trace names the facts, and what was typed is frozen beside the answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = 2
"""The form in which decisions are frozen now."""

RENAMED = {"prior_spinal_cord_surgery": "prior_spinal_operation"}
"""Questions that have another name now. What was frozen keeps the old one, and is read under the new one."""


class NewerError(Exception):
    """It was frozen by a newer version of Conus, in a form that this one does not know."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is needed to work a decision out anew, and to compare what comes out.

    ``trace`` has for each criterion the names of what was looked at; None where only numbers were kept.
    ``renamed`` are the names of then of answers that are read under another name.
    """

    format: int
    answers: Mapping[str, Any]
    as_of: str
    policy: str
    edition: str
    fingerprint: str
    software: str
    code_set: Mapping[str, str]
    record: Mapping[str, Any]
    trace: Mapping[str, list[str]] | None
    renamed: tuple[str, ...]


def read(frozen: str) -> Held:
    """What was frozen. Raises NewerError, and ValueError, KeyError, TypeError, AttributeError where it cannot
    be read.
    """
    held = json.loads(frozen)
    form = held.get("format", 1)
    if form > FORMAT:
        raise NewerError(f"It was frozen in form {form}, which this version of Conus does not know.")
    answers = held["answers"]
    return Held(
        format=form,
        answers={RENAMED.get(fact, fact): value for fact, value in answers.items()},
        as_of=held["as_of"],
        policy=held["policy"],
        edition=held["edition"],
        fingerprint=held["fingerprint"],
        software=held["software"],
        code_set=held["code_set"],
        record=held["determination"],
        trace={key: list(names) for key, names in held["trace"].items()} if form > 1 else None,
        renamed=tuple(fact for fact in answers if fact in RENAMED),
    )

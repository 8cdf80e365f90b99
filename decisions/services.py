"""The verbs that pages and commands share: the policies at hand, and a determination for raw answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from decisions import library as shelf
from decisions.at_hand import AtHand
from decisions.core.answers import Answers
from decisions.core.determination import Determination
from decisions.core.policy import Policy, Topic
from decisions.library.code_lists import printed_procedures
from decisions.library.codebook import CodeBook


@cache
def _library(folder: Path) -> shelf.Library:
    """Kept by folder: a test that points the setting at another folder gets the policies of that one."""
    return shelf.load(folder)


@cache
def _codebook(folder: Path) -> CodeBook:
    return CodeBook(folder)


def library() -> shelf.Library:
    """Every policy that could be read, loaded once a process."""
    return _library(settings.POLICIES)


def newest_editions() -> Iterator[Policy]:
    """The newest edition of every policy, in the order of the library."""
    return (editions[-1] for editions in library().editions.values())


def procedure_names() -> dict[str, str]:
    """Every procedure code that some policy names, and its name there: no list of CPT is at hand."""
    return {code: name for policy in newest_editions() for code, name in printed_procedures(policy)}


def codebook() -> CodeBook:
    """The ICD-10-CM editions at hand."""
    return _codebook(settings.CODESETS)


def today() -> dt.date:
    """The as-of date where none is given: today in the project's time zone."""
    return timezone.localdate()


def at_hand() -> AtHand:
    """The policies and the code sets together: what every determination is made with."""
    return AtHand(library(), codebook())


def today_in_words() -> str:
    """Today, and the time zone that says which day it is: elsewhere the day turns at another time."""
    return f"today, {in_zone(today())}"


def in_zone(day: dt.date) -> str:
    """A day that was today in the project's time zone, and that zone."""
    return f"{day} (time zone {settings.TIME_ZONE})"


def topic_of(policy_id: str) -> Topic:
    """The topic whose questions a policy answers from. Raises KeyError."""
    return at_hand().topic_of(policy_id)


def decide(policy_id: str, answers: Answers) -> Determination:
    """What the edition in force on the day of the answers says of them. Raises KeyError."""
    return at_hand().decide(policy_id, answers)


def decide_all(policy_ids: Iterable[str], raw: Mapping[str, Any], as_of: dt.date) -> list[Determination]:
    """A determination of raw answers under each policy. Raises AnswersError."""
    return at_hand().decide_all(policy_ids, raw, as_of)


def address(policy: Policy, name: str = "policy", anchor: str = "") -> str:
    """The address of one of an edition's pages, or of a place on it: every page that quotes a policy links to
    its text.
    """
    path = reverse(f"browse:{name}", kwargs={"policy_id": policy.id, "edition": policy.edition})
    return f"{path}#{anchor}" if anchor else path

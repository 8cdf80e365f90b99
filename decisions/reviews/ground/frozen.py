"""What is frozen with a signed decision: its shape, how it is written, and how it is read again.

A signature digests the text, so that one that was signed is never written anew: it is read in every form that
a version of Conus froze it in.

- Form 1, which does not name itself, is of Conus 0.1. Its trace is numbered over the questions of then.
- Form 2: the trace names the facts, and what was typed stands beside the answers. The keys that came into it
  by and by (those with a default here, and those of `_with_surroundings`) lack in texts of its first days.
- Form 3: what physicians judged stands beside the determination (`judgments`).

Whatever changes from now on is another form: raise FORMAT, and add a reader of the last one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from decisions.reviews.ground.facts import canonical

FORMAT = 3
"""The form in which decisions are frozen now."""

SINCE = {"judgments": 3}
"""Keys that a form before theirs does not have."""

RENAMED = {"prior_spinal_cord_surgery": "prior_spinal_operation"}
"""Questions that have another name now. What was frozen keeps the old one, and is read under the new one."""


class UnreadableError(Exception):
    """It has the shape of no form: somebody damaged it, or it was never whole."""


class NewerError(UnreadableError):
    """It was frozen by a newer version of Conus, in a form that this one does not know."""


class FrozenCodeSet(msgspec.Struct, frozen=True, kw_only=True):
    """The diagnosis codes that the determination was made with.

    ``name`` is the edition's and ``first_day`` the first on which it is in force. ``said`` tells of it in
    words; empty where the name is enough, or where that was not frozen yet.
    """

    name: str
    first_day: dt.date
    said: str = ""


class FrozenSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where an answer that stood came from.

    ``fact`` is its question, ``by`` the key of the person who gave it, ``at`` when, in ISO 8601 as it was
    written. ``document`` and ``page`` say where it stands in the record; empty where nobody said.
    """

    fact: str
    by: int
    at: str
    document: str
    page: str

    def __post_init__(self) -> None:
        # A moment is kept as the text it was: written anew, it would have another spelling of its zone.
        dt.datetime.fromisoformat(self.at)

    @property
    def moment(self) -> dt.datetime:
        """When it was given."""
        return dt.datetime.fromisoformat(self.at)


class FrozenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The request, as it stood at signing.

    ``reference`` is the case's and ``member`` the member's. ``plan`` is the plan's name, ``urgency`` the id
    of how urgent it was. ``received_at`` and ``date_of_service`` are in ISO 8601; the latter is empty where
    there is none. ``notes`` are the intake's, ``attachments`` say where papers are kept.
    """

    reference: str
    member: str
    birth_date: dt.date
    plan: str
    ordering_clinician: str
    rendering_clinician: str
    urgency: str
    received_at: str
    date_of_service: str
    procedure_codes: tuple[str, ...]
    diagnosis_codes: tuple[str, ...]
    notes: str
    attachments: tuple[str, ...]


class FrozenAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer in words: the id of its question, the question in short, and the answer.

    ``own_words`` is what stands beside it in the words of whoever gave it; the key is there only with words.
    """

    fact: str
    question: str
    answer: str
    own_words: str = ""


class FrozenPassage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A passage of the policy, word for word.

    ``id`` is the passage's and ``place`` where it stands. ``before`` and ``after`` say whether a part of what
    it stands in was left out there. An item of a list has the sentence that it completes in ``lead``, and in
    ``item`` the how manieth it is and of how many; (0, 0) where that was not frozen yet. Both keys are there
    for items alone.
    """

    id: str
    place: str
    quote: str
    before: bool
    after: bool
    lead: str = ""
    item: tuple[int, int] = (0, 0)


class FrozenNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What else the determination says, such as a hold: the word for what it is, and a sentence."""

    word: str
    sentence: str


class FrozenReading(msgspec.Struct, frozen=True, kw_only=True):
    """A question that the text of the policy leaves open.

    ``taken`` is the position that was taken, empty where neither was; ``otherwise`` what the other one says.
    """

    question: str
    taken: str
    otherwise: str


class FrozenJudgment(msgspec.Struct, frozen=True, kw_only=True):
    """What a physician judged of a criterion before they saw the determination, and what that said of it.

    ``criterion`` is its id, and ``title`` what it is called. ``verdict`` and ``words`` are the physician's;
    ``determined`` is the determination's. ``by`` is the key of the person, ``role`` theirs then, and ``at``
    when, in ISO 8601 as it was written.
    """

    criterion: str
    title: str
    verdict: Literal["met", "not_met", "cannot_tell"]
    words: str
    determined: Literal["met", "not_met", "unsettled", "open", "not_weighed"]
    by: int
    role: str
    at: str

    def __post_init__(self) -> None:
        dt.datetime.fromisoformat(self.at)


class FrozenWords(msgspec.Struct, frozen=True, kw_only=True):
    """The determination in words. Pages and letters about an old decision are made from these alone.

    Of the policy: ``name``, the ``title`` of its source, and ``notice``, whose text it is. Of the
    determination: ``headline``, its ``state`` for a stylesheet, ``next_step`` and ``sentence``. ``because``
    is what forces it and ``missing`` what is not on record; then its ``notices``, ``readings`` and
    ``answers``. ``passages`` decided it, ``evidence`` says what counts as shown, and ``references`` are
    what the policy cites.
    """

    name: str
    title: str
    notice: str
    headline: str
    state: str
    next_step: str
    sentence: str
    because: tuple[str, ...]
    missing: tuple[str, ...]
    notices: tuple[FrozenNotice, ...]
    readings: tuple[FrozenReading, ...]
    answers: tuple[FrozenAnswer, ...]
    passages: tuple[FrozenPassage, ...]
    evidence: tuple[FrozenPassage, ...]
    references: tuple[str, ...]


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a decision rests on.

    To work it out anew: the raw ``answers`` that the questions allowed, under the names of then, the day that
    they were taken ``as_of``, in the ``time_zone`` that made it that day (empty where that was not frozen
    yet), the ids of ``policy`` and ``edition``, the ``fingerprint`` of the edition's files, the ``code_set``,
    and the version of Conus (``software``).

    To compare: ``determination`` is its record (`telling.record`), whose keys may be another version's.
    ``trace`` has for each criterion the names of what was looked at; None where only numbers were kept.

    To be told: the ``request``, the ``words``, who gave which answer (``given``), and, by question, what was
    ``typed`` and the ``other_words`` for what no option names. ``judgments`` are those that stood, of all
    who judged the case on these answers.

    ``format`` is the form that it was frozen in.
    """

    format: int
    answers: dict[str, Any]
    as_of: dt.date
    code_set: FrozenCodeSet
    determination: dict[str, Any]
    edition: str
    fingerprint: str
    given: tuple[FrozenSource, ...]
    policy: str
    request: FrozenRequest
    software: str
    trace: dict[str, tuple[str, ...]] | None
    words: FrozenWords
    judgments: tuple[FrozenJudgment, ...] = ()
    other_words: dict[str, str] = {}
    time_zone: str = ""
    typed: dict[str, str] = {}

    @property
    def answers_now(self) -> dict[str, Any]:
        """The raw answers, under the names that their questions have now."""
        return {RENAMED.get(fact, fact): value for fact, value in self.answers.items()}

    @property
    def renamed(self) -> tuple[str, ...]:
        """The names of then of answers that are read under another name."""
        return tuple(fact for fact in self.answers if fact in RENAMED)


def to_text(frozen: Frozen) -> str:
    """The text that is stored with a decision, and signed."""
    held = msgspec.to_builtins(frozen)
    return canonical({key: value for key, value in held.items() if frozen.format >= SINCE.get(key, 1)})


def read(text: str) -> Frozen:
    """What was frozen with a decision. Raises NewerError, and UnreadableError where it cannot be read."""
    try:
        held = json.loads(text)
        form = held.get("format", 1)
        if form > FORMAT:
            raise NewerError(f"It was frozen in form {form}, which this version of Conus does not know.")
        return msgspec.convert(_READERS[form](held), Frozen)
    except _FAULTS as fault:
        raise UnreadableError("It cannot be read.") from fault


def _form_1(held: Mapping[str, Any]) -> dict[str, Any]:
    return {**_with_surroundings(held), "format": 1, "trace": None}


def _form_2(held: Mapping[str, Any]) -> dict[str, Any]:
    return {**_with_surroundings(held), "trace": dict(held["trace"])}


def _form_3(held: Mapping[str, Any]) -> dict[str, Any]:
    return {**_form_2(held), "judgments": held["judgments"]}


def _with_surroundings(held: Mapping[str, Any]) -> dict[str, Any]:
    """The same, its passages with what came later: whether something was left out around them."""
    words = held["words"]
    quoted = {key: [{**_NOTHING_LEFT_OUT, **each} for each in words[key]] for key in ("passages", "evidence")}
    return {**held, "words": {**words, **quoted}}


_FAULTS = (ValueError, KeyError, TypeError, AttributeError, RecursionError, msgspec.ValidationError)
"""What reading ends in where a text was damaged: any JSON may stand there then, or none."""
_NOTHING_LEFT_OUT = {"before": False, "after": False}
_READERS: Mapping[int, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    1: _form_1,
    2: _form_2,
    3: _form_3,
}

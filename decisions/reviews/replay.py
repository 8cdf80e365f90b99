"""Replay: every stored determination is worked out anew from what was frozen, and compared."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from decisions import services
from decisions.core.answers import AnswersError, check
from decisions.core.codes import CodeSet
from decisions.core.determination import Determination, determine
from decisions.core.policy import Policy
from decisions.events.services import digest_key, digest_keys, record_alone
from decisions.models import Case, Decision, Event, Person
from decisions.record import as_record
from decisions.reviews.basis import trace
from decisions.reviews.deciding import signature

SIGNED = ("decision_signed", "decision_corrected", "appeal_decided")
AT_ONCE = 200
"""How many rows are held in memory while everything is replayed."""
UNREADABLE = "What was frozen cannot be read."


class LostError(Exception):
    """What a decision rests on is no longer at hand. The message says what."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision that was replayed, named by its case and number, and every difference, in sentences."""

    case: str
    reference: str
    number: int
    differences: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether everything is as it was signed, and comes out as it did."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {"case": self.reference, "decision": self.number, "differences": list(self.differences)}


def replay(decision: Decision, actor: Person | None, role: str = "") -> Replayed:
    """Replay one decision, and record that it was done."""
    found = replayed(decision)
    details = {"decisions": 1, "different": int(not found.is_same), "number": decision.number}
    record_alone("replayed", actor=actor, role=role, case=decision.case_id, details=details)
    return found


def replay_each(case: Case | None = None) -> Iterator[Replayed]:
    """Replay the decisions of a case, or all, one after the other, and those that are signed but not stored.

    When everything was looked at, it is recorded with the counts.
    """
    decisions, different = 0, 0
    for found in _each(case):
        decisions, different = decisions + 1, different + (not found.is_same)
        yield found
    details = {"decisions": decisions, "different": different}
    record_alone("replayed", actor=None, case=case.pk if case else "", details=details)


def _each(case: Case | None) -> Iterator[Replayed]:
    stored = Decision.objects.filter(case=case) if case else Decision.objects.all()
    ordered = stored.select_related("case").order_by("case_id", "number")
    for decision in ordered.iterator(chunk_size=AT_ONCE):
        yield replayed(decision)
    yield from _signed_but_not_stored(case)


def _signed_but_not_stored(case: Case | None) -> Iterator[Replayed]:
    events: QuerySet[Event] = Event.objects.filter(action__in=SIGNED).order_by("seq")
    if case:
        events = events.filter(case=case.pk)
    for event in events.iterator(chunk_size=AT_ONCE):
        number = details_of(event).get("number", 0)
        if not Decision.objects.filter(case=event.case, number=number).exists():
            reference = Case.objects.filter(pk=event.case).values_list("reference", flat=True).first()
            said = f"The event log has the signature of a decision that is not stored (event {event.seq})."
            yield Replayed(event.case, reference or event.case, number, (said,))


def details_of(event: Event) -> dict[str, Any]:
    """The details of an event; none where they were damaged."""
    try:
        held = json.loads(event.details)
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def replayed(decision: Decision) -> Replayed:
    """A decision compared with the event log, and with what comes out today."""
    case = decision.case
    return Replayed(case.pk, case.reference, decision.number, tuple(differences(decision)))


def differences(decision: Decision) -> Iterator[str]:
    """What is not as it was signed, or no longer comes out as it did."""
    yield from _altered(decision)
    try:
        yield from _compared(json.loads(decision.frozen))
    except LostError as lost:
        yield str(lost)
    except AnswersError as refused:
        facts = sorted({fact for problem in refused.problems for fact in problem.facts})
        yield f"The questions no longer allow the answers that were given then: {', '.join(facts)}."
    except (ValueError, KeyError, TypeError, AttributeError):
        yield UNREADABLE


def _altered(decision: Decision) -> Iterator[str]:
    """Whether the row is what the event log says was signed."""
    events = Event.objects.filter(case=decision.case_id, action__in=SIGNED)
    told = [details_of(event) for event in events]
    signed = [details for details in told if details.get("number") == decision.number]
    if not signed:
        yield "The event log has no signature of this decision."
    elif not (comparable := [details for details in signed if _key(details) in digest_keys()]):
        yield "It was signed under another secret key. Without that key the signature cannot be compared."
    elif not any(signature(decision, key=_key(said)) == said.get("signed") for said in comparable):
        yield "The stored decision is not what was signed."
        if decision.result not in [details.get("result") for details in signed]:
            was = ", ".join(str(details.get("result")) for details in signed)
            yield f"The stored result is {decision.result}. The event log says: {was}."


def _key(details: dict[str, Any]) -> str:
    """The name of the secret key that a signature was made with."""
    return str(details.get("key", digest_key()))


def _compared(held: dict[str, Any]) -> Iterator[str]:
    policy = _edition(held["policy"], held["edition"])
    if policy.fingerprint != held["fingerprint"]:
        yield (
            f"The files of {policy.id}, edition of {policy.edition}, are not those of then: "
            f"the fingerprint was {held['fingerprint'][:12]} and is {policy.fingerprint[:12]} now."
        )
    found = _determined(policy, held)
    now, then = as_record(held["determination"]["id"], found), held["determination"]
    for key in sorted({*now, *then}):
        if now.get(key) != then.get(key):
            yield _said(key, then.get(key), now.get(key))
    if trace(found) != held["trace"]:
        yield "The answers that were looked at for each criterion (the trace) come out differently."


def _said(key: str, then: Any, now: Any) -> str:
    words = key.replace("_", " ")
    if key == "passages":
        return f"Passages: {_ids(then)} then, {_ids(now)} now, or their words are others."
    return f"{words.capitalize()}: {_shown(then)} then, {_shown(now)} now."


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return "nothing" if value is None else str(value)


def _ids(passages: Any) -> str:
    return ", ".join(passage["id"] for passage in passages or []) or "none"


def _edition(policy_id: str, edition: str) -> Policy:
    try:
        return services.library().edition(policy_id, edition)
    except KeyError:
        said = f"There is no edition of {edition} of the policy {policy_id} any more."
        raise LostError(said) from None


def _code_set(held: dict[str, Any]) -> CodeSet:
    for edition in services.codebook().editions:
        if edition.first_day.isoformat() == held["first_day"]:
            return edition
    raise LostError(f"The code set {held['name']} is no longer at hand.")


def _determined(policy: Policy, held: dict[str, Any]) -> Determination:
    answers = check(policy.topic, held["answers"], dt.date.fromisoformat(held["as_of"]))
    return determine(services.library().rules(policy), answers, _code_set(held["code_set"]))

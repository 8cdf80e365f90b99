"""Replay: every stored determination is worked out anew from what was frozen, and compared."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from decisions import services
from decisions.core.answers import check
from decisions.core.codes import CodeSet
from decisions.core.determination import Determination, determine
from decisions.core.policy import Policy
from decisions.models import Decision, Event
from decisions.record import as_record
from decisions.reviews.deciding import signature, trace

SIGNED = ("decision_signed", "decision_corrected", "appeal_decided")


class LostError(Exception):
    """What a decision rests on is no longer at hand. The message says what."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision that was replayed, and every difference that was found, in sentences."""

    decision: Decision
    differences: tuple[str, ...]


def replay_all(decisions: Iterable[Decision]) -> Iterator[Replayed]:
    """Replays decisions one after the other."""
    for decision in decisions:
        yield Replayed(decision, tuple(differences(decision)))


def differences(decision: Decision) -> Iterator[str]:
    """What is not as it was signed, or no longer comes out as it did."""
    yield from _altered(decision)
    try:
        held = json.loads(decision.frozen)
        yield from _compared(held)
    except LostError as lost:
        yield str(lost)
    except (ValueError, KeyError, TypeError):
        yield "What was frozen cannot be read."


def _altered(decision: Decision) -> Iterator[str]:
    """Whether the row is what the event log says was signed."""
    events = Event.objects.filter(case=decision.case_id, action__in=SIGNED)
    said = [json.loads(event.details) for event in events]
    signed = [details.get("signed") for details in said if details.get("number") == decision.number]
    if not signed:
        yield "The event log has no signature of this decision."
    elif signature(decision) not in signed:
        yield "The stored decision is not what was signed."


def _compared(held: dict[str, Any]) -> Iterator[str]:
    policy = _edition(held["policy"], held["edition"])
    if policy.fingerprint != held["fingerprint"]:
        yield f"The files of {policy.id}, edition {policy.edition}, have another fingerprint now."
    found = _determined(policy, held)
    now, then = as_record(held["determination"]["id"], found), held["determination"]
    for key in sorted({*now, *then}):
        if json.loads(json.dumps(now.get(key))) != then.get(key):
            yield f"“{key}” comes out differently."
    if trace(found) != held["trace"]:
        yield "The trace comes out differently."


def _edition(policy_id: str, edition: str) -> Policy:
    try:
        return services.library().edition(policy_id, edition)
    except KeyError:
        raise LostError(f"There is no policy {policy_id} of the edition {edition} any more.") from None


def _code_set(held: dict[str, Any]) -> CodeSet:
    for edition in services.codebook().editions:
        if edition.first_day.isoformat() == held["first_day"]:
            return edition
    raise LostError(f"The code set {held['name']} is no longer at hand.")


def _determined(policy: Policy, held: dict[str, Any]) -> Determination:
    answers = check(policy.topic, held["answers"], dt.date.fromisoformat(held["as_of"]))
    return determine(services.library().rules(policy), answers, _code_set(held["code_set"]))

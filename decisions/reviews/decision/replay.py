"""Replay: every stored determination is worked out anew from what was frozen, and compared.

A difference is told apart by where it comes from. Damage is what the event log shows: the row is not what was
signed. Whatever else differs comes from the files of the policy, where they were revised since, or else from
another version of Conus. Neither is a fault of a decision that was signed before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from decisions import services
from decisions.core.answers import AnswersError, read_answers
from decisions.core.code_systems import CodeSet
from decisions.core.determination import Determination, determine
from decisions.core.policy import Policy
from decisions.log.services import digest_key, digest_keys, record_alone
from decisions.models import Case, Decision, Event, Person
from decisions.reviews.decision.findings import OTHER, SAME, UNKNOWN, Finding, Kind, Replayed, Tally
from decisions.reviews.decision.freezing import trace
from decisions.reviews.decision.verbs import signature
from decisions.reviews.ground import frozen
from decisions.reviews.ground.frozen import Frozen, NewerError, UnreadableError
from decisions.telling.record import as_record
from decisions.telling.sentences import short_fingerprint

SIGNED = ("decision_signed", "decision_corrected", "appeal_decided")
RESULT = ("outcome", "next_step", "met", "unsettled", "holds", "requests")
"""The keys of a record that are the result. The others say how it is told and quoted."""
AT_ONCE = 200
"""How many rows are held in memory while everything is replayed."""
UNREADABLE = "What was frozen cannot be read."
UNREAD = "What was frozen is as it was signed, and this version of Conus cannot read it."

Record = Mapping[str, Any]
damaged = partial(Finding, Kind.DAMAGED)
not_compared = partial(Finding, Kind.NOT_COMPARED)


class LostError(Exception):
    """What a decision rests on is no longer at hand. The message says what."""


def replay(decision: Decision, actor: Person | None, role: str = "") -> Replayed:
    """Replay one decision, and record that it was done."""
    found, tally = replayed(decision), Tally()
    tally.add(found)
    details = {**tally.as_details(), "number": decision.number}
    record_alone("replayed", actor=actor, role=role, case=decision.case_id, details=details)
    return found


def replay_each(case: Case | None = None) -> Iterator[Replayed]:
    """Replay the decisions of a case, or all, one after the other, and those that are signed but not stored.

    When everything was looked at, it is recorded with the counts.
    """
    tally = Tally()
    for found in _each(case):
        tally.add(found)
        yield found
    record_alone("replayed", actor=None, case=case.pk if case else "", details=tally.as_details())


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
            yield Replayed(event.case, reference or event.case, number, (damaged(said),), UNKNOWN)


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
    altered = list(_altered(decision))
    compared, was_replayed = _worked_out(decision, altered)
    found = (*altered, *compared)
    is_other = any(finding.is_result for finding in found)
    result = OTHER if is_other else SAME if was_replayed else UNKNOWN
    return Replayed(case.pk, case.reference, decision.number, found, result)


def _altered(decision: Decision) -> Iterator[Finding]:
    """Whether the row is what the event log says was signed."""
    events = Event.objects.filter(case=decision.case_id, action__in=SIGNED)
    told = [details_of(event) for event in events]
    signed = [details for details in told if details.get("number") == decision.number]
    if not signed:
        yield damaged("The event log has no signature of this decision.")
    elif not (comparable := [details for details in signed if _key(details) in digest_keys()]):
        yield not_compared(
            "It was signed under another secret key. Without that key the signature cannot be compared."
        )
    elif not any(signature(decision, key=_key(said)) == said.get("signed") for said in comparable):
        yield damaged("The stored decision is not what was signed.")
        if decision.result not in [details.get("result") for details in signed]:
            was = ", ".join(str(details.get("result")) for details in signed)
            yield damaged(f"The stored result is {decision.result}. The event log says: {was}.")


def _key(details: dict[str, Any]) -> str:
    """The name of the secret key that a signature was made with."""
    return str(details.get("key", digest_key()))


def _worked_out(decision: Decision, altered: list[Finding]) -> tuple[list[Finding], bool]:
    """What differs of what comes out today, and whether something came out.

    Of a row that was altered nobody knows what was signed, so that what differs then is part of the damage.
    """
    is_altered = any(finding.kind is Kind.DAMAGED for finding in altered)
    lost = damaged if is_altered else not_compared
    try:
        held = frozen.read(decision.frozen)
        return list(_compared(held, is_altered=is_altered)), True
    except (LostError, NewerError) as reason:
        return [lost(str(reason))], False
    except AnswersError as refused:
        facts = ", ".join(sorted({fact for problem in refused.problems for fact in problem.facts}))
        return [lost(f"The questions no longer allow the answers that were given then: {facts}.")], False
    except (UnreadableError, ValueError, KeyError, TypeError, AttributeError):
        # The record and the raw answers are of any shape: whoever damaged a row may have left anything there.
        return [damaged(UNREADABLE) if altered else not_compared(UNREAD)], False


def _compared(held: Frozen, *, is_altered: bool) -> Iterator[Finding]:
    """What is other today than what was frozen, beginning with where it may come from."""
    policy = _edition(held.policy, held.edition)
    is_revised = policy.fingerprint != held.fingerprint
    kind = Kind.DAMAGED if is_altered else Kind.REVISED if is_revised else Kind.SOFTWARE
    found = _determined(policy, held)
    if is_revised:
        yield Finding(Kind.REVISED, _revised(policy, held))
    yield from _changed_software(held)
    now = as_record(held.determination["id"], found)
    yield from _new_and_old_keys(held.determination, now, is_altered=is_altered)
    for key in sorted(now.keys() & held.determination.keys()):
        if now[key] != held.determination[key]:
            yield Finding(kind, _said(key, held.determination[key], now[key]), is_result=key in RESULT)
    if others := _looked_at_other(held, found):
        yield Finding(kind, f"Other answers were looked at (the trace) for: {', '.join(others)}.")


def _revised(policy: Policy, held: Frozen) -> str:
    return (
        f"The files of {policy.id}, edition of {policy.edition}, were revised: the fingerprint was"
        f" {short_fingerprint(held.fingerprint)} and is {short_fingerprint(policy.fingerprint)} now."
        " The files of then are not at hand."
        " What differs is what those of now make of the same answers."
    )


def _changed_software(held: Frozen) -> Iterator[Finding]:
    """What this version of Conus does otherwise than the one that it was signed with."""
    if held.software != settings.VERSION:
        said = f"It was signed with Conus {held.software}. This is Conus {settings.VERSION}."
        yield Finding(Kind.SOFTWARE, said)
    if held.trace is None:
        said = "Its trace is kept by numbers of the questions of then, and is not compared."
        yield Finding(Kind.SOFTWARE, said)
    for name in held.renamed:
        said = f"The question {name} is {frozen.RENAMED[name]} now, and asks for more."
        yield Finding(Kind.REVISED, f"{said} The answer of then was taken.")


def _new_and_old_keys(then: Record, now: Record, *, is_altered: bool) -> Iterator[Finding]:
    """Keys that a record has today and did not have when it was frozen, or the other way round."""
    kind = Kind.DAMAGED if is_altered else Kind.SOFTWARE
    for key in sorted(now.keys() - then.keys()):
        yield Finding(kind, f"{_named(key)}: stands in records of now, and did not then.")
    for key in sorted(then.keys() - now.keys()):
        yield Finding(kind, f"{_named(key)}: stood in records of then, and does not now.", key in RESULT)


def _looked_at_other(held: Frozen, found: Determination) -> list[str]:
    """The criteria for which other answers are looked at now. In which order does not matter."""
    if held.trace is None:
        return []
    now = trace(found)
    keys = sorted({*now, *held.trace})
    return [key for key in keys if set(now.get(key, ())) != set(held.trace.get(key, ()))]


def _said(key: str, then: Any, now: Any) -> str:
    if key == "passages":
        return f"Passages: {_ids(then)} then, {_ids(now)} now, or their words are others."
    return f"{_named(key)}: {_shown(then)} then, {_shown(now)} now."


def _named(key: str) -> str:
    return key.replace("_", " ").capitalize()


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


def _code_set(held: Frozen) -> CodeSet:
    for edition in services.codebook().editions:
        if edition.first_day == held.code_set.first_day:
            return edition
    raise LostError(f"The code set {held.code_set.name} is no longer at hand.")


def _determined(policy: Policy, held: Frozen) -> Determination:
    answers = read_answers(policy.topic, held.answers_now, held.as_of)
    return determine(services.library().rules(policy), answers, _code_set(held))

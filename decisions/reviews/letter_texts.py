"""The texts of letters, as they are drafted. What depends on a plan is said to be as the plan provides.

A text is plain: blocks between blank lines; a line that begins with "- " is an item of a list, one that
begins with "> " a quotation.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from decisions.models import Case, Decision, Letter, Note
from decisions.reviews import facts, states
from decisions.reviews.questions import missing

Kind = Letter.Kind
CARE = (
    "This decision is about coverage under the plan. "
    "What care to give stays with the member and the clinician."
)
NO_PROMISE = (
    "This approval is no promise of payment: payment depends on the member's eligibility and on the "
    "benefits, as the plan provides."
)
COPIES = (
    "You can ask us for the whole text of the criteria, and for a copy of everything on record that the "
    "decision rests on. What that costs, if anything, is as the plan provides."
)
PEERS = (
    "The ordering clinician can talk with a physician of ours about this decision (peer clinical review), "
    "as the plan provides."
)
APPEAL = (
    "You can appeal this decision: the member, the clinician, or somebody else who acts for the member with "
    "their consent. You can send records and comments with the appeal. A physician who had no part in "
    "this decision decides it. How to file an appeal, until when, and when it is answered are as the plan "
    "provides."
)
EXPEDITED = (
    "If waiting could put the member's life, health or recovery at risk, ask for an expedited appeal. "
    "It is answered within the shorter time that the plan provides."
)
EXTERNAL = "A review outside of our organization may be open to you after that, as the plan provides."
UPHELD_EXTERNAL = (
    "This ends our review. A review outside of our organization may be open to you. How to ask for one, and "
    "until when, is as the plan provides."
)


def text(case: Case, kind: str, decision: Decision | None) -> str:
    """The text of a letter. ``decision`` is what it tells of, where it tells of one."""
    blocks = [*_about(case), *_BODIES[kind](case, decision)]
    return "\n\n".join(block for block in blocks if block)


def _about(case: Case) -> Iterator[str]:
    yield "\n".join(
        (
            f"Request {case.reference}, received {day(case.received_at)}",
            f"Member {case.member_reference}",
            f"Plan: {case.plan.name}",
            f"Requested service: {_service(case)}",
        )
    )


def _service(case: Case) -> str:
    codes = ", ".join(case.procedure_codes)
    on = f", date of service {case.date_of_service}" if case.date_of_service else ""
    return f"{facts.topic_of(case).title}{f' ({codes})' if codes else ''}{on}"


def day(moment: dt.datetime) -> str:
    """The day of a moment, where the office is."""
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def minute(moment: dt.datetime) -> str:
    """A moment, where the office is."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M %Z}"


def _information(case: Case, _: Decision | None) -> Iterator[str]:
    questions = missing(case)
    if questions:
        yield (
            "To decide this request we need the following. Please send the part of the record that shows it."
        )
        yield "\n".join(f"- {question.label}" for question in questions)
    else:
        yield "To decide this request we need more of the record."
    yield "Where something was not examined or not recorded, please say so."
    if case.due_at and states.WAITING not in case.plan.line.paused_states:
        yield f"Please answer soon: a decision is due on {minute(case.due_at)}."
    yield "What happens when nothing arrives in time is as the plan provides."


def _extension(case: Case, _: Decision | None) -> Iterator[str]:
    days = case.extended_by.days if case.extended_by else 0
    yield f"We need more time to decide this request. The time was extended by {_days(days)}."
    note = case.case_notes.filter(kind=Note.Kind.EXTENSION).order_by("-pk").first()
    if note:
        yield f"The reason: {note.text}"
    if case.due_at:
        yield f"A decision is due on {minute(case.due_at)} at the latest."
    yield "If you do not agree with the extension, you can say so to us, as the plan provides."


def _days(count: int) -> str:
    return f"{count} calendar day{'' if count == 1 else 's'}"


def _approval(case: Case, decision: Decision | None) -> Iterator[str]:
    assert decision is not None  # noqa: S101 (`letters.kinds` offers it for a decision alone)
    yield "The requested service is approved."
    yield from _grounds(decision)
    yield NO_PROMISE


def _overturned(case: Case, decision: Decision | None) -> Iterator[str]:
    assert decision is not None  # noqa: S101
    yield "The appeal was decided in favor of the request. The requested service is approved."
    yield from _grounds(decision)
    yield NO_PROMISE


def _adverse(case: Case, decision: Decision | None) -> Iterator[str]:
    assert decision is not None  # noqa: S101
    yield "The requested service is not approved."
    yield from _grounds(decision, quoted=True)
    yield CARE
    yield f"How to appeal:\n{APPEAL}"
    yield EXPEDITED
    yield EXTERNAL
    yield f"How to talk with us:\n{PEERS}"
    yield f"How to ask for the record:\n{COPIES}"


def _upheld(case: Case, decision: Decision | None) -> Iterator[str]:
    assert decision is not None  # noqa: S101
    yield "The appeal was decided. The earlier decision stands: the requested service is not approved."
    yield from _grounds(decision, quoted=True)
    yield "Whoever decided the appeal had no part in the earlier decision."
    yield CARE
    yield f"What you can do now:\n{UPHELD_EXTERNAL}"
    yield f"How to ask for the record:\n{COPIES}"


def _grounds(decision: Decision, quoted: bool = False) -> Iterator[str]:
    """Why, under which criteria, and who decided: from what was frozen, not from what holds today."""
    held = json.loads(decision.frozen)
    words = held["words"]
    if decision.kind == Decision.Kind.CORRECTION:
        yield "This corrects an earlier decision on this request, and takes its place."
    if decision.reason:
        yield f"The reason:\n{decision.reason}"
    yield f"Clinical rationale:\n{decision.rationale}"
    yield f"Criteria used:\n{words['title']}, edition of {held['edition']}."
    if quoted:
        yield from _quoted(decision, words)
    yield _signed(decision)


def _quoted(decision: Decision, words: dict[str, Any]) -> Iterator[str]:
    """The passages that the rationale does not quote already, and what they cite."""
    left = [passage for passage in words["passages"] if passage["quote"] not in decision.rationale]
    if left:
        yield "From its text:\n" + "\n".join(quotation(passage) for passage in left)
    if words["references"]:
        cited = "\n".join(f"- {reference}" for reference in words["references"])
        yield f"Cited there:\n{cited}"


def quotation(passage: dict[str, str]) -> str:
    """A passage word for word, and where it stands."""
    return f"> “{passage['quote']}” ({passage['place']})"


def _signed(decision: Decision) -> str:
    licence = ""
    if decision.licence_number:
        licence = f", licence {decision.licence_number} ({decision.licence_state})"
    role = decision.get_role_display().lower()
    return f"Decided by {decision.signed_by}, {role}{licence}, on {minute(decision.signed_at)}."


_BODIES = {
    Kind.INFORMATION.value: _information,
    Kind.EXTENSION.value: _extension,
    Kind.APPROVAL.value: _approval,
    Kind.ADVERSE.value: _adverse,
    Kind.UPHELD.value: _upheld,
    Kind.OVERTURNED.value: _overturned,
}

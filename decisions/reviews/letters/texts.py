"""The texts of letters, as they are drafted.

What depends on the plan is quoted from its line of business. Where nobody has written it there, the letter
says that it is as the plan provides, and leaves out how to reach the payer.

A text is plain: blocks between blank lines; a line that begins with "- " is an item of a list, one that
begins with "> " a quotation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from decisions.core.determination import REDIRECT, Determination
from decisions.models import LETTER_TEXTS, Case, Decision, Letter, Note
from decisions.reviews.ground import case_clock, facts, frozen, open_questions, states
from decisions.reviews.ground.frozen import FrozenWords
from decisions.reviews.ground.head import is_on_shelf
from decisions.reviews.ground.quotations import quotations, quoted

Kind = Letter.Kind
CARE = (
    "This decision is about coverage under the plan. "
    "What care to give stays with the member and the clinician."
)
NO_PROMISE = (
    "This approval is no promise of payment: payment depends on the member's eligibility and on the benefits "
    "of the plan."
)
COPIES = (
    "You can ask us for the whole text of the criteria, and for a copy of everything on record that the "
    "decision rests on."
)
PEERS = "The ordering clinician can talk with a physician of ours about this decision (peer clinical review)"
APPEAL = (
    "You can appeal this decision: the member, the clinician, or somebody else who acts for the member with "
    "their consent. You can send records and comments with the appeal. A physician who had no part in "
    "this decision decides it."
)
EXPEDITED = "If waiting could put the member's life, health or recovery at risk, ask for an expedited appeal."
SOONER = "It is answered within the shorter time that the plan provides."
EXTERNAL = "A review outside of our organization may be open to you after that, as the plan provides."
LAST_EXTERNAL = (
    "A review outside of our organization may be open to you. How to ask for one, and until when, is as the "
    "plan provides."
)
NOT_DECIDED = (
    "We decided nothing about this request. This is no adverse determination: the service was neither "
    "approved nor denied."
)
STILL_HERE = (
    "What you can do now:\nAsk for the service where this request belongs. If you think that the policy does "
    "address it, tell us and send what shows it: we can go on with the review."
)
NOTHING_NAMED = "… (say what)"
"""Stands in a request for information where no question is open. A letter does not go out with it."""
DISAGREE = "If you do not agree with the extension, you can say so to us"
PROVIDED = "as the plan provides."
HAS_TO_SAY = {
    Kind.ADVERSE.value: ("Clinical rationale:", "Criteria used:", "How to appeal:"),
    Kind.UPHELD.value: ("Clinical rationale:", "Criteria used:", "What you can do now:"),
    Kind.ELSEWHERE.value: ("Where this request belongs:", "The reason:", "What you can do now:"),
}
"""The parts that a letter about something that was not approved never goes out without, by its kind."""
QUOTES = {
    Kind.INFORMATION.value: ("no_answer", "contact"),
    Kind.EXTENSION.value: ("extension_rights", "contact"),
    Kind.APPROVAL.value: ("contact",),
    Kind.ADVERSE.value: ("appeal_rights", "external_review", "peer_review", "copies", "contact"),
    Kind.UPHELD.value: ("external_review", "copies", "contact"),
    Kind.OVERTURNED.value: ("contact",),
    Kind.ELSEWHERE.value: ("contact",),
}
"""Which texts of the line of business a letter needs, by its kind. One about a decision says how software was
used too, where that is written.
"""


def text(case: Case, kind: str, decision: Decision | None) -> str:
    """The text of a letter. ``decision`` is what it tells of, where it tells of one."""
    used = _software(case) if decision else ()
    blocks = [*_about(case), *_BODIES[kind](case, decision), *used, *_contact(case)]
    return "\n\n".join(block for block in blocks if block)


def unwritten(case: Case, kind: str) -> list[str]:
    """The labels of the texts that a letter needs and that the line of business does not have."""
    return [LETTER_TEXTS[name] for name in QUOTES[kind] if not _written(case, name)]


def parts_gone(kind: str, body: str) -> list[str]:
    """The parts that a letter of this kind has to have and that its text has no longer."""
    lines = [line.strip() for line in body.splitlines()]
    return [part for part in HAS_TO_SAY.get(kind, ()) if not any(line.startswith(part) for line in lines)]


def _written(case: Case, name: str) -> str:
    """A text of the line of business, its lines as a letter has them; empty where there is none."""
    return "\n".join(line.rstrip() for line in getattr(case.plan.line, name).strip().splitlines())


def _software(case: Case) -> Iterator[str]:
    """That software was used in the review, in a letter about a decision, where the line of business says
    so.
    """
    if written := _written(case, "software"):
        yield f"How software was used:\n{written}"


def _contact(case: Case) -> Iterator[str]:
    if written := _written(case, "contact"):
        yield f"How to reach us:\n{written}"


def _about(case: Case) -> Iterator[str]:
    yield "\n".join(
        (
            f"Request {case.reference}, received {day(case.received_at)}",
            f"Member {case.member_reference}",
            f"Plan: {case.plan.name}",
            *_service(case),
            *_diagnoses(case),
        )
    )


def _service(case: Case) -> Iterator[str]:
    """What was requested, and for which day. By its codes alone where the policy is not at hand."""
    codes = ", ".join(case.procedure_codes)
    named = f"{facts.topic_of(case).title}{f' ({codes})' if codes else ''}" if is_on_shelf(case) else codes
    on = [f"date of service {case.date_of_service}"] if case.date_of_service else []
    if said := ", ".join(filter(None, (named, *on))):
        yield f"Requested service: {said}"


def _diagnoses(case: Case) -> Iterator[str]:
    if case.diagnosis_codes:
        yield f"Diagnosis codes: {', '.join(case.diagnosis_codes)}"


def day(moment: dt.datetime) -> str:
    """The day of a moment, where the office is."""
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def minute(moment: dt.datetime) -> str:
    """A moment, where the office is."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M %Z}"


def _information(case: Case, _: Decision | None) -> Iterator[str]:
    asked = open_questions.needed(case)
    if asked:
        yield (
            "To decide this request we need the following. Please send the part of the record that shows it."
        )
        yield "\n".join(f"- {lacking.asked}" for lacking in asked)
    else:
        yield f"To decide this request we need {NOTHING_NAMED}."
    yield "Where something was not examined or not recorded, please say so."
    if case.due_at and not case_clock.stands_still(case.plan.line, states.WAITING):
        yield f"Please answer soon: a decision is due on {minute(case.due_at)}."
    yield _written(case, "no_answer") or f"What happens when nothing arrives in time is {PROVIDED}"


def _extension(case: Case, _: Decision | None) -> Iterator[str]:
    days = case.extended_by.days if case.extended_by else 0
    yield f"We need more time to decide this request. The time was extended by {_days(days)}."
    note = facts.newest_note(case, Note.Kind.EXTENSION)
    if note:
        yield f"The reason: {note.text}"
    if case.due_at:
        yield f"A decision is due on {minute(case.due_at)} at the latest."
    yield from _completed(case, "extension_rights", f"{DISAGREE}.", f"{DISAGREE}, {PROVIDED}")


def _completed(case: Case, name: str, said: str, otherwise: str) -> Iterator[str]:
    """What a letter says and the text that completes it; ``otherwise`` alone where there is no such text."""
    written = _written(case, name)
    yield from (said, written) if written else (otherwise,)


def _days(count: int) -> str:
    return f"{count} calendar day{'' if count == 1 else 's'}"


def _approval(case: Case, decision: Decision | None) -> Iterator[str]:
    assert decision is not None  # noqa: S101 (`letters.kinds` offers it for a decision alone)
    yield "The requested service is approved."
    yield from _grounds(decision)
    yield NO_PROMISE


def _overturned(case: Case, decision: Decision | None) -> Iterator[str]:
    assert decision is not None  # noqa: S101
    yield f"{_appealed(decision)} was decided in favor of the request. The requested service is approved."
    yield from _grounds(decision)
    yield NO_PROMISE


def _adverse(case: Case, decision: Decision | None) -> Iterator[str]:
    assert decision is not None  # noqa: S101
    yield "The requested service is not approved."
    yield from _grounds(decision, quoted=True)
    yield CARE
    yield from _appeal(case)
    yield _written(case, "external_review") or EXTERNAL
    peers = f"How to talk with us:\n{PEERS}"
    yield from _completed(case, "peer_review", f"{peers}.", f"{peers}, {PROVIDED}")
    yield from _record(case)


def _elsewhere(case: Case, _: Decision | None) -> Iterator[str]:
    note = facts.newest_note(case, Note.Kind.ELSEWHERE)
    assert note is not None  # noqa: S101 (`letters.kinds` offers it where there is one alone)
    yield NOT_DECIDED
    yield f"Where this request belongs:\n{note.to}"
    yield f"The reason:\n{note.text}"
    if is_on_shelf(case):
        yield from _scope(facts.determination(case))
    yield STILL_HERE


def _scope(found: Determination) -> Iterator[str]:
    """The policy that was asked, and what it says itself of what it addresses."""
    yield f"Policy asked:\n{found.policy.source.title}, edition of {found.policy.edition}."
    if found.next_step == REDIRECT:
        quotations = quoted(found.policy, found.passages)
        yield "From its text:\n" + "\n".join(f"> {quotation}" for quotation in quotations)


def _appeal(case: Case) -> Iterator[str]:
    how = f"How to appeal:\n{APPEAL}"
    if written := _written(case, "appeal_rights"):
        yield from (how, EXPEDITED, written)
    else:
        yield f"{how} How to file an appeal, until when, and when it is answered are {PROVIDED}"
        yield f"{EXPEDITED} {SOONER}"


def _record(case: Case) -> Iterator[str]:
    how = f"How to ask for the record:\n{COPIES}"
    yield from _completed(case, "copies", how, f"{how} What that costs, if anything, is {PROVIDED}")


def _upheld(case: Case, decision: Decision | None) -> Iterator[str]:
    assert decision is not None  # noqa: S101
    yield f"{_appealed(decision)} was decided. That decision stands: the requested service is not approved."
    yield from _grounds(decision, quoted=True)
    yield "Whoever decided the appeal had no part in the earlier decision."
    yield CARE
    now = "What you can do now:\nThis ends our review."
    yield from _completed(case, "external_review", now, f"{now} {LAST_EXTERNAL}")
    yield from _record(case)


def _before(decision: Decision) -> Decision | None:
    """The decision before."""
    return decision.case.decisions.filter(number__lt=decision.number).order_by("-number").first()


def _appealed(decision: Decision) -> str:
    """The appeal, by the day of the decision that it is about."""
    decided = decision.case.decisions.filter(kind=Decision.Kind.APPEAL).order_by("number").first()
    before = _before(decided) if decided else None
    return f"The appeal against our decision of {day(before.signed_at)}" if before else "The appeal"


def _grounds(decision: Decision, quoted: bool = False) -> Iterator[str]:
    """Why, under which criteria, and who decided: from what was frozen, not from what holds today."""
    held = frozen.read(decision.frozen)
    if decision.kind == Decision.Kind.CORRECTION:
        before = _before(decision)
        of_day = f"our decision of {day(before.signed_at)}" if before else "an earlier decision"
        yield f"This corrects {of_day} on this request, and takes its place."
    if decision.reason:
        yield f"The reason:\n{decision.reason}"
    yield f"Clinical rationale:\n{decision.rationale}"
    yield f"Criteria used:\n{held.words.title}, edition of {held.edition}."
    if quoted:
        yield from _quoted(decision, held.words)
    yield _signed(decision)


def _quoted(decision: Decision, words: FrozenWords) -> Iterator[str]:
    """What the rationale does not quote already, and what the policy cites for it."""
    found = quotations(words.passages)
    left = [quotation for quotation in found if not quotation.stands_in(decision.rationale)]
    if left:
        yield "From its text:\n" + "\n".join(f"> {quotation}" for quotation in left)
    if words.references:
        cited = "\n".join(f"- {reference}" for reference in words.references)
        yield f"What the policy cites:\n{cited}"


def _signed(decision: Decision) -> str:
    license_said = ""
    if decision.license_number:
        license_said = f", license {decision.license_number} ({decision.license_state})"
    role = decision.get_role_display().lower()
    return f"Decided by {decision.signed_by}, {role}{license_said}, on {minute(decision.signed_at)}."


_BODIES = {
    Kind.INFORMATION.value: _information,
    Kind.EXTENSION.value: _extension,
    Kind.APPROVAL.value: _approval,
    Kind.ADVERSE.value: _adverse,
    Kind.UPHELD.value: _upheld,
    Kind.OVERTURNED.value: _overturned,
    Kind.ELSEWHERE.value: _elsewhere,
}

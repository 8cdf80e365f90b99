"""Working on a case: who has it, referring it, waiting for information, extending, withdrawing, closing."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from decisions.log.services import record
from decisions.models import Case, Decision, Letter, Note, Person
from decisions.reviews.case import elsewhere
from decisions.reviews.ground import absences, case_clock, judging, states
from decisions.reviews.ground.assignment import TAKEN_IN, WORKS_IN, can_be_named, can_have, working_state
from decisions.reviews.ground.facts import last_decision, newest_note
from decisions.reviews.ground.transitions import add_note, check_move, move, not_now, note_giving
from decisions.reviews.ground.work import RefusedError, Work, taker, verb
from decisions.reviews.letters import verbs as letter_verbs
from decisions.reviews.sharing import by_rule


def check_claimable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot take a case now, even if they gave a reason."""
    if case.state not in TAKEN_IN or not can_have(person, case):
        raise RefusedError("You cannot take this case: its state asks for another role or person.")


@verb("claim")
def claim(work: Work, reason: str = "") -> None:
    """Take a case that nobody has; with a reason, one that somebody else has, who may be away."""
    case, person = work.case, work.person
    check_claimable(taker(person), case)
    if case.assignee_id == person.pk:
        return
    if case.assignee_id and not reason:
        raise RefusedError(f"{case.assignee} has this case. To take it over, give a reason.")
    before = case.assignee_id
    work.change(assignee=person)
    _record_taken(work, before)
    if reason:
        note_giving(work, f"Taken over: {reason}")


def _record_taken(work: Work, before: int | None) -> None:
    """Record that a case was taken, and from whom."""
    if before is None:
        work.record("case_claimed")
    else:
        work.record("case_taken_over", from_person=before)


def check_assignable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot give a case to anybody now."""
    holder = case.assignee
    if holder and holder != person and can_have(holder, case) and not absences.is_away(holder):
        raise RefusedError(f"{case.assignee} has this case. Only they hand it over.")
    if working_state(case) not in WORKS_IN:
        raise RefusedError(not_now(case))


def check_taker(to: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot be given a case. Else they can until the transaction ends."""
    if not can_have(taker(to), case):
        raise RefusedError(f"{to} cannot have this case: its state asks for another role or person.")


@verb("assign")
def assign(work: Work, to: Person, note: str = "") -> None:
    """Give a case to a colleague: one that nobody has, one's own, or that of somebody who is away or
    cannot have it any more. With a note, the colleague finds it with the case.
    """
    case, person = work.case, work.person
    check_assignable(person, case)
    check_taker(to, case)
    event = "case_handed_over" if case.assignee_id == person.pk else "case_assigned"
    if note:
        note_giving(work, f"Handed over to {to}: {note}")
    work.change(assignee=to)
    work.record(event, to=to.pk)


def free_cases(of: Person, by: Person, role: str) -> int:
    """Put the cases that somebody works on among the unassigned, because they leave. Says how many.

    A part of the transaction in which they leave: whether ``by`` may do it is asked there. All cases are
    locked before the first event is written, as whoever works on one of them does.
    """
    theirs = Case.objects.filter(assignee=of, state__in=TAKEN_IN)
    # In one order: two who lock several cases never wait for each other in a circle.
    freed = list(theirs.select_for_update().order_by("pk").values_list("pk", flat=True))
    Case.objects.filter(pk__in=freed).update(assignee=None, revision=F("revision") + 1)
    for case in freed:
        record("case_freed", actor=by, role=role, case=case, details={"from_person": of.pk})
    return len(freed)


def check_referable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot refer a case now. The note is drafted from the determination,
    so a reviewer who is a physician too has to have judged the case where that comes first.
    """
    check_move(case, "refer")
    judging.check_judged(person, case)


@verb("refer")
def refer(work: Work, note: str, to: Person | None = None) -> None:
    """Refer a case to the physicians of the team, or to one of them by name, with what they should know."""
    check_referable(work.person, work.case)
    if to is not None and not can_be_named(taker(to), work.case):
        raise RefusedError(f"{to} is no physician of the team whose license is good today.")
    turn = by_rule.whose_turn_it_is(work.case, states.PHYSICIAN_REVIEW) if to is None else None
    add_note(work, Note.Kind.REFERRAL, note, str(to or ""))
    # Without a name it is the team's: whoever has it by a rule, or else whichever physician takes it.
    work.change(assignee=to)
    move(work, "refer", "referred", **({"to": to.pk} if to else {}))
    by_rule.give(work, turn)


@verb("send_back")
def send_back(work: Work, question: str) -> None:
    """Send a case back with a question to whoever referred it. It is nobody's where they cannot have it."""
    case = work.case
    check_move(case, "send_back")
    add_note(work, Note.Kind.QUESTION, question)
    referral = newest_note(case, Note.Kind.REFERRAL)
    to = referral.written_by if referral else None
    move(work, "send_back", "sent_back", **({"to": to.pk} if to else {}))
    work.change(assignee=to if to and can_have(taker(to), case) else None)


def check_askable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot ask for information now. The letter begins with what the
    determination needs, so whoever is to judge the case first has to have judged it.
    """
    check_move(case, "request_information")
    judging.check_judged(person, case)


@verb("request_information")
def request_information(work: Work, recipient: str, body: str) -> int:
    """Ask for what is missing, by a letter, and wait for it. Returns the letter's number. Raises
    `letters.verbs.IncompleteError` where the letter does not say what is needed.
    """
    check_askable(work.person, work.case)
    letter_verbs.check_whole(Letter.Kind.INFORMATION, body)
    move(work, "request_information", "information_requested")
    return letter_verbs.write(work, Letter.Kind.INFORMATION, recipient, body).number


@verb("receive_information")
def receive_information(work: Work, note: str) -> None:
    """Go on with a case that waited."""
    if note:
        add_note(work, Note.Kind.INFORMATION, note)
    move(work, "receive_information", "information_received")


def check_extendable(case: Case) -> None:
    """Raises RefusedError where the turnaround of a case cannot be extended now."""
    if case.state not in states.OPEN:
        raise RefusedError(not_now(case))
    if case.extended_by is not None or not case.plan.line.extension_days:
        raise RefusedError("The turnaround of this case cannot be extended again.")


@verb("extend")
def extend(work: Work, reason: str) -> None:
    """Extend the turnaround, once, by what the line of business allows."""
    case, days = work.case, work.case.plan.line.extension_days
    check_extendable(case)
    work.change(extended_by=dt.timedelta(days=days), **case_clock.columns(case_clock.extended(case)))
    add_note(work, Note.Kind.EXTENSION, reason)
    work.record("extended", days=days)


def check_notable(case: Case) -> None:
    """Raises RefusedError where nothing more is written down about a case."""
    if case.state == states.CLOSED:
        raise RefusedError(not_now(case))


@verb("note")
def note(work: Work, text: str) -> int | None:
    """Write a note about a case. Where it is word for word what the person wrote last, nothing is written: a
    page gone back to was sent once more. Returns the id of the note that stands then.
    """
    check_notable(work.case)
    mine = work.case.case_notes.filter(written_by=work.person, kind=Note.Kind.REVIEW)
    last = mine.order_by("-pk").first()
    if last and last.text == text:
        return last.pk
    add_note(work, Note.Kind.REVIEW, text)
    return None


def check_withdrawable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot withdraw a request now."""
    if case.state != states.DRAFT and case.assignee_id not in (None, person.pk):
        raise RefusedError(f"{case.assignee} has this case.")
    check_move(case, "withdraw")


@verb("withdraw")
def withdraw(work: Work, reason: str) -> None:
    """Close a case because its request was withdrawn. After intake only whoever has it does this."""
    check_withdrawable(work.person, work.case)
    add_note(work, Note.Kind.WITHDRAWAL, reason)
    move(work, "withdraw", "withdrawn")


def check_closable(case: Case, *, is_told: bool) -> None:
    """Raises RefusedError where a case cannot be closed now. ``is_told`` says that the letter about its last
    decision is out.
    """
    check_move(case, "close")
    if not is_told:
        raise RefusedError("The letter about the decision is not out yet. Issue it first.")


@verb("close")
def close(work: Work) -> None:
    """Close a decided case, once the letter about its last decision is out."""
    check_closable(work.case, is_told=letter_verbs.is_told(work.case))
    move(work, "close", "case_closed")


def check_reopenable(case: Case, last: Decision | None) -> None:
    """Raises RefusedError where a case, and its last decision, cannot be opened again."""
    check_move(case, "reopen")
    if last is None and case.result != Case.Result.ELSEWHERE:
        raise RefusedError("This request was withdrawn before a decision. Enter it again as a new one.")


@verb("reopen")
def reopen(work: Work, reason: str) -> None:
    """Open a closed case again, so that its decision can be corrected or appealed, or so that a request that
    was sent elsewhere is reviewed after all.
    """
    check_reopenable(work.case, last_decision(work.case))
    add_note(work, Note.Kind.REVIEW, f"Opened again: {reason}")
    if work.case.result == Case.Result.ELSEWHERE:
        elsewhere.take_back(work)
    else:
        move(work, "reopen", "state_changed")

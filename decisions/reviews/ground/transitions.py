"""What verbs are made of: moving the case of a work to another state, and writing a note about it."""

from __future__ import annotations

from django.utils import timezone

from decisions.models import Case, Note
from decisions.reviews.ground import case_clock, states
from decisions.reviews.ground.work import RefusedError, Work


def move(work: Work, name: str, event: str, **details: object) -> None:
    """Move the case of a work, its clock too, and record that. Raises RefusedError."""
    case, start = work.case, work.case.state
    check_move(case, name)
    end = states.after(name, start, case.resumes_to)
    now = timezone.now()
    clock = case_clock.in_state(case_clock.clock_of(case), case.plan.line, end, now)
    goes_on = start if name in states.KEEPS_ITS_PLACE else ""
    work.change(state=end, resumes_to=goes_on, **case_clock.columns(clock))
    work.record(event, move=name, start=start, end=end, **details)


def check_move(case: Case, name: str) -> None:
    """Raises RefusedError where a move does not start from the state of a case."""
    if not states.is_legal(name, case.state):
        raise RefusedError(not_now(case))


def not_now(case: Case) -> str:
    """Why something is not possible, in a sentence."""
    return f"This is not possible now. The case is in the state: {case.get_state_display().lower()}."


def add_note(work: Work, kind: str, text: str, to: str = "") -> Note:
    """Write a note about the case of a work. ``to`` says to whom, or where, something goes by it."""
    note = _written(work, kind, text, to)
    work.record("note_added", kind=kind, note=note.pk)
    return note


def note_giving(work: Work, text: str) -> None:
    """Write a note on why the case of a work goes to somebody else. The log tells it from others: nobody has
    worked on the case by that.
    """
    work.record("giving_noted", note=_written(work, Note.Kind.REVIEW, text).pk)


def _written(work: Work, kind: str, text: str, to: str = "") -> Note:
    return Note.objects.create(case=work.case, kind=kind, text=text, to=to, written_by=work.person)

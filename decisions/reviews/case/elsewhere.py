"""Sending a request elsewhere: what a policy does not address is decided by nobody under it.

It ends the case without a decision. The determination alone opens this way, so nobody goes past a physician,
or past an appeal, with a request that the policy does address.
"""

from __future__ import annotations

from django.utils import timezone

from decisions.core.determination import REDIRECT, Determination
from decisions.models import Case, Note, Person
from decisions.models.reviews import NOT_DECIDED
from decisions.reviews.ground import case_clock, facts, judging
from decisions.reviews.ground.head import is_on_shelf
from decisions.reviews.ground.transitions import add_note, check_move, move
from decisions.reviews.ground.work import RefusedError, Work, verb

ADDRESSED = (
    "A request is sent elsewhere where the determination says that the policy does not address it. "
    "Here it says otherwise."
)


def check_sendable(person: Person, case: Case, found: Determination | None) -> None:
    """Raises RefusedError where somebody cannot send a request elsewhere now. ``found`` is what the policy
    says, None where nobody can tell.
    """
    if before := facts.sent_elsewhere(case):
        when = f"{timezone.localtime(before.written_at):%Y-%m-%d %H:%M}"
        raise RefusedError(f"{before.written_by} sent this request elsewhere on {when}: {before.to}.")
    check_move(case, "send_elsewhere")
    judging.check_judged(person, case)
    if found is None or found.next_step != REDIRECT:
        raise RefusedError(ADDRESSED)


@verb("send_elsewhere")
def send_elsewhere(work: Work, to: str, reason: str) -> None:
    """End a case whose request is to be looked at elsewhere. Nothing is decided, so nothing is denied."""
    case = work.case
    check_sendable(work.person, case, facts.determination(case) if is_on_shelf(case) else None)
    now = timezone.now()
    ended = {"result": Case.Result.ELSEWHERE.value, "sort_decided": now}
    work.change(**ended, late=case_clock.is_late(case, now))
    add_note(work, Note.Kind.ELSEWHERE, reason, to)
    move(work, "send_elsewhere", "sent_elsewhere")


def take_back(work: Work) -> None:
    """Go on with the review of a case that was sent elsewhere. An answer is owed by when it always was."""
    work.change(result="", sort_decided=NOT_DECIDED, late=False)
    move(work, "review_again", "state_changed")


def proposed_reason(case: Case) -> str:
    """The reason to begin with: what the policy says of such requests, in a sentence."""
    told = facts.explained(case, facts.determination(case))
    return f"{told.name}: {told.sentence}"

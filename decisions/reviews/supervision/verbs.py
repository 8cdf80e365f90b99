"""Giving several cases in one go: each is given by itself, and what could not be is told with why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from decisions.models import Case, Person
from decisions.reviews.case.giving import give
from decisions.reviews.ground.forms import token_of
from decisions.reviews.ground.work import NotFoundError, RefusedError, Sent, StaleError
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.forms import Ticked


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a ticked case. ``case`` is None where the person may not know of it; ``why`` is empty
    where it was given.
    """

    case: Case | None
    why: str = ""


def give_each(
    person: Person, ticked: Sequence[Ticked], to: Person | None, reason: str, token: str
) -> list[Outcome]:
    """Give each of some cases, in a transaction of its own: one that cannot be given keeps no other back.

    The same form sent again is answered for each case as it was the first time.
    """
    whys = {each.case: _given(person, each, to, reason, token) for each in ticked}
    cases = queries.visible(person).select_related("assignee").in_bulk(whys)
    return [Outcome(cases.get(key), why) for key, why in whys.items()]


def _given(person: Person, ticked: Ticked, to: Person | None, reason: str, token: str) -> str:
    """Why a case was not given; empty where it was."""
    sent = Sent(token_of([token, ticked.case]), ticked.revision)
    try:
        give(person, ticked.case, sent, to, reason)
    except NotFoundError:
        return "There is no such case."
    except RefusedError as refused:
        return str(refused)
    except StaleError:
        return "Somebody changed it meanwhile. Look at it, and give it then."
    return ""

"""How anything is done with a case: once, by somebody who may, from the newest revision, with its event.

Whatever is done with a case is a `verb`, and every page of one goes through `look`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import IntegrityError, transaction
from django.utils import timezone

from decisions.log.services import record, record_alone
from decisions.models import Case, EmergencyAccess, Person, RoleGrant, Submission
from decisions.reviews.ground import permissions
from decisions.reviews.ground.permissions import EMERGENCY, Permit

Checked = ParamSpec("Checked")
LONGEST_ID = 22
REMEMBERED = dt.timedelta(days=30)
"""How long a form that was sent again is answered as it was the first time."""


class NotFoundError(Exception):
    """There is no such case for this person: it is missing, or another team's. Both are answered alike."""


class RefusedError(Exception):
    """The person may see the case, but not do this now. The message is a sentence for them."""


def can(check: Callable[Checked, object], *args: Checked.args, **kwargs: Checked.kwargs) -> bool:
    """Whether a rule lets something be done now. The rule itself is the check: it raises RefusedError."""
    try:
        check(*args, **kwargs)
    except RefusedError:
        return False
    return True


class StaleError(Exception):
    """Somebody changed the case since the page was made. Nothing was saved.

    ``case`` is the case as it is now.
    """

    def __init__(self, case: Case) -> None:
        super().__init__(f"revision {case.revision}")
        self.case = case


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form says of itself: its own token, so that it is done once, and the revision it was made from.

    Without a token, doing it again does nothing. Where ``revision`` is None, the form changes nothing that
    another change could undo.
    """

    token: str = ""
    revision: int | None = None


@dataclass(slots=True)
class Work:
    """A case, the person who works on it, and the permit that lets them: what pages show and verbs change."""

    person: Person
    case: Case
    permit: Permit
    changed: set[str] = field(default_factory=set)

    def change(self, **values: Any) -> None:
        """Give columns of the case new values. They are saved when the work is done."""
        for name, value in values.items():
            setattr(self.case, name, value)
            self.changed.add(name)

    def touch(self) -> None:
        """Raise the revision, so that pages made before are out of date, though no column of the case
        changed.
        """
        self.changed.add("revision")

    def record(self, action: str, **details: Any) -> None:
        """Add an event about this case."""
        record(action, actor=self.person, role=self.permit.role, case=self.case.pk, details=details)


P = ParamSpec("P")
Result = TypeVar("Result", bound=int | None)
Do = Callable[Concatenate[Work, P], Result]
Verb = Callable[Concatenate[Person, str, Sent, P], Result]


def verb(action: str) -> Callable[[Do[P, Result]], Verb[P, Result]]:
    """Make a function that changes the case of a `Work` into something that a person does with a case.

        @verb("refer")
        def refer(work: Work, note: str) -> None: ...

        refer(person, case_id, sent, "The dimple is small.")

    It runs in one transaction, once for each token, with the case locked, from its newest revision, for
    somebody whom the table of permissions gives ``action``. It may return a number, of a letter or of a
    decision: the same form sent again is answered with it. Whoever calls it gets NotFoundError, RefusedError
    and StaleError; nothing is saved then, and a refusal is recorded. Raises LookupError, where it is written,
    for an action that the table lacks.
    """
    permissions.check_known(action)

    def made(do: Do[P, Result]) -> Verb[P, Result]:
        def done(person: Person, case_id: str, sent: Sent, /, *args: P.args, **kwargs: P.kwargs) -> Result:
            return cast("Result", _perform(person, case_id, action, sent, lambda w: do(w, *args, **kwargs)))

        return wraps(do)(done)

    return made


def _perform(
    person: Person, case_id: str, action: str, sent: Sent, change: Callable[[Work], int | None]
) -> int | None:
    """Keep what `verb` promises of a change to a case. Returns what it returned, if only the first time."""
    with refusals_recorded(person, action, case_id), transaction.atomic():
        if not _can_be_id(case_id):
            raise NotFoundError
        done = _done_before(sent, person, f"{action} {case_id}")
        if done is not None:
            return int(done.result) if done.result else None
        case, person = _locked(case_id), _as_now(person)
        work = Work(person, case, permitted(person, action, case))
        _check_revision(case, sent)
        number = change(work)
        _save(work)
        _remember(sent, "" if number is None else str(number))
        return number


def once(person: Person, action: str, token: str, do: Callable[[], str]) -> str:
    """Do something that is about no case yet, once for each token. Returns its result, also the next time."""
    forget_submissions()
    with transaction.atomic():
        done = _done_before(Sent(token), person, action)
        if done is not None:
            return done.result
        result = do()
        _remember(Sent(token), result)
        return result


def _done_before(sent: Sent, person: Person, action: str) -> Submission | None:
    """The earlier submission of the same form; a new one is noted, and None returned.

    Of two at once, the second waits here until the first is done. Raises RefusedError for another's token.
    """
    if not sent.token:
        return None
    try:
        with transaction.atomic():
            Submission.objects.create(token=sent.token, person=person, action=action)
    except IntegrityError:
        return Submission.objects.filter(pk=sent.token, person=person, action=action).first() or _foreign()
    return None


def _remember(sent: Sent, result: str) -> None:
    """Keep what was done for whoever sends the same form again. Nothing is written where nothing is to be
    kept: a submission is noted with an empty result, and an answer that saves itself has no token.
    """
    if sent.token and result:
        Submission.objects.filter(pk=sent.token).update(result=result)


def forget_submissions() -> int:
    """Forget forms that were sent so long ago that none of their pages is open any more. Says how many."""
    forgotten, _ = Submission.objects.filter(made_at__lt=timezone.now() - REMEMBERED).delete()
    return forgotten


def _foreign() -> Submission:
    raise RefusedError("This form was sent already. Load the page again.")


def _check_revision(case: Case, sent: Sent) -> None:
    if sent.revision is not None and case.revision != sent.revision:
        raise StaleError(case)


def _save(work: Work) -> None:
    """Write what was changed, if nobody else wrote in between."""
    if not work.changed:
        return
    case = work.case
    values = {name: getattr(case, name) for name in work.changed}
    values["revision"] = case.revision + 1
    if not Case.objects.filter(pk=case.pk, revision=case.revision).update(**values):
        raise StaleError(Case.objects.get(pk=case.pk))


def _locked(case_id: str) -> Case:
    """A case that nobody else changes until the transaction ends. Raises NotFoundError.

    It is locked first and read then: a query that waits for a lock and joins other tables would see those as
    they were before it waited, and lose a case whose plan was changed meanwhile.
    """
    if _can_be_id(case_id):
        list(Case.objects.select_for_update().filter(pk=case_id).values_list("pk"))
    return find(case_id)


def find(case_id: str) -> Case:
    """A case, whoever asks. Raises NotFoundError."""
    if not _can_be_id(case_id):
        raise NotFoundError
    try:
        # Not `first`, which sorts by the key: that takes a third longer, and every page of a case does this.
        return Case.objects.select_related("plan__line", "team", "assignee").get(pk=case_id)
    except Case.DoesNotExist:
        raise NotFoundError from None


def _can_be_id(case_id: str) -> bool:
    """Whether a part of an address looks like an id. PostgreSQL refuses texts with a zero byte."""
    return len(case_id) <= LONGEST_ID and re.fullmatch(r"[\w-]+", case_id, re.ASCII) is not None


def _as_now(person: Person) -> Person:
    """Somebody with the team, roles and license of this moment. They may be others than when the page was
    asked for: a request can wait for its turn while an administrator takes a role away.
    """
    grants = list(RoleGrant.objects.filter(person=person).select_related("person"))
    now = grants[0].person if grants else Person.objects.get(pk=person.pk)
    now.role_names = frozenset(grant.role for grant in grants) if now.is_active else frozenset()
    return now


def taker(person: Person) -> Person:
    """Somebody of this moment who is to be given a case. They do not leave, and keep their roles, until the
    transaction ends: whoever takes those away waits here, and then finds the case with them.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    return _as_now(person)


def look(person: Person, case_id: str, action: str = "see") -> Work:
    """A case to be looked at. Raises NotFoundError and RefusedError, and records both."""
    with refusals_recorded(person, action, case_id):
        case = find(case_id)
        return Work(person, case, permitted(person, action, case))


def record_view(work: Work, action: str, **details: Any) -> None:
    """Record that a page of the case was looked at."""
    record_alone(action, actor=work.person, role=work.permit.role, case=work.case.pk, details=details)


def permitted(person: Person, action: str, case: Case) -> Permit:
    """The permit to do this. Raises NotFoundError where the person may not know of the case, else
    RefusedError.
    """
    given = permissions.permit(person, action, case)
    if given is None and action in EMERGENCY and emergency_access(person, case):
        return Permit(permissions.roles_for(person, "take_emergency_access")[0])
    if given is not None and permissions.crosses_teams(given, action):
        return given
    if not may_see(person, case):
        raise NotFoundError
    if given is not None:
        return given
    if permissions.roles_for(person, action) and case.assignee_id != person.pk:
        raise RefusedError("Only whoever has the case does this. Take the case first.")
    raise RefusedError(permissions.REFUSALS.get(action, "Your roles do not include this."))


def may(person: Person, action: str, case: Case) -> bool:
    """Whether somebody may do this with a case, as far as roles go."""
    if permissions.permit(person, action, case):
        return True
    return action in EMERGENCY and emergency_access(person, case) is not None


def may_see(person: Person, case: Case) -> bool:
    """Whether somebody may know that there is such a case. An appeal physician knows of the team's open
    appeals without reading them: one that nobody has can be taken, one of a colleague taken over.
    """
    is_appeal = case.state == Case.State.APPEALED
    claimable = is_appeal and permissions.permit(person, "claim", case)
    return bool(claimable) or may(person, "see", case)


def emergency_access(person: Person, case: Case) -> EmergencyAccess | None:
    """Somebody's emergency access to a case that lasts now."""
    if person.team_id is None or not permissions.roles_for(person, "take_emergency_access"):
        return None
    running = EmergencyAccess.objects.filter(person=person, case=case, ends_at__gt=timezone.now())
    return running.order_by("-ends_at").first()


@contextmanager
def refusals_recorded(person: Person, action: str, case_id: str) -> Iterator[None]:
    """Record a refusal in a transaction of its own, after that of the work was undone."""
    try:
        yield
    except (NotFoundError, RefusedError) as refused:
        known = case_id if _can_be_id(case_id) and Case.objects.filter(pk=case_id).exists() else ""
        kind = "not found" if isinstance(refused, NotFoundError) else "refused"
        record_alone("refused", actor=person, case=known, details={"action": action, "kind": kind})
        raise

"""What administrators do with people: add, change, deactivate, grant and take roles, reset a second factor.

Each verb asks who does it, is one transaction, and records what it did.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.http import int_to_base36

from decisions.log.actions import NAME_BEFORE
from decisions.log.services import record, record_alone
from decisions.models import PHYSICIANS, Case, Notice, Person, Role, RoleGrant
from decisions.people.services import links, locked, notices, sessions

Given = ParamSpec("Given")
Result = TypeVar("Result")

CLINICAL = PHYSICIANS | {Role.REVIEWER}
SUPERVISOR = frozenset({Role.SUPERVISOR})
APART = (
    (frozenset({Role.AUDITOR}), frozenset({Role.REVIEWER}) | SUPERVISOR),
    (frozenset({Role.ADMINISTRATOR}), CLINICAL | SUPERVISOR),
)
"""Roles on the left and on the right are never held by one person."""

TOGETHER = {
    frozenset({Role.REVIEWER, Role.PHYSICIAN}): (
        "Reviewer and physician together: one person can then review a request and sign it adverse, and "
        "nobody else looks at it before."
    ),
    frozenset({Role.PHYSICIAN, Role.APPEAL_PHYSICIAN}): (
        "Physician and appeal physician together: whoever signed first never decides the appeal, so the team "
        "needs somebody else for the appeals against their decisions."
    ),
    frozenset({Role.REVIEWER, Role.APPEAL_PHYSICIAN}): (
        "Reviewer and appeal physician together: whoever signed first never decides the appeal, so the team "
        "needs somebody else where they signed."
    ),
}
"""Roles that one person may hold, and what an administrator should know who gives both."""

OVER = (Case.State.DECIDED, Case.State.CLOSED)


class RefusedError(Exception):
    """A rule of the house forbids it. The message is for the person who asked."""


def by_administrator(
    verb: Callable[Concatenate[Person, Given], Result],
) -> Callable[Concatenate[Person, Given], Result]:
    """Let administrators alone do it, in one transaction.

    Raises PermissionDenied for anybody else, which is recorded.
    """

    @wraps(verb)
    def guarded(by: Person, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        now = Person.objects.get(pk=by.pk)
        if Role.ADMINISTRATOR not in now.role_names:
            record_alone("refused", actor=by, details={"action": verb.__name__})
            raise PermissionDenied("This is for administrators.")
        with transaction.atomic():
            return verb(by, *args, **kwargs)

    return guarded


@by_administrator
def add(by: Person, fields: Mapping[str, Any]) -> Person:
    """Add a person without roles and without a password. A link lets them set one."""
    person = Person.objects.make(**fields)
    record("person_added", actor=by, details={"person": person.pk})
    return person


@by_administrator
def change(by: Person, person: Person, fields: Mapping[str, Any]) -> Person:
    """Change what is on file. The log keeps which entries changed, not what they say; of a name the former
    one, so that what happened before the change is told with it.
    """
    kept = locked(person)
    before = str(kept)
    changed = sorted(name for name, value in fields.items() if getattr(kept, name) != value)
    for name in changed:
        setattr(kept, name, fields[name])
    if changed:
        kept.save(update_fields=changed)
        action = "address_changed" if "email" in changed else "person_changed"
        former = {NAME_BEFORE: before} if str(kept) != before else {}
        record(action, actor=by, details={"person": kept.pk, "changed": changed, **former})
    if "email" in changed and by.pk != kept.pk:
        notices.tell(by, kept, Notice.Kind.ADDRESS)
    return kept


@by_administrator
def deactivate(by: Person, person: Person) -> None:
    """Keep somebody from signing in, at once. Their cases stay with them until somebody else takes them.

    Raises RefusedError for oneself and for the last active administrator.
    """
    if by.pk == person.pk:
        raise RefusedError("You cannot deactivate yourself.")
    keep_an_administrator(person)
    kept = locked(person)
    if not kept.is_active:
        return
    kept.is_active = False
    kept.save(update_fields=["is_active"])
    sessions.end_all(kept, "deactivated", by=by)
    details = {"person": kept.pk, "open_cases": open_cases(kept)}
    record("person_deactivated", actor=by, details=details)


@by_administrator
def reactivate(by: Person, person: Person) -> None:
    """Let somebody sign in again, with the roles they had."""
    kept = locked(person)
    if kept.is_active:
        return
    kept.is_active = True
    kept.save(update_fields=["is_active"])
    record("person_reactivated", actor=by, details={"person": kept.pk})


@by_administrator
def grant_role(by: Person, person: Person, role: str) -> None:
    """Give a role. Raises RefusedError for oneself, and where two roles would meet that must not."""
    not_to_oneself(by, person)
    kept = locked(person)
    held = set(kept.grants.values_list("role", flat=True))
    if role in held:
        return
    if clash := clashes(held, role):
        raise RefusedError(not_together(role, clash))
    RoleGrant.objects.create(person=kept, role=role, granted_by=by)
    record("role_granted", actor=by, details={"person": kept.pk, "role": role})


@by_administrator
def take_role(by: Person, person: Person, role: str) -> None:
    """Take a role away. Raises RefusedError for oneself, and for the last active administrator."""
    not_to_oneself(by, person)
    if role == Role.ADMINISTRATOR:
        keep_an_administrator(person)
    kept = locked(person)
    taken, _ = RoleGrant.objects.filter(person=kept, role=role).delete()
    if taken:
        record("role_taken", actor=by, details={"person": kept.pk, "role": role})


@by_administrator
def reset_second_factor(by: Person, person: Person) -> None:
    """Remove the second factors of somebody who lost them, end their sessions, and void a link that is open.

    They are told. Raises RefusedError for oneself.
    """
    if by.pk == person.pk:
        raise RefusedError("Change your own second factor under your account.")
    kept = locked(person)
    kinds = sorted(Authenticator.objects.filter(user=kept).values_list("type", flat=True))
    Authenticator.objects.filter(user=kept).delete()
    sessions.end_all(kept, "second factor", by=by)
    if not kept.has_usable_password():  # a link may be open; it is good until the password changes
        kept.set_unusable_password()
        kept.save(update_fields=["password"])
    if kinds:
        record("second_factor_reset", actor=by, details={"person": kept.pk, "reset": kinds})
        notices.tell(by, kept, Notice.Kind.SECOND_FACTOR)


@by_administrator
def unlink_provider(by: Person, person: Person) -> None:
    """Remove somebody's link with the identity provider, and end the sessions that were begun there.

    Raises RefusedError for oneself.
    """
    if by.pk == person.pk:
        raise RefusedError("Another administrator removes your link with the identity provider.")
    kept = locked(person)
    count, _ = SocialAccount.objects.filter(user=kept).delete()
    sessions.end_begun_elsewhere(kept, by=by)
    if count:
        record("provider_unlinked", actor=by, details={"person": kept.pk, "links": count})


@by_administrator
def end_session(by: Person, person: Person, number: int) -> bool:
    """End one session of anybody. Says whether there was one."""
    return sessions.end_one(person, number, by=by)


@by_administrator
def end_sessions(by: Person, person: Person, but: str | None = None) -> int:
    """End all sessions of anybody, but perhaps the one in use. Says how many there were."""
    return sessions.end_all(person, "ended", by=by, but=but)


def clashes(held: set[str], role: str) -> str:
    """Which of the roles held must not be in one hand with ``role``; "" where none."""
    for left, right in APART:
        forbidden = right if role in left else left if role in right else frozenset()
        if found := sorted(forbidden & held):
            return found[0]
    return ""


def not_together(role: str, other: str) -> str:
    """That two roles are never in one hand, in a sentence."""
    return f"{Role(role).label} cannot be held together with {Role(other).label.lower()}."


def held_against_the_rules(held: set[str]) -> list[str]:
    """What of the roles that somebody holds must not be in one hand, in sentences."""
    pairs = itertools.combinations([role for role in Role if role in held], 2)
    return [not_together(one, other) for one, other in pairs if clashes({one.value}, other)]


def all_held_against_the_rules() -> list[tuple[Person, str]]:
    """Whoever holds roles that must not be in one hand, and what of them, in sentences."""
    everybody = Person.objects.filter(grants__isnull=False).distinct().prefetch_related("grants")
    return [
        (person, said)
        for person in everybody.order_by("pk")
        for said in held_against_the_rules({grant.role for grant in person.grants.all()})
    ]


def together(held: set[str], role: str) -> list[str]:
    """Warnings, in sentences: what ``role`` and a role that is held allow one person to do."""
    return [meaning for pair, meaning in TOGETHER.items() if role in pair and pair <= held | {role}]


def open_cases(person: Person) -> int:
    """How many cases are with a person that are not over."""
    return Case.objects.filter(assignee=person).exclude(state__in=OVER).count()


def not_to_oneself(by: Person, person: Person) -> None:
    """Raises RefusedError where somebody would change their own roles."""
    if by.pk == person.pk:
        raise RefusedError("Nobody gives a role to themselves or takes one from themselves.")


def keep_an_administrator(person: Person) -> None:
    """Raises RefusedError where no active administrator would be left. Two who try take turns here."""
    grants = RoleGrant.objects.filter(role=Role.ADMINISTRATOR).order_by("pk")
    holders = list(grants.select_for_update().values_list("person_id", flat=True))
    others = Person.objects.filter(pk__in=holders, is_active=True).exclude(pk=person.pk)
    if person.pk in holders and not others.exists():
        raise RefusedError("There must be one active administrator. Make somebody else one first.")


@by_administrator
def new_link(by: Person, person: Person) -> tuple[str, str]:
    """Take somebody's password away, end their sessions, and make what a link to set a new one consists of.

    An older link is void. Raises RefusedError for oneself and for somebody inactive.
    """
    if by.pk == person.pk:
        raise RefusedError("Change your own password under your account.")
    kept = locked(person)
    if not kept.is_active:
        raise RefusedError("This person is not active.")
    kept.set_unusable_password()
    kept.save(update_fields=["password"])
    sessions.end_all(kept, "password", by=by)
    record("link_made", actor=by, details={"person": kept.pk})
    notices.tell(by, kept, Notice.Kind.LINK)
    return int_to_base36(kept.pk), links.links.make_token(kept)

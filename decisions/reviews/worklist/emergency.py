"""Emergency access: one case of another team, for an hour, with a reason. An auditor looks at it later."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from decisions.log.services import record
from decisions.models import Case, EmergencyAccess, Person
from decisions.reviews.ground import permissions
from decisions.reviews.ground.work import NotFoundError, RefusedError, Sent, once, refusals_recorded
from decisions.reviews.request.verbs import with_reference

LASTS = dt.timedelta(minutes=60)
SHOWN = 50
"""How many accesses an auditor is shown that were looked at."""


def take_access(person: Person, sent: Sent, reference: str, reason: str) -> str:
    """Access to the case of a reference, of another team. Returns its id.

    Raises RefusedError and NotFoundError.
    """
    case = with_reference(reference).first()
    with refusals_recorded(person, "take_emergency_access", case.pk if case else ""):
        roles = permissions.roles_for(person, "take_emergency_access")
        if not roles or person.team_id is None:
            raise RefusedError("Your roles do not include emergency access.")
        if case is None:
            raise NotFoundError
        if case.team_id == person.team_id:
            raise RefusedError("This case is your team's. Emergency access is for the cases of other teams.")
        return once(
            person, "take_emergency_access", sent.token, lambda: _start(person, roles[0], case, reason)
        )


def _start(person: Person, role: str, case: Case, reason: str) -> str:
    now = timezone.now()
    access = EmergencyAccess.objects.create(
        person=person, case=case, reason=reason, started_at=now, ends_at=now + LASTS
    )
    record("emergency_access_started", actor=person, role=role, case=case.pk, details={"access": access.pk})
    return case.pk


def running(person: Person) -> list[EmergencyAccess]:
    """Somebody's accesses that last now."""
    now = timezone.now()
    return list(EmergencyAccess.objects.filter(person=person, ends_at__gt=now).select_related("case"))


def unacknowledged(person: Person) -> list[EmergencyAccess]:
    """The accesses that an auditor has not looked at yet, oldest first. Raises RefusedError."""
    _check_auditor(person)
    waiting = EmergencyAccess.objects.filter(acknowledged_at=None).order_by("started_at")
    return list(waiting.select_related("person", "case"))


def acknowledged(person: Person) -> list[EmergencyAccess]:
    """The accesses that auditors looked at last, the newest first. Raises RefusedError."""
    _check_auditor(person)
    done = EmergencyAccess.objects.exclude(acknowledged_at=None).order_by("-acknowledged_at", "-pk")
    return list(done.select_related("person", "case", "acknowledged_by")[:SHOWN])


def acknowledge(person: Person, access_id: int) -> None:
    """Note that an auditor has looked at an access. Done twice, it stays the first one's.

    Raises RefusedError and NotFoundError.
    """
    _check_auditor(person)
    access = EmergencyAccess.objects.filter(pk=access_id).first()
    with refusals_recorded(person, "acknowledge", access.case_id if access else ""):
        if access is None:
            raise NotFoundError
        if access.person_id == person.pk:
            raise RefusedError("Another auditor acknowledges your own emergency access.")
        _acknowledge(person, access)


@transaction.atomic
def _acknowledge(person: Person, access: EmergencyAccess) -> None:
    waiting = EmergencyAccess.objects.filter(pk=access.pk, acknowledged_at=None)
    if waiting.update(acknowledged_by=person, acknowledged_at=timezone.now()):
        role, details = permissions.AUDITOR, {"access": access.pk}
        record("emergency_access_acknowledged", actor=person, role=role, case=access.case_id, details=details)


def _check_auditor(person: Person) -> None:
    with refusals_recorded(person, "acknowledge", ""):
        if not permissions.roles_for(person, "acknowledge"):
            raise RefusedError("Only an auditor looks at emergency access.")

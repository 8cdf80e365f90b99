"""What is recorded and tidied up when somebody signs in or out, or changes how they sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.signals import password_changed, user_logged_in
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import signals as django_signals
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from decisions.log.services import record
from decisions.models import Person
from decisions.models.people import SECOND_FACTORS
from decisions.people import sessions


def connect() -> None:
    """Listen. Called once, when the application is ready."""
    django_signals.user_logged_in.connect(began, dispatch_uid="conus.people.began")
    user_logged_in.connect(signed_in, dispatch_uid="conus.people.signed_in")
    django_signals.user_logged_out.connect(signed_out, dispatch_uid="conus.people.signed_out")
    password_changed.connect(changed_password, dispatch_uid="conus.people.changed_password")
    post_save.connect(factor_saved, sender=Authenticator, dispatch_uid="conus.people.factor_saved")
    post_delete.connect(factor_deleted, sender=Authenticator, dispatch_uid="conus.people.factor_deleted")


def began(request: HttpRequest, user: Person, **_: Any) -> None:
    """Start the clocks of the session."""
    sessions.begin(request, user)


def signed_in(request: HttpRequest, user: Person, **_: Any) -> None:
    """Record a sign-in, and with what."""
    steps = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    with transaction.atomic():
        record("signed_in", actor=user, details={"with": [str(step.get("method")) for step in steps]})


def signed_out(request: HttpRequest, user: Person | None, **_: Any) -> None:
    """Record a sign-out, and take the session from the list."""
    if user is None:
        return
    with transaction.atomic():
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        record("signed_out", actor=user)


def changed_password(request: HttpRequest, user: Person, **_: Any) -> None:
    """Record a new password, and end the person's other sessions."""
    with transaction.atomic():
        sessions.end_all(user, "password", by=user, but=request.session.session_key)
        record("person_changed", actor=user, details={"person": user.pk, "changed": ["password"]})


def factor_saved(instance: Authenticator, created: bool, **_: Any) -> None:
    """Record a second factor that was set up on a page, and end the sessions that were begun without it."""
    actor = somebody()
    if not (created and actor):
        return
    with transaction.atomic():
        if instance.type in SECOND_FACTORS:
            here = context.request.session.session_key if actor == instance.user else None
            sessions.end_all(instance.user, "second factor", by=actor, but=here)
        record("second_factor_added", actor=actor, details=about(instance))


def factor_deleted(instance: Authenticator, **_: Any) -> None:
    """Record that a second factor is gone."""
    if actor := somebody():
        with transaction.atomic():
            record("second_factor_removed", actor=actor, details=about(instance))


def about(factor: Authenticator) -> dict[str, Any]:
    """Whose it is, and of which kind."""
    return {"person": factor.user_id, "kind": str(factor.type)}


def somebody() -> Person | None:
    """Who sent the request that is being answered, if there is one and they are signed in."""
    user = getattr(context.request, "user", None)
    return user if isinstance(user, Person) else None

"""How a signed-in person is read from the database, in two queries: team, roles, second factor, notices."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from decisions.models import Notice, Person
from decisions.models.people import SECOND_FACTORS


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs a person in by user name and password, and reads who it is on every request after that."""

    def get_user(self, user_id: Any) -> Person | None:
        """The active person with this number."""
        try:
            person: Any = known().get(pk=user_id)
        except Person.DoesNotExist:
            return None
        # Put in the place of the cached properties, which would ask the database once more each. Of the
        # grants, the roles are read alone: rows of them cost twice as much, and `first` sorts for nothing.
        person.has_second_factor, person.has_notices = person.factor, person.unread
        person.role_names = frozenset(person.grants.values_list("role", flat=True))
        return cast("Person", person)


@cache
def known() -> QuerySet[Any]:
    """Active people with all that a request asks of them. It is put together once: that takes longer than
    to ask it, and every request does.
    """
    factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=SECOND_FACTORS)
    unread = Notice.objects.filter(person=OuterRef("pk"), read_at=None)
    people = Person.objects.filter(is_active=True).select_related("team")
    return people.annotate(factor=Exists(factors), unread=Exists(unread))

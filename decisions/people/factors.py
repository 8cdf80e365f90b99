"""Who needs a second factor."""

from __future__ import annotations

from django.conf import settings

from decisions.models import PHYSICIANS, Person, Role

ALWAYS = PHYSICIANS | {Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}


def needs_second_factor(person: Person) -> bool:
    """Whether one of the person's roles asks for a second factor."""
    asked: frozenset[str] = ALWAYS | {Role.REVIEWER} if settings.REVIEWER_SECOND_FACTOR else ALWAYS
    return bool(person.role_names & asked)


def lacks_second_factor(person: Person) -> bool:
    """Whether the person needs a second factor and has set up none."""
    return needs_second_factor(person) and not person.has_second_factor

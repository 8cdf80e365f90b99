"""Views of a work list that somebody keeps: filters and an order under a name, for themselves alone."""

from __future__ import annotations

from django.db import transaction

from decisions.models import KeptView, Person
from decisions.reviews.ground.work import NotFoundError, RefusedError

MOST = 12
"""How many views somebody keeps: more would be a list of their own."""


def views_of(person: Person) -> list[KeptView]:
    """Somebody's views, by their names."""
    return list(KeptView.objects.filter(person=person).order_by("name"))


@transaction.atomic
def keep(person: Person, name: str, asked: dict[str, str]) -> None:
    """Keep a view under a name; one that had the name is replaced. Raises RefusedError."""
    others = KeptView.objects.filter(person=person).exclude(name=name)
    if others.count() >= MOST:
        raise RefusedError(f"You keep {MOST} views already. Remove one first.")
    KeptView.objects.update_or_create(person=person, name=name, defaults={"asked": asked})


def remove(person: Person, view_id: int) -> dict[str, str]:
    """Remove a view of one's own. Returns what it asked for. Raises NotFoundError."""
    view = KeptView.objects.filter(person=person, pk=view_id).first()
    if view is None:
        raise NotFoundError
    view.delete()
    return dict(view.asked)

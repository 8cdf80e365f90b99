"""Who is away today: rules give them nothing, and colleagues give their cases on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from decisions.models import Absence, Person


def away_until(people: Iterable[Person]) -> dict[int, dt.date]:
    """The last day on which some people are away, of those who are away today, by their numbers."""
    day = timezone.localdate()
    now = Absence.objects.filter(person__in=people, since__lte=day, until__gte=day).order_by("until")
    return dict(now.values_list("person", "until"))


def is_away(person: Person) -> bool:
    """Whether somebody is away today."""
    return person.pk in away_until([person])

"""What a supervisor says of a team: by which rules its cases are given, and who is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from decisions.log.services import record
from decisions.models import Absence, GivingRule, LineOfBusiness, Person, Team
from decisions.reviews.ground.permissions import SUPERVISOR
from decisions.reviews.ground.work import NotFoundError, RefusedError
from decisions.reviews.supervision.access import team_of

MOST = 50
"""How many rules a team has: more would not be understood by anybody."""


def rules_of(person: Person) -> list[GivingRule]:
    """The rules of somebody's team, in their order."""
    rules = GivingRule.objects.filter(team_id=team_of(person))
    people = Prefetch("people", Person.objects.order_by("name", "pk"))
    return list(rules.select_related("line").prefetch_related(people))


def absences_of(person: Person) -> list[Absence]:
    """On which days people of somebody's team are away, without what is over."""
    today = timezone.localdate()
    theirs = Absence.objects.filter(person__team_id=team_of(person), until__gte=today)
    return list(theirs.select_related("person").order_by("since", "pk"))


@transaction.atomic
def add_rule(by: Person, line: LineOfBusiness | None, urgency: str, people: Collection[Person]) -> GivingRule:
    """Add a rule behind the others. Raises RefusedError."""
    rules = _locked_rules(by)
    if len(rules) >= MOST:
        raise RefusedError(f"The team has {MOST} rules already. Remove one first.")
    place = rules[-1].place + 1 if rules else 1
    rule = GivingRule.objects.create(team_id=team_of(by), place=place, line=line, urgency=urgency)
    rule.people.set(people)
    to = sorted(each.pk for each in people)
    _record_rule(by, rule, "added", line=line.pk if line else "any", urgency=urgency or "any", to=to)
    return rule


@transaction.atomic
def remove_rule(by: Person, rule_id: int) -> None:
    """Remove a rule. Cases that it gave stay where they are. Raises NotFoundError."""
    rule = _rule(_locked_rules(by), rule_id)
    _record_rule(by, rule, "removed")
    rule.delete()


@transaction.atomic
def move_up(by: Person, rule_id: int) -> None:
    """Let a rule count before the one that stands above it. Raises NotFoundError."""
    rules = _locked_rules(by)
    rule = _rule(rules, rule_id)
    at = rules.index(rule)
    if at:
        rules[at - 1 : at + 1] = [rule, rules[at - 1]]
        for place, each in enumerate(rules, 1):
            each.place = place
        GivingRule.objects.bulk_update(rules, ["place"])
        _record_rule(by, rule, "moved up")


@transaction.atomic
def say_away(by: Person, somebody: Person, since: dt.date, until: dt.date) -> None:
    """Say from which day to which somebody is away."""
    absence = Absence.objects.create(person=somebody, since=since, until=until, said_by=by)
    _record_absence(by, absence, "added")


@transaction.atomic
def remove_absence(by: Person, absence_id: int) -> None:
    """Say that somebody is not away after all, or is back. Raises NotFoundError."""
    found = Absence.objects.filter(pk=absence_id, person__team_id=team_of(by)).first()
    if found is None:
        raise NotFoundError
    _record_absence(by, found, "removed")
    found.delete()


def _locked_rules(by: Person) -> list[GivingRule]:
    """The rules of the team, which nobody else changes until the transaction ends."""
    Team.objects.select_for_update(no_key=True).get(pk=team_of(by))
    return list(GivingRule.objects.filter(team_id=team_of(by)))


def _rule(rules: list[GivingRule], rule_id: int) -> GivingRule:
    found = next((rule for rule in rules if rule.pk == rule_id), None)
    if found is None:
        raise NotFoundError
    return found


def _record_rule(by: Person, rule: GivingRule, change: str, **more: object) -> None:
    details = {"rule": rule.pk, "change": change, **more}
    record("giving_rule_changed", actor=by, role=SUPERVISOR, details=details)


def _record_absence(by: Person, absence: Absence, change: str) -> None:
    days = {"since": absence.since.isoformat(), "until": absence.until.isoformat()}
    details = {"person": absence.person_id, "change": change, **days}
    record("absence_changed", actor=by, role=SUPERVISOR, details=details)

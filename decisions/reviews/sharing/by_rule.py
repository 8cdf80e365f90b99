"""Giving a case that comes into review to somebody, by the rules of its team."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from django.db.models import Count

from decisions.models import Case, GivingRule, Person
from decisions.models.reviews import answered_or_not
from decisions.reviews.ground import absences, assignment
from decisions.reviews.ground.work import Work, taker
from decisions.reviews.sharing.turns import Colleague, TeamRule, Turn, whose_turn


def whose_turn_it_is(case: Case, state: str) -> Turn | None:
    """Who gets a case by the rules of its team once it is in a state; None where nobody does.

    Asked before the first event is written: the rules and whoever gets it are locked here, and whoever locks
    the log waits for nothing else. Of two cases at once the second finds the first among the open ones.
    """
    rules = list(GivingRule.objects.filter(team=case.team_id).prefetch_related("people__grants"))
    if not rules:
        return None
    list(GivingRule.objects.select_for_update().filter(team=case.team_id).order_by("pk").values_list("pk"))
    then = copy(case)
    then.state = state
    told = [_told(rule) for rule in rules]
    turn = whose_turn(told, case.plan.line_id, case.urgency, _colleagues(rules, then))
    if turn and not assignment.can_have(taker(Person.objects.get(pk=turn.person)), then):
        return None
    return turn


def give(work: Work, turn: Turn | None) -> None:
    """Give the case of a work to whoever's turn it is, and record by which rule."""
    if turn is not None:
        work.change(assignee=Person.objects.get(pk=turn.person))
        work.record("case_given_by_rule", rule=turn.rule, to=turn.person)


def _told(rule: GivingRule) -> TeamRule:
    people = frozenset(person.pk for person in rule.people.all())
    return TeamRule(rule.pk, people, rule.line_id, rule.urgency)


def _colleagues(rules: Sequence[GivingRule], case: Case) -> dict[int, Colleague]:
    """Everybody whom the rules name, as they stand now."""
    people = {person.pk: person for rule in rules for person in rule.people.all()}
    away = absences.away_until(people.values())
    open_cases = open_of(case.team_id, people)
    return {
        key: Colleague(open_cases.get(key, 0), assignment.can_have(person, case), key in away)
        for key, person in people.items()
    }


def open_of(team_id: int, people: Sequence[int] | dict[int, Person]) -> dict[int, int]:
    """How many cases of a team each of some people has that an answer is owed for."""
    theirs = Case.objects.filter(assignee__in=list(people), team=team_id)
    owed = answered_or_not(theirs, answered=False)
    return dict(owed.order_by().values_list("assignee").annotate(Count("pk")))

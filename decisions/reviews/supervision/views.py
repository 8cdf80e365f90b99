"""The pages of supervisors."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_POST, require_safe

from decisions.log.services import record_alone
from decisions.models import Person
from decisions.reviews.ground.permissions import SUPERVISOR
from decisions.reviews.ground.work import RefusedError
from decisions.reviews.supervision import team_rules, verbs
from decisions.reviews.supervision.access import for_supervisors
from decisions.reviews.supervision.figures import Figures
from decisions.reviews.supervision.forms import AwayForm, RuleForm
from decisions.reviews.worklist.forms import GiveForm
from decisions.reviews.worklist.page import address
from decisions.reviews.worklist.views import listed

RULES, AWAY = "rules", "away"
"""The parts of the page of rules and absences. What was done is told in its part."""


@require_POST
@for_supervisors("give")
def give_cases(request: HttpRequest, person: Person) -> HttpResponse:
    """Give the ticked cases of a list to somebody, or to nobody."""
    form = GiveForm(request.POST, person)
    if not form.is_valid():
        return listed(request, form.of_list(), giving=form)
    to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
    outcomes = verbs.give_each(person, form.chosen, to, reason, form.own_token)
    given = [each for each in outcomes if not each.why]
    left = [each for each in outcomes if each.why]
    said = f"{len(given)} case{pluralize(len(given))} {'given to ' + str(to) if to else 'unassigned'}."
    back = address(form.cleaned_data["asked"])
    if left:
        return render(
            request, "reviews/given.html", {"said": said, "given": given, "left": left, "back": back}
        )
    messages.success(request, said)
    return redirect(back)


@require_safe
@for_supervisors("see_figures")
def figures(request: HttpRequest, person: Person) -> HttpResponse:
    """The figures of the team as they are now."""
    record_alone("figures_viewed", actor=person, role=SUPERVISOR)
    return render(request, "reviews/figures.html", {"figures": Figures(person)})


@require_safe
@for_supervisors("make_rules")
def rules(request: HttpRequest, person: Person) -> HttpResponse:
    """The rules by which the team's cases are given, and who is away."""
    return _rules(request, person)


def _rules(
    request: HttpRequest, person: Person, rule: RuleForm | None = None, away: AwayForm | None = None
) -> HttpResponse:
    refused = next((form for form in (rule, away) if form and form.errors), None)
    context = {
        "rules": team_rules.rules_of(person),
        "absences": team_rules.absences_of(person),
        "rule_form": rule or RuleForm(None, person),
        "away_form": away or AwayForm(None, person),
        "refused": refused,
    }
    return render(request, "reviews/rules.html", context, status=422 if refused else 200)


def _told(request: HttpRequest, part: str, said: str) -> HttpResponse:
    """The page again, which says in one of its parts what was done."""
    messages.success(request, said, extra_tags=part)
    return redirect("reviews:rules")


@require_POST
@for_supervisors("make_rules")
def add_rule(request: HttpRequest, person: Person) -> HttpResponse:
    """Add a rule behind the others."""
    form = RuleForm(request.POST, person)
    if not form.is_valid():
        return _rules(request, person, rule=form)
    given = form.cleaned_data
    try:
        added = team_rules.add_rule(person, given["line"], given["urgency"], list(given["people"]))
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return _rules(request, person, rule=form)
    return _told(request, RULES, f"Rule {added.pk} was added.")


@require_POST
@for_supervisors("make_rules")
def remove_rule(request: HttpRequest, person: Person, rule_id: int) -> HttpResponse:
    """Remove a rule."""
    team_rules.remove_rule(person, rule_id)
    return _told(request, RULES, f"Rule {rule_id} was removed.")


@require_POST
@for_supervisors("make_rules")
def move_rule_up(request: HttpRequest, person: Person, rule_id: int) -> HttpResponse:
    """Let a rule count before the one above it."""
    team_rules.move_up(person, rule_id)
    return _told(request, RULES, f"Rule {rule_id} was moved up.")


@require_POST
@for_supervisors("make_rules")
def add_absence(request: HttpRequest, person: Person) -> HttpResponse:
    """Say that somebody is away."""
    form = AwayForm(request.POST, person)
    if not form.is_valid() or form.takes_a_day:
        return _rules(request, person, away=form)
    given = form.cleaned_data
    team_rules.say_away(person, given["person"], given["since"], given["until"])
    return _told(
        request, AWAY, f"Added: {given['person']} is away from {given['since']} to {given['until']}."
    )


@require_POST
@for_supervisors("make_rules")
def remove_absence(request: HttpRequest, person: Person, absence_id: int) -> HttpResponse:
    """Say that somebody is not away after all, or is back."""
    team_rules.remove_absence(person, absence_id)
    return _told(request, AWAY, "The absence was removed.")

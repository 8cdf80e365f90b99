"""The administration: people, roles, sessions, teams, lines of business and plans. No page shows a case."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decisions.administration import leaving, members, plans
from decisions.administration.forms import (
    LeavingForm,
    LineForm,
    NewPersonForm,
    PersonForm,
    PlanForm,
    RoleForm,
    TeamForm,
)
from decisions.models import PHYSICIANS, LineOfBusiness, Person, Plan, Role, Team
from decisions.people.services import (
    SessionForm,
    links_of,
    needs_second_factor,
    only,
    person_of,
    role_labels,
    sessions,
)
from decisions.people.services import links as keys

View = Callable[..., HttpResponse]
OfPerson = Callable[[HttpRequest, Person], HttpResponse | None]
administrators = only(Role.ADMINISTRATOR)


def about_somebody(view: OfPerson) -> View:
    """A view of one person: it is given the person, goes back to their page, and says what was refused."""

    @wraps(view)
    def found(request: HttpRequest, number: int) -> HttpResponse:
        person = get_object_or_404(Person, pk=number)
        try:
            response = view(request, person)
        except members.RefusedError as error:
            return show(request, person, refused=str(error), status=422)
        if response is None:
            return HttpResponseRedirect(reverse("administration:person", args=[person.pk]))
        return response

    return found


@require_safe
@administrators
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, active people first."""
    everybody = Person.objects.select_related("team").prefetch_related("grants")
    rows = [
        {"person": person, "roles": role_labels(person)}
        for person in everybody.order_by("-is_active", "name")
    ]
    return render(request, "administration/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def add(request: HttpRequest) -> HttpResponse:
    """Add a person, and show the link to set a password."""
    form = NewPersonForm(request.POST or None)
    if not form.is_valid():
        return form_page(request, form, "Add a person", back="administration:list")
    person = members.add(person_of(request), form.cleaned_data)
    return link_page(request, person)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
@about_somebody
def person(request: HttpRequest, person: Person) -> HttpResponse | None:
    """Somebody's entry."""
    form = PersonForm(request.POST or None, instance=person)
    if not form.is_valid():
        return show(
            request, Person.objects.get(pk=person.pk), form=form, status=422 if form.is_bound else 200
        )
    members.change(person_of(request), person, form.cleaned_data)
    messages.success(request, "Saved.")
    return None


@require_POST
@administrators
@about_somebody
def role(request: HttpRequest, person: Person) -> HttpResponse | None:
    """Give or take a role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        return show(request, person, refused="Choose one of the roles.", status=422)
    verb = members.grant_role if form.cleaned_data["give"] == "1" else members.take_role
    verb(person_of(request), person, form.cleaned_data["role"])
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
@about_somebody
def deactivate(request: HttpRequest, person: Person) -> HttpResponse | None:
    """Deactivate somebody, after the page has said what stays with them and who can take it."""
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"somebody": person, "left": leaving.left_by(person), "form": form}
        return render(request, "administration/deactivate.html", context)
    leaving.deactivate(person_of(request), person, free=form.cleaned_data["free"])
    return None


@require_POST
@administrators
@about_somebody
def reactivate(request: HttpRequest, person: Person) -> HttpResponse | None:
    """Let somebody sign in again."""
    members.reactivate(person_of(request), person)
    return None


@require_POST
@administrators
@about_somebody
def link(request: HttpRequest, person: Person) -> HttpResponse | None:
    """Take the password away, and show a new link to set one."""
    return link_page(request, person)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
@about_somebody
def reset_factor(request: HttpRequest, person: Person) -> HttpResponse | None:
    """Remove somebody's second factors, after the page has said what that does."""
    if request.method != "POST":
        context = {"somebody": person, "needed": needs_second_factor(person)}
        return render(request, "administration/reset_factor.html", context)
    members.reset_second_factor(person_of(request), person)
    messages.success(request, "Removed. They are signed out and told so, and an open link is void.")
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
@about_somebody
def unlink_provider(request: HttpRequest, person: Person) -> HttpResponse | None:
    """Remove somebody's link with the identity provider, after the page has said what that does."""
    if request.method != "POST":
        return render(request, "administration/unlink.html", {"somebody": person, "links": links_of(person)})
    members.unlink_provider(person_of(request), person)
    messages.success(request, "The link is removed.")
    return None


@require_POST
@administrators
@about_somebody
def end_sessions(request: HttpRequest, person: Person) -> HttpResponse | None:
    """End one session of somebody, or all."""
    form, by = SessionForm(request.POST), person_of(request)
    if not form.is_valid():
        return None
    if number := form.cleaned_data["number"]:
        members.end_session(by, person, number)
    else:
        members.end_sessions(by, person, but=request.session.session_key)
    return None


class RoleRow:
    """A role on the page of somebody: whether they hold it, and what there is to know before it is given."""

    def __init__(self, role: Role, held: set[str]) -> None:
        self.role, self.is_held = role, role in held
        self.together = members.together(held, role)
        clash = "" if self.is_held else members.clashes(held, role)
        self.refusal = members.not_together(role, clash) if clash else ""


def show(
    request: HttpRequest,
    person: Person,
    *,
    form: PersonForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one person."""
    held = set(person.grants.values_list("role", flat=True))
    physician = bool(held & PHYSICIANS)
    context = {
        "somebody": person,
        "form": form or PersonForm(instance=person),
        "refused": refused,
        "roles": [RoleRow(role, held) for role in Role],
        "apart": members.held_against_the_rules(held),
        "places": sessions.places(person, request.session.session_key),
        "without_license": physician and not person.has_license_on(timezone.localdate()),
        "factor_missing": needs_second_factor(person) and not person.has_second_factor,
        "open_cases": members.open_cases(person),
        "links": links_of(person),
        "oneself": person == request.user,
    }
    return render(request, "administration/person.html", context, status=status)


def link_page(request: HttpRequest, person: Person) -> HttpResponse:
    """Show a new link, once."""
    parts = members.new_link(person_of(request), person)
    address = request.build_absolute_uri(reverse("people:set_up", args=parts))
    context = {"somebody": person, "address": address, "hours": keys.hours()}
    return render(request, "administration/link.html", context)


@require_safe
@administrators
def teams(request: HttpRequest) -> HttpResponse:
    """All teams."""
    rows = Team.objects.annotate(active=Count("people", filter=Q(people__is_active=True))).order_by("name")
    return render(request, "administration/teams.html", {"teams": rows})


@require_safe
@administrators
def all_plans(request: HttpRequest) -> HttpResponse:
    """All lines of business and plans."""
    lines = LineOfBusiness.objects.order_by("name")
    rows = Plan.objects.select_related("line").order_by("name")
    return render(request, "administration/plans.html", {"lines": lines, "plans": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def team(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Add or rename a team."""
    return entry(request, Team, number, TeamForm, plans.save_team, "team", "administration:teams")


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def line(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Add or change a line of business."""
    return entry(
        request, LineOfBusiness, number, LineForm, plans.save_line, "line of business", "administration:plans"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def plan(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Add or change a plan."""
    return entry(request, Plan, number, PlanForm, plans.save_plan, "plan", "administration:plans")


def entry(
    request: HttpRequest,
    model: Any,
    number: int | None,
    form_class: Any,
    save: Callable[..., Any],
    name: str,
    back: str,
) -> HttpResponse:
    """The page of a row that is added or changed: a form, and back to the list."""
    row = get_object_or_404(model, pk=number) if number else None
    form = form_class(request.POST or None, instance=row)
    if not form.is_valid():
        return form_page(request, form, f"{'Change' if row else 'Add'} a {name}", back=back)
    save(person_of(request), model.objects.get(pk=row.pk) if row else None, form.cleaned_data)
    messages.success(request, "Saved.")
    return HttpResponseRedirect(reverse(back))


def form_page(request: HttpRequest, form: forms.BaseForm, title: str, *, back: str) -> HttpResponse:
    """A page with one form."""
    context = {"form": form, "title": title, "back": reverse(back)}
    return render(request, "administration/form.html", context, status=422 if form.is_bound else 200)

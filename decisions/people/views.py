"""A person's own account, and the one-time links with which a password is set."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decisions.guards.services import own_places
from decisions.models import Person
from decisions.people import ended, notices, sessions
from decisions.people import links as keys
from decisions.people.own_forms import FirstForm, NewPasswordForm, NoticesForm, SessionForm
from decisions.people.services import links_of, needs_second_factor, person_of, role_labels, signed_in

View = Callable[..., HttpResponse]


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """What a person can see and change about their own sign-in."""
    person = person_of(request)
    context = {
        "roles": role_labels(person),
        "needs_factor": needs_second_factor(person),
        "links": links_of(person),
        "notices": notices.all_of(person),
    }
    return render(request, "people/account.html", context)


def known(view: View) -> View:
    """Open a view to whoever has signed in, also before the second factor that they lack."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        return view(request) if request.user.is_authenticated else ended.answer(request)

    return guarded


@require_safe
@known
def own_notices(request: HttpRequest) -> HttpResponse:
    """What an administrator changed about the person's sign-in, to be read before anything else."""
    found = list(notices.unread(person_of(request)))
    return render(request, "people/notices.html", {"notices": found, "newest": found[-1].pk if found else 0})


@require_POST
@known
def read_notices(request: HttpRequest) -> HttpResponse:
    """Note that the person has read it, and go on."""
    form = NoticesForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("people:notices"))
    notices.mark_read(person_of(request), form.cleaned_data["newest"])
    places = own_places(person_of(request))
    return HttpResponseRedirect(reverse(places[0][1] if places else "people:account"))


@require_safe
@signed_in
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    places = sessions.places(person_of(request), request.session.session_key)
    return render(request, "people/sessions.html", {"places": places})


@require_POST
@signed_in
def end_own_sessions(request: HttpRequest) -> HttpResponse:
    """End one of the person's sessions, or all others."""
    form, person = SessionForm(request.POST), person_of(request)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("people:sessions"))
    if number := form.cleaned_data["number"]:
        sessions.end_one(person, number, by=person)
    else:
        sessions.end_all(person, "ended", by=person, but=request.session.session_key)
    messages.success(request, "Ended.")
    return HttpResponseRedirect(reverse("people:sessions"))


def keeps_its_address(view: View) -> View:
    """Keep the address of a page, which is a secret, out of the headers of what is asked from it.

    The origin stays in: without it, the browser calls the sender of the form null, and the form is refused.
    """

    @wraps(view)
    def careful(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return careful


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_its_address
def first(request: HttpRequest, key: str) -> HttpResponse:
    """Make the first administrator, with the link that the start has printed."""
    if not keys.is_first_key(key):
        return render(request, "people/link_over.html", {"first": True}, status=410)
    form = FirstForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "people/first.html", {"form": form}, status=status)
    given = {name: form.cleaned_data[name] for name in ("username", "name", "password")}
    person = keys.make_first(key, **given)
    if person is None:
        return render(request, "people/link_over.html", {"first": True}, status=410)
    return let_in(request, person, reverse("mfa_index"))


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_its_address
def set_up(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Set a password, with the link that an administrator has handed out."""
    person = keys.person_of_link(number, token)
    if person is None:
        return render(request, "people/link_over.html", status=410)
    form = NewPasswordForm(request.POST or None, person=person)
    if not form.is_valid():
        context = {"form": form, "owner": person}
        return render(request, "people/set_up.html", context, status=422 if form.is_bound else 200)
    changed = keys.use_link(number, token, form.cleaned_data["password"])
    if changed is None:
        return render(request, "people/link_over.html", status=410)
    return let_in(request, changed, reverse("people:account"))


def let_in(request: HttpRequest, person: Person, where: str) -> HttpResponse:
    """Sign somebody in who has just set a password: with the second factor first, where there is one."""
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=where))
    if request.user.is_authenticated:  # who has just chosen the password is not asked for it again at once
        reauthenticate_by_password(request)
    return response

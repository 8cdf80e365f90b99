"""A person's own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions.people.services import signed_in


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """What a person can change about their own sign-in."""
    return render(request, "people/account.html")

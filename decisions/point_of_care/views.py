"""A check that begins with a procedure code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from decisions.check import services as checks
from decisions.core.determination import PROCEDURE
from decisions.point_of_care import services
from decisions.services import procedure_names


@require_safe
def code(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a check of every policy that names the code, with the code entered; 404 where none does."""
    asked = services.spelled(code)
    policies = services.policies_for(asked)
    if not policies:
        context = {"code": code[:40], "known": procedure_names()}
        return render(request, "point_of_care/unknown.html", context, status=404)
    if request.method == "HEAD":  # whoever only looks whether the address is good begins nothing
        return HttpResponse()
    check = checks.start(request, policies)
    checks.answer(check, {PROCEDURE: [asked]})
    return redirect("check:check", check.id)

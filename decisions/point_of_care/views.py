"""A check that begins with a procedure code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from decisions import services as policies
from decisions.check import services as checks
from decisions.core.determination import PROCEDURE
from decisions.point_of_care import services


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, code: str) -> HttpResponse:
    """What a code is and which policies ask about it; 404 where none does. With POST, a check of all of them
    begins, with the code entered: to look at the address, as whoever opens a bookmark does, begins nothing.
    """
    asked, known = services.spelled(code), policies.procedure_names()
    asking = services.policies_for(asked)
    if not asking:
        context = {"code": code[:40], "known": known}
        return render(request, "point_of_care/unknown.html", context, status=404)
    if request.method == "POST":
        check = checks.start(request, [policy.id for policy in asking])
        checks.answer(check, {PROCEDURE: [asked]})
        return redirect("check:check", check.id)
    told = {"code": asked, "name": known[asked], "policies": asking}
    return render(request, "point_of_care/code.html", told)

"""The addresses of Conus, and beside them the barest views that could give the same answers.

A bare view finds the check as every page does, saves it, and sends bytes that were made before.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as pages
from decisions.check import services

FACT = "dimple_diameter_mm"
"""The fact that an update of the worksheet changes."""

MADE: dict[str, bytes] = {}
"""What the bare views send: of the determination by its name, of an update by the value it brings."""


def determination(request: HttpRequest, check_id: str) -> HttpResponse:
    """Read and save the check."""
    services.find(request, check_id).save()
    return HttpResponse(MADE["determination"])


def update(request: HttpRequest, check_id: str) -> HttpResponse:
    """Read the check, put the one changed answer in, save it."""
    check = services.find(request, check_id)
    check.answers[FACT] = request.POST[FACT]
    check.revision += 1
    check.save()
    return HttpResponse(MADE[request.POST[FACT]])


urlpatterns = [
    path("bare/<slug:check_id>/determination/", determination),
    path("bare/<slug:check_id>/update/", update),
    *pages,
]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

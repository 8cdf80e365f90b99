"""Addresses of what supervisors do."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.supervision import views

urlpatterns: list[URLPattern] = [
    path("give/", views.give_cases, name="give_cases"),
]

"""Addresses of requests."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.request import views

urlpatterns: list[URLPattern] = [
    path("new/", views.new, name="new"),
    path("new/codes/", views.codes, name="codes"),
    path("<slug:case_id>/request/", views.change, name="request"),
]

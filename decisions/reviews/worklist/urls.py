"""Addresses of the work lists, the search, and emergency access."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.worklist import views

urlpatterns: list[URLPattern] = [
    path("", views.work_list, name="list"),
    path("search/", views.search, name="search"),
    path("views/", views.keep_view, name="keep_view"),
    path("views/<int:view_id>/remove/", views.remove_view, name="remove_view"),
    path("emergency/", views.emergency_access, name="emergency"),
    path("emergency/accesses/", views.accesses, name="accesses"),
    path("emergency/<int:access_id>/acknowledge/", views.acknowledge, name="acknowledge"),
]

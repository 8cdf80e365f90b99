"""Addresses of the work lists, of requests, and of what is done with a case."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews import case_views, list_views, move_views, request_views

urlpatterns: list[URLPattern] = [
    path("", list_views.work_list, name="list"),
    path("search/", list_views.search, name="search"),
    path("new/", request_views.new, name="new"),
    path("emergency/", list_views.emergency_access, name="emergency"),
    path("emergency/accesses/", list_views.accesses, name="accesses"),
    path("emergency/<int:access_id>/acknowledge/", list_views.acknowledge, name="acknowledge"),
    path("<slug:case_id>/", case_views.case, name="case"),
    path("<slug:case_id>/news/", case_views.news, name="news"),
    path("<slug:case_id>/request/", request_views.change, name="request"),
    *(path(f"<slug:case_id>/{name}/", view, name=name) for name, view in move_views.VIEWS.items()),
]

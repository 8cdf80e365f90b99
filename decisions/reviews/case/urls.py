"""Addresses of a case, of its determination, and of what is done with it."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.case import verb_pages, views

urlpatterns: list[URLPattern] = [
    path("<slug:case_id>/", views.case, name="case"),
    path("<slug:case_id>/news/", views.news, name="news"),
    path("<slug:case_id>/determination/", views.determination, name="determination"),
    path("<slug:case_id>/determination/text/", views.determination_text, name="determination_text"),
    path("<slug:case_id>/determination/json/", views.determination_json, name="determination_json"),
    *(path(f"<slug:case_id>/{name}/", view, name=name) for name, view in verb_pages.VIEWS.items()),
]

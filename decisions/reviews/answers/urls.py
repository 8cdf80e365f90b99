"""Addresses of the questionnaire of a case."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.answers import views

urlpatterns: list[URLPattern] = [
    path("<slug:case_id>/go/", views.go_on, name="go"),
    path("<slug:case_id>/q/<slug:fact>/", views.question, name="question"),
    path("<slug:case_id>/worksheet/", views.worksheet, name="worksheet"),
    path("<slug:case_id>/figure/", views.figure, name="figure"),
]

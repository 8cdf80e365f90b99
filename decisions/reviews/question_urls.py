"""Addresses of the questionnaire of a case and of its determination."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews import question_views as views

urlpatterns: list[URLPattern] = [
    path("<slug:case_id>/go/", views.go_on, name="go"),
    path("<slug:case_id>/q/<slug:fact>/", views.question, name="question"),
    path("<slug:case_id>/worksheet/", views.worksheet, name="worksheet"),
    path("<slug:case_id>/figure/", views.figure, name="figure"),
    path("<slug:case_id>/determination/", views.determination, name="determination"),
    path("<slug:case_id>/determination/text/", views.determination_text, name="determination_text"),
    path("<slug:case_id>/determination/json/", views.determination_json, name="determination_json"),
]

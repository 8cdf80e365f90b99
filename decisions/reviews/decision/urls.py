"""Addresses of decisions and appeals."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.decision import views

urlpatterns: list[URLPattern] = [
    path("<slug:case_id>/sign/", views.sign, name="sign"),
    path("<slug:case_id>/correct/", views.correct, name="correct"),
    path("<slug:case_id>/appeal/", views.appeal, name="appeal"),
    path("<slug:case_id>/appeal/decide/", views.decide_appeal, name="decide_appeal"),
    path("<slug:case_id>/decisions/<int:number>/", views.decision, name="decision"),
]

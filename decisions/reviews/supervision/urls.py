"""Addresses of what supervisors do."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.supervision import views

urlpatterns: list[URLPattern] = [
    path("give/", views.give_cases, name="give_cases"),
    path("team/", views.figures, name="figures"),
    path("team/rules/", views.rules, name="rules"),
    path("team/rules/add/", views.add_rule, name="add_rule"),
    path("team/rules/<int:rule_id>/remove/", views.remove_rule, name="remove_rule"),
    path("team/rules/<int:rule_id>/up/", views.move_rule_up, name="move_rule_up"),
    path("team/away/add/", views.add_absence, name="add_absence"),
    path("team/away/<int:absence_id>/remove/", views.remove_absence, name="remove_absence"),
]

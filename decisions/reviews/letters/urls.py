"""Addresses of letters."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.letters import views

urlpatterns: list[URLPattern] = [
    path("<slug:case_id>/letters/new/<kind>/", views.new_letter, name="new_letter"),
    path("<slug:case_id>/letters/<int:number>/", views.letter, name="letter"),
    path("<slug:case_id>/letters/<int:number>/print/", views.print_letter, name="print_letter"),
]

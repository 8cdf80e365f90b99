"""Addresses of the determination of a check."""

from django.urls import URLPattern, path

from decisions.check import determination_views as views

urlpatterns: list[URLPattern] = [
    path("<slug:check_id>/determination/", views.page, name="determination"),
    path("<slug:check_id>/determination/text/", views.text, name="determination_text"),
    path("<slug:check_id>/determination/json/", views.json, name="determination_json"),
]

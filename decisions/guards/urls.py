"""Addresses of the guards: health and the theme."""

from django.urls import path

from decisions.guards import views

prefix = ""
app_name = "guards"
urlpatterns = [
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("theme", views.theme, name="theme"),
]

"""Addresses of the determination of a check."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

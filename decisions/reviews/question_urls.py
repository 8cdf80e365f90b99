"""Addresses of the questionnaire of a case and of its determination."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

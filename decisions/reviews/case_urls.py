"""Addresses of the work lists, of requests, and of what is done with a case."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

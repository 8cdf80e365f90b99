"""The address at which a case is judged."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews.judgment import views

urlpatterns: list[URLPattern] = [path("<slug:case_id>/judge/", views.judge, name="judge")]

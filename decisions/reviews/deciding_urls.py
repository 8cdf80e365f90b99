"""Addresses of decisions, appeals and letters."""

from __future__ import annotations

from django.urls import URLPattern, path

from decisions.reviews import deciding_views as decisions
from decisions.reviews import letter_views as letters

urlpatterns: list[URLPattern] = [
    path("<slug:case_id>/sign/", decisions.sign, name="sign"),
    path("<slug:case_id>/correct/", decisions.correct, name="correct"),
    path("<slug:case_id>/appeal/", decisions.appeal, name="appeal"),
    path("<slug:case_id>/appeal/decide/", decisions.decide_appeal, name="decide_appeal"),
    path("<slug:case_id>/decisions/<int:number>/", decisions.decision, name="decision"),
    path("<slug:case_id>/letters/new/<kind>/", letters.new_letter, name="new_letter"),
    path("<slug:case_id>/letters/<int:number>/", letters.letter, name="letter"),
    path("<slug:case_id>/letters/<int:number>/print/", letters.print_letter, name="print_letter"),
]

"""Addresses of a check. They hold its id and the ids of questions, never an answer."""

from django.urls import path

from decisions.check import views

prefix = "check/"
app_name = "check"
urlpatterns = [
    path("start", views.start, name="start"),
    path("<slug:check_id>/", views.go_on, name="check"),
    path("<slug:check_id>/q/<slug:fact>/", views.question, name="question"),
    path("<slug:check_id>/worksheet/", views.worksheet, name="worksheet"),
    path("<slug:check_id>/figure/", views.figure, name="figure"),
    path("<slug:check_id>/clear/", views.clear, name="clear"),
    path("<slug:check_id>/determination/", views.determination, name="determination"),
    path("<slug:check_id>/determination/text/", views.determination_text, name="determination_text"),
    path("<slug:check_id>/determination/json/", views.determination_json, name="determination_json"),
]

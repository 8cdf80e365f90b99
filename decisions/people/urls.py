"""Addresses of a person's own account, and of the one-time links."""

from django.urls import path

from decisions.people import views

prefix = "people/"
app_name = "people"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/sessions/", views.own_sessions, name="sessions"),
    path("account/sessions/end/", views.end_own_sessions, name="end_sessions"),
    path("account/notices/", views.own_notices, name="notices"),
    path("account/notices/read/", views.read_notices, name="read_notices"),
    path("first/<str:key>/", views.first, name="first"),
    path("set-up/<str:number>/<str:token>/", views.set_up, name="set_up"),
]

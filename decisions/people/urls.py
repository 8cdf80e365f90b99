"""Addresses of a person's own account, and of the administration of people, teams and plans."""

from django.urls import path

from decisions.people import views

prefix = "people/"
app_name = "people"
urlpatterns = [path("account/", views.account, name="account")]

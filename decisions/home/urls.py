"""The address of the first page."""

from django.urls import path

from decisions.home import views

prefix = ""
app_name = "home"
nav = (("Check", "home:home"),)
urlpatterns = [path("", views.home, name="home")]

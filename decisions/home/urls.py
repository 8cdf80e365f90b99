"""The addresses of the first page and of the list of keys."""

from django.urls import path

from decisions.home import views

prefix = ""
app_name = "home"
nav = (("Check", "home:home"),)
urlpatterns = [path("", views.home, name="home"), path("keys/", views.keys, name="keys")]

"""The address of a code. It holds nothing of a patient, and stays: other systems link to it."""

from django.urls import path

from decisions.point_of_care import views

prefix = "for/"
app_name = "point_of_care"
urlpatterns = [
    path("<str:code>", views.code, name="code"),
    path("<str:code>/", views.code),
]

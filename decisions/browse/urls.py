"""Addresses of the policy library."""

from django.urls import path

from decisions.browse import views

prefix = "policies/"
app_name = "browse"
nav = (("Policies", "browse:list"),)
urlpatterns = [
    path("", views.policies, name="list"),
    path("compare/", views.compare, name="compare"),
    path("<policy_id>/", views.in_force, name="in_force"),
    path("<policy_id>/<edition>/", views.text, name="policy"),
    path("<policy_id>/<edition>/logic/", views.logic, name="logic"),
    path("<policy_id>/<edition>/codes/", views.codes, name="codes"),
    path("<policy_id>/<edition>/readings/", views.readings, name="readings"),
    path("<policy_id>/<edition>/references/", views.references, name="references"),
    path("<policy_id>/<edition>/proof/", views.proof, name="proof"),
    path("<policy_id>/<edition>/source/", views.source, name="source"),
    path("<policy_id>/<edition>/source/text/", views.source_text, name="source_text"),
]

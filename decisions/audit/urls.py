"""The addresses of the event log, and who finds it in the navigation."""

from collections.abc import Sequence

from django.urls import path

from decisions.audit import views
from decisions.models import Person, Role

prefix = "log/"
app_name = "audit"
urlpatterns = [
    path("", views.log, name="log"),
    path("verify/", views.verify, name="verify"),
    path("status/", views.status, name="status"),
    path("agreement/", views.agreement, name="agreement"),
    path("agreement.csv", views.agreement_csv, name="agreement_csv"),
    path("case/<slug:case_id>/", views.story, name="story"),
    path("case/<slug:case_id>/verify/", views.verify_case, name="verify_case"),
    path("case/<slug:case_id>/events.csv", views.story_csv, name="story_csv"),
    path("case/<slug:case_id>/events.json", views.story_fhir, name="story_fhir"),
]


def nav_for(person: Person) -> Sequence[tuple[str, str]]:
    """The log for auditors, its state for administrators."""
    if Role.AUDITOR in person.role_names:
        return (("Event log", "audit:log"),)
    return (("State of the log", "audit:status"),) if Role.ADMINISTRATOR in person.role_names else ()

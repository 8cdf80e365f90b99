"""Addresses of the administration of people, teams and plans."""

from django.urls import path

from decisions.administration import views
from decisions.models import Person, Role

prefix = "people/"
app_name = "administration"
urlpatterns = [
    path("", views.people, name="list"),
    path("add/", views.add, name="add"),
    path("<int:number>/", views.person, name="person"),
    path("<int:number>/role/", views.role, name="role"),
    path("<int:number>/deactivate/", views.deactivate, name="deactivate"),
    path("<int:number>/reactivate/", views.reactivate, name="reactivate"),
    path("<int:number>/link/", views.link, name="link"),
    path("<int:number>/second-factor/", views.reset_factor, name="reset_factor"),
    path("<int:number>/provider/", views.unlink_provider, name="unlink_provider"),
    path("<int:number>/sessions/", views.end_sessions, name="end_sessions_of"),
    path("teams/", views.teams, name="teams"),
    path("teams/add/", views.team, name="add_team"),
    path("teams/<int:number>/", views.team, name="team"),
    path("plans/", views.all_plans, name="plans"),
    path("lines/add/", views.line, name="add_line"),
    path("lines/<int:number>/", views.line, name="line"),
    path("plans/add/", views.plan, name="add_plan"),
    path("plans/<int:number>/", views.plan, name="plan"),
]


def nav_for(person: Person) -> list[tuple[str, str]]:
    """The administration, for administrators."""
    return [("People", "administration:list")] if Role.ADMINISTRATOR in person.role_names else []

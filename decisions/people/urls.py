"""Addresses of a person's own account, and of the administration of people, teams and plans."""

from django.urls import path

from decisions.models import Person, Role
from decisions.people import admin_views, views

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
    path("", admin_views.people, name="list"),
    path("add/", admin_views.add, name="add"),
    path("<int:number>/", admin_views.person, name="person"),
    path("<int:number>/role/", admin_views.role, name="role"),
    path("<int:number>/deactivate/", admin_views.deactivate, name="deactivate"),
    path("<int:number>/reactivate/", admin_views.reactivate, name="reactivate"),
    path("<int:number>/link/", admin_views.link, name="link"),
    path("<int:number>/second-factor/", admin_views.reset_factor, name="reset_factor"),
    path("<int:number>/provider/", admin_views.unlink_provider, name="unlink_provider"),
    path("<int:number>/sessions/", admin_views.end_sessions, name="end_sessions_of"),
    path("teams/", admin_views.teams, name="teams"),
    path("teams/add/", admin_views.team, name="add_team"),
    path("teams/<int:number>/", admin_views.team, name="team"),
    path("plans/", admin_views.all_plans, name="plans"),
    path("lines/add/", admin_views.line, name="add_line"),
    path("lines/<int:number>/", admin_views.line, name="line"),
    path("plans/add/", admin_views.plan, name="add_plan"),
    path("plans/<int:number>/", admin_views.plan, name="plan"),
]


def nav_for(person: Person) -> list[tuple[str, str]]:
    """The administration, for administrators."""
    return [("People", "people:list")] if Role.ADMINISTRATOR in person.role_names else []

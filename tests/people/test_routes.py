"""Every address of people and sign-in, for every role: what is not opened to somebody is closed."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, reverse

from decisions.administration import urls as administration
from decisions.models import Role
from decisions.people import account_urls
from decisions.people import urls as people
from tests.people.world import PEOPLE, make_world

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset(PEOPLE.values())
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OPEN = frozenset({*EVERYBODY, "anonymous"})

RULES: dict[str, frozenset[str]] = {
    "account": EVERYBODY,
    "sessions": EVERYBODY,
    "end_sessions": EVERYBODY,
    "notices": EVERYBODY,
    "read_notices": EVERYBODY,
    "first": OPEN,
    "set_up": OPEN,
    "list": ADMINISTRATORS,
    "add": ADMINISTRATORS,
    "person": ADMINISTRATORS,
    "role": ADMINISTRATORS,
    "deactivate": ADMINISTRATORS,
    "reactivate": ADMINISTRATORS,
    "link": ADMINISTRATORS,
    "reset_factor": ADMINISTRATORS,
    "unlink_provider": ADMINISTRATORS,
    "end_sessions_of": ADMINISTRATORS,
    "teams": ADMINISTRATORS,
    "add_team": ADMINISTRATORS,
    "team": ADMINISTRATORS,
    "plans": ADMINISTRATORS,
    "add_line": ADMINISTRATORS,
    "line": ADMINISTRATORS,
    "add_plan": ADMINISTRATORS,
    "plan": ADMINISTRATORS,
}
ROUTES = {
    pattern: part.app_name
    for part in (administration, people)
    for pattern in part.urlpatterns
    if isinstance(pattern, URLPattern)
}
"""Each route, and the room that it is of."""
OUTSIDE = {
    "account_login",
    "mfa_authenticate",
    "openid_connect_login",
    "openid_connect_callback",
    "account_logout",
}


def test_every_route_has_a_rule():
    assert {pattern.name for pattern in ROUTES} == set(RULES)


def address(pattern: URLPattern, world) -> str:
    values = {"number": world.other_intake.pk, "key": "x", "token": "x"}
    names = set(pattern.pattern.converters)
    if pattern.name in {"team", "line", "plan"}:
        values["number"] = getattr(world, pattern.name).pk
    return reverse(f"{ROUTES[pattern]}:{pattern.name}", kwargs={name: values[name] for name in names})


@pytest.mark.parametrize("name", [*PEOPLE, "anonymous"])
def test_each_route_is_open_to_those_it_is_for_and_closed_to_the_others(client, name):
    world = make_world()
    who = client if name == "anonymous" else world.client(getattr(world, name))
    role = PEOPLE.get(name, "anonymous")
    for pattern in ROUTES:
        for method in ("get", "post"):
            response = getattr(who, method)(address(pattern, world))
            closed = is_closed(response, method)
            allowed = role in RULES[str(pattern.name)]
            if response.status_code != 405:
                assert closed is not allowed, (name, method, pattern.name, response.status_code)
            if name not in {"anonymous", "administrator"} and not allowed:
                assert response.status_code in {403, 405}, (name, method, pattern.name)
            if pattern.name in {"role", "deactivate", "reactivate", "reset_factor", "link"} and allowed:
                who = world.client(world.administrator)


def is_closed(response, method: str) -> bool:
    to_sign_in = response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")
    return response.status_code in {401, 403} or to_sign_in


@pytest.mark.parametrize("number", [0, 999999])
def test_a_person_a_team_a_line_and_a_plan_that_are_not_there_are_not_found(number):
    world = make_world()
    admin = world.client(world.administrator)
    for path in ["", "deactivate/"]:
        assert admin.get(f"/people/{number}/{path}").status_code == 404
    for kind in ["teams", "lines", "plans"]:
        if number:
            assert admin.get(f"/people/{kind}/{number}/").status_code == 404


@pytest.mark.parametrize("pattern", account_urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_the_pages_of_the_own_sign_in_are_closed_to_visitors(client, pattern):
    values = {"pk": 1, "provider_id": "provider"}
    path = reverse(pattern.name, kwargs={name: values[name] for name in pattern.pattern.converters})
    response = client.get(path)
    if pattern.name in OUTSIDE:
        assert response.status_code in {200, 302, 404}
    else:
        assert response.status_code == 302, response.status_code
        assert response.headers["Location"].startswith("/accounts/login/")


def test_a_refusal_is_recorded():
    from tests.people.helpers import actions

    world = make_world()
    world.client(world.auditor).get("/people/")
    assert actions()[-1] == "refused"


def test_the_administration_is_in_the_navigation_of_administrators_alone():
    world = make_world()
    assert 'href="/people/"' in world.client(world.administrator).get("/").content.decode()
    assert 'href="/people/"' not in world.client(world.auditor).get("/").content.decode()

"""Two made-up teams with a person for each role, made-up plans, and browsers in which they are signed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password
from django.test import Client

from decisions.models import LineOfBusiness, Person, Plan, Role, RoleGrant, Team
from decisions.people.factors import needs_second_factor

PASSWORD = "made-up password 4711"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PEOPLE = {
    "intake": Role.INTAKE,
    "reviewer": Role.REVIEWER,
    "reviewer_2": Role.REVIEWER,
    "physician": Role.PHYSICIAN,
    "physician_2": Role.PHYSICIAN,
    "appeal_physician": Role.APPEAL_PHYSICIAN,
    "supervisor": Role.SUPERVISOR,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}
LICENSED = {Role.PHYSICIAN, Role.APPEAL_PHYSICIAN}


@dataclass
class World:
    """Everybody, by name: `reviewer` and the others in `team`, `other_reviewer` and so on in `other_team`."""

    team: Team
    other_team: Team
    line: LineOfBusiness
    plan: Plan
    ash_plan: Plan
    ask_plan: Plan
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def client(self, person: Person, **options: Any) -> Client:
        """A browser in which the person is signed in, with the second factor that the roles ask for."""
        person = Person.objects.get(pk=person.pk)
        if needs_second_factor(person) and not person.has_second_factor:
            add_app(person)
        client = Client(**options)
        client.force_login(person)
        return client


def make_world() -> World:
    """Make everything. Nobody in it is real."""
    team, other_team = (
        Team.objects.create(name="Team A (made up)"),
        Team.objects.create(name="Team B (made up)"),
    )
    line = LineOfBusiness.objects.create(name="Made-up line")
    plans = {
        "plan": Plan.objects.create(name="Made-up plan", line=line, policy="cigna-cpg-038"),
        "ash_plan": Plan.objects.create(name="Made-up plan under ASH", line=line, policy="ash-cpg-038"),
        "ask_plan": Plan.objects.create(name="Made-up plan that asks", line=line, policy=""),
    }
    world = World(team=team, other_team=other_team, line=line, **plans)
    homes = (("", team), ("other_", other_team))
    people = [
        (unsaved(prefix + name, role, team=home), role)
        for prefix, home in homes
        for name, role in PEOPLE.items()
    ]
    # Everybody at once: most tests of a review start here.
    made = Person.objects.bulk_create(person for person, _ in people)
    RoleGrant.objects.bulk_create(RoleGrant(person=person, role=role) for person, role in people)
    world.people = {person.username: person for person in made}
    return world


def make_person(username: str, *roles: str, team: Team | None = None, **fields: Any) -> Person:
    """A made-up person with roles. Physicians have a license that is good until 2099.

    The password is stored unusable, which is quick; `with_password` gives the one that signs in.
    """
    person = unsaved(username, *roles, team=team, **fields)
    person.save()
    RoleGrant.objects.bulk_create([RoleGrant(person=person, role=role) for role in roles])
    return person


def unsaved(username: str, *roles: str, team: Team | None, **fields: Any) -> Person:
    """Such a person, before the database knows of them."""
    on_file = {}
    if LICENSED & set(roles):
        on_file = {
            "license_number": f"MADE-UP-{username}",
            "license_state": "NY",
            "license_expires": dt.date(2099, 12, 31),
        }
    name = f"{username.replace('_', ' ').title()} (made up)"
    person = Person(username=username, **{"name": name, "team": team, "made_up": True, **on_file, **fields})
    person.password = unusable()
    return person


@cache
def unusable() -> str:
    """A password that nobody has. Each that is made is drawn letter by letter."""
    return make_password(None)


def with_password(person: Person, password: str = PASSWORD) -> Person:
    """The person, able to sign in with a password."""
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def add_app(person: Person, secret: str = SECRET) -> SimpleNamespace:
    """Give a person an authenticator app. Its secret is made up and the same in every test."""
    made = Authenticator.objects.create(
        user=person, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)}
    )
    return SimpleNamespace(authenticator=made, secret=secret)


def new_secret() -> str:
    """Another secret for an authenticator app."""
    return str(generate_totp_secret())

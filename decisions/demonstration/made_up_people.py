"""The made-up people, and how they sign in.

Passwords and the keys of authenticator apps are worked out from the secret key of this installation. So they
are the same at every start, stored nowhere in the clear, and fit nowhere else.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.utils import timezone
from django.utils.crypto import salted_hmac

from decisions.log.services import record
from decisions.models import PHYSICIANS, LineOfBusiness, Person, Plan, Role, RoleGrant, Team
from decisions.people.services import needs_second_factor

TEAM, OTHER_TEAM = "North team (made up)", "South team (made up)"
PERIOD = 30
"""Seconds that a code of an authenticator app is shown."""
LICENSE = {"license_state": "NY", "license_expires": dt.date(2099, 12, 31)}


LETTERS = {
    "contact": (
        "Made-up Health Plan, Utilization Review (made up)\n"
        "1 Nowhere Street, Sampletown, NY 00000\n"
        "Telephone 555-0100, fax 555-0101, Monday to Friday from 8:00 to 17:00"
    ),
    "no_answer": (
        "Please answer within 5 calendar days, by fax or by mail to the address at the end of this letter. "
        "When nothing arrives by then, we decide on what is on record (made-up rule)."
    ),
    "extension_rights": (
        "You can file a grievance by telephone or in writing, at the address at the end of this letter. "
        "We answer it within 24 hours (made-up rule)."
    ),
    "appeal_rights": (
        "File a standard appeal in writing within 180 calendar days of the day on which you receive this "
        "letter. We answer it within 30 calendar days (made-up rule).\n\n"
        "File an expedited appeal by telephone or fax. We answer it within 72 hours (made-up rule)."
    ),
    "external_review": (
        "After an appeal that was not decided in your favor you can ask for a review by an independent "
        "organization, at no cost, within 4 months of that decision. Write to the Made-up State Department "
        "of Insurance, 2 Nowhere Street, Sampletown, NY 00000. Its decision binds us (made-up rule)."
    ),
    "peer_review": (
        "Call 555-0102 from Monday to Friday, 9:00 to 16:00, within 14 calendar days of this letter "
        "(made-up rule)."
    ),
    "copies": (
        "Ask by telephone or in writing, at the address at the end of this letter. Copies are free "
        "(made-up rule)."
    ),
}
"""What the made-up lines of business say in letters."""
SOFTWARE = (
    "Software compared the answers from the record with the criteria. The physician named in this letter "
    "judged the criteria before they saw what it said, and decided (made-up rule)."
)
"""What one of them says of software, in letters about decisions."""


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Somebody who does not exist."""

    username: str
    name: str
    role: Role
    team: str = TEAM


PEOPLE = (
    MadeUp("ines", "Ines Intake (made up)", Role.INTAKE),
    MadeUp("nora", "Nora Nurse (made up)", Role.REVIEWER),
    MadeUp("noel", "Noel Nurse (made up)", Role.REVIEWER),
    MadeUp("paula", "Dr. Paula Physician (made up)", Role.PHYSICIAN),
    MadeUp("pia", "Dr. Pia Physician (made up)", Role.PHYSICIAN),
    MadeUp("ada", "Dr. Ada Appeal (made up)", Role.APPEAL_PHYSICIAN),
    MadeUp("sven", "Sven Supervisor (made up)", Role.SUPERVISOR),
    MadeUp("otto", "Otto Auditor (made up)", Role.AUDITOR),
    MadeUp("amir", "Amir Administrator (made up)", Role.ADMINISTRATOR),
    MadeUp("sara", "Sara South, nurse (made up)", Role.REVIEWER, OTHER_TEAM),
    MadeUp("saul", "Dr. Saul South (made up)", Role.PHYSICIAN, OTHER_TEAM),
)


class RealPeopleError(Exception):
    """The database holds people who are not made up, so no demonstration is loaded into it."""


def load() -> None:
    """Make the people, teams and plans, once, inside a transaction. Raises RealPeopleError."""
    if Person.objects.filter(made_up=False).exists():
        raise RealPeopleError
    expedited = LineOfBusiness.objects.create(name="Made-up commercial", **LETTERS)
    pausing = LineOfBusiness.objects.create(name="Made-up managed care", paused_states=["waiting"], **LETTERS)
    judging = LineOfBusiness.objects.create(
        name="Made-up line, a physician judges first", independent_judgment=True, software=SOFTWARE, **LETTERS
    )
    Plan.objects.create(name="Made-up Plan Four", line=judging, policy="cigna-cpg-038")
    Plan.objects.create(name="Made-up Plan One", line=expedited, policy="cigna-cpg-038")
    Plan.objects.create(name="Made-up Plan Two", line=pausing, policy="ash-cpg-038")
    Plan.objects.create(name="Made-up Plan Three (asks for the policy)", line=expedited)
    teams = {name: Team.objects.create(name=name) for name in (TEAM, OTHER_TEAM)}
    for made_up in PEOPLE:
        _make(made_up, teams[made_up.team])


def _make(made_up: MadeUp, team: Team) -> None:
    licensed = made_up.role in PHYSICIANS
    on_file = {"license_number": f"MADE-UP-{made_up.username}", **LICENSE} if licensed else {}
    person = Person.objects.make(
        made_up.username, password(made_up.username), name=made_up.name, team=team, made_up=True, **on_file
    )
    RoleGrant.objects.create(person=person, role=made_up.role)
    record("person_added", actor=None, details={"person": person.pk})
    record("role_granted", actor=None, details={"person": person.pk, "role": made_up.role.value})
    if needs_second_factor(person):
        TOTP.activate(person, key(made_up.username))


def password(username: str) -> str:
    """The password of a made-up person in this installation."""
    text = _secret("password", username)[:16].lower()
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))


def key(username: str) -> str:
    """The key for a made-up person's authenticator app."""
    return _secret("second factor", username)[:32]


def _secret(use: str, username: str) -> str:
    made = salted_hmac(f"conus.demonstration.{use}", username, algorithm="sha256").digest()
    return base64.b32encode(made).decode().rstrip("=")


def code(username: str) -> str:
    """The code that the authenticator app of a made-up person shows now. Raises LookupError."""
    factors = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__made_up=True)
    if not factors.filter(user__username=username).exists():
        raise LookupError(username)
    now = int(timezone.now().timestamp())
    return str(format_hotp_value(hotp_value(key(username), now // PERIOD)))


def is_loaded() -> bool:
    """Whether the made-up people are there."""
    return Person.objects.filter(username=PEOPLE[0].username, made_up=True).exists()


def loaded(username: str) -> Person:
    """One of the made-up people."""
    return Person.objects.get(username=username)

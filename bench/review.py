"""The pages of a case, beside bare views that read and write the same rows and send the same bytes.

A bare view goes through the same middleware, and reads the session, the person with their roles, and the
case. It reads besides what its page reads: for the page of a case who entered it, its possible duplicates,
decisions, letters, notes, newest answers and emergency accesses, for the worksheet the newest answers, each
in one query that joins the people who are named. It records its event by the same statements, and for an
update keeps the answer. It decides nothing, and makes no page.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from bench import bare
from bench.pages import ANSWERS, PAGE, VALUES, Fields, Visit, compare_pages
from bench.start import first_load
from decisions.models import Case, LineOfBusiness, Person, Plan, RoleGrant, Team, new_id
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import verbs as working
from decisions.reviews.ground import facts
from decisions.reviews.ground.work import Sent
from decisions.reviews.request import verbs as intake

MOST = 3
"""How many times a bare view a page of a case may cost."""


def run(rounds: int) -> None:
    """Prints each page beside its bare view."""
    with override_settings(ROOT_URLCONF="bench.bare"):
        person = somebody()
        visit = CaseVisit(person, a_case(person))
        for name in ("case", "determination", "worksheet"):
            _page(visit, name, rounds)
        _update(visit, rounds)
        for name in ("case", "worksheet"):
            first_load(f"the {name} of a review", visit.get(visit.address(name)))


def somebody() -> Person:
    """A made-up reviewer."""
    team = Team.objects.create(name="Made-up team")
    person = Person.objects.make("made-up", name="Rita Reviewer (made up)", team=team, made_up=True)
    RoleGrant.objects.create(person=person, role="reviewer")
    return person


def a_case(person: Person) -> Case:
    """A made-up case that somebody has, with every question answered."""
    line = LineOfBusiness.objects.create(name="Made-up line")
    plan = Plan.objects.create(name="Made-up plan", line=line, policy="cigna-cpg-038")
    request = intake.Request(
        reference="",
        member_reference="MADE-UP-1",
        birth_date=dt.date(2026, 6, 20),
        plan=plan,
        policy=plan.policy,
        ordering_clinician="Dr. Olga Ordering (made up)",
        rendering_clinician="",
        urgency=Case.Urgency.STANDARD.value,
        received_at=timezone.now(),
        date_of_service=dt.date(2026, 11, 1),
        procedure_codes=["76800"],
        diagnosis_codes=["Q06.8"],
        notes="",
        attachments=[],
    )
    key = intake.create(person, Sent(new_id()), request)
    intake.submit(person, key, Sent(revision=0))
    working.claim(person, key, Sent(revision=1))
    case = Case.objects.get(pk=key)
    asked = {fact: value for fact, value in ANSWERS.items() if fact not in facts.fixed(case)}
    answering.answer(person, key, Sent(revision=2), asked)
    return Case.objects.get(pk=key)


class CaseVisit(Visit):
    """A browser in which somebody is signed in, as far as the server can tell."""

    def __init__(self, person: Person, case: Case) -> None:
        self.person, self.case = person, case
        client = Client(headers={"host": "localhost"})
        client.force_login(person)
        client.get(reverse("reviews:worksheet", args=[case.pk]))
        self.browse_as(client)

    def address(self, name: str) -> str:
        """Where a page of the case is."""
        return reverse(f"reviews:{name}", args=[self.case.pk])


def _page(visit: CaseVisit, name: str, rounds: int) -> None:
    address = visit.address(name)
    bare.MADE[name] = visit.get(address)
    contenders = {
        f"the {name} ({len(bare.MADE[name]):,} bytes)": lambda: visit.get(address),
        "a bare view that reads the same and records": lambda: visit.get(
            f"/bare/cases/{visit.case.pk}/{name}/"
        ),
    }
    compare_pages(f"A review: the {name}", contenders, rounds, MOST)


def _update(visit: CaseVisit, rounds: int) -> None:
    address = visit.address("worksheet")
    bodies = [_body(visit, address, value) for value in VALUES]
    for value, body in zip(VALUES, bodies, strict=True):
        bare.MADE[f"case {value}"] = visit.post(address, body)
    sizes = " and ".join(f"{len(bare.MADE[f'case {value}']):,}" for value in VALUES)
    bare_address = f"/bare/cases/{visit.case.pk}/update/"
    contenders = {
        f"the worksheet's htmx update ({sizes} bytes)": lambda: [
            visit.post(address, body) for body in bodies
        ],
        "a bare view that keeps the answer and records": lambda: [
            visit.post(bare_address, body) for body in bodies
        ],
    }
    compare_pages("A review: an update of the worksheet", contenders, rounds, MOST, len(bodies))


def _body(visit: CaseVisit, address: str, value: str) -> bytes:
    """What a browser sends when another value of the fact is put in, on the page that saved last."""
    changed = {bare.FACT: value, "page": PAGE}
    fields = Fields(visit.get(address).decode(), "worksheet-form").sent
    return urlencode([(name, changed.get(name, was)) for name, was in fields]).encode()

"""Makes a database of very many made-up cases, in bulk: past the services, without indexes until all is in.

Nobody in it is real. Half of the cases are one team's. Every filter of a list finds a page of cases among a
thousand too, so that the same work is compared.
"""

from __future__ import annotations

import base64
import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from decisions.log import triggers
from decisions.models import Case, Event, LineOfBusiness, Person, Plan, RoleGrant, Team, fold
from decisions.models.reviews import NO_DUE, NOT_DECIDED
from decisions.reviews.worklist import search_index

POLICIES = ("ash-cpg-038", "cigna-cpg-038")
ROLES = ("reviewer", "reviewer", "physician", "appeal_physician", "intake", "auditor")
STATES = (
    *(("draft",) * 2),
    *(("in_review",) * 8),
    *(("waiting",) * 4),
    *(("physician_review",) * 4),
    *(("appealed",) * 2),
    *(("decided",) * 10),
    *(("closed",) * 10),
)
HOLDERS = {
    "in_review": (0, 1),
    "waiting": (0, 1),
    "physician_review": (2,),
    "appealed": (3,),
    "decided": (0, 2),
}
"""Who has a case in a state, by their place in `ROLES`; half of those that are open are nobody's."""
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SPAN = dt.timedelta(days=400)
ACTIONS = ("case_viewed",) * 6 + (
    "list_viewed",
    "search_made",
    "signed_in",
    "letter_viewed",
    "answer_changed",
)
RARE = ("refused", "emergency_access_started", "log_verified", "role_granted", "decision_signed")
"""What the oldest events are: a group of these alone is met only after all the others."""
HASH = 64
FAST = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY")
"""How SQLite writes what can be thrown away."""


@dataclass
class Crowd:
    """The people of the team that half of the cases are of, by their roles; reviewers twice."""

    team: Team
    people: list[Person]
    plans: list[Plan]
    count: int

    def of(self, role: str) -> Person:
        """The first person of a role."""
        return self.people[ROLES.index(role)]


def seed(count: int) -> Crowd:
    """Fill the database with so many cases, and with events of them."""
    lines = [LineOfBusiness.objects.create(name=f"Made-up line {n}", due_soon_hours=24 * n) for n in (1, 2)]
    plans = [
        Plan.objects.create(name=f"Made-up plan {n}", line=lines[n % 2], policy=POLICIES[n % 2])
        for n in range(4)
    ]
    teams = [Team.objects.create(name=f"Made-up team {n}") for n in range(2)]
    people = [[_person(team, n, role) for n, role in enumerate(ROLES)] for team in teams]
    crowd = Crowd(teams[0], people[0], plans, count)
    chance = random.Random(count)  # noqa: S311 (the same cases each time)
    with _hurried():
        _write(Case, _cases(chance, count, teams, people, plans))
        _log(count)
    return crowd


def _person(team: Team, number: int, role: str) -> Person:
    name = f"made-up-{team.pk}-{number}"
    person = Person.objects.make(name, name=name, team=team, made_up=True)
    RoleGrant.objects.create(person=person, role=role)
    return person


@contextmanager
def _hurried() -> Iterator[None]:
    """Without indexes and triggers, which are made again once all is in."""
    indexes = [(model, index) for model in (Case, Event) for index in model._meta.indexes]  # noqa: SLF001
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
    triggers.drop(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for pragma in FAST:
                cursor.execute(f"PRAGMA {pragma}")
            for name in search_index.TRIGGERS:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET statement_timeout = 0")
            for name in search_index.INDEXES:
                cursor.execute(f"DROP INDEX IF EXISTS {name}")
    yield
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.add_index(model, index)
    triggers.install(connection)
    with suppress(DatabaseError):
        search_index.make(connection)
    if connection.vendor == "sqlite":
        connection.close()  # and with it what was set for this connection alone
    else:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("RESET statement_timeout")


def _cases(
    chance: random.Random,
    count: int,
    teams: Sequence[Team],
    people: Sequence[Sequence[Person]],
    plans: Sequence[Plan],
) -> Iterator[dict[str, Any]]:
    now = timezone.now().replace(second=0, microsecond=0)
    for number in range(count):
        ours = number % 2
        state = chance.choice(STATES)
        received = now - SPAN * chance.random()
        is_answered = state in ("decided", "closed")
        due = now + dt.timedelta(minutes=chance.randrange(-4320, 4320)) if not is_answered else received
        paused = state == "waiting" and chance.random() < 0.5
        holders = HOLDERS.get(state, ())
        has = bool(holders) and (is_answered or chance.random() < 0.5)
        decided = state in ("decided", "closed", "appealed")
        reference = f"R-{_scrambled(number)}"
        member = f"MADE-UP-{chance.randrange(count):07d}"
        plan = chance.choice(plans)
        result = "adverse" if state == "appealed" else chance.choice(("approved", "approved", "adverse"))
        yield {
            "id": base64.urlsafe_b64encode(chance.randbytes(16))[:22].decode(),
            "reference": reference,
            "member_reference": member,
            "reference_folded": fold(reference),
            "member_folded": fold(member),
            "birth_date": "2026-01-10",
            "plan_id": plan.pk,
            "policy": plan.policy,
            "ordering_clinician": "Dr. Olga Ordering (made up)",
            "rendering_clinician": "",
            "urgency": chance.choice(("standard", "standard", "expedited")),
            "received_at": _moment(received.replace(second=0, microsecond=0)),
            "procedure_codes": '["76800"]',
            "diagnosis_codes": '["Q06.8"]',
            "notes": "",
            "attachments": "[]",
            "team_id": teams[1 - ours].pk,
            "assignee_id": people[1 - ours][chance.choice(holders)].pk if has else None,
            "state": state,
            "resumes_to": "in_review" if state == "waiting" else "",
            "appealed": state == "appealed",
            "answers": "{}",
            "typed": "{}",
            "other_words": "{}",
            "revision": 3,
            "edition_at_start": "",
            "created_by_id": people[1 - ours][ROLES.index("intake")].pk,
            "created_at": _moment(received),
            "due_at": None if paused else _moment(due),
            "sort_due": _moment(NO_DUE if paused else due),
            "result": result if decided else "",
            "sort_decided": _moment(received + dt.timedelta(days=3) if decided else NOT_DECIDED),
            "late": decided and chance.random() < 0.2,
        }


def _scrambled(number: int) -> str:
    """Eight letters, of no two numbers the same, in no order that the numbers have."""
    left = number * 0x9E3779B97 % len(LETTERS) ** 8
    letters = ""
    for _ in range(8):
        left, letter = divmod(left, len(LETTERS))
        letters += LETTERS[letter]
    return letters


def _log(count: int) -> None:
    """Events of made-up hashes: nobody verifies this log, and the head follows its last event."""
    total = count
    chance = random.Random(total)  # noqa: S311 (the same events each time)
    begins = timezone.now() - SPAN

    def events() -> Iterator[dict[str, Any]]:
        for seq in range(1, total + 1):
            few = seq <= 60 * len(RARE)
            yield {
                "seq": seq,
                "at": _moment(begins + SPAN * seq / total),
                "actor": 1 + seq % 12,
                "role": "reviewer",
                "action": RARE[seq % len(RARE)] if few else chance.choice(ACTIONS),
                "case": "",
                "details": "{}",
                "previous_hash": _hash(seq - 1),
                "hash": _hash(seq),
            }

    _write(Event, events())
    peaks = ",".join(f'"{_hash(n)}"' for n in range(total.bit_count()))
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE decisions_eventhead SET seq = %s, hash = %s, peaks = %s, checkpoint_seq = %s
            WHERE id = 1""",
            [total, _hash(total), f"[{peaks}]", total],
        )


def _hash(number: int) -> str:
    return f"{number:0{HASH}x}"


def _moment(at: dt.datetime) -> str:
    """A time as both databases take it from text: in UTC, as a connection of Conus speaks."""
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(sep=" ")


def _write(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as fast as the database takes them."""
    left = iter(rows)
    first = next(left)
    names = ", ".join(f'"{name}"' for name in first)
    values = (tuple(row.values()) for row in chain([first], left))
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join("?" * len(first))
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
            cursor.execute("BEGIN")
            connection.connection.executemany(statement, values)
            cursor.execute("COMMIT")
        else:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)

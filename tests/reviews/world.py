"""Made-up cases in every state, brought there by the services. Nobody in them is real.

world = make_cases()
case = world.in_review(world.reviewer)
working.refer(world.reviewer, case.pk, sent(case), "Please look at the dimple.")
"""

from __future__ import annotations

import datetime as dt
import pickle
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from decisions.models import Case, Decision, LineOfBusiness, Person, Plan, Team, new_id
from decisions.people.sessions import SEEN
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import elsewhere as sending
from decisions.reviews.case import opinions
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.decision import verbs as deciding
from decisions.reviews.decision.basis import basis as basis_of_page
from decisions.reviews.decision.verbs import Statement
from decisions.reviews.ground import facts, judging
from decisions.reviews.ground.work import Sent
from decisions.reviews.judgment import verbs as judging_verbs
from decisions.reviews.judgment.verbs import Judged
from decisions.reviews.letters import verbs as letters
from decisions.reviews.letters.texts import NOTHING_NAMED
from decisions.reviews.request import verbs as intake
from decisions.reviews.request.verbs import Request
from tests.people.world import World, make_person, make_world

MET = {"setting": "inpatient", "reasons": ["lumbosacral_stigmata"], "stigmata": ["tail"]}
"""Answers under which the criteria are met and the request can be approved."""
NOT_MET = {
    "setting": "inpatient",
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["sacral_dimple"],
    "dimple_diameter_mm": 3,
    "dimple_distance_cm": "1.5",
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
}
"""Answers under which the criteria are not met."""
INCOMPLETE = {"setting": "inpatient", "reasons": ["lumbosacral_stigmata"], "stigmata": ["sacral_dimple"]}
"""Answers that leave open what the criteria ask for."""
OUT_OF_SCOPE = {"setting": "outpatient", "reasons": ["extremity_musculoskeletal"]}
"""Answers under which the policy does not address the request."""
BORN, SERVED = dt.date(2026, 1, 10), dt.date(2026, 1, 20)
WHY_JUDGED = "By the chart, page 2 (made up)."
RATIONALE, REASON = "The record shows it.", "Talked with the ordering clinician."


def fresh(case: Case | str) -> Case:
    """A case as it is stored now."""
    return Case.objects.select_related("plan__line", "team", "assignee").get(
        pk=case if isinstance(case, str) else case.pk
    )


def sent(case: Case | str, **fields: Any) -> Sent:
    """What a form made from the newest revision says of itself, with a token of its own."""
    key = case if isinstance(case, str) else case.pk
    revision = Case.objects.values_list("revision", flat=True).get(pk=key)
    return Sent(**{"token": new_id(), "revision": revision, **fields})


def request_for(plan: Plan, **fields: Any) -> Request:
    """A made-up request that was received just now. ``fields`` are said otherwise."""
    said: dict[str, Any] = {
        "reference": "",
        "member_reference": f"MADE-UP-{new_id()[:8]}",
        "birth_date": BORN,
        "plan": plan,
        "policy": plan.policy or "cigna-cpg-038",
        "ordering_clinician": "Dr. Olga Ordering (made up)",
        "rendering_clinician": "",
        "urgency": Case.Urgency.STANDARD.value,
        "received_at": timezone.now(),
        "date_of_service": SERVED,
        "procedure_codes": ["76800"],
        "diagnosis_codes": ["Q06.8"],
        "notes": "Made-up note of the intake.",
        "attachments": ["made-up/record-1.pdf"],
    }
    return Request(**{**said, **fields})


def request_of(case: Case, **fields: Any) -> Request:
    """The request of a case as it is saved, but for ``fields``."""
    kept = {name: getattr(case, name) for name in Request.__dataclass_fields__}
    return Request(**{**kept, **fields})


def basis(case: Case | str) -> str:
    """What the page for signing shows now."""
    case = fresh(case)
    return basis_of_page(case, facts.determination(case))


def statement(case: Case | str, result: str, **more: Any) -> Statement:
    """What somebody puts their name to, on a page as it is now. ``more`` is said otherwise."""
    was_decided = Decision.objects.filter(case=case).exists()
    why = f"{RATIONALE} It was looked at once more: {result}." if was_decided else RATIONALE
    said: dict[str, Any] = {"rationale": why, "reason": REASON, "confirmed": True}
    return Statement(**{"result": result, "seen": more.get("seen") or basis(case), **said, **more})


def signed(person: Person, case: Case, result: str, **more: Any) -> int:
    """Sign the first decision of a case, as its assignee does. Returns its number."""
    form = more.pop("sent", None) or sent(case)
    return deciding.sign(person, case.pk, form, statement(case, result, **more))


def corrected(person: Person, case: Case, result: str, **more: Any) -> int:
    """Sign a correction."""
    form = more.pop("sent", None) or sent(case)
    return deciding.correct(person, case.pk, form, statement(case, result, **more))


def judged(person: Person, case: Case | str, verdict: str = "not_met", **more: Any) -> None:
    """Judge each criterion of a case that is in question, or some of them as ``more`` says, by their ids."""
    key = case if isinstance(case, str) else case.pk
    row = Case.objects.select_related("plan__line", "team").filter(pk=key).first()
    left = judging.left_to_judge(person, row) if row else ()
    given = {each.id: Judged(more.get(each.id, verdict), WHY_JUDGED) for each in left}
    judging_verbs.judge(person, key, sent(row) if row else Sent(new_id(), 0), given)


def appeal_decided(person: Person, case: Case, result: str, **more: Any) -> int:
    """Sign the decision on an appeal."""
    form = more.pop("sent", None) or sent(case)
    return appealing.decide_appeal(person, case.pk, form, statement(case, result, **more))


@dataclass
class Cases:
    """Two teams with their people (`reviewer`, `other_reviewer` and so on), and cases in every state.

    Cases are of the first team; those of the second are made by `of_other_team`. Made without an assignee,
    a case is nobody's. What brings it to its state came from no page, so its forms have no token. A module's
    own world has some in `standing` already, by what the module calls them.
    """

    people: World = field(default_factory=make_world)
    standing: dict[Hashable, str] = field(default_factory=dict)
    sessions: dict[int, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "people" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.__dict__["people"], name)

    def client(self, person: Person, **options: Any) -> Client:
        """A browser in which the person is signed in."""
        if person.pk not in self.sessions:
            return self.people.client(person, **options)
        client = Client(**options)
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person.pk]
        return client

    def sign_in(self, *names: str) -> None:
        """Sign people in for good: every browser of theirs has the same session from now on.

        It counts as used a little later: once it was used long ago, each request would note its use anew, as
        what the request before it noted is taken back.
        """
        for name in names:
            person = getattr(self, name)
            client = self.client(person)
            session = client.session
            session[SEEN] = time.time() + settings.SESSION_IDLE / 2
            session.save()
            self.sessions[person.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def person(self, username: str, *roles: str, team: Team | None = None, **fields: Any) -> Person:
        """One more person, of the first team unless another is named."""
        return make_person(username, *roles, team=team or self.people.team, **fields)

    def plan_of(self, policy: str = "cigna-cpg-038", **line: Any) -> Plan:
        """A plan with a line of business of its own."""
        number = Plan.objects.count()
        business = LineOfBusiness.objects.create(name=f"Made-up line {number}", **line)
        return Plan.objects.create(name=f"Made-up plan {number}", line=business, policy=policy)

    def draft(self, by: Person | None = None, **fields: Any) -> Case:
        """A request that was entered."""
        return fresh(self._entered(by or self.people.intake, **fields))

    def _entered(self, by: Person, **fields: Any) -> str:
        plan = fields.pop("plan", self.people.plan)
        return intake.create(by, Sent(new_id()), request_for(plan, **fields))

    def of_other_team(self, state: str = "draft", *args: Any, **fields: Any) -> Case:
        """A case of the second team, in a state that is named by the method that makes it."""
        return getattr(self.other(), state)(*args, **fields)

    def other(self) -> Cases:
        """The same from the side of the second team: its `reviewer` is the first team's `other_reviewer`."""
        ours = self.people
        names = [name for name in ours.people if not name.startswith("other_")]
        swapped = {name: ours.people[f"other_{name}"] for name in names}
        swapped |= {f"other_{name}": ours.people[name] for name in names}
        parts = (ours.other_team, ours.team, ours.line, ours.plan, ours.ash_plan, ours.ask_plan)
        return Cases(World(*parts, people=swapped))

    def in_review(
        self, assignee: Person | None = None, answers: dict[str, Any] | None = None, **fields: Any
    ) -> Case:
        """A case in review. With ``answers``, its reviewer gave them, and keeps the case."""
        key = self._entered(fields.pop("by", self.people.intake), **fields)
        intake.submit(self.people.intake, key, Sent())
        return self._given(key, assignee or (self.people.reviewer if answers else None), answers)

    def expedited(self, assignee: Person | None = None) -> Case:
        """An expedited case in review."""
        return self.in_review(assignee, urgency=Case.Urgency.EXPEDITED.value)

    def _given(self, key: str, assignee: Person | None, answers: dict[str, Any] | None) -> Case:
        if assignee is not None:
            working.claim(assignee, key, Sent())
        if answers and assignee:
            answering.answer(assignee, key, sent(key), answers)
        return fresh(key)

    def in_physician_review(
        self, assignee: Person | None = None, answers: dict[str, Any] | None = None, **fields: Any
    ) -> Case:
        """A case that the reviewer answered (not met, unless said otherwise) and referred."""
        case = self.in_review(self.people.reviewer, NOT_MET if answers is None else answers, **fields)
        working.refer(self.people.reviewer, case.pk, Sent(), "The dimple is small.")
        return self._given(case.pk, assignee, None)

    def judging_plan(self) -> Plan:
        """A plan whose line of business asks a physician to judge before they see the determination."""
        return self.plan_of(independent_judgment=True)

    def to_be_judged(self, assignee: Person | None = None, **fields: Any) -> Case:
        """A case that was referred in such a line, and that its physician has not judged yet."""
        return self.in_physician_review(assignee, **{"plan": self.judging_plan(), **fields})

    def judged(self, **fields: Any) -> Case:
        """Such a case, judged by the physician who has it."""
        case = self.to_be_judged(self.people.physician, **fields)
        judged(self.people.physician, case)
        return fresh(case)

    def appeal_to_be_judged(self, assignee: Person | None = None, **fields: Any) -> Case:
        """An appeal in such a line, that its physician has not judged yet."""
        case = self.judged(**fields)
        signed(self.people.physician, case, "adverse")
        appealing.file_appeal(self.people.intake, case.pk, Sent(), "The family appeals (made up).")
        return self._given(case.pk, assignee, None)

    def asked(self, assignee: Person | None = None, **fields: Any) -> Case:
        """A case that its physician asked another one about, `physician_2`, without giving it away."""
        case = self.in_physician_review(assignee or self.people.physician, **fields)
        self.ask(case)
        return fresh(case)

    def ask(self, case: Case) -> None:
        """Let whoever has a case ask `physician_2` about it."""
        to = self.people.physician_2
        opinions.ask_colleague(fresh(case).assignee, case.pk, sent(case), to, "Is it a dimple (made up)?")

    def sent_back(self, **fields: Any) -> Case:
        """A case that the physician sent back with a question. The reviewer has it again."""
        case = self.in_physician_review(self.people.physician, **fields)
        working.send_back(self.people.physician, case.pk, sent(case), "Is its base seen (made up)?")
        return fresh(case)

    def waiting(self, assignee: Person | None = None, **fields: Any) -> Case:
        """A case that waits for information, and goes on in review."""
        case = self.in_review(assignee or self.people.reviewer, INCOMPLETE, **fields)
        self._ask(case)
        return fresh(case)

    def waiting_for_physician(self, assignee: Person | None = None, **fields: Any) -> Case:
        """A case that waits for information, and goes on with a physician."""
        case = self.in_physician_review(assignee or self.people.physician, **fields)
        self._ask(case)
        return fresh(case)

    def _ask(self, case: Case) -> None:
        body = letters.draft(case, "information").replace(NOTHING_NAMED, "the report of the first visit")
        working.request_information(
            case.assignee or self.people.reviewer, case.pk, Sent(), "Dr. Olga Ordering (made up)", body
        )

    def decided(self, **fields: Any) -> Case:
        """A case that the reviewer approved. They still have it."""
        case = self.in_review(self.people.reviewer, MET, **fields)
        signed(self.people.reviewer, case, "approved")
        return fresh(case)

    def decided_adverse(self, **fields: Any) -> Case:
        """A case that the physician did not approve. They still have it."""
        case = self.in_physician_review(self.people.physician, **fields)
        signed(self.people.physician, case, "adverse")
        return fresh(case)

    def appealed(self, assignee: Person | None = None, **fields: Any) -> Case:
        """A case whose adverse decision was appealed."""
        case = self.decided_adverse(**fields)
        appealing.file_appeal(self.people.intake, case.pk, Sent(), "The family appeals (made up).")
        return self._given(case.pk, assignee, None)

    def appeal_decided(self, result: str = "approved", **fields: Any) -> Case:
        """A case whose appeal was decided."""
        case = self.appealed(self.people.appeal_physician, **fields)
        appeal_decided(self.people.appeal_physician, case, result)
        return fresh(case)

    def closed(self, **fields: Any) -> Case:
        """A case that was approved, with its letter out, and closed."""
        case = self.decided(**fields)
        kind = letters.kinds(case)[0]
        to = letters.recipient(case)
        letters.issue(self.people.reviewer, case.pk, Sent(), kind, to, letters.draft(case, kind))
        working.close(self.people.reviewer, case.pk, Sent())
        return fresh(case)

    def sent_elsewhere(self, **fields: Any) -> Case:
        """A case whose request the reviewer sent elsewhere. The letter is not out."""
        case = self.in_review(self.people.reviewer, OUT_OF_SCOPE, **fields)
        sending.send_elsewhere(self.people.reviewer, case.pk, sent(case), "Extremities (made up)", REASON)
        return fresh(case)

    def withdrawn(self, **fields: Any) -> Case:
        """A case whose request was withdrawn."""
        case = self.draft(**fields)
        working.withdraw(self.people.intake, case.pk, Sent(), "Asked for twice.")
        return fresh(case)


def make_cases() -> Cases:
    """People, plans, and no case yet."""
    return Cases()


def standing(blocker: DjangoDbBlocker, build: Callable[[], object]) -> Iterator[bytes]:
    """A world that stands in a transaction around that of each test of a module, packed: unpacking is the
    quickest way to copy it, and a test works on a copy, since what it changes in Python is not rolled back.
    """
    with ExitStack() as around:
        with blocker.unblock():
            around.enter_context(undone())
            world = build()
        yield pickle.dumps(world)
        with blocker.unblock():
            around.close()


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is stored meanwhile, also what is else never deleted, such as events."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)

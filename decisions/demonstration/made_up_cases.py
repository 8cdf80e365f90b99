"""The made-up cases: one in every state, and some whose time is short. The verbs of a review make them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from decisions.demonstration.made_up_people import loaded
from decisions.models import Case, Person, Plan, new_id
from decisions.reviews import services as reviews

HALF = {"setting": "outpatient", "reasons": ["lumbosacral_stigmata"]}
TAIL = {**HALF, "stigmata": ["tail"]}
LARGE_DIMPLE = {**HALF, "stigmata": ["sacral_dimple"], "dimple_diameter_mm": "7", "dimple_distance_cm": "1.5"}
SIMPLE_DIMPLE = {
    **HALF,
    "stigmata": ["sacral_dimple"],
    "dimple_diameter_mm": "3",
    "dimple_distance_cm": "1.5",
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
}
EXTREMITY = {"setting": "outpatient", "reasons": ["extremity_musculoskeletal"]}
NOTE = "Made up: a well infant, the newborn examination is in the chart."
WHY_ADVERSE = "Made up: a simple dimple, none of the criteria is met."
PAPERS = ["Chart of the newborn (made up), pages 1 to 4"]


def load() -> None:
    """Make the cases. The people have to be there."""
    names = ("ines", "nora", "noel", "paula", "pia", "sara")
    ines, nora, noel, paula, pia, sara = (loaded(name) for name in names)
    _request(ines, 1, hours=1)
    _in_review(ines, 2, hours=2, urgency="expedited")
    _answered(nora, _in_review(ines, 3, hours=30), HALF)
    _in_review(ines, 4, hours=80, urgency="expedited")
    _answered(noel, _in_review(ines, 5, hours=6 * 24 + 6), LARGE_DIMPLE)
    _waiting(nora, _in_review(ines, 6, hours=50, plan="Two"))
    _referred(nora, _in_review(ines, 7, hours=40, urgency="expedited"))
    _approved(nora, _in_review(ines, 8, hours=70, diagnosis="Q06.8"))
    _adverse(nora, paula, _in_review(ines, 9, hours=90))
    appealed = _adverse(noel, paula, _in_review(ines, 10, hours=100))
    text = "Made up: the family asks for another look."
    reviews.file_appeal(ines, appealed, _sent(appealed), text)
    closed = _approved(noel, _in_review(ines, 11, hours=120, diagnosis="Q06.8"))
    reviews.close(noel, closed, _sent(closed))
    _in_review(sara, 12, hours=3)
    _referred(nora, _in_review(ines, 13, hours=20, plan="Four"))
    _sent_elsewhere(noel, _in_review(ines, 14, hours=60))
    _sent_back(noel, paula, _in_review(ines, 15, hours=30))
    _asked(noel, paula, pia, _in_review(ines, 16, hours=26))


def _request(
    person: Person,
    number: int,
    *,
    hours: int,
    urgency: str = "standard",
    plan: str = "One",
    diagnosis: str = "Q82.6",
) -> str:
    """A draft. The infant was born a month before the request came in. Returns the case's id."""
    received = timezone.now() - dt.timedelta(hours=hours)
    chosen = Plan.objects.get(name=f"Made-up Plan {plan}")
    request = reviews.Request(
        reference=f"DEMO-{number:03}",
        member_reference=f"MADE-UP-MEMBER-{number:03}",
        birth_date=received.date() - dt.timedelta(days=45),
        plan=chosen,
        policy=chosen.policy,
        ordering_clinician="Dr. Olga Ordering (made up)",
        rendering_clinician="Made-up Imaging",
        urgency=urgency,
        received_at=received,
        date_of_service=received.date() + dt.timedelta(days=3),
        procedure_codes=["76800"],
        diagnosis_codes=[diagnosis],
        notes=NOTE,
        attachments=PAPERS,
    )
    return reviews.create(person, reviews.Sent(new_id()), request)


def _in_review(person: Person, number: int, **about: Any) -> str:
    case = _request(person, number, **about)
    reviews.submit(person, case, _sent(case))
    return case


def _sent(case: str) -> reviews.Sent:
    """A form made from the case as it is now."""
    return reviews.Sent(new_id(), Case.objects.get(pk=case).revision)


def _answered(person: Person, case: str, answers: Mapping[str, Any]) -> str:
    """The case, taken by somebody and answered."""
    reviews.claim(person, case, _sent(case))
    where = {fact: reviews.Evidence(PAPERS[0], "2") for fact in answers}
    reviews.answer(person, case, _sent(case), answers, where)
    return case


def _waiting(nurse: Person, case: str) -> None:
    _answered(nurse, case, HALF)
    letter = reviews.draft(Case.objects.get(pk=case), "information")
    to = "Dr. Olga Ordering (made up)"
    reviews.request_information(nurse, case, _sent(case), to, letter)


def _referred(nurse: Person, case: str) -> str:
    _answered(nurse, case, SIMPLE_DIMPLE)
    reviews.refer(nurse, case, _sent(case), "Made up: a simple dimple by the chart. Please look at it.")
    return case


def _sent_elsewhere(nurse: Person, case: str) -> None:
    """The case, sent to where ultrasound away from the spine is looked at, with the letter about it."""
    _answered(nurse, case, EXTREMITY)
    reason = "Made up: the knee is to be examined, and the policy is about the spine."
    reviews.send_elsewhere(nurse, case, _sent(case), "Made-up extremity program", reason)
    reviews.issue(nurse, case, _sent(case), "elsewhere", "Dr. Olga Ordering (made up)", "")


def _sent_back(nurse: Person, physician: Person, case: str) -> None:
    _named(nurse, physician, case)
    question = "Made up: on which page does it say that its base is seen?"
    reviews.send_back(physician, case, _sent(case), question)


def _asked(nurse: Person, physician: Person, colleague: Person, case: str) -> None:
    _named(nurse, physician, case)
    question = "Made up: would you call this a dimple of the coccyx?"
    reviews.ask_colleague(physician, case, _sent(case), colleague, question)


def _named(nurse: Person, physician: Person, case: str) -> None:
    """The case, referred to a physician by name."""
    _answered(nurse, case, SIMPLE_DIMPLE)
    note = "Made up: a simple dimple by the chart. Please look at it."
    reviews.refer(nurse, case, _sent(case), note, physician)


def _approved(nurse: Person, case: str) -> str:
    _signed(nurse, _answered(nurse, case, TAIL), "approved", "")
    return case


def _adverse(nurse: Person, physician: Person, case: str) -> str:
    _referred(nurse, case)
    reviews.claim(physician, case, _sent(case))
    _signed(physician, case, "adverse", WHY_ADVERSE)
    return case


def _signed(person: Person, case_id: str, result: str, reason: str) -> None:
    """The case, decided with the rationale that the page begins with, and the letter about it."""
    case = Case.objects.get(pk=case_id)
    found = reviews.determination(case)
    reviews.sign(
        person,
        case_id,
        _sent(case_id),
        reviews.Statement(
            result=result,
            rationale=reviews.rationale(reviews.explained(case, found)),
            reason=reason,
            confirmed=True,
            seen=reviews.basis(case, found),
        ),
    )
    case = Case.objects.get(pk=case_id)
    kind = reviews.kinds(case)[0]
    reviews.issue(person, case_id, reviews.Sent(new_id()), kind, case.ordering_clinician, "")

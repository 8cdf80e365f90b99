"""Who may do what: every verb by every role, with a case of one's own, a colleague's, nobody's, or none."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from decisions.core.determination import CAN_APPROVE
from decisions.models import (
    PHYSICIANS,
    Case,
    EmergencyAccess,
    Event,
    Note,
    Opinion,
    Person,
    RoleGrant,
    new_id,
)
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import elsewhere as sending
from decisions.reviews.case import giving, opinions
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.decision import signers
from decisions.reviews.decision import verbs as deciding
from decisions.reviews.decision.verbs import Statement
from decisions.reviews.ground import facts, permissions
from decisions.reviews.ground.access import with_case
from decisions.reviews.ground.work import NotFoundError, RefusedError, Sent, look
from decisions.reviews.ground.work import verb as a_verb
from decisions.reviews.letters import verbs as letters
from decisions.reviews.request import verbs as intake
from decisions.reviews.worklist import emergency
from decisions.reviews.worklist import queries as lists
from tests.reviews.world import (
    MET,
    OUT_OF_SCOPE,
    REASON,
    Cases,
    appeal_decided,
    basis,
    corrected,
    fresh,
    judged,
    make_cases,
    request_for,
    sent,
    signed,
    undone,
)

pytestmark = pytest.mark.django_db

ROLES = ("intake", "reviewer", "physician", "appeal_physician", "supervisor", "auditor", "administrator")
OWN, COLLEAGUES, NOBODYS, OTHER_TEAMS, MISSING = (
    "own",
    "a colleague's",
    "nobody's",
    "another team's",
    "missing",
)
PLACES = (OWN, COLLEAGUES, NOBODYS, OTHER_TEAMS, MISSING)
TEAMS, MINE, FREE = {OWN, COLLEAGUES, NOBODYS}, {OWN}, {OWN, NOBODYS}
ALLOWED, REFUSED, NOT_FOUND = "allowed", "refused", "not found"

Do = Callable[[Cases, Person, str], object]


@dataclass(frozen=True)
class Verb:
    """Something done with a case in a state in which it can be done, and with which cases a role does it."""

    do: Do
    allowed: dict[str, set[str]]
    made: str = "in_review"
    made_for_appeals: str = "appealed"
    answers: dict[str, Any] = field(default_factory=dict)

    def made_for(self, role: str) -> str:
        return self.made_for_appeals if role == "appeal_physician" else self.made

    def make(self, world: Cases, role: str) -> Case:
        return getattr(world, self.made_for(role))(**({"answers": self.answers} if self.answers else {}))

    def standing(self, role: str, *, is_other: bool) -> Hashable:
        """What the case for the role's use of this verb is called in the module's world."""
        return self.made_for(role), json.dumps(self.answers, sort_keys=True), is_other


def form(case_id: str) -> Sent:
    """A form of the case that is as new as can be; of a missing one, any."""
    revisions = Case.objects.filter(pk=case_id).values_list("revision", flat=True)
    return Sent(new_id(), next(iter(revisions), 0))


def seen(case_id: str) -> str:
    return basis(case_id) if Case.objects.filter(pk=case_id).exists() else ""


def said(case_id: str, result: str) -> Statement:
    return Statement(result, "So it is.", REASON, confirmed=True, seen=seen(case_id))


def answered_as(person: Person, key: str) -> None:
    """Answer as if this person were the one who was asked. Nothing is left of that where it is refused."""
    asked = Opinion.objects.filter(case=key).values_list("asked", flat=True).first()
    Opinion.objects.filter(case=key).update(asked=person)
    try:
        opinions.give_opinion(person, key, form(key), "It is one.")
    except (NotFoundError, RefusedError):
        Opinion.objects.filter(case=key).update(asked=asked)
        raise


def withdrawn_as(world: Cases, person: Person, key: str) -> None:
    """Withdraw the question as if this person had asked it. Nothing is left of that where it is refused."""
    questions = Note.objects.filter(case=key, kind="asked")
    asker = questions.values_list("written_by", flat=True).first()
    questions.update(written_by=person)
    try:
        opinions.withdraw_question(person, key, form(key), world.physician_2)
    except (NotFoundError, RefusedError):
        questions.update(written_by=asker)
        raise


def issue(world: Cases, person: Person, key: str) -> None:
    case = Case.objects.filter(pk=key).first()
    kind = letters.kinds(case)[0] if case else "approval"
    letters.issue(person, key, form(key), kind, "Dr. Olga Ordering (made up)", "")


def changed_request(world: Cases, person: Person, key: str) -> None:
    intake.change_request(person, key, form(key), request_for(world.plan, notes="Another made-up note."))


def given_to(world: Cases, person: Person, key: str) -> None:
    working.assign(
        person, key, form(key), world.person(new_id(), "reviewer", "physician", "appeal_physician")
    )


def handed_to(world: Cases, person: Person, key: str) -> None:
    giving.give(person, key, form(key), world.person(new_id(), *CLINICAL), REASON)


WORKERS = ("intake", "reviewer", "physician")
CLINICAL = ("reviewer", "physician", "appeal_physician")
OVERSEERS = ("supervisor", "auditor")


def looks(action: str) -> Do:
    return lambda _, person, key: look(person, key, action)


def every(roles: tuple[str, ...], places: set[str]) -> dict[str, set[str]]:
    return dict.fromkeys(roles, places)


# What the table of roles says, a verb a row. Whoever is not named is refused.
VERBS = {
    "know of it": Verb(
        looks("see"), every((*WORKERS, *OVERSEERS), TEAMS) | {"appeal_physician": FREE - {NOBODYS}}
    ),
    "see answers and notes": Verb(
        looks("see_clinical"),
        every(("reviewer", "physician", *OVERSEERS), TEAMS) | {"appeal_physician": MINE},
    ),
    "change the request": Verb(changed_request, every(WORKERS, TEAMS), "draft"),
    "change the request in review": Verb(changed_request, every(("reviewer", "physician"), MINE)),
    "submit": Verb(
        lambda _, person, key: intake.submit(person, key, form(key)), every(WORKERS, TEAMS), "draft"
    ),
    "answer": Verb(
        lambda _, person, key: answering.answer(person, key, form(key), {"setting": "outpatient"}),
        every(CLINICAL, MINE),
    ),
    "take over": Verb(
        lambda _, person, key: working.claim(person, key, form(key), "She is away."),
        every(CLINICAL, TEAMS),
    ),
    "give to somebody": Verb(given_to, every(("reviewer", "physician"), FREE) | {"appeal_physician": MINE}),
    "give as a supervisor": Verb(handed_to, {"supervisor": TEAMS}),
    "refer": Verb(
        lambda _, person, key: working.refer(person, key, form(key), "Please look."), {"reviewer": MINE}
    ),
    "refer to a physician by name": Verb(
        lambda world, person, key: working.refer(person, key, form(key), "Please look.", world.physician),
        {"reviewer": MINE},
    ),
    "ask a colleague": Verb(
        lambda world, person, key: opinions.ask_colleague(
            person, key, form(key), world.physician_2, "Is it a dimple?"
        ),
        {"physician": MINE},
        "in_physician_review",
        "in_physician_review",
    ),
    "answer a colleague": Verb(
        lambda world, person, key: answered_as(person, key),
        {"physician": TEAMS},
        "asked",
        "asked",
    ),
    "withdraw a question": Verb(
        withdrawn_as,
        {"physician": TEAMS},
        "asked",
        "asked",
    ),
    "send back with a question": Verb(
        lambda _, person, key: working.send_back(person, key, form(key), "Is its base seen?"),
        {"physician": MINE},
        "in_physician_review",
        "in_physician_review",
    ),
    "send elsewhere": Verb(
        lambda _, person, key: sending.send_elsewhere(person, key, form(key), "Extremities", REASON),
        every(("reviewer", "physician"), MINE),
        answers=OUT_OF_SCOPE,
        made_for_appeals="in_review",
    ),
    "ask for information": Verb(
        lambda _, person, key: working.request_information(person, key, form(key), "Dr. O.", "Please send."),
        every(("reviewer", "physician"), MINE),
    ),
    "note that information came": Verb(
        lambda _, person, key: working.receive_information(person, key, form(key), "It came."),
        every(WORKERS, TEAMS),
        "waiting",
    ),
    "extend": Verb(
        lambda _, person, key: working.extend(person, key, form(key), REASON), every(CLINICAL, MINE)
    ),
    "judge": Verb(
        lambda _, person, key: judged(person, key),
        {"physician": MINE, "appeal_physician": MINE},
        "to_be_judged",
        "appeal_to_be_judged",
    ),
    "make it standard": Verb(
        lambda _, person, key: intake.make_standard(person, key, form(key), REASON),
        every(("reviewer", "physician"), MINE),
        "expedited",
    ),
    "write a note": Verb(
        lambda _, person, key: working.note(person, key, form(key), "A note."),
        every(("reviewer", "physician", "supervisor"), TEAMS) | {"appeal_physician": MINE},
    ),
    "withdraw a draft": Verb(
        lambda _, person, key: working.withdraw(person, key, form(key), REASON),
        every(WORKERS, TEAMS),
        "draft",
    ),
    "withdraw in review": Verb(
        lambda _, person, key: working.withdraw(person, key, form(key), REASON), every(WORKERS, FREE)
    ),
    "open again": Verb(
        lambda _, person, key: working.reopen(person, key, form(key), REASON),
        every(WORKERS, TEAMS),
        "closed",
    ),
    "review again what was sent elsewhere": Verb(
        lambda _, person, key: working.reopen(person, key, form(key), REASON),
        every(WORKERS, TEAMS),
        "sent_elsewhere",
        "sent_elsewhere",
    ),
    "sign an approval": Verb(
        lambda _, person, key: deciding.sign(person, key, form(key), said(key, "approved")),
        every(("reviewer", "physician"), MINE),
        answers=MET,
        made_for_appeals="in_review",
    ),
    "sign an adverse decision": Verb(
        lambda _, person, key: deciding.sign(person, key, form(key), said(key, "adverse")),
        {"physician": MINE},
        "in_physician_review",
        "in_physician_review",
    ),
    "sign an approval against the determination": Verb(
        lambda _, person, key: deciding.sign(person, key, form(key), said(key, "approved")),
        {"physician": MINE},
        "in_physician_review",
        "in_physician_review",
    ),
    "file an appeal": Verb(
        lambda _, person, key: appealing.file_appeal(person, key, form(key), "They appeal."),
        every(WORKERS, TEAMS),
        "decided_adverse",
        "decided_adverse",
    ),
    "decide an appeal": Verb(
        lambda _, person, key: appealing.decide_appeal(person, key, form(key), said(key, "approved")),
        {"appeal_physician": MINE},
        "appealed",
    ),
    "correct": Verb(
        lambda _, person, key: deciding.correct(person, key, form(key), said(key, "approved")),
        {"physician": TEAMS, "appeal_physician": MINE},
        "decided_adverse",
        "appeal_decided",
    ),
    "issue a letter": Verb(
        issue, every(WORKERS, TEAMS) | {"appeal_physician": MINE}, "decided_adverse", "appeal_decided"
    ),
    "read a letter": Verb(
        looks("read_letter"),
        every((*WORKERS, *OVERSEERS), TEAMS) | {"appeal_physician": MINE},
        "decided_adverse",
        "appeal_decided",
    ),
    "read its events": Verb(looks("see_story"), every(CLINICAL, MINE) | {"auditor": {*TEAMS, OTHER_TEAMS}}),
}


LISTED = {
    made: Verb(looks("see"), {}, made, made)
    for made in ("draft", "in_review", "waiting", "appealed", "closed")
}


def build() -> Cases:
    """A world in which each team has a case for every verb."""
    world = make_cases()
    for verb in (*VERBS.values(), *LISTED.values()):
        for role in ("reviewer", "appeal_physician"):
            for is_other, side in ((False, world), (True, world.other())):
                if (key := verb.standing(role, is_other=is_other)) not in world.standing:
                    world.standing[key] = verb.make(side, role).pk
    return world


def placed(world: Cases, verb: Verb, role: str, place: str, person: Person | None = None) -> str:
    """A case for the verb, in somebody's hands, whether or not they could have it."""
    if place == MISSING:
        return new_id()
    key = world.standing[verb.standing(role, is_other=place == OTHER_TEAMS)]
    if place == OWN:
        Case.objects.filter(pk=key).update(assignee=person or getattr(world, role))
    elif place == COLLEAGUES:
        Case.objects.filter(pk=key).update(assignee=world.person(new_id(), *CLINICAL))
    elif place == NOBODYS:
        Case.objects.filter(pk=key).update(assignee=None)
    return key


def expected(verb: Verb, role: str, place: str, case_id: str) -> str:
    """What the table says."""
    if place in verb.allowed.get(role, ()):
        return ALLOWED
    if place in (OTHER_TEAMS, MISSING) or role == "administrator":
        return NOT_FOUND
    if role == "appeal_physician":
        case = fresh(case_id)
        is_known = case.state == "appealed" or (case.appealed and place == OWN)
        return REFUSED if is_known else NOT_FOUND
    return REFUSED


def done(world: Cases, verb: Verb, person: Person, case_id: str) -> str:
    try:
        verb.do(world, person, case_id)
    except NotFoundError:
        return NOT_FOUND
    except RefusedError:
        return REFUSED
    return ALLOWED


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is stored but the events and their head."""
    skipped = {"Event", "EventHead"}
    models = [
        model for model in apps.get_app_config("decisions").get_models() if model.__name__ not in skipped
    ]
    return {model.__name__: rows(model) for model in models}


def rows(model: type[Model]) -> list[tuple[Any, ...]]:
    """The rows of a table as the database gives them, which is quick: whether they are the same is asked."""
    name, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name} ORDER BY {key}")  # noqa: S608 (our tables' names)
        return list(cursor.fetchall())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", VERBS)
def test_a_role_does_what_the_table_says_and_nothing_else(world, name, role):
    verb = VERBS[name]
    person, outcomes, table = getattr(world, role), {}, {}
    before = stored()
    for place in PLACES:
        with undone():
            key = placed(world, verb, role, place)
            table[place] = expected(verb, role, place, key)
            if table[place] == ALLOWED:
                outcomes[place] = done(world, verb, person, key)
                continue
            before["Case"], newest = rows(Case), Event.objects.count()
            outcomes[place] = done(world, verb, Person.objects.get(pk=person.pk), key)
            told = list(Event.objects.order_by("seq")[newest:])
            assert [event.action for event in told] == ["refused"], place
            assert json.loads(told[0].details)["kind"] == table[place]
            after = stored()
            after["Person"] = before["Person"]  # colleagues who have it, or are to be given it, are new
            after["RoleGrant"] = before["RoleGrant"]
            assert after == before, place

    assert outcomes == table


@pytest.mark.parametrize("name", VERBS)
def test_another_teams_case_and_a_missing_one_are_refused_with_the_same_words_and_the_same_event(world, name):
    verb = VERBS[name]
    told = []
    for place in (OTHER_TEAMS, MISSING):
        key = placed(world, verb, "reviewer", place)
        with pytest.raises(NotFoundError) as refused:
            verb.do(world, world.reviewer, key)
        event = Event.objects.order_by("-seq")[0]
        told.append((str(refused.value), event.action, event.details, event.role, event.actor))

    assert told[0] == told[1]


@pytest.mark.parametrize("without", [{"team": None}, {"is_active": False}])
@pytest.mark.parametrize("name", VERBS)
def test_a_person_of_no_team_and_an_inactive_one_reach_nothing(world, name, without):
    verb = VERBS[name]
    for role, made in (("appeal_physician", "appeal_physician"), *((role, "reviewer") for role in ROLES)):
        with undone():
            person = getattr(world, role)
            key = placed(world, verb, made, OWN, person)
            Person.objects.filter(pk=person.pk).update(**without)
            person = Person.objects.get(pk=person.pk)

            reads_every_story = role == "auditor" and name == "read its events" and person.is_active
            assert done(world, verb, person, key) == (ALLOWED if reads_every_story else NOT_FOUND)
            assert not lists.visible(person).filter(pk=key).exists()


@pytest.mark.parametrize("name", VERBS)
def test_somebody_with_two_roles_may_do_what_either_may(world, name):
    verb = VERBS[name]
    both = world.person("both", "intake", "reviewer")
    union = verb.allowed.get("intake", set()) | verb.allowed.get("reviewer", set())
    outcomes = {}
    for place in PLACES:
        with undone():
            outcomes[place] = done(world, verb, both, placed(world, verb, "reviewer", place, both))

    refused = dict.fromkeys(TEAMS - union, REFUSED) | dict.fromkeys((OTHER_TEAMS, MISSING), NOT_FOUND)
    assert outcomes == dict.fromkeys(union, ALLOWED) | refused


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_requests_are_entered_by_intake_reviewers_and_physicians_alone(world, role):
    person = getattr(world, role) if role else world.person("nobody")
    allowed = role in WORKERS
    before, cases = Event.objects.count(), Case.objects.count()
    try:
        intake.create(person, Sent(new_id()), request_for(world.plan))
        outcome = True
    except RefusedError:
        outcome = False

    assert (outcome, intake.may_create(person)) == (allowed, allowed)
    assert Case.objects.count() == cases + allowed
    actions = [event.action for event in Event.objects.order_by("seq")[before:]]
    assert actions == (["case_created"] if allowed else ["refused"])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ROLES)
def test_emergency_access_is_taken_by_clinical_roles_to_the_cases_of_other_teams(world, role, place):
    key = placed(world, VERBS["answer"], role, place)
    reference = fresh(key).reference if place != MISSING else "R-NONE"
    answers = {OTHER_TEAMS: ALLOWED, MISSING: NOT_FOUND}
    outcome = answers.get(place, REFUSED) if role in CLINICAL else REFUSED
    take = Verb(lambda _, person, __: emergency.take_access(person, Sent(new_id()), reference, REASON), {})

    assert done(world, take, getattr(world, role), key) == outcome
    assert EmergencyAccess.objects.count() == (outcome == ALLOWED)


@pytest.mark.parametrize("role", ROLES)
def test_an_auditor_alone_lists_and_acknowledges_emergency_access(world, role):
    case = world.of_other_team()
    emergency.take_access(world.reviewer, Sent(new_id()), case.reference, REASON)
    access = EmergencyAccess.objects.get()
    person = getattr(world, role)
    verb = Verb(lambda _, person, __: emergency.acknowledge(person, access.pk), {})
    listed = Verb(lambda _, person, __: emergency.unacknowledged(person), {})

    outcome = ALLOWED if role == "auditor" else REFUSED
    assert done(world, listed, person, "") == done(world, verb, person, "") == outcome
    access.refresh_from_db()
    assert access.acknowledged_by == (person if role == "auditor" else None)


# What a page offers is what a service does


@pytest.mark.parametrize("place", [OWN, COLLEAGUES, NOBODYS, OTHER_TEAMS])
@pytest.mark.parametrize("role", ROLES)
def test_the_questionnaire_is_offered_to_whom_it_is_open(world, role, place):
    verb = VERBS["answer"]
    case = fresh(placed(world, verb, role, place))
    person = getattr(world, role)

    assert answering.may_answer_now(person, case) == (done(world, verb, person, case.pk) == ALLOWED)


@pytest.mark.parametrize("name", ["change the request", "change the request in review"])
@pytest.mark.parametrize("place", [OWN, COLLEAGUES, NOBODYS, OTHER_TEAMS])
@pytest.mark.parametrize("role", ROLES)
def test_changing_a_request_is_offered_to_whom_it_is_open(world, role, place, name):
    verb = VERBS[name]
    case = fresh(placed(world, verb, role, place))
    person = getattr(world, role)

    assert intake.may_change_request(person, case) == (done(world, verb, person, case.pk) == ALLOWED)


@pytest.mark.parametrize("made", LISTED)
@pytest.mark.parametrize("place", [OWN, COLLEAGUES, NOBODYS, OTHER_TEAMS])
@pytest.mark.parametrize("role", ROLES)
def test_a_list_has_the_cases_that_may_be_known_of_and_no_other(world, role, place, made):
    verb = LISTED[made]
    case = fresh(placed(world, verb, role, place))
    person = getattr(world, role)

    listed = lists.visible(person).filter(pk=case.pk).exists()
    assert listed == (done(world, verb, person, case.pk) == ALLOWED) or role == "appeal_physician"
    if role == "appeal_physician":
        assert listed == (made == "appealed" and place in TEAMS)


# What a nurse must not


def test_a_nurse_signs_no_approval_where_the_determination_does_not_carry_it(world):
    case = world.in_review(world.reviewer, {**MET, "stigmata": ["sacral_dimple"]})

    with pytest.raises(RefusedError, match="Refer the case"):
        signed(world.reviewer, case, "approved")

    assert not case.decisions.exists()


def test_a_nurse_who_is_a_physician_too_signs_as_a_physician_what_a_nurse_must_not(world):
    both = world.person("both", "reviewer", "physician", license_number="M", license_state="NY")
    Person.objects.filter(pk=both.pk).update(license_expires=dt.date(2099, 1, 1))
    both = Person.objects.get(pk=both.pk)
    case = world.in_review(both, {**MET, "stigmata": ["sacral_dimple"]})
    signed(both, case, "adverse")

    assert case.decisions.get().role == "physician"


def test_a_nurse_who_is_a_physician_too_signs_what_was_referred_as_a_physician_with_the_license(world):
    both = world.person("both", "reviewer", "physician", license_number="M", license_state="NY")
    Person.objects.filter(pk=both.pk).update(license_expires=dt.date(2099, 1, 1))
    case = world.in_physician_review(Person.objects.get(pk=both.pk), MET)
    assert facts.determination(case).next_step == CAN_APPROVE

    signed(both, case, "approved")

    made = case.decisions.get()
    assert (made.role, made.license_number) == ("physician", "M")


def test_a_nurse_does_not_get_a_case_that_was_referred(world):
    case = world.in_physician_review()

    with pytest.raises(RefusedError):
        working.claim(world.reviewer_2, case.pk, sent(case), REASON)
    with pytest.raises(RefusedError):
        working.assign(world.reviewer_2, case.pk, sent(case), world.reviewer_2)


def test_a_role_that_was_taken_away_counts_no_longer(world):
    case = world.in_physician_review(world.physician)
    RoleGrant.objects.filter(person=world.physician).delete()

    with pytest.raises(NotFoundError):
        signed(Person.objects.get(pk=world.physician.pk), case, "adverse")


def test_the_first_decider_decides_no_appeal_also_not_as_an_appeal_physician(world):
    first = world.physician
    RoleGrant.objects.create(person=first, role="appeal_physician")
    first = Person.objects.get(pk=first.pk)
    case = world.appealed()

    with pytest.raises(RefusedError):
        working.claim(first, case.pk, sent(case))
    Case.objects.filter(pk=case.pk).update(assignee=first)
    with pytest.raises(RefusedError, match="decided first"):
        appeal_decided(first, case, "adverse")


def test_who_corrected_the_first_decision_decides_no_appeal_either(world):
    second = world.person("second", "physician", "appeal_physician")
    case = world.decided_adverse()
    corrected(second, case, "adverse")
    appealing.file_appeal(world.intake, case.pk, sent(case), "They appeal.")

    with pytest.raises(RefusedError):
        working.claim(second, case.pk, sent(case))


def test_a_physician_does_not_take_a_decided_appeal_from_the_appeal_physician(world):
    case = world.appeal_decided()

    with pytest.raises(RefusedError):
        working.claim(world.physician_2, case.pk, sent(case), REASON)
    with pytest.raises(RefusedError):
        corrected(world.physician_2, case, "adverse")


# A refusal


def test_a_refusal_is_recorded_although_its_transaction_was_undone(world):
    case = world.in_review(world.reviewer)
    before = Event.objects.count()

    @a_verb("note")
    def write_and_refuse(work: Any) -> None:
        work.change(notes="never")
        work.record("note_added")
        raise RefusedError("No.")

    with pytest.raises(RefusedError):
        write_and_refuse(world.reviewer, case.pk, sent(case))

    told = Event.objects.order_by("seq")[before:]
    assert [(event.action, event.actor, event.case) for event in told] == [
        ("refused", world.reviewer.pk, case.pk)
    ]
    assert fresh(case).notes == case.notes


@pytest.mark.parametrize("guard", [a_verb, with_case])
def test_a_verb_or_page_whose_action_the_table_lacks_is_refused_where_it_is_written(guard):
    with pytest.raises(LookupError, match="no action 'fly'"):
        guard("fly")


def test_a_refusal_leaves_the_token_of_its_form_unused(world):
    case = world.in_review()
    form_ = sent(case)
    with pytest.raises(RefusedError):
        working.extend(world.reviewer, case.pk, form_, REASON)
    working.claim(world.reviewer, case.pk, sent(case))

    working.extend(world.reviewer, case.pk, Sent(form_.token, fresh(case).revision), REASON)

    assert fresh(case).extended_by is not None


@pytest.mark.parametrize("case_id", ["\x00", "a\x00b", "x" * 23, "x" * 10_000, "", "💥", "R-1 OR 1=1"])
def test_what_is_no_id_is_not_found(world, case_id):
    with pytest.raises(NotFoundError):
        look(world.reviewer, case_id)
    with pytest.raises(NotFoundError), transaction.atomic():
        working.note(world.reviewer, case_id, Sent(new_id()), "A note.")
    assert Event.objects.order_by("-seq")[0].action == "refused"


def test_a_form_of_somebody_else_is_not_answered_with_what_they_did(world):
    case = world.in_review(world.reviewer)
    form_ = sent(case)
    working.note(world.reviewer, case.pk, form_, "A note.")

    with pytest.raises(RefusedError, match="sent already"):
        working.note(world.reviewer_2, case.pk, form_, "Another note.")
    assert case.case_notes.count() == 1


def test_every_role_that_decides_against_a_request_is_a_physicians():
    against = ("sign_adverse", "decide_appeal", "judge", "correct")

    assert {role for action in against for role in permissions.RULES[action]} == PHYSICIANS


@pytest.mark.parametrize("result", ["approved", "adverse"])
def test_a_role_that_the_table_lets_sign_and_that_is_no_physicians_signs_nothing(world, result):
    case = world.in_review(answers=MET)
    permit = permissions.Permit("medical_director")

    with pytest.raises(RefusedError):
        signers.signing_role(world.reviewer, permit, case, facts.determination(case), result)

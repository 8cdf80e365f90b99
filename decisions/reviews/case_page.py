"""The page of a case: what to do next, and everything about the case that somebody may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model
from django.urls import reverse

from decisions import services
from decisions.core import kinds
from decisions.core.determination import CAN_APPROVE, Determination
from decisions.explanation import AnswerTold, Explanation, answers_told
from decisions.models import AnswerGiven, Case, Decision, EmergencyAccess, Letter, Note, Person, new_id
from decisions.reviews import (
    answering,
    arrivals,
    facts,
    intake,
    letters,
    permissions,
    signers,
    states,
    working,
)
from decisions.reviews.head import Head, is_on_shelf
from decisions.reviews.list_page import next_after
from decisions.reviews.requesting.changes import Change, last_change
from decisions.reviews.requesting.forms import SPELLINGS, odd_codes
from decisions.reviews.work import Work, may, may_see


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the person may do with the case now, and where it is done.

    ``is_post`` says that it has nothing to fill in: a button does it.
    """

    name: str
    label: str
    address: str
    is_post: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that stands, as it was typed, who gave it, and where in the record it is."""

    question: str
    answer: str
    own_words: str
    given: AnswerGiven | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another case that may be the same request; without an address where it is another team's."""

    case: Case | None


class Page:
    """Everything that the page of a case shows."""

    def __init__(self, work: Work) -> None:
        self.work, self.case, self.person = work, work.case, work.person
        self.head = Head(work)
        self.is_clinical = may(work.person, "see_clinical", work.case)
        self.may_change_request = intake.may_change_request(work.person, work.case)
        self.shows_request_notes = self.is_clinical or work.case.state == states.DRAFT
        self.has_policy = is_on_shelf(work.case)
        self._read_people()

    def _read_people(self) -> None:
        """Read who is named on the page, in one query: a join for each kind of row takes longer."""
        named = list(self._named())
        people = Person.objects.in_bulk({getattr(row, f"{name}_id") for row, name in named} - {None})
        for row, name in named:
            setattr(row, name, people.get(getattr(row, f"{name}_id")))

    def _named(self) -> Iterator[tuple[Model, str]]:
        """The rows that name a person, and under which name."""
        yield self.case, "created_by"
        yield from ((decision, "signed_by") for decision in self.decisions)
        yield from ((letter, "issued_by") for letter in self.letters)
        yield from ((note, "written_by") for note in self.notes)
        yield from ((answer.given, "given_by") for answer in self.answers if answer.given)
        yield from ((access, name) for access in self.accesses for name in ("person", "acknowledged_by"))

    @cached_property
    def actions(self) -> list[Action]:
        """What can be done now, the next thing to do first."""
        offered = list(_offered(self))
        wanted = [name for name in _likely(self) if any(action.name == name for action in offered)]
        return sorted(offered, key=lambda action: action.name not in wanted[:1])

    @property
    def primary(self) -> Action | None:
        return self.actions[0] if self.actions and self.actions[0].name in _likely(self) else None

    @property
    def others(self) -> list[Action]:
        return self.actions[1:] if self.primary else self.actions

    @cached_property
    def determination(self) -> Determination | None:
        """What the policy says of everything known; None where it cannot be read or must not be seen."""
        return facts.determination(self.case) if self.is_clinical and self.has_policy else None

    @cached_property
    def told(self) -> Explanation | None:
        """The same in words."""
        return facts.explained(self.case, self.determination) if self.determination else None

    @cached_property
    def _answers_told(self) -> Sequence[AnswerTold]:
        """Everything that is known, the facts of the request too."""
        return answers_told(self.determination.answers) if self.determination else ()

    @cached_property
    def answers(self) -> list[Answer]:
        """The answers of the questionnaire that stand."""
        fixed = facts.fixed(self.case) if self.has_policy else frozenset()
        told = [told for told in self._answers_told if told.question.id not in fixed]
        given = {row.fact: row for row in answering.newest_rows(self.case)} if told else {}
        return [self._answer(each, given.get(each.question.id)) for each in told]

    def _answer(self, told: AnswerTold, given: AnswerGiven | None) -> Answer:
        words = facts.own_words(self.case, told.question.id)
        return Answer(told.question.short, told.answer, words, given)

    @cached_property
    def age(self) -> str:
        """The age on the date of service, in words."""
        ages = (told.answer for told in self._answers_told if kinds.of(told.question).counts_months)
        return next(ages, "")

    @cached_property
    def request_changed(self) -> Change | None:
        """Who changed the request last, when, and which of its fields."""
        return last_change(self.case)

    @cached_property
    def wrong_codes(self) -> list[str]:
        """The codes of the request that are not spelled like codes."""
        return [code for name in SPELLINGS for code in odd_codes(name, getattr(self.case, name))]

    @cached_property
    def notes(self) -> list[Note]:
        """What was written down about the case, newest first."""
        if not self.is_clinical:
            return []
        return list(self.case.case_notes.order_by("-pk"))

    @cached_property
    def decisions(self) -> list[Decision]:
        """Every version of what was decided, newest first. What each rests on is on its own page."""
        return list(self.case.decisions.defer("frozen", "rationale", "reason").order_by("-number"))

    @cached_property
    def letters(self) -> list[Letter]:
        """The letters that were issued, newest first. What each says is on its own page."""
        return list(self.case.letters.defer("body").order_by("-number"))

    @cached_property
    def accesses(self) -> list[EmergencyAccess]:
        """Who looked at the case by emergency access."""
        if not self.is_clinical:
            return []
        return list(EmergencyAccess.objects.filter(case=self.case).order_by("-pk"))

    @cached_property
    def duplicates(self) -> list[Duplicate]:
        """The other cases that may be the same request."""
        return shown_duplicates(self.person, intake.duplicates_of(self.case))

    @cached_property
    def unlicensed(self) -> bool:
        """Whether the person would sign as a physician and has no good licence."""
        signs = {permissions.PHYSICIAN, permissions.APPEALS} & self.person.role_names
        return bool(signs) and self.head.is_mine and not self.person.has_licence_on(services.today())

    @cached_property
    def arrived(self) -> dt.datetime | None:
        """When information arrived that nobody has worked with yet."""
        return arrivals.arrived([self.case]).get(self.case.pk)

    @property
    def sees_story(self) -> bool:
        return permissions.permit(self.person, "see_story", self.case) is not None

    @cached_property
    def next_case(self) -> Case | None:
        """The next case to take, once the person is done with this one."""
        return next_after(self.work)

    @cached_property
    def next_token(self) -> str:
        return new_id()

    @property
    def next_step(self) -> str:
        """The next step in words, "" while answers are missing."""
        return self.told.next_step if self.told and self.is_complete else ""

    @property
    def is_complete(self) -> bool:
        """Whether the determination needs nothing more."""
        return self.determination is not None and not self.determination.missing


def shown_duplicates(person: object, cases: list[Case]) -> list[Duplicate]:
    """Other cases as somebody may be told of them: another team's without a word of what it is."""
    return [Duplicate(case if may_see(person, case) else None) for case in cases]  # type: ignore[arg-type]


def _likely(page: Page) -> list[str]:
    """What is most likely the next thing to do, by the state of the case: the first that is possible."""
    if page.case.state in states.UNDER_REVIEW:
        return _likely_in_review(page)
    return {
        states.DRAFT: ["submit"],
        states.WAITING: ["received", "claim"],
        states.DECIDED: ["close"] if _is_told(page) else ["new_letter", "close"],
        states.APPEALED: ["claim", *(["decide_appeal"] if page.is_complete else []), "go"],
    }.get(page.case.state, [])


def _likely_in_review(page: Page) -> list[str]:
    found = page.determination
    if page.head.has_nobody or found is None:
        return ["claim"]
    if found.missing:
        return ["go", "information"]
    if found.next_step == CAN_APPROVE:
        return ["sign"]
    by_next_step = {"request_information": ["information"], "physician_review": ["refer"]}
    return [*by_next_step.get(found.next_step, []), "sign", "refer"] if _is_nurse(page) else ["sign"]


def _is_nurse(page: Page) -> bool:
    return permissions.PHYSICIAN not in page.person.role_names


def _offered(page: Page) -> Iterator[Action]:
    """What the person may do now."""
    yield from _taking(page)
    for name, label, is_possible in _QUESTIONS:
        if is_possible(page):
            yield Action(name, label, reverse(f"reviews:{name}", args=[page.case.pk]))
    for kind in _letters(page):
        words = "Issue it again" if page.case.state == states.DECIDED and _is_told(page) else "Letter"
        label = f"{words}: {Letter.Kind(kind).label}"
        yield Action("new_letter", label, reverse("reviews:new_letter", args=[page.case.pk, kind]))


def _taking(page: Page) -> Iterator[Action]:
    case, person = page.case, page.person
    if case.assignee_id == person.pk or not _has_permit(page, "claim", "claim_appeal"):
        return
    if case.state not in working.TAKEN_IN or not working.can_have(person, case):
        return
    address = reverse("reviews:claim", args=[case.pk])
    if case.assignee_id is None:
        yield Action("claim", "Take this case", address, is_post=True, token=new_id())
    else:
        yield Action("claim", "Take it over", address)


def _letters(page: Page) -> list[str]:
    last = page.decisions[0] if page.decisions else None
    return letters.kinds_after(last, page.case) if _has_permit(page, "issue_letter") else []


def _has_permit(page: Page, *actions: str) -> bool:
    return any(permissions.permit(page.person, action, page.case) for action in actions)


def _legal(page: Page, move: str, action: str = "") -> bool:
    return states.is_legal(move, page.case.state) and _has_permit(page, action or move)


def _may_sign(page: Page) -> bool:
    """Whether there is a result that the person can sign: a reviewer signs approvals alone."""
    if page.case.state not in states.UNDER_REVIEW or page.determination is None:
        return False
    permit = permissions.permit(page.person, "sign_approval", page.case)
    found = page.determination
    return permit is not None and bool(signers.results_for(page.person, permit, page.case, found))


def _may_decide_appeal(page: Page) -> bool:
    return page.case.state == states.APPEALED and signers.may_sign_now(page.person, page.case)


def _may_assign(page: Page) -> bool:
    free = page.case.assignee_id in (None, page.person.pk)
    is_worked_on = bool(working.WORKS_IN.get(working.working_state(page.case)))
    return free and is_worked_on and _has_permit(page, "assign")


def _may_extend(page: Page) -> bool:
    case = page.case
    first = case.extended_by is None and bool(case.plan.line.extension_days)
    return first and case.state in states.OPEN and _has_permit(page, "extend")


def _may_withdraw(page: Page) -> bool:
    free = page.case.state == states.DRAFT or page.case.assignee_id in (None, page.person.pk)
    return free and _legal(page, "withdraw")


def _may_correct(page: Page) -> bool:
    return signers.may_correct_now(page.person, page.case)


def _may_appeal(page: Page) -> bool:
    last = page.decisions[0] if page.decisions else None
    adverse = last is not None and last.result == Decision.Result.ADVERSE
    return adverse and not page.case.appealed and _legal(page, "file_appeal")


def _may_note(page: Page) -> bool:
    """Emergency access is for notes too."""
    return page.case.state != states.CLOSED and may(page.person, "note", page.case)


def _may_close(page: Page) -> bool:
    return _is_told(page) and _legal(page, "close")


def _is_told(page: Page) -> bool:
    """Whether a letter about the newest decision is out."""
    return bool(page.decisions) and any(each.decision_id == page.decisions[0].pk for each in page.letters)


_QUESTIONS = (
    ("submit", "Send to review", lambda page: _legal(page, "submit")),
    ("go", "Go on with the questionnaire", lambda page: answering.may_answer_now(page.person, page.case)),
    ("sign", "Sign a decision", _may_sign),
    ("decide_appeal", "Decide the appeal", _may_decide_appeal),
    ("refer", "Refer to a physician", lambda page: _legal(page, "refer")),
    ("information", "Ask for information", lambda page: _legal(page, "request_information")),
    ("received", "Information has arrived", lambda page: _legal(page, "receive_information")),
    ("note", "Write a note", _may_note),
    ("assign", "Give it to a colleague", _may_assign),
    ("extend", "Extend the time", _may_extend),
    ("correct", "Correct the decision", _may_correct),
    ("appeal", "Enter an appeal", _may_appeal),
    ("withdraw", "Withdraw the request", _may_withdraw),
    ("close", "Close the case", _may_close),
    ("reopen", "Open the case again", lambda page: bool(page.decisions) and _legal(page, "reopen")),
)
"""What may be offered: the name of its page, its label, and whether it is possible now."""

"""The page of a case: what to do next, and everything about the case that somebody may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from django.db.models import Model
from django.utils.safestring import SafeString

from decisions import services
from decisions.core import kinds
from decisions.core.determination import Determination
from decisions.models import (
    PHYSICIANS,
    Case,
    Decision,
    EmergencyAccess,
    Letter,
    Note,
    Opinion,
    Person,
    new_id,
)
from decisions.questionnaire.fragments import fragments
from decisions.reviews.answers.standing import StandingAnswer, standing_answers
from decisions.reviews.answers.verbs import newest_rows
from decisions.reviews.case.offers import CaseAction, Standing, likely, offered
from decisions.reviews.ground import facts, judging, permissions, states
from decisions.reviews.ground.assignment import working_state
from decisions.reviews.ground.code_names import RequestCodes
from decisions.reviews.ground.head import Head, is_on_shelf
from decisions.reviews.ground.judging import Hidden
from decisions.reviews.ground.work import Work, may
from decisions.reviews.letters import verbs as letter_verbs
from decisions.reviews.request import duplicates
from decisions.reviews.request import verbs as request_verbs
from decisions.reviews.request.changes import Change, last_change
from decisions.reviews.request.duplicates import Duplicate, shown_duplicates
from decisions.reviews.request.forms import SPELLINGS, odd_codes
from decisions.reviews.request.spelling import as_read
from decisions.reviews.worklist import arrivals
from decisions.reviews.worklist.arrivals import Arrival
from decisions.reviews.worklist.page import next_after
from decisions.telling.explanation import AnswerTold, Explanation, answers_told

QUOTED = 2
"""How many of the deciding passages stand on the page of a case. All are on that of its determination."""


class Page:
    """Everything that the page of a case shows."""

    def __init__(self, work: Work) -> None:
        self.work, self.case, self.person = work, work.case, work.person
        self.head, self.codes = Head(work), RequestCodes(work.case)
        self.is_clinical = may(work.person, "see_clinical", work.case)
        self.may_change_request = request_verbs.may_change_request(work.person, work.case)
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
    def actions(self) -> list[CaseAction]:
        """What can be done now, the next thing to do first."""
        possible = offered(self._standing)
        names = {action.name for action in possible}
        wanted = [name for name in self._likely if name in names]
        return sorted(possible, key=lambda action: action.name not in wanted[:1])

    @cached_property
    def _standing(self) -> Standing:
        """Where the case stands, for what is offered."""
        last = self.decisions[0] if self.decisions else None
        is_told = any(letter_verbs.tells(letter, self.case, last) for letter in self.letters)
        return Standing(self.work, self.determination, last, is_told)

    @cached_property
    def _likely(self) -> list[str]:
        return likely(self._standing)

    @property
    def primary(self) -> CaseAction | None:
        return self.actions[0] if self.actions and self.actions[0].name in self._likely else None

    @property
    def others(self) -> list[CaseAction]:
        return self.actions[1:] if self.primary else self.actions

    @cached_property
    def determination(self) -> Determination | None:
        """What the policy says of everything known; None where it cannot be read or must not be seen."""
        return None if isinstance(self._shown, Hidden) else self._shown

    @property
    def hidden(self) -> Hidden | None:
        """What stands in the place of the determination, and of all that carries it, until it is judged."""
        return self._shown if isinstance(self._shown, Hidden) else None

    @cached_property
    def _shown(self) -> Determination | Hidden | None:
        if not self.is_clinical:
            return None
        if self.has_policy:
            return judging.shown_to(self.work)
        return Hidden() if judging.is_hidden_from(self.person, self.case) else None

    @cached_property
    def told(self) -> Explanation | None:
        """The determination in words; None where there is none to show."""
        return facts.explained(self.case, self.determination) if self.determination else None

    @cached_property
    def _answers_told(self) -> Sequence[AnswerTold]:
        """Everything that is known, the facts of the request too."""
        is_seen = self.is_clinical and self.has_policy
        return answers_told(facts.readable_answers(self.case)) if is_seen else ()

    @cached_property
    def answers(self) -> list[StandingAnswer]:
        """The answers of the questionnaire that stand."""
        if not (told := self._answers_told):
            return []
        return standing_answers(self.case, told, {row.fact: row for row in newest_rows(self.case)})

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
        notes = self.case.case_notes.order_by("-pk")
        return list(notes.filter(kind__in=judging.FROM_OUTSIDE) if self.hidden else notes)

    @cached_property
    def opinions(self) -> list[Opinion]:
        """The questions to colleagues that are not answered yet, oldest first."""
        return facts.unanswered(self.case) if self.is_clinical else []

    @property
    def asked_of_me(self) -> Opinion | None:
        """What the person is asked."""
        return next((opinion for opinion in self.opinions if opinion.asked_id == self.person.pk), None)

    @property
    def asked_back(self) -> Note | None:
        """What a physician asks who sent the case back, until it is referred again."""
        if working_state(self.case) != states.IN_REVIEW:
            return None
        between = (Note.Kind.QUESTION, Note.Kind.REFERRAL)
        newest = next((note for note in self.notes if note.kind in between), None)
        return newest if newest and newest.kind == Note.Kind.QUESTION else None

    @cached_property
    def sent_elsewhere(self) -> Note | None:
        """Where the request was sent, why, by whom and when, while the case has ended so."""
        return facts.sent_elsewhere(self.case)

    @property
    def letter_of_sending(self) -> Letter | None:
        """The newest letter that says where the request was sent."""
        return next((letter for letter in self.letters if letter_verbs.tells(letter, self.case, None)), None)

    @cached_property
    def decisions(self) -> list[Decision]:
        """Every version of what was decided, newest first. What each rests on is on its own page."""
        if self.hidden:
            return []
        return list(self.case.decisions.defer("frozen", "rationale", "reason").order_by("-number"))

    @cached_property
    def letters(self) -> list[Letter]:
        """The letters that were issued, newest first. What each says is on its own page."""
        if self.hidden:
            return []
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
        found = duplicates.duplicates_of(self.case)
        return shown_duplicates(self.person, found, as_read(self.case)) if found else []

    @cached_property
    def unlicensed(self) -> bool:
        """Whether the person would sign as a physician and has no good license."""
        signs = not PHYSICIANS.isdisjoint(self.person.role_names)
        return signs and self.head.is_mine and not self.person.has_license_on(services.today())

    @cached_property
    def arrived(self) -> Arrival | None:
        """What came that nobody has worked with yet: information, an opinion, a question."""
        return arrivals.arrived([self.case]).get(self.case.pk)

    @property
    def sees_story(self) -> bool:
        return permissions.permit(self.person, "see_story", self.case) is not None

    @cached_property
    def next_case(self) -> Case | None:
        """The next case to take, once the person is done with this one."""
        return next_after(self.work)

    @cached_property
    def enters_another(self) -> bool:
        """Whether the next request is entered next: by whoever does nothing else, or has just entered this
        one.
        """
        case, person = self.case, self.person
        if case.state == states.DRAFT or not request_verbs.may_create(person):
            return False
        just_entered = case.state in states.UNDER_REVIEW and self.head.has_nobody
        if permissions.roles_for(person, "answer"):
            return just_entered and case.created_by_id == person.pk
        return self.primary is None

    @cached_property
    def next_token(self) -> str:
        return new_id()

    @property
    def notes_of_request(self) -> str:
        """What the request says in words of its own, to whom it is shown."""
        return self.case.notes if self.shows_request_notes else ""

    @cached_property
    def leads_with_decision(self) -> bool:
        """Whether what was decided is what there is to know first: nobody is to decide anything now."""
        return bool(self.decisions) and self.case.state not in states.OPEN

    @property
    def has_ended(self) -> bool:
        """Whether how the review ended is what there is to know first: by a decision, or elsewhere."""
        return self.leads_with_decision or self.sent_elsewhere is not None

    @property
    def came_late(self) -> bool:
        """Whether the review ended after its time."""
        return self.has_ended and self.case.late

    @property
    def quotes(self) -> SafeString:
        """The first of the deciding passages."""
        told = self.told
        return fragments(told.policy).quotes(told.quoted[:QUOTED]) if told else SafeString("")

    @property
    def told_by(self) -> str:
        """The ids of what a button that goes on is described by: the result, the next step, and the head."""
        result = ["verdict"] if self.has_ended or self.told else []
        step = ["next-step"] if self.has_ended or self.next_step else []
        return " ".join((*result, *step, "case-head"))

    @property
    def titled(self) -> str:
        """The case and its result, for the title of the page."""
        result = [self.case.get_state_display()]
        if self.leads_with_decision:
            result = [self.decisions[0].get_result_display()]
        elif self.sent_elsewhere:
            result = [self.case.get_result_display()]
        elif self.told:
            result = [self.told.headline, self.next_step.lower()]
        return f"{self.case.reference}: {', '.join(filter(None, result))}"

    @property
    def next_step(self) -> str:
        """The next step in words, "" while answers are missing, and once it was taken elsewhere."""
        is_next = self.is_complete and self.case.result != Case.Result.ELSEWHERE
        return self.told.next_step if self.told and is_next else ""

    @property
    def is_complete(self) -> bool:
        """Whether the determination needs nothing more."""
        return self.determination is not None and not self.determination.missing

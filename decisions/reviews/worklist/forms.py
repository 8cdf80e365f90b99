"""The forms of the work lists: what of them is wanted, a view that is kept, a search, and access to a case
that is on none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

from decisions.form_layout import DayInput
from decisions.models import Case, Person, Plan
from decisions.reviews.ground import absences, assignment
from decisions.reviews.ground.forms import SentForm, policies, set_choices, text
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.ordering import ORDERS, Place
from decisions.reviews.worklist.queries import Wanted

CURSOR = "conus.reviews.list.place"
LATE = "late"
FIRST_DUE = "due"
NO_SUCH_PAGE = "This page of the list cannot be found. Begin with the first page."
LONGEST_NAME = 40


def seal(place: Place | None) -> str:
    """Where the next page of a list begins, as an address carries it; "" where there is none."""
    if place is None:
        return ""
    times = [each.isoformat() if each else "" for each in (place.at, place.came)]
    return signing.dumps([place.order, place.answered, place.key, *times], salt=CURSOR)


def unseal(text: str) -> Place:
    """The place that was sealed. Raises ValidationError."""
    try:
        order, answered, key, *times = signing.loads(text, salt=CURSOR)
    except signing.BadSignature:
        raise ValidationError(NO_SUCH_PAGE) from None
    at, came = (dt.datetime.fromisoformat(each) if each else None for each in times)
    return Place(order, answered, key, at, came)


def day(label: str) -> Any:
    """A field for a day."""
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=DayInput(),
        error_messages={"invalid": "Give a day as year, month and day, such as 2026-03-31."},
    )


class DaysForm(forms.Form):
    """A form with two days, ``since`` and ``until``."""

    def clean_until(self) -> dt.date | None:
        """The last day, which is not before the first."""
        since: dt.date | None = self.cleaned_data.get("since")
        until: dt.date | None = self.cleaned_data["until"]
        if since and until and until < since:
            raise ValidationError("The last day is before the first.")
        return until


class ListForm(DaysForm):
    """What of the work list is wanted. Everything is optional."""

    which = forms.ChoiceField(
        required=False,
        choices=[
            (queries.MINE, "Mine"),
            (queries.TEAM, "My team's"),
            (queries.UNASSIGNED, "Unassigned"),
            (queries.ASKED, "Asked of you"),
        ],
        widget=forms.HiddenInput,
    )
    state = forms.ChoiceField(
        required=False,
        choices=[(queries.ANY_OPEN, "Open"), *Case.State.choices, (queries.EVERY_STATE, "All")],
    )
    urgency = forms.ChoiceField(required=False, choices=[("", "All"), *Case.Urgency.choices])
    policy = forms.ChoiceField(required=False)
    due = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Any time"),
            (queries.OVERDUE, "Overdue"),
            (queries.SOON, "Soon"),
            (LATE, "Decided late"),
        ],
    )
    order = forms.ChoiceField(required=False, choices=[(name, order.label) for name, order in ORDERS.items()])
    person = forms.ChoiceField(label="Who has it", required=False)
    plan = forms.ChoiceField(required=False)
    result = forms.ChoiceField(
        required=False,
        choices=[("", "Any"), *Case.Result.choices, (queries.NO_RESULT, "No decision")],
    )
    dated = forms.ChoiceField(
        label="Days of",
        required=False,
        choices=[("", "Receipt"), (queries.DECIDED, "Decision")],
    )
    since = day("From")
    until = day("To")
    after = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    ALWAYS = ("state", "urgency", "policy", "due", "order")
    MORE = ("person", "plan", "result", "dated", "since", "until")

    def __init__(self, data: QueryDict, which: str, person: Person) -> None:
        super().__init__(_in_order(_about_decisions(data)))
        self._which = which
        set_choices(self, "policy", [("", "All"), *policies()])
        plans = Plan.objects.order_by("name").values_list("pk", "name")
        set_choices(self, "plan", [("", "All"), *((str(key), name) for key, name in plans)])
        set_choices(self, "person", [("", "Anybody"), (queries.NOBODY, "Nobody yet"), *_colleagues(person)])

    def clean_after(self) -> Place | None:
        """Where the page begins, in the order that is asked for."""
        after = unseal(self.cleaned_data["after"]) if self.cleaned_data["after"] else None
        if after and after.order != self.cleaned_data.get("order"):
            raise ValidationError(NO_SUCH_PAGE)
        return after

    @property
    def wanted(self) -> Wanted:
        """What is wanted, as far as it could be read."""
        given = self.cleaned_data
        which, due = given.get("which") or self._which, given.get("due", "")
        return Wanted(
            which=which,
            state=given.get("state") or queries.ANY_OPEN,
            urgency=given.get("urgency", ""),
            policy=given.get("policy", ""),
            due="" if due == LATE else due,
            late=due == LATE,
            person=given.get("person", "") if which == queries.TEAM else "",
            plan=given.get("plan", ""),
            result=given.get("result", ""),
            dated=given.get("dated") or queries.RECEIVED,
            since=given.get("since"),
            until=given.get("until"),
            order=given.get("order") or FIRST_DUE,
            after=given.get("after"),
        )

    @property
    def asked(self) -> dict[str, str]:
        """The list as an address asks for it: ids and words of ours, without what goes without saying."""
        given = {**self.cleaned_data, "which": self.wanted.which, "person": self.wanted.person}
        spelled = {name: str(given[name]) for name in self.fields if name != "after" and given.get(name)}
        unsaid = {("state", queries.ANY_OPEN), ("order", _unsaid_order(given))}
        return {name: word for name, word in spelled.items() if (name, word) not in unsaid}

    @property
    def always(self) -> list[forms.BoundField]:
        """The filters that are always shown."""
        return [self[name] for name in self.ALWAYS]

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters that are folded away, as far as they count on this list."""
        return [self[name] for name in self.MORE if name != "person" or self.wanted.which == queries.TEAM]

    @property
    def said(self) -> list[str]:
        """What is set, in words: the filters, and the order where it is not the one that goes without
        saying.
        """
        asked = self.asked
        set_ones = [name for name in self._foldable if name in asked]
        return [f"{self[name].label}: {self._word(name, asked[name])}" for name in set_ones]

    def _word(self, name: str, given: str) -> str:
        return str(dict(getattr(self.fields[name], "choices", ())).get(given, given))

    @property
    def opens(self) -> bool:
        """Whether the filters are unfolded: one of them is set, or was refused. An order alone is none."""
        asked = self.asked
        return any(name in self.errors or (name in asked and name != "order") for name in self._foldable)

    @property
    def _foldable(self) -> tuple[str, ...]:
        return (*self.ALWAYS, *self.MORE)

    @property
    def more_is_used(self) -> bool:
        """Whether one of those filters is set, or was refused."""
        return any(self.asked.get(name) or name in self.errors for name in self.MORE)


def _about_decisions(data: QueryDict) -> QueryDict:
    """What was asked, with all states for whoever asks about decisions and left the state at "open": most
    cases with a decision are not.
    """
    about = data.get("due") == LATE or data.get("result") in Case.Result.values
    about |= data.get("dated") == queries.DECIDED and bool(data.get("since") or data.get("until"))
    if not about or data.get("state", "") not in ("", queries.ANY_OPEN):
        return data
    asked = data.copy()
    asked["state"] = queries.EVERY_STATE
    return asked


def _in_order(data: QueryDict) -> QueryDict:
    """What was asked, with an order where none is named."""
    if data.get("order"):
        return data
    asked = data.copy()
    asked["order"] = _unsaid_order(data)
    return asked


def _unsaid_order(asked: Mapping[str, Any]) -> str:
    """The order of a list that names none: by due date; between two days, by the day that is meant."""
    if not (asked.get("since") or asked.get("until")):
        return FIRST_DUE
    return queries.DECIDED if asked.get("dated") == queries.DECIDED else queries.RECEIVED


def _colleagues(person: Person) -> list[tuple[str, str]]:
    """The people of somebody's team, those too who are gone: they may have left cases behind."""
    if person.team_id is None:
        return []
    team = Person.objects.filter(team_id=person.team_id).order_by("name", "pk")
    return [(str(each.pk), str(each) if each.is_active else f"{each} (deactivated)") for each in team]


class OfListForm(forms.Form):
    """A form on a list. ``asked`` is what stands in the address of the list."""

    asked = forms.CharField(required=False, max_length=1_000, widget=forms.HiddenInput)
    of: tuple[str, Person]
    """The list that is shown where none was chosen, and whose it is."""

    def clean_asked(self) -> dict[str, str]:
        """The filters and the order, read as those of a list are."""
        form = self.of_list()
        if not form.is_valid():
            raise ValidationError("This list cannot be found. Open it again.")
        return form.asked

    def of_list(self) -> ListForm:
        """The form of the list that it stands on."""
        return ListForm(QueryDict(str(self["asked"].value() or "")), *self.of)


class ViewForm(OfListForm):
    """A name for the list as it is shown."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        error_messages={
            "required": "Give the view a name.",
            "max_length": f"Give a name of at most {LONGEST_NAME} characters.",
        },
    )

    def __init__(self, data: QueryDict, which: str, person: Person) -> None:
        super().__init__(data)
        self.of = (which, person)


@dataclass(frozen=True, slots=True)
class Ticked:
    """A case that was ticked on a list, and the revision that the list showed of it."""

    case: str
    revision: int


_TICK = re.compile(r"([\w-]{1,22})\.([0-9]{1,10})", re.ASCII)


def tick_of(case: Case) -> str:
    """What a list says of a case that can be ticked there."""
    return f"{case.pk}.{case.revision}"


class TickedField(forms.Field):
    """Cases of one page of a list."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[Ticked]:
        """The cases, none twice. Raises ValidationError for what no list says."""
        found = [_TICK.fullmatch(each) for each in dict.fromkeys(value or [])]
        if len(found) > queries.PAGE or not all(found):
            raise ValidationError("This list is not complete. Open it again.")
        return [Ticked(each[1], int(each[2])) for each in found if each]


class GivingForm(SentForm):
    """To whom a supervisor gives, and why."""

    to = forms.ChoiceField(label="Give to", error_messages={"required": "Choose somebody."})
    reason = forms.CharField(
        max_length=500,
        help_text="It stays with the case as a note.",
        error_messages={"required": "Give a reason."},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
        person: Person | None = None,
    ) -> None:
        super().__init__(data, initial, person)
        self.offer(assignment.workers(person.team_id) if person else [])

    def offer(self, people: Iterable[Person]) -> None:
        """Offer these people, and nobody."""
        nobody = (queries.NOBODY, "Nobody: back among the unassigned")
        offered = list(people)
        away = absences.away_until(offered)
        named = [(str(each.pk), _named(each, away.get(each.pk))) for each in offered]
        set_choices(self, "to", [("", "Choose somebody"), *named, nobody])

    def clean_to(self) -> Person | None:
        """Who gets the case; None where nobody does."""
        to = self.cleaned_data["to"]
        return None if to == queries.NOBODY else Person.objects.get(pk=to)


def _named(person: Person, away_until: dt.date | None) -> str:
    return f"{person} (away until {away_until:%Y-%m-%d})" if away_until else str(person)


class GiveForm(OfListForm, GivingForm):
    """To whom the ticked cases of a list are given, and why. ``shown`` are all of the page that can be."""

    field_order = ("everything", "to", "reason")

    cases = TickedField(required=False)
    shown = TickedField(required=False)
    everything = forms.BooleanField(label="All on this page", required=False)

    def __init__(self, data: QueryDict | None, person: Person, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial, person)
        # The list of a team is what somebody gives from, unless another one was shown.
        self.of = (queries.TEAM, person)

    def clean(self) -> dict[str, Any]:
        """Some case is ticked."""
        given = super().clean() or self.cleaned_data
        if "cases" in given and "shown" in given and not self.chosen:
            self.add_error("everything", "Tick the cases, or tick this.")
        return given

    @property
    def chosen(self) -> list[Ticked]:
        """The cases that are to be given."""
        return list(self.cleaned_data["shown" if self.cleaned_data["everything"] else "cases"])

    @property
    def ticked(self) -> list[str]:
        """What is ticked as the form is shown."""
        return list(self["cases"].value() or [])


def address_of(asked: dict[str, str]) -> str:
    """What stands behind the question mark in the address of a list."""
    return urlencode(sorted(asked.items()))


class SearchForm(forms.Form):
    """A part of the reference of a case, or of a member."""

    reference = forms.CharField(
        label="Reference, or member reference",
        help_text="A part is enough. Capital letters and accents do not count.",
        max_length=40,
        error_messages={"required": "Give a part of the reference of a case or of a member."},
    )

    def take_focus(self) -> None:
        """Let the field have the focus."""
        self.fields["reference"].widget.attrs["autofocus"] = True


class EmergencyForm(SentForm):
    """Which case, and why."""

    reference = forms.CharField(label="Reference of the case", max_length=40)
    reason = text("Reason", "An auditor reads it.", rows=3)

"""The forms of the work lists: what of them is wanted, a view that is kept, a search, and access to a case
that is on none.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

from decisions.models import Case, Decision, Person, Plan
from decisions.reviews.ground.forms import SentForm, policies, set_choices, text
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.ordering import ORDERS, Place
from decisions.reviews.worklist.queries import Wanted

CURSOR = "conus.reviews.list.place"
LATE = "late"
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


def _day(label: str) -> Any:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give a day as year, month and day, such as 2026-03-31."},
    )


class ListForm(forms.Form):
    """What of the work list is wanted. Everything is optional."""

    which = forms.ChoiceField(
        required=False,
        choices=[(queries.MINE, "Mine"), (queries.TEAM, "My team's"), (queries.UNASSIGNED, "Unassigned")],
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
        choices=[("", "Any"), *Decision.Result.choices, (queries.NO_RESULT, "No decision")],
    )
    dated = forms.ChoiceField(
        label="Days of",
        required=False,
        choices=[("", "Receipt"), (queries.DECIDED, "Decision")],
    )
    since = _day("From")
    until = _day("To")
    after = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    ALWAYS = ("state", "urgency", "policy", "due", "order")
    MORE = ("person", "plan", "result", "dated", "since", "until")

    def __init__(self, data: QueryDict, which: str, person: Person) -> None:
        super().__init__(_about_decisions(data))
        self._which = which
        set_choices(self, "policy", [("", "All"), *policies()])
        plans = Plan.objects.order_by("name").values_list("pk", "name")
        set_choices(self, "plan", [("", "All"), *((str(key), name) for key, name in plans)])
        set_choices(self, "person", [("", "Anybody"), (queries.NOBODY, "Nobody yet"), *_colleagues(person)])

    def clean_until(self) -> dt.date | None:
        """The last day, which is not before the first."""
        since: dt.date | None = self.cleaned_data.get("since")
        until: dt.date | None = self.cleaned_data["until"]
        if since and until and until < since:
            raise ValidationError("The last day is before the first.")
        return until

    def clean_after(self) -> Place | None:
        """Where the page begins, in the order that is asked for."""
        after = unseal(self.cleaned_data["after"]) if self.cleaned_data["after"] else None
        if after and after.order != self.cleaned_data.get("order", ""):
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
            order=given.get("order", ""),
            after=given.get("after"),
        )

    @property
    def asked(self) -> dict[str, str]:
        """The list as an address asks for it: ids and words of ours, without what goes without saying."""
        given = {**self.cleaned_data, "which": self.wanted.which, "person": self.wanted.person}
        spelled = {name: str(given[name]) for name in self.fields if name != "after" and given.get(name)}
        return {name: word for name, word in spelled.items() if (name, word) != ("state", queries.ANY_OPEN)}

    @property
    def always(self) -> list[forms.BoundField]:
        """The filters that are always shown."""
        return [self[name] for name in self.ALWAYS]

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters that are folded away, as far as they count on this list."""
        return [self[name] for name in self.MORE if name != "person" or self.wanted.which == queries.TEAM]

    @property
    def more_is_used(self) -> bool:
        """Whether one of those filters is set, or was refused."""
        return any(self.asked.get(name) or name in self.errors for name in self.MORE)


def _about_decisions(data: QueryDict) -> QueryDict:
    """What was asked, with all states for whoever asks about decisions and left the state at "open": most
    cases with a decision are not.
    """
    about = data.get("due") == LATE or data.get("result") in Decision.Result.values
    about |= data.get("dated") == queries.DECIDED and bool(data.get("since") or data.get("until"))
    if not about or data.get("state", "") not in ("", queries.ANY_OPEN):
        return data
    asked = data.copy()
    asked["state"] = queries.EVERY_STATE
    return asked


def _colleagues(person: Person) -> list[tuple[str, str]]:
    """The people of somebody's team, those too who are gone: they may have left cases behind."""
    if person.team_id is None:
        return []
    team = Person.objects.filter(team_id=person.team_id).order_by("name", "pk")
    return [(str(each.pk), str(each) if each.is_active else f"{each} (deactivated)") for each in team]


class ViewForm(forms.Form):
    """A name for the list as it is shown. ``asked`` is its address."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        error_messages={
            "required": "Give the view a name.",
            "max_length": f"Give a name of at most {LONGEST_NAME} characters.",
        },
    )
    asked = forms.CharField(required=False, max_length=1_000, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, which: str, person: Person) -> None:
        super().__init__(data)
        self._list = (which, person)

    def clean_asked(self) -> dict[str, str]:
        """The filters and the order, read as those of a list are."""
        form = self.of_list()
        if not form.is_valid():
            raise ValidationError("This list cannot be kept. Open it again.")
        return form.asked

    def of_list(self) -> ListForm:
        """The form of the list that is to be kept."""
        return ListForm(QueryDict(str(self["asked"].value() or "")), *self._list)


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

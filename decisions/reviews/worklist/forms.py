"""The forms of the work lists: what of them is wanted, a search, and access to a case that is on none."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

from decisions.models import Case
from decisions.reviews.ground.forms import SentForm, policies, set_choices, text
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.queries import Place, Wanted

CURSOR = "conus.reviews.list.place"


def seal(place: Place | None) -> str:
    """Where the next page of a list begins, as an address carries it; "" where there is none."""
    return signing.dumps([place[0], place[1].isoformat(), place[2]], salt=CURSOR) if place else ""


def unseal(text: str) -> Place:
    """The place that was sealed. Raises ValidationError."""
    try:
        answered, due, key = signing.loads(text, salt=CURSOR)
    except signing.BadSignature:
        raise ValidationError("This page of the list cannot be found. Begin with the first page.") from None
    return answered, dt.datetime.fromisoformat(due), key


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
        required=False, choices=[("", "Any time"), (queries.OVERDUE, "Overdue"), (queries.SOON, "Soon")]
    )
    order = forms.ChoiceField(
        required=False, choices=[("", "Due soonest first"), ("latest", "Due latest first")]
    )
    after = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, which: str) -> None:
        super().__init__(data)
        self._which = which
        set_choices(self, "policy", [("", "All"), *policies()])

    def clean_after(self) -> Place | None:
        """Where the page begins."""
        return unseal(self.cleaned_data["after"]) if self.cleaned_data["after"] else None

    @property
    def wanted(self) -> Wanted:
        """What is wanted, as far as it could be read."""
        given = self.cleaned_data
        return Wanted(
            which=given.get("which") or self._which,
            state=given.get("state") or queries.ANY_OPEN,
            urgency=given.get("urgency", ""),
            policy=given.get("policy", ""),
            due=given.get("due", ""),
            latest_first=given.get("order") == "latest",
            after=given.get("after"),
        )


class SearchForm(forms.Form):
    """A part of a reference, or the whole reference of a member."""

    reference = forms.CharField(
        label="Reference, or member reference",
        help_text="A part of a case's reference is enough. A member's reference has to be whole.",
        max_length=40,
        error_messages={"required": "Give the reference, a part of it, or the whole reference of a member."},
    )

    def take_focus(self) -> None:
        """Let the field have the focus."""
        self.fields["reference"].widget.attrs["autofocus"] = True


class EmergencyForm(SentForm):
    """Which case, and why."""

    reference = forms.CharField(label="Reference of the case", max_length=40)
    reason = text("Reason", "An auditor reads it.", rows=3)

"""What of the log is asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms

from decisions.form_layout import DayInput
from decisions.log.actions import ACCESS, GROUP_IDS, GROUPS
from decisions.models import Person

NEWEST = 2**63 - 1


class Place(forms.Form):
    """A place in the log, by the number of an event."""

    before = forms.IntegerField(required=False, min_value=1, max_value=NEWEST, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=0, max_value=NEWEST, widget=forms.HiddenInput)


class StoryPlace(Place):
    """A place in the story of a case, and whether views are told of."""

    views = forms.ChoiceField(required=False, choices=[("", "Without views"), ("yes", "With views")])


class LogFilter(Place):
    """Events of a kind, a person and a day. What is left empty counts for all."""

    group = forms.ChoiceField(
        label="What",
        required=False,
        choices=[
            ("", "Everything"),
            *zip(GROUP_IDS, GROUPS, strict=True),
            (ACCESS, "Access given by an administrator"),
        ],
        error_messages={"invalid_choice": "There is no such group of events."},
    )
    person = forms.ModelChoiceField(
        Person.objects.order_by("name", "pk"),
        label="Who",
        required=False,
        empty_label="Everybody",
        error_messages={"invalid_choice": "There is no such person."},
    )
    day = forms.DateField(
        label="Day",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=DayInput(),
        error_messages={"invalid": "Give a day as year, month and day, such as 2026-03-31."},
    )

    def address(self, **place: Any) -> str:
        """The query string of this filter, at another place of the list."""
        data = self.cleaned_data
        kept = {
            "group": data["group"],
            "person": data["person"].pk if data["person"] else "",
            "day": data["day"].isoformat() if data["day"] else "",
            **place,
        }
        return f"?{urlencode({key: value for key, value in kept.items() if value})}"

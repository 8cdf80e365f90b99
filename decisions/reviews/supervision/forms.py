"""The forms of a team's rules, and of who is away."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict

from decisions.form_layout import laid_out
from decisions.models import Case, LineOfBusiness, Person
from decisions.reviews.ground import assignment
from decisions.reviews.request.inputs import DayField, day, offered_days, with_days
from decisions.reviews.worklist.forms import DaysForm

YEARS_BEFORE, YEARS_AFTER = 1, 2
"""How far from this year a day of an absence is looked for where its year has two digits."""


def _people_of(person: Person) -> Any:
    return Person.objects.filter(pk__in=[each.pk for each in assignment.workers(person.team_id)]).order_by(
        "name", "pk"
    )


class RuleForm(forms.Form):
    """For which cases a rule is, and to whom they go."""

    line = forms.ModelChoiceField(
        LineOfBusiness.objects.order_by("name"), label="Line of business", required=False, empty_label="Any"
    )
    urgency = forms.ChoiceField(required=False, choices=[("", "Any"), *Case.Urgency.choices])
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label="Give to",
        help_text="Of several, whoever has fewest open cases. Who is away is passed over.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick somebody."},
    )

    def __init__(self, data: QueryDict | None, person: Person) -> None:
        super().__init__(data, prefix="rule")
        self.fields["people"].queryset = _people_of(person)  # type: ignore[attr-defined]


class AwayForm(DaysForm):
    """Who is away, and on which days."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        label="Who",
        empty_label="Choose somebody",
        error_messages={"required": "Choose somebody."},
    )
    since = DayField(YEARS_BEFORE, YEARS_AFTER, label="First day")
    until = DayField(YEARS_BEFORE, YEARS_AFTER, label="Last day")

    def __init__(self, data: QueryDict | None, person: Person) -> None:
        chosen = offered_days(data, [f"away-{name}" for name in ("since", "until")])
        self.takes_a_day = bool(chosen)
        super().__init__(with_days(data, chosen), prefix="away")
        self.fields["person"].queryset = _people_of(person)  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        """How it is laid out."""
        return laid_out("person", day("since"), day("until"))

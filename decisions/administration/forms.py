"""The forms of a person's first password, and of the administration."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from decisions import services as library_services
from decisions.form_layout import DayInput, laid_out, part
from decisions.models import (
    LETTER_TEXTS,
    LONGEST_LETTER_TEXT,
    Case,
    LineOfBusiness,
    Person,
    Plan,
    Role,
    Team,
)
from decisions.people.services import free_username

HOURS = (1, 24 * 60)
DAYS = (1, 365)
ABOUT_TEXTS = {
    "contact": "Name, address, telephone, hours. It stands at the end of every letter.",
    "no_answer": "Where and until when to answer, and what happens when nothing arrives. "
    "In a request for information.",
    "extension_rights": "How somebody who does not agree with an extension says so, and what follows. "
    "In the notice of an extension.",
    "appeal_rights": "How and until when a standard and an expedited appeal is filed, and when each is "
    "answered. In an adverse determination.",
    "external_review": "Who reviews after an appeal, how to ask for it, and until when. "
    "In an adverse determination, and in the letter that upholds one.",
    "peer_review": "How and until when a clinician reaches a physician. In an adverse determination.",
    "copies": "Where to ask for the criteria and the record, and what that costs. "
    "In an adverse determination, and in the letter that upholds one.",
    "software": "That software was used in the review, and for what. In every letter about a decision, where "
    "it is written.",
}
"""What a text that letters quote is to say, and which letters quote it."""
ABOUT_ALL_TEXTS = (
    "Letters quote these texts word for word. An empty line begins a paragraph, a line that begins with "
    f'"- " is an item of a list. Each has up to {LONGEST_LETTER_TEXT} characters. Where a text is missing, '
    "letters say “as the plan provides”, or leave out how to reach you, and have to be completed by hand. "
    "Letters that went out keep what they say."
)


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is on file about a person."""

    class Meta:
        model = Person
        fields: ClassVar[tuple[str, ...]] = (
            "name",
            "email",
            "team",
            "license_number",
            "license_state",
            "license_expires",
        )
        widgets: ClassVar = {"license_expires": DayInput()}
        labels: ClassVar = {
            "email": "E-mail",
            "license_number": "License number",
            "license_state": "State that gave the license",
            "license_expires": "Last day of the license",
        }
        help_texts: ClassVar = {
            "email": "For signing in with the identity provider, if there is one. No mail is sent.",
            "team": "A person without a team sees no cases.",
            "license_number": "For physicians. It is copied to every decision they sign.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.empty_label = "None"

    def clean_email(self) -> str:
        """An address that no other person has: signing in by it must find one person."""
        email = str(self.cleaned_data["email"]).strip()
        taken = Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if email and taken.exists():
            raise ValidationError("Somebody has this e-mail address.")
        return email

    def clean(self) -> dict[str, Any]:
        """A license is on file as a whole (number, state, last day) or not at all."""
        given: dict[str, Any] = super().clean() or {}
        parts = ("license_number", "license_state", "license_expires")
        missing = [name for name in parts if not given.get(name) and name not in self.errors]
        if 0 < len(missing) < len(parts):
            for name in missing:
                self.add_error(name, "A license has a number, a state and a last day.")
        return given


class NewPersonForm(PersonForm):
    """A new person."""

    class Meta(PersonForm.Meta):
        fields = ("username", *PersonForm.Meta.fields)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].validators.append(UnicodeUsernameValidator())

    def clean_username(self) -> str:
        """A user name that nobody has."""
        return free_username(str(self.cleaned_data["username"]))


class RoleForm(forms.Form):
    """A role to give or to take."""

    role = forms.ChoiceField(choices=Role.choices)
    give = forms.ChoiceField(choices=(("1", "Give"), ("0", "Take")))


class LeavingForm(forms.Form):
    """What becomes of the cases of somebody who is deactivated."""

    free = forms.BooleanField(
        required=False,
        initial=True,
        label="Put the cases that they work on among the unassigned",
    )


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    """A team."""

    class Meta:
        model = Team
        fields = ("name",)


def number(label: str, limits: tuple[int, int], unit: str) -> forms.IntegerField:
    """A whole number of a unit within limits, both allowed."""
    least, most = limits
    return forms.IntegerField(
        label=label,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        help_text=f"{unit}, from {least} to {most}.",
    )


class LetterTextField(forms.CharField):
    """A text that letters quote. A line ends with one character, as the person who typed it counts."""

    def to_python(self, value: Any) -> str:
        """The text with its lines and its paragraphs."""
        return "\n".join(str(super().to_python(value) or "").splitlines())


def letter_text(name: str) -> LetterTextField:
    """The field for a text that letters quote."""
    return LetterTextField(
        label=LETTER_TEXTS[name],
        help_text=ABOUT_TEXTS[name],
        required=False,
        max_length=LONGEST_LETTER_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class LineForm(forms.ModelForm):  # type: ignore[type-arg]
    """A line of business: how long its answers may take, when the clock stands still, what letters quote."""

    expedited_hours = number("Expedited: answer within", HOURS, "Hours")
    standard_days = number("Standard: answer within", DAYS, "Calendar days")
    extension_days = number("An extension adds", DAYS, "Calendar days")
    due_soon_hours = number("Due soon means within", HOURS, "Hours")
    appeal_expedited_hours = number("Expedited appeal: answer within", HOURS, "Hours")
    appeal_standard_days = number("Standard appeal: answer within", DAYS, "Calendar days")
    paused_states = forms.MultipleChoiceField(
        label="The clock stands still while a case is",
        choices=[(state.value, state.label) for state in (Case.State.DRAFT, Case.State.WAITING)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    contact = letter_text("contact")
    no_answer = letter_text("no_answer")
    extension_rights = letter_text("extension_rights")
    appeal_rights = letter_text("appeal_rights")
    external_review = letter_text("external_review")
    peer_review = letter_text("peer_review")
    copies = letter_text("copies")
    software = letter_text("software")
    independent_judgment = forms.BooleanField(
        label="A physician judges before they see the determination",
        help_text="From the record and the policy's text, criterion by criterion. Until then Conus hides the "
        "determination from them.",
        required=False,
    )

    class Meta:
        model = LineOfBusiness
        fields = (
            "name",
            "expedited_hours",
            "standard_days",
            "extension_days",
            "due_soon_hours",
            "appeal_expedited_hours",
            "appeal_standard_days",
            "paused_states",
            "independent_judgment",
            *LETTER_TEXTS,
        )

    @property
    def helper(self) -> FormHelper:
        """How it is laid out: the texts stand in a part of their own."""
        return laid_out(
            *(name for name in self.fields if name not in LETTER_TEXTS),
            part("Texts for letters", HTML(f"<p>{ABOUT_ALL_TEXTS}</p>"), *LETTER_TEXTS),
        )


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """A plan: its line of business and its policy."""

    policy = forms.ChoiceField(label="Policy", required=False)

    class Meta:
        model = Plan
        fields = ("name", "line", "policy")
        labels: ClassVar = {"line": "Line of business"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policies = [(policy, policy) for policy in library_services.library().policy_ids]
        choices = [("", "Ask whoever enters a request"), *policies]
        self.fields["policy"].choices = choices  # type: ignore[attr-defined]

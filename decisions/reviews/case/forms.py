"""The forms of the moves of a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from decisions.models import Person
from decisions.reviews.ground.forms import LONGEST_LETTER, LetterForm, SentForm, set_choices, text
from decisions.reviews.letters.texts import NOTHING_NAMED


class ReasonForm(SentForm):
    """A reason."""

    reason = text("Reason", rows=3)


class ClaimForm(SentForm):
    """A reason, where somebody else has the case."""

    reason = text("Reason", "Needed where somebody else has the case.", rows=3, required=False)


class NoteForm(SentForm):
    """A note."""

    text = text("Note")


class ReferForm(SentForm):
    """What the physician should know."""

    text = text("Note to the physician", "Say what you found and why a physician has to decide.")


class ReceivedForm(SentForm):
    """What arrived."""

    text = text(
        "What arrived (optional)", "For example: which document, and where it is kept.", required=False
    )


class InformationForm(LetterForm):
    """The letter that asks for what is missing."""

    body = text("Letter", rows=14, most=LONGEST_LETTER)

    def clean_body(self) -> str:
        """A letter that asks for something: where no question is open, whoever issues it says for what."""
        given: str = self.cleaned_data["body"]
        if NOTHING_NAMED in given:
            raise ValidationError(f"Say what is needed, in place of “{NOTHING_NAMED}”.")
        return given


class AssignForm(SentForm):
    """A colleague, and what they should know."""

    to = forms.ModelChoiceField(
        Person.objects.none(),
        label="Give the case to",
        error_messages={"required": "Choose a colleague.", "invalid_choice": "Choose one of the list."},
    )

    note = text("Note to the colleague (optional)", "It stays with the case.", rows=3, required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        if self.person and self.person.team:
            team_mates = Person.objects.filter(team=self.person.team, is_active=True)
            self.fields["to"].queryset = team_mates  # type: ignore[attr-defined]

    def offer(self, people: Iterable[Person]) -> None:
        """Offer these people alone."""
        set_choices(self, "to", [("", "Choose a colleague"), *((str(p.pk), str(p)) for p in people)])

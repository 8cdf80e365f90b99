"""The forms of the moves of a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from decisions.models import Letter, Opinion, Person
from decisions.reviews.ground.forms import LONGEST_LETTER, LetterForm, SentForm, set_choices, text
from decisions.reviews.letters.verbs import IncompleteError, check_whole

LONGEST_PLACE = 200


class ReasonForm(SentForm):
    """A reason."""

    reason = text("Reason", rows=3)


class ClaimForm(SentForm):
    """A reason, where somebody else has the case."""

    reason = text("Reason", "Needed where somebody else has the case.", rows=3, required=False)


class NoteForm(SentForm):
    """A note."""

    text = text("Note")


class ToSomebodyForm(SentForm):
    """Somebody of the team. ``nobody`` is what stands where nobody is chosen."""

    nobody = "Choose a colleague"

    to = forms.ModelChoiceField(
        Person.objects.none(),
        label="Give the case to",
        error_messages={"required": "Choose a colleague.", "invalid_choice": "Choose one of the list."},
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        if self.person and self.person.team:
            team_mates = Person.objects.filter(team=self.person.team, is_active=True)
            self.fields["to"].queryset = team_mates  # type: ignore[attr-defined]

    def offer(self, people: Iterable[Person]) -> None:
        """Offer these people alone."""
        set_choices(self, "to", [("", self.nobody), *((str(p.pk), str(p)) for p in people)])


class ReferForm(ToSomebodyForm):
    """What the physician should know, and who it is, where one is named."""

    nobody = "Whoever takes it"
    field_order = ("text", "to")

    text = text(
        "Note to the physician",
        "Drafted from the determination. Change it where it says too little, or too much.",
        rows=10,
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["to"].label, self.fields["to"].required = "Physician (optional)", False


class AskForm(ToSomebodyForm):
    """A colleague, and what they are asked."""

    text = text("Question", "It stays with the case.", rows=4)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["to"].label = "Physician"


class WithdrawQuestionForm(ToSomebodyForm):
    """Whose answer is not waited for any more: also of somebody who has left the team since."""

    nobody = "Choose whom you asked"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        owed = Opinion.objects.filter(answer=None, question__written_by=self.person)
        self.fields["to"].queryset = Person.objects.filter(pk__in=owed.values("asked"))  # type: ignore[attr-defined]
        self.fields["to"].label = "Asked"

    def offer(self, people: Iterable[Person]) -> None:
        """Offer these people alone. Where it is one, nothing is to be chosen."""
        asked = [(str(person.pk), str(person)) for person in people]
        set_choices(self, "to", asked if len(asked) == 1 else [("", self.nobody), *asked])


class OpinionForm(SentForm):
    """What a colleague thinks."""

    text = text("Answer", rows=6)


class QuestionForm(SentForm):
    """What a physician asks."""

    text = text("Question", "The case goes back with it, and it stands on top of the case.")


class ElsewhereForm(SentForm):
    """Where a request belongs, and why."""

    to = forms.CharField(
        label="Where the request goes",
        help_text="For example: the program, the other policy, or the payer that looks at such requests.",
        max_length=LONGEST_PLACE,
        error_messages={"required": "Say where the request goes."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = text("Reason", "Both stand in the letter.", rows=3)


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
        try:
            check_whole(Letter.Kind.INFORMATION, given)
        except IncompleteError as incomplete:
            raise ValidationError(str(incomplete)) from None
        return given


class AssignForm(ToSomebodyForm):
    """A colleague, and what they should know."""

    note = text("Note to the colleague (optional)", "It stays with the case.", rows=3, required=False)

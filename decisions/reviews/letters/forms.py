"""The form of a letter."""

from __future__ import annotations

from typing import Any

from django import forms

from decisions.reviews.ground.forms import LONGEST_LETTER, LetterForm, text


class CaseLetterForm(LetterForm):
    """A letter about what was decided of a case, or about its turnaround."""

    copy_to = forms.CharField(
        label="Copy to (optional)", max_length=200, required=False, help_text="It stands in the letter."
    )
    body = text("Letter", rows=24, most=LONGEST_LETTER)

    def __init__(self, *args: Any, sees_text: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].error_messages["required"] = "The letter is empty."
        if not sees_text:
            del self.fields["body"]
            self.fields["read_over"].label = "The letter goes out as it was drafted"

    def take_focus(self, described_by: str) -> None:
        """Let the box have the focus that says that the letter was read."""
        self.fields["read_over"].widget.attrs |= {"autofocus": True, "aria-describedby": described_by}

"""The form that starts a check."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from decisions import services

MODES = (("guided", "Guided"), ("worksheet", "Worksheet"))


class StartForm(forms.Form):
    """Which policies to ask, all of the topic where none is chosen, and in which way."""

    policies = forms.MultipleChoiceField(required=False)
    mode = forms.ChoiceField(choices=MODES, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["policies"].choices = [(key, key) for key in services.library().policy_ids]  # type: ignore[attr-defined]

    def clean_policies(self) -> list[str]:
        """The policies in the order of the library. They have to answer from the same questions."""
        editions = services.library().editions
        chosen = self.cleaned_data["policies"] or editions
        topics = {key: editions[key][0].topic.id for key in editions if key in chosen}
        if not topics:
            raise forms.ValidationError("There is no policy to ask.")
        first = next(iter(topics.values()))
        return [key for key, topic in topics.items() if topic == first]

"""The form that starts a check, and what a page of it sends beside its answers."""

from __future__ import annotations

import json
from typing import Any

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


class ShownForm(forms.Form):
    """The answers that a page was made from, as it sends them back. A check keeps no answer of before: a
    page that is held up tells by this what was changed on it from what it only sends along.

    Whoever was shown two versions sends ``over`` with the one that they chose, and in ``seen`` the answers
    that were saved then.
    """

    shown = forms.CharField(required=False)
    seen = forms.CharField(required=False)
    over = forms.CharField(required=False)

    @property
    def before(self) -> dict[str, Any] | None:
        """The raw answers; None where the page does not say."""
        return self._answers("shown")

    @property
    def before_or_seen(self) -> dict[str, Any] | None:
        """The raw answers that may be written over: those of before, or those that were chosen against."""
        chose = self.is_valid() and self.cleaned_data["over"]
        return self._answers("seen") if chose else self.before

    def _answers(self, name: str) -> dict[str, Any] | None:
        try:
            said = json.loads(self.cleaned_data.get(name, "")) if self.is_valid() else None
        except (ValueError, RecursionError):
            return None
        return said if isinstance(said, dict) else None

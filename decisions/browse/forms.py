"""The filter of the codes, and the choice of two editions to compare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class CodeFilter(forms.Form):
    """Words or the beginning of a code to look for."""

    q = forms.CharField(
        label="Code or words",
        required=False,
        max_length=60,
        error_messages={"max_length": "Look for at most 60 characters."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control", "type": "search"}),
    )


class Comparison(forms.Form):
    """Two different editions, each as "policy/edition"."""

    one = forms.ChoiceField(label="One edition")
    other = forms.ChoiceField(label="The other")

    def __init__(self, *args: Any, editions: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(editions)
        for name in ("one", "other"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (both are declared above)
            field.choices = choices
            field.error_messages["invalid_choice"] = "There is no such edition."

    def clean(self) -> dict[str, Any]:
        """Refuses one edition chosen twice."""
        chosen = super().clean() or {}
        if chosen.get("one") and chosen.get("one") == chosen.get("other"):
            raise ValidationError("Choose two different editions.")
        return chosen

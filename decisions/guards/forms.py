"""The form of the theme switch, and what a form that could not be accepted was sent with."""

from django import forms
from django.http import QueryDict

THEMES = (("auto", "Auto"), ("light", "Light"), ("dark", "Dark"))


class ThemeForm(forms.Form):
    """Which theme, and the page to go back to."""

    theme = forms.ChoiceField(choices=THEMES)
    next = forms.CharField(required=False, max_length=2000)


NEVER_SHOWN_AGAIN = ("csrfmiddlewaretoken", "password", "credential", "secret")


def sent_inputs(data: QueryDict) -> list[tuple[str, str]]:
    """Everything a form was sent with, in its order, but for tokens and passwords."""
    return [
        (name, value)
        for name, values in data.lists()
        if not any(part in name.lower() for part in NEVER_SHOWN_AGAIN)
        for value in values
    ]

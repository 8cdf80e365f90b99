"""The form of the theme switch."""

from django import forms

THEMES = (("auto", "Auto"), ("light", "Light"), ("dark", "Dark"))


class ThemeForm(forms.Form):
    """Which theme, and the page to go back to."""

    theme = forms.ChoiceField(choices=THEMES)
    next = forms.CharField(required=False, max_length=2000)

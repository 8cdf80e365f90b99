"""How every form is drawn: crispy-forms renders it, field by field or as its ``helper`` lays it out."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django.forms import BoundField, DateInput, Widget
from django.forms.renderers import DjangoTemplates


class WholeField(BoundField):
    """A field without `maxlength`: with it a browser cuts off what is pasted without a word. The form itself
    says what is too long, and keeps it.
    """

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """The attributes that Django adds to a control."""
        return {**super().build_widget_attrs(attrs, widget), "maxlength": False}


class Renderer(DjangoTemplates):
    """Django's own, with our fields. `FORM_RENDERER` in the settings names it."""

    bound_field_class = WholeField


class DayInput(DateInput):
    """The control that a browser has for a day. What is no day has no place in it: browsers drop it."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, "%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        """The day as the attribute has it, "" for what is none."""
        said = super().format_value(value)
        with suppress(ValueError):
            return dt.date.fromisoformat(said or "").isoformat()
        return ""


def laid_out(*parts: Any) -> FormHelper:
    """What lays a form out: names of fields, and layout objects around them. Hidden fields follow."""
    helper: Any = FormHelper()
    helper.layout = Layout(*parts)
    helper.render_hidden_fields = True
    return helper


def part(title: str, *parts: Any) -> Fieldset:
    """A part of a form under a heading, which also names it as a group."""
    return Fieldset(f"<h2>{title}</h2>", *parts, css_class="form-part")

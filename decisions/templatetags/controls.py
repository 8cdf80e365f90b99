"""How the fields of a Django form look."""

from django import forms, template
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString

register = template.Library()


CHECK = "form-check-input"


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control with our class. Django itself ties it to its hint and its error.

    It has no `maxlength`: with it a browser cuts off what is pasted without a word. The form itself says what
    is too long, and keeps it.
    """
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect):
        return field.as_widget(attrs={"class": CHECK})
    name = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return field.as_widget(attrs={"class": name, "maxlength": False})


@register.filter
def option(choice: BoundWidget) -> SafeString:
    """The control of one of a field's choices with our class, without its label."""
    attrs = {**choice.data["attrs"], "class": CHECK}
    return BoundWidget(choice.parent_widget, {**choice.data, "attrs": attrs}, choice.renderer).tag()


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the field is one box to tick."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field has several controls, and so needs a fieldset."""
    return bool(field.field.widget.use_fieldset)


@register.filter
def takes_several(field: BoundField) -> bool:
    """Whether several of the field's choices can be chosen. Their controls stand one under the other."""
    return isinstance(field.field, forms.MultipleChoiceField)

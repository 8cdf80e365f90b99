"""What pages of sign-in ask about a person."""

from django import template

from decisions.models import Person
from decisions.people.services import lacks_second_factor

register = template.Library()


@register.filter
def lacks_factor(person: Person | None) -> bool:
    """Whether the person needs a second factor and has none."""
    return bool(person and lacks_second_factor(person))

"""What the forms of a case share: they are done once, from the newest revision, and keep what was typed."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from django import forms
from django.http import QueryDict

from decisions import services
from decisions.guards import services as guards
from decisions.models import Person, new_id
from decisions.reviews.ground.head import policy_name
from decisions.reviews.ground.work import Sent

OF_THE_PAGE = frozenset(
    (
        "token",
        "revision",
        "seen",
        "shown",
        "page",
        "typing",
        "on_page",
        "told",
        "drawn",
        "outcomes",
        "details",
    )
)
"""The fields that a page fills in by itself."""
Choices = list[tuple[str, str]]
LONGEST_TEXT = 5_000
LONGEST_LETTER = 40_000


class SentForm(forms.Form):
    """A form that is done once, and from the newest revision where it names one.

    ``beside`` names the fields that say what else is to be done, such as which button was pressed: the form
    is the same with them and without.
    """

    beside: tuple[str, ...] = ()

    token = forms.CharField(
        max_length=22,
        widget=forms.HiddenInput,
        error_messages={"required": "The page is incomplete. Load it again."},
    )
    revision = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
        person: Person | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.person = person

    @property
    def sent(self) -> Sent:
        """What the form says of itself."""
        return Sent(self.own_token, self.cleaned_data["revision"])

    @property
    def own_token(self) -> str:
        """The token of the page with what was typed on it: sent again as it was, the form is done once; gone
        back to and sent with something else, it is another one, and nothing typed is lost.
        """
        apart = ("token", "revision", *self.beside)
        typed = [(name, self[name].value()) for name in sorted(self.fields) if name not in apart]
        return token_of([self.cleaned_data["token"], typed])

    def take_focus(self, described_by: str) -> None:
        """Let the first field have the focus as the page is opened. ``described_by`` is the id of what stands
        above it: whoever does not see the page is told that with the field, and passes nothing over.
        """
        for field in self.visible_fields()[:1]:
            described = [described_by, *filter(None, [field.aria_describedby])]
            field.field.widget.attrs |= {"autofocus": True, "aria-describedby": " ".join(described)}

    def renewed(self, revision: int) -> None:
        """Go on from another revision, with everything that was typed."""
        self.data = {name: self[name].value() for name in self.fields} | {"revision": revision}


class LetterForm(SentForm):
    """A letter to be issued. It is kept as it goes out, so whoever issues it says that they have read it."""

    field_order = ("recipient", "copy_to", "body", "read_over")

    recipient = forms.CharField(
        label="To", max_length=200, error_messages={"required": "Say to whom the letter goes."}
    )
    read_over = forms.BooleanField(
        label="I have read this letter",
        error_messages={"required": "Say that you have read the letter. It cannot be changed afterwards."},
    )

    def renewed(self, revision: int) -> None:
        """Go on from another revision, with everything that was typed. It has to be read once more."""
        super().renewed(revision)
        self.data = {**self.data, "read_over": False}


def token_of(said: Any) -> str:
    """The token that stands for this."""
    spelled = json.dumps(said, default=str)
    return base64.urlsafe_b64encode(hashlib.sha256(spelled.encode()).digest())[:22].decode()


def kept(data: QueryDict) -> list[tuple[str, str]]:
    """What a person typed into a form that leads nowhere now, by the names of its fields, to be copied."""
    return [
        (name.replace("_", " ").replace(".", ", ").capitalize(), value)
        for name, value in guards.sent_inputs(data)
        if name not in OF_THE_PAGE and value.strip()
    ]


def beginning(revision: int | None = None, **values: object) -> dict[str, Any]:
    """What a form that changes something begins with."""
    return {"token": new_id(), "revision": revision, **values}


def text(
    label: str, help_text: str = "", *, rows: int = 5, required: bool = True, most: int = LONGEST_TEXT
) -> Any:
    """A field for sentences."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def set_choices(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field its choices."""
    form.fields[name].choices = choices  # type: ignore[attr-defined]


def policies() -> Choices:
    """Every policy on the shelf."""
    return [(policy, policy_name(policy)) for policy in services.library().policy_ids]


class NewsForm(forms.Form):
    """The revision that a page shows."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)

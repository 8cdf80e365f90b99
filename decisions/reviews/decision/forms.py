"""The forms of decisions and appeals."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html

from decisions.form_layout import laid_out
from decisions.models import Case, Decision
from decisions.questionnaire import typed
from decisions.reviews.decision.verbs import Statement
from decisions.reviews.ground.forms import SentForm, beginning, text
from decisions.reviews.ground.moments import minutes, received

RESULTS = [(Decision.Result.APPROVED.value, "Approve"), (Decision.Result.ADVERSE.value, "Adverse")]
OF_AN_APPEAL = [
    (Decision.Result.APPROVED.value, "Approve: the earlier decision is overturned"),
    (Decision.Result.ADVERSE.value, "Adverse: the earlier decision is upheld"),
]
AGAINST = '{} <span class="tag">against the determination: give the reason</span>'
RATIONALE_HELP = "Why, for whoever reads the decision and its letter. Change it where it says too little."
REASON_HELP = (
    "Needed for an adverse decision, for a correction, for a decision against the determination, and for the "
    "approval of what is held. "
    "It stands in the letter, before the rationale."
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A result that can be signed, and whether it is against the determination."""

    value: str
    label: str
    against: bool


class MemoryField(forms.CharField):
    """What the page showed when it was made, as JSON. It is only shown again, and nothing rests on it."""

    def clean(self, value: Any) -> dict[str, Any]:
        """The object; empty where it is none."""
        try:
            held = json.loads(value or "{}")
        except (ValueError, RecursionError):
            return {}
        return held if isinstance(held, dict) else {}


class DecisionForm(SentForm):
    """A decision to be signed. ``seen`` and ``shown`` say what the page showed that it is signed on."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    shown = MemoryField(required=False, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label="I have reviewed the record",
        error_messages={"required": "Confirm that you have reviewed the record."},
    )
    result = forms.ChoiceField(
        label="Result",
        choices=RESULTS,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a result.",
            "invalid_choice": "This is not a result; allowed: approve, adverse.",
        },
    )
    rationale = text("Rationale", RATIONALE_HELP)
    reason = text("Reason", REASON_HELP, rows=3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rationale"]
        field.widget.attrs["rows"] = 10
        field.error_messages["required"] = "Write the rationale."

    def offer(self, results: Iterable[Offered]) -> None:
        """Show these results alone. Whoever sends another one is told why not by the service."""
        self.fields["result"].widget.choices = [
            (result.value, format_html(AGAINST, result.label) if result.against else result.label)
            for result in results
        ]

    @property
    def statement(self) -> Statement:
        """What somebody puts their name to, once the form is valid."""
        return Statement(**{name: self.cleaned_data[name] for name in Statement.__dataclass_fields__})

    @property
    def was(self) -> Mapping[str, Any]:
        """What the page showed when it was made."""
        found: dict[str, Any] = self.cleaned_data.get("shown", {})
        return found

    def begin_again(self, revision: int, seen: str, shown: str) -> None:
        """Go on from another basis, with everything that was typed. It has to be confirmed once more."""
        self.renewed(revision)
        data = cast("QueryDict", self.data).copy()
        data["seen"], data["shown"] = seen, shown
        data.pop("confirmed", None)
        self.data = data

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """Show what the service found at the fields that it found it in."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)


class AppealForm(SentForm):
    """An appeal: when it was received, how urgent it is, and what it says."""

    received_at = forms.CharField(
        max_length=40,
        label="Appeal received at",
        widget=forms.TextInput(attrs={"placeholder": "YYYY-MM-DD HH:MM", "autocomplete": "off"}),
        error_messages={"required": "Say when the appeal was received."},
    )
    urgency = forms.ChoiceField(
        label="Urgency of the appeal",
        choices=Case.Urgency.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how urgent the appeal is.",
            "invalid_choice": "This is not an urgency; allowed: standard, expedited.",
        },
    )
    text = text("What the appeal says", "Who appeals, and why they disagree.")

    def __init__(self, case: Case, signed_at: dt.datetime | None, data: QueryDict | None = None) -> None:
        now = minutes(timezone.now())
        super().__init__(data, initial=beginning(case.revision, received_at=now, urgency=case.urgency))
        self._signed_at = signed_at
        zone = timezone.get_current_timezone_name()
        hint = f"Local time ({zone}), year first, as in 2026-03-01 14:30. The turnaround starts then."
        self.fields["received_at"].help_text = hint

    def clean_received_at(self) -> dt.datetime:
        """When the appeal arrived. Typed to the minute, it may be that in which the decision was signed."""
        moment = received(typed.clean(self.cleaned_data["received_at"]), timezone.now())
        signed_at = self._signed_at
        if signed_at is None:
            return moment
        if moment < signed_at.replace(second=0, microsecond=0):
            said = minutes(signed_at)
            raise ValidationError(f"The decision was signed at {said}; allowed: from then on until now.")
        return max(moment, signed_at)

    @property
    def helper(self) -> FormHelper:
        """How it is laid out."""
        return laid_out("received_at", InlineRadios("urgency"), "text")

    @property
    def appeal(self) -> dict[str, Any]:
        """What the service is handed, beside what the form says of itself."""
        return {name: self.cleaned_data[name] for name in ("text", "received_at", "urgency")}

"""The form of a request."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from decisions import services
from decisions.core import code_systems
from decisions.form_layout import laid_out, part
from decisions.models import Case, Plan
from decisions.questionnaire import code_texts, typed
from decisions.reviews.ground import code_names
from decisions.reviews.ground.forms import SentForm, beginning, policies, set_choices, text, token_of
from decisions.reviews.ground.head import policy_name
from decisions.reviews.ground.moments import RECEIVED_WITHIN_YEARS, minutes, years_before
from decisions.reviews.ground.work import RefusedError, Sent
from decisions.reviews.request.inputs import (
    CodesField,
    Dated,
    DayField,
    MomentField,
    day,
    offered_days,
    with_days,
)
from decisions.reviews.request.spelling import NAMES, in_inputs, spelled
from decisions.reviews.request.verbs import Request, check_urgency

OLDEST_YEARS = 125
MOST_ATTACHMENTS = 20
LONGEST_ATTACHMENT = 200
SERVED_WITHIN_YEARS = 2
REFERENCE = re.compile(r"[A-Za-z0-9./-]+")
NAME = re.compile(r"[^\W\d_]+(\s+[^\W\d_]+)+")
"""Words of letters alone, such as a first and a last name."""
SPELLINGS = {
    "procedure_codes": code_texts.PROCEDURE_SPELLING,
    "diagnosis_codes": re.compile(code_systems.DIAGNOSIS_CODE),
}
"""How codes are spelled: as CPT or HCPCS Level II does, and as ICD-10-CM does."""


class CodesTold(NamedTuple):
    """What the codes of a field are called, and what is wrong with those that are not valid."""

    named: list[code_texts.Named]
    invalid: str = ""


class RequestForm(SentForm):
    """A request: as it is entered, and as it is changed."""

    reference = forms.CharField(
        required=False,
        max_length=40,
        label="Reference (optional)",
        help_text="Left empty, Conus makes one. Letters, digits, hyphens, dots and slashes. It is no name.",
    )
    member_reference = forms.CharField(
        max_length=40,
        label="Member reference",
        help_text="The plan's reference of the member. It is no name.",
    )
    birth_date = DayField(OLDEST_YEARS, 0, label="Date of birth")
    plan = forms.ModelChoiceField(Plan.objects.none(), label="Plan", empty_label="Choose a plan")
    policy = forms.ChoiceField(required=False, label="Policy", help_text="Only where the plan asks for it.")
    ordering_clinician = forms.CharField(max_length=150, label="Ordering clinician")
    rendering_clinician = forms.CharField(
        required=False, max_length=150, label="Rendering clinician (optional)"
    )
    urgency = forms.ChoiceField(
        label="Urgency", choices=Case.Urgency.choices, widget=forms.RadioSelect, initial=Case.Urgency.STANDARD
    )
    received_at = MomentField(label="Received at")
    date_of_service = DayField(
        RECEIVED_WITHIN_YEARS + SERVED_WITHIN_YEARS,
        SERVED_WITHIN_YEARS,
        required=False,
        label="Date of service (optional)",
        help_text="Without it, today counts.",
    )
    procedure_codes = CodesField(code_systems.CPT, label="Procedure codes (CPT)")
    diagnosis_codes = CodesField(code_systems.ICD10CM, label="Diagnosis codes (ICD-10-CM)")
    notes = text("Notes (optional)", rows=4, required=False)
    attachments = text(
        "Attachments (optional)", "Where each paper is kept, one a line.", rows=3, required=False
    )
    duplicate_ok = forms.CharField(
        required=False,
        max_length=22,
        label="This is another request. Save it all the same.",
        widget=forms.HiddenInput,
    )
    """Which cases were named as the same request and are not: see `confirms`."""
    codes_ok = forms.CharField(
        required=False, max_length=22, label="Keep these codes as they are", widget=forms.HiddenInput
    )
    """Which codes were named as not spelled like one and stay all the same."""
    send = forms.BooleanField(required=False)
    """The button that sends the request to review as it is saved. The page draws it."""

    beside = ("send",)

    def __init__(self, data: QueryDict | None = None, case: Case | None = None) -> None:
        self.case = case
        offered = offered_days(data, self.base_fields)
        self.takes_a_day = bool(offered)
        super().__init__(
            with_days(data, offered),
            initial=asked(case) if case else beginning(received_at=minutes(timezone.now())),
        )
        for name in (*SPELLINGS, "date_of_service"):
            self.fields[name].widget.attrs |= followed()
        self.fields["plan"].queryset = Plan.objects.select_related("line").order_by("name")  # type: ignore[attr-defined]
        set_choices(self, "policy", [("", "As the plan says"), *policies()])
        zone = timezone.get_current_timezone_name()
        self.fields["date_of_service"].help_text += f" The time zone is {zone}."
        self.fields[
            "received_at"
        ].help_text = f"Local time ({zone}), as in 2026-03-01 14:30 or 3/25/2026 2:30 pm."
        if case:
            self.fields["received_at"].kept = case.received_at  # type: ignore[attr-defined]
            self.fields["reference"].required = True
            self.fields["reference"].label, self.fields["reference"].help_text = "Reference", ""

    @property
    def helper(self) -> FormHelper:
        """How it is laid out. What asks whether something stays is hidden until it is asked."""
        return laid_out(
            part("Member and plan", "member_reference", day("birth_date"), "plan", "policy"),
            part(
                "Service",
                codes("procedure_codes"),
                codes("diagnosis_codes"),
                day("date_of_service"),
                "ordering_clinician",
                "rendering_clinician",
            ),
            part("Request", InlineRadios("urgency"), day("received_at"), "reference"),
            part("Notes and papers", "notes", "attachments"),
            "codes_ok",
            "duplicate_ok",
        )

    def clean_reference(self) -> str:
        """A reference that can be read out and searched for."""
        given = typed.clean(self.cleaned_data["reference"])
        kept = self.case is not None and given == self.case.reference
        if given and not kept and not REFERENCE.fullmatch(given):
            raise ValidationError(
                "Allowed are letters, digits, hyphens, dots and slashes. "
                "A reference is no name and says nothing of the patient."
            )
        return given

    def clean_member_reference(self) -> str:
        """A reference, and not the name that it stands for."""
        given: str = self.cleaned_data["member_reference"]
        kept = self.case is not None and given == self.case.member_reference
        if not kept and NAME.fullmatch(given):
            raise ValidationError("A member reference is no name.")
        return given

    def clean_urgency(self) -> str:
        """How urgent it is. An expedited case becomes standard by a step of its own, with a reason."""
        given: str = self.cleaned_data["urgency"]
        try:
            if self.case:
                check_urgency(self.case, given)
        except RefusedError as refused:
            raise ValidationError(str(refused)) from None
        return given

    def clean_attachments(self) -> list[str]:
        """Where papers are kept, a line each."""
        lines = [line.strip() for line in self.cleaned_data["attachments"].splitlines() if line.strip()]
        if len(lines) > MOST_ATTACHMENTS:
            raise ValidationError(f"These are {len(lines)} lines; allowed: up to {MOST_ATTACHMENTS}.")
        if any(len(line) > LONGEST_ATTACHMENT for line in lines):
            raise ValidationError(f"A line is too long; allowed: up to {LONGEST_ATTACHMENT} characters.")
        return lines

    def clean(self) -> dict[str, Any]:
        """What the fields say together."""
        self._check_days()
        self._check_service()
        self._check_codes()
        self._settle_policy()
        return self.cleaned_data

    def _check_days(self) -> None:
        born, served = self.cleaned_data.get("birth_date"), self.cleaned_data.get("date_of_service")
        if born is None:
            return
        if born > services.today():
            self.add_error("birth_date", "The date of birth is after today.")
        elif served and born > served:
            self.add_error("birth_date", "The date of birth is after the date of service.")
        elif born < years_before(served or services.today(), OLDEST_YEARS):
            self.add_error("birth_date", f"Allowed: up to {OLDEST_YEARS} years before the date of service.")

    def _check_service(self) -> None:
        """Whether the service is near the day of receipt. One that is saved already stays allowed."""
        served, at = self.cleaned_data.get("date_of_service"), self.cleaned_data.get("received_at")
        kept = self.case is not None and served == self.case.date_of_service
        if served is None or at is None or kept:
            return
        day, years = timezone.localtime(at).date(), SERVED_WITHIN_YEARS
        if not years_before(day, years) <= served <= years_before(day, -years):
            self.add_error("date_of_service", f"Allowed: within {years} years of the day of receipt, {day}.")

    def _check_codes(self) -> None:
        """Name what is not spelled like a code or is not valid, and ask whether it stays. What is saved
        already was asked. A word is no code: it is named as well, and left out.
        """
        odd = {name: self._odd_codes(name) for name in SPELLINGS}
        invalid = self._new(
            "diagnosis_codes", code_names.not_valid(self._codes("diagnosis_codes"), self._day)
        )
        if not any(odd.values()) and not invalid:
            return
        these = token_of([odd, invalid])
        confirmed = self.cleaned_data.get("codes_ok") == these
        self.fields["codes_ok"].widget = Confirming(these, ticked=confirmed)
        coded = {name: any(not code_systems.is_word(code) for code in self._codes(name)) for name in odd}
        if not any(coded[name] for name in odd if odd[name]) and not invalid:
            self["codes_ok"].label = "Leave out what is no code"
        if invalid and not confirmed:
            why = code_names.why_not_valid(invalid, self._day)
            self.add_error("diagnosis_codes", f"{why} Mend it, or say below that it stays.")
        for name in odd:
            if odd[name] and not confirmed:
                self.add_error(name, _named_odd(name, odd[name], some_stay=coded[name]))
            elif odd[name]:
                words = [code for code in odd[name] if code_systems.is_word(code)]
                self.cleaned_data[name] = [code for code in self.cleaned_data[name] if code not in words]

    def _codes(self, name: str) -> list[str]:
        return self.cleaned_data.get(name) or []

    @property
    def _day(self) -> dt.date | None:
        """The date of service, where one is given that can be read."""
        return self.cleaned_data.get("date_of_service")

    def _odd_codes(self, name: str) -> list[str]:
        return self._new(name, odd_codes(name, self._codes(name)))

    def _new(self, name: str, codes: list[str]) -> list[str]:
        """Those of some codes that are not saved yet."""
        saved = getattr(self.case, name) if self.case else []
        return [code for code in codes if code not in saved]

    def _settle_policy(self) -> None:
        plan, policy = self.cleaned_data.get("plan"), self.cleaned_data.get("policy")
        if plan is None or "policy" in self.errors:
            return
        if not plan.policy and not policy:
            self.add_error("policy", "This plan names no policy. Choose the one that counts.")
        elif plan.policy and policy not in ("", plan.policy):
            name = policy_name(plan.policy)
            self.add_error("policy", f"This plan names its policy, {name}. Leave this at “As the plan says”.")
        self.cleaned_data["policy"] = plan.policy or policy

    @property
    def is_draft(self) -> bool:
        """Whether the request can be sent to review as it is saved."""
        return self.case is None or self.case.state == Case.State.DRAFT

    @property
    def read_as(self) -> list[str]:
        """How days were read that stand in the form in other words."""
        fields = ((field.label, field.read_as) for field in self.fields.values() if isinstance(field, Dated))
        return [f"{str(label).removesuffix(' (optional)')} read as {read}" for label, read in fields if read]

    @property
    def codes_told(self) -> dict[str, CodesTold]:
        """What the codes in the form are called, and which are not valid, whatever else is wrong in it."""
        day, given = self._day_typed, {name: self._codes_typed(name) for name in SPELLINGS}
        procedures, diagnoses = (given[name] for name in SPELLINGS)
        invalid = code_names.not_valid(diagnoses, day)
        odd = odd_codes("procedure_codes", procedures)
        return {
            "procedure_codes": CodesTold(
                code_texts.procedures(code for code in procedures if code not in odd),
                _not_spelled("procedure_codes", odd),
            ),
            "diagnosis_codes": CodesTold(
                code_texts.diagnoses(diagnoses, day or services.today()),
                code_names.why_not_valid(invalid, day),
            ),
        }

    def _codes_typed(self, name: str) -> list[str]:
        with contextlib.suppress(ValidationError):
            found: list[str] = self.fields[name].clean(self[name].value())
            return [code for code in found if not code_systems.is_word(code)]
        return []

    @property
    def _day_typed(self) -> dt.date | None:
        with contextlib.suppress(ValidationError):
            found: dt.date | None = self.fields["date_of_service"].clean(self["date_of_service"].value())
            return found
        return None

    @property
    def sending(self) -> Sent | None:
        """What the form says of itself as it also sends the request to review; None where it does not."""
        # A token of its own: to save and to send are two verbs, and each is done once.
        return Sent(token_of([self.own_token, "send"])) if self.cleaned_data["send"] else None

    @property
    def request(self) -> Request:
        """The request, once the form is valid."""
        names = Request.__dataclass_fields__
        return Request(**{name: self.cleaned_data[name] for name in names})

    @property
    def touched(self) -> list[str]:
        """The fields that say something else than what is saved."""
        if self.case is None:
            return []
        request, case = self.request, self.case
        return [name for name, value in request.values().items() if getattr(case, name) != value]

    @property
    def sent_as_read(self) -> dict[str, str]:
        """What was sent, spelled as a person reads it."""
        return spelled({name: self.cleaned_data[name] for name in NAMES})

    @property
    def sent_inputs(self) -> list[tuple[str, str]]:
        """Everything that was sent, to be sent again with one press."""
        return [
            (name, str(self[name].value() or ""))
            for name in (*NAMES, "token", "revision", "duplicate_ok", "codes_ok")
        ]

    def confirms(self, duplicates: list[Case]) -> bool:
        """Whether somebody said of these very cases that this is another request."""
        return bool(self.cleaned_data["duplicate_ok"] == named(duplicates))

    def ask_about(self, duplicates: list[Case]) -> None:
        """Show the box that says that this is another request than these."""
        self.fields["duplicate_ok"].widget = Confirming(named(duplicates), ticked=False)


def _named_odd(name: str, odd: list[str], *, some_stay: bool) -> list[str]:
    """What is said of codes that are not spelled like one, and of words."""
    words = [code for code in odd if code_systems.is_word(code)]
    coded = [code for code in odd if code not in words]
    it, stays = ("it", "it stays") if len(coded) == 1 else ("them", "they stay")
    said = [f"{_not_spelled(name, coded)} Mend {it}, or say below that {stays}."] if coded else []
    if not words:
        return said
    then = "Say below that the others stay." if some_stay else "Mend this, or confirm it below."
    return [*said, f"{code_texts.left_out(words)} {then}"]


def _not_spelled(name: str, odd: list[str]) -> str:
    """Which codes of a field are not spelled like one, and which may be meant; "" for none."""
    return code_texts.not_spelled(odd, code_texts.meant_procedures(odd) if name == "procedure_codes" else {})


def odd_codes(name: str, given: list[str]) -> list[str]:
    """Which of the codes of this field, one of `SPELLINGS`, are not spelled like a code."""
    return [code for code in given if not SPELLINGS[name].fullmatch(code)]


def codes(name: str) -> Field:
    """Codes in the layout, with what they are called."""
    return Field(name, template="reviews/codes_field.html")


def followed() -> dict[str, str]:
    """What has a browser ask what codes are called as soon as they are typed, and whether they are valid."""
    return {
        "data-hx-post": reverse("reviews:codes"),
        "data-hx-trigger": "change",
        "data-hx-include": "#id_procedure_codes, #id_diagnosis_codes, #id_date_of_service",
        "data-hx-swap": "none",
    }


class Confirming(forms.CheckboxInput):
    """A box that, ticked, sends a value: it confirms what the value stands for, and nothing else."""

    def __init__(self, value: str, *, ticked: bool) -> None:
        super().__init__(attrs={"value": value}, check_test=lambda _: ticked)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """What was sent, and not only whether something was: it may have confirmed something else."""
        return data.get(name, "")

    def format_value(self, value: Any) -> None:
        """The box sends its own value, whatever was sent before."""


def named(duplicates: list[Case]) -> str:
    """What stands for the cases that were named, without telling their ids."""
    return token_of(sorted(case.pk for case in duplicates))


def asked(case: Case) -> dict[str, Any]:
    """What the form of a request that is changed begins with."""
    return beginning(case.revision, **in_inputs(case))

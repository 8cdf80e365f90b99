"""The forms of work lists, requests and moves. Only here is read what a browser sends of them."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.http import QueryDict
from django.utils import timezone

from decisions import services
from decisions.core import codes
from decisions.guards import services as guards
from decisions.models import Case, Person, Plan, new_id
from decisions.questionnaire import typed
from decisions.reviews import lists
from decisions.reviews.head import policy_name
from decisions.reviews.intake import Request
from decisions.reviews.lists import Wanted
from decisions.reviews.work import Sent

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
OLDEST_YEARS = 125
MONTHS = 12
MOST_CODES = 20
MOST_ATTACHMENTS = 20
LONGEST_ATTACHMENT = 200
LONGEST_TEXT = 5_000
LONGEST_LETTER = 20_000
RECEIVED_WITHIN_YEARS = 10
SERVED_WITHIN_YEARS = 2
REFERENCE = re.compile(r"[A-Za-z0-9./-]+")
CPT, ICD = re.compile(r"[0-9A-Z]{5}"), re.compile(codes.DIAGNOSIS_CODE)
ANOTHER_ORDER = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
DAY_HINT = "Year, month, day, as in 2026-03-01."
MINUTES = "%Y-%m-%d %H:%M"
CURSOR = "conus.reviews.list"
ASKED = (
    "reference",
    "member_reference",
    "birth_date",
    "plan",
    "policy",
    "ordering_clinician",
    "rendering_clinician",
    "urgency",
    "received_at",
    "date_of_service",
    "procedure_codes",
    "diagnosis_codes",
    "notes",
    "attachments",
)
"""The fields of a request, in their order."""


# Work lists


def seal(place: tuple[dt.datetime, str] | None) -> str:
    """Where the next page of a list begins, as an address carries it; "" where there is none."""
    return signing.dumps([place[0].isoformat(), place[1]], salt=CURSOR) if place else ""


def unseal(text: str) -> tuple[dt.datetime, str]:
    """The place that was sealed. Raises ValidationError."""
    try:
        due, key = signing.loads(text, salt=CURSOR)
    except signing.BadSignature:
        raise ValidationError("This page of the list cannot be found. Begin with the first page.") from None
    return dt.datetime.fromisoformat(due), key


class ListForm(forms.Form):
    """What of the work list is wanted. Everything is optional."""

    which = forms.ChoiceField(
        required=False,
        choices=[(lists.MINE, "Mine"), (lists.TEAM, "My team's"), (lists.UNASSIGNED, "Unassigned")],
        widget=forms.HiddenInput,
    )
    state = forms.ChoiceField(
        required=False,
        choices=[(lists.ANY_OPEN, "Open"), *Case.State.choices, (lists.EVERY_STATE, "All")],
    )
    urgency = forms.ChoiceField(required=False, choices=[("", "All"), *Case.Urgency.choices])
    policy = forms.ChoiceField(required=False)
    due = forms.ChoiceField(
        required=False, choices=[("", "Any time"), (lists.OVERDUE, "Overdue"), (lists.SOON, "Soon")]
    )
    order = forms.ChoiceField(
        required=False, choices=[("", "Due soonest first"), ("latest", "Due latest first")]
    )
    after = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, which: str) -> None:
        super().__init__(data)
        self._which = which
        set_choices(self, "policy", [("", "All"), *policies()])

    def clean_after(self) -> tuple[dt.datetime, str] | None:
        """Where the page begins."""
        return unseal(self.cleaned_data["after"]) if self.cleaned_data["after"] else None

    @property
    def wanted(self) -> Wanted:
        """What is wanted, as far as it could be read."""
        given = self.cleaned_data
        return Wanted(
            which=given.get("which") or self._which,
            state=given.get("state") or lists.ANY_OPEN,
            urgency=given.get("urgency", ""),
            policy=given.get("policy", ""),
            due=given.get("due", ""),
            latest_first=given.get("order") == "latest",
            after=given.get("after"),
        )


class SearchForm(forms.Form):
    """A part of a reference."""

    reference = forms.CharField(
        label="Reference", max_length=40, error_messages={"required": "Give the reference, or a part of it."}
    )


class NewsForm(forms.Form):
    """The revision that a page shows."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)


# Forms that change something


class SentForm(forms.Form):
    """A form that is done once, and from the newest revision where it names one."""

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
        typed = [
            (name, self[name].value()) for name in sorted(self.fields) if name not in ("token", "revision")
        ]
        said = json.dumps([self.cleaned_data["token"], typed], default=str)
        return base64.urlsafe_b64encode(hashlib.sha256(said.encode()).digest())[:22].decode()

    def renewed(self, revision: int) -> None:
        """Go on from another revision, with everything that was typed."""
        self.data = {name: self[name].value() for name in self.fields} | {"revision": revision}


def kept(data: QueryDict) -> list[tuple[str, str]]:
    """What a person typed into a form that leads nowhere now, by the names of its fields, to be copied."""
    return [
        (name.replace("_", " ").replace(".", ", ").capitalize(), value)
        for name, value in guards.typed(data)
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


class ReasonForm(SentForm):
    """A reason."""

    reason = text("Reason", rows=3)


class ClaimForm(SentForm):
    """A reason, where somebody else has the case."""

    reason = text("Reason", "Needed where somebody else has the case.", rows=3, required=False)


class NoteForm(SentForm):
    """A note."""

    text = text("Note")


class ReferForm(SentForm):
    """What the physician should know."""

    text = text("Note to the physician", "Say what you found and why a physician has to decide.")


class ReceivedForm(SentForm):
    """What arrived."""

    text = text(
        "What arrived (optional)", "For example: which document, and where it is kept.", required=False
    )


class InformationForm(SentForm):
    """The letter that asks for what is missing."""

    recipient = forms.CharField(label="To", max_length=200)
    body = text("Letter", rows=14, most=LONGEST_LETTER)


class AssignForm(SentForm):
    """A colleague."""

    to = forms.ModelChoiceField(
        Person.objects.none(),
        label="Give the case to",
        error_messages={"required": "Choose a colleague.", "invalid_choice": "Choose one of the list."},
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        if self.person and self.person.team:
            team_mates = Person.objects.filter(team=self.person.team, is_active=True)
            self.fields["to"].queryset = team_mates  # type: ignore[attr-defined]

    def offer(self, people: Iterable[Person]) -> None:
        """Offer these people alone."""
        set_choices(self, "to", [("", "Choose a colleague"), *((str(p.pk), str(p)) for p in people)])


class EmergencyForm(SentForm):
    """Which case, and why."""

    reference = forms.CharField(label="Reference of the case", max_length=40)
    reason = text("Reason", "An auditor reads it.", rows=3)


# The request


class DayField(forms.CharField):
    """A day of the calendar, year first."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = f"{DAY_HINT} {kwargs.get('help_text', '')}".strip()
        attrs = {"placeholder": "YYYY-MM-DD", "autocomplete": "off", "inputmode": "text"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> dt.date | None:
        """The day, None where none was given. Raises ValidationError."""
        given = super().clean(value)
        if not given:
            return None
        try:
            return dt.date.fromisoformat(typed.day(given))
        except ValueError:
            raise ValidationError(not_a_day(given)) from None


def not_a_day(given: str) -> str:
    """What to do about a day that cannot be read: one with the year last is spelled anew."""
    found = ANOTHER_ORDER.fullmatch(typed.clean(given))
    if found:
        one, other, year = map(int, found.groups())
        month, day = (other, one) if one > MONTHS else (one, other)
        with contextlib.suppress(ValueError):
            return f"Write year, month, day: {dt.date(year, month, day)}."
    return "This is not a day of the calendar; allowed: year, month, day, as in 2026-03-01."


class CodesField(forms.CharField):
    """Codes, separated by blanks or commas, in their canonical spelling, each once."""

    def __init__(self, canonical: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(required=False, max_length=400, **kwargs)
        self._canonical = canonical

    def clean(self, value: Any) -> list[str]:
        """The codes in the order given. Raises ValidationError."""
        given = typed.codes(super().clean(value))
        found = list(dict.fromkeys(filter(None, map(self._canonical, given))))
        if len(found) > MOST_CODES:
            raise ValidationError(f"These are {len(found)} codes; allowed: up to {MOST_CODES}.")
        return found


class RequestForm(SentForm):
    """A request: as it is entered, and as it is changed."""

    reference = forms.CharField(
        required=False,
        max_length=40,
        label="Reference (optional)",
        help_text="Left empty, Conus makes one. Letters, digits, hyphens, dots and slashes. It is no name.",
    )
    member_reference = forms.CharField(max_length=40, label="Member reference")
    birth_date = DayField(label="Date of birth")
    plan = forms.ModelChoiceField(Plan.objects.none(), label="Plan", empty_label="Choose a plan")
    policy = forms.ChoiceField(required=False, label="Policy", help_text="Only where the plan asks for it.")
    ordering_clinician = forms.CharField(max_length=150, label="Ordering clinician")
    rendering_clinician = forms.CharField(
        required=False, max_length=150, label="Rendering clinician (optional)"
    )
    urgency = forms.ChoiceField(
        label="Urgency", choices=Case.Urgency.choices, widget=forms.RadioSelect, initial=Case.Urgency.STANDARD
    )
    received_at = forms.CharField(
        max_length=40,
        label="Received at",
        widget=forms.TextInput(attrs={"placeholder": "YYYY-MM-DD HH:MM", "autocomplete": "off"}),
    )
    date_of_service = DayField(
        required=False, label="Date of service (optional)", help_text="Without it, today counts."
    )
    procedure_codes = CodesField(
        codes.procedure, label="Procedure codes (CPT)", help_text="Separated by blanks or commas, up to 20."
    )
    diagnosis_codes = CodesField(
        codes.diagnosis,
        label="Diagnosis codes (ICD-10-CM)",
        help_text="Separated by blanks or commas, up to 20.",
    )
    notes = text("Notes (optional)", rows=4, required=False)
    attachments = text(
        "Attachments (optional)", "Where each paper is kept, one a line.", rows=3, required=False
    )
    duplicate_ok = forms.BooleanField(
        required=False, label="This is another request. Save it all the same.", widget=forms.HiddenInput
    )

    codes_ok = forms.BooleanField(
        required=False, label="Keep these codes as they are", widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict | None = None, case: Case | None = None) -> None:
        self.case = case
        super().__init__(
            data, initial=asked(case) if case else beginning(received_at=minutes(timezone.now()))
        )
        self.fields["plan"].queryset = Plan.objects.select_related("line").order_by("name")  # type: ignore[attr-defined]
        set_choices(self, "policy", [("", "As the plan says"), *policies()])
        zone = timezone.get_current_timezone_name()
        self.fields["received_at"].help_text = f"Local time ({zone}), as in 2026-03-01 14:30."
        if case:
            self.fields["reference"].required = True
            self.fields["reference"].label, self.fields["reference"].help_text = "Reference", ""

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

    def clean_received_at(self) -> dt.datetime:
        """When the request arrived; to the second where it was not touched."""
        given = typed.clean(self.cleaned_data["received_at"])
        if self.case and given == minutes(self.case.received_at):
            return self.case.received_at
        return received(given, timezone.now())

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
        """Name what is not spelled like a code, and ask whether it stays. What is saved already was asked."""
        for name, spelling in (("procedure_codes", CPT), ("diagnosis_codes", ICD)):
            saved = getattr(self.case, name) if self.case else []
            given = self.cleaned_data.get(name) or []
            wrong = [code for code in given if code not in saved and not spelling.fullmatch(code)]
            if wrong:
                self.fields["codes_ok"].widget = forms.CheckboxInput()
            if wrong and not self.cleaned_data.get("codes_ok"):
                said = ", ".join(wrong)
                self.add_error(name, f"Not spelled like a code: {said}. Mend it, or say below that it stays.")

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
    def typed(self) -> dict[str, str]:
        """What was sent, spelled as `shown` spells what is saved."""
        given = self.cleaned_data
        spelled = {
            "birth_date": given["birth_date"].isoformat(),
            "date_of_service": given["date_of_service"].isoformat() if given["date_of_service"] else "",
            "plan": str(given["plan"]),
            "urgency": Case.Urgency(given["urgency"]).label,
            "received_at": minutes(given["received_at"]),
            "procedure_codes": " ".join(given["procedure_codes"]),
            "diagnosis_codes": " ".join(given["diagnosis_codes"]),
            "attachments": "\n".join(given["attachments"]),
        }
        plan_says = given["policy"] == given["plan"].policy
        spelled["policy"] = "As the plan says" if plan_says else policy_name(given["policy"])
        return {name: spelled.get(name, given[name]) for name in ASKED}

    @property
    def as_typed(self) -> list[tuple[str, str]]:
        """Everything that was sent, to be sent again with one press."""
        return [
            (name, str(self[name].value() or ""))
            for name in (*ASKED, "token", "revision", "duplicate_ok", "codes_ok")
        ]

    def ask_about_duplicates(self) -> None:
        """Show the box that says that this is another request."""
        self.fields["duplicate_ok"].widget = forms.CheckboxInput()


def set_choices(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field its choices."""
    form.fields[name].choices = choices  # type: ignore[attr-defined]


def policies() -> Choices:
    """Every policy on the shelf."""
    return [(policy, policy_name(policy)) for policy in services.library().policy_ids]


def minutes(moment: dt.datetime) -> str:
    """A time as it is typed."""
    return timezone.localtime(moment).strftime(MINUTES)


def received(given: str, now: dt.datetime) -> dt.datetime:
    """When a request arrived, in local time. Raises ValidationError."""
    try:
        naive = dt.datetime.strptime(given.replace("T", " "), MINUTES)  # noqa: DTZ007 (local time, made so below)
    except ValueError:
        raise ValidationError("This is not a time; allowed: day and time, as in 2026-03-01 14:30.") from None
    if naive.year < now.year - RECEIVED_WITHIN_YEARS:
        raise ValidationError(
            f"This is too long ago; allowed: within the last {RECEIVED_WITHIN_YEARS} years."
        )
    if naive.year > now.year + 1:
        raise ValidationError("This is in the future.")
    moment: dt.datetime = from_current_timezone(naive)
    if moment > now:
        raise ValidationError("This is in the future.")
    return moment


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; February 29 becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def asked(case: Case) -> dict[str, Any]:
    """What the form of a request that is changed begins with."""
    return beginning(case.revision, **shown(case))


def told(case: Case) -> dict[str, str]:
    """A saved request as a person reads it."""
    plan_says = case.policy == case.plan.policy
    policy = "As the plan says" if plan_says else policy_name(case.policy)
    return {**shown(case), "plan": str(case.plan), "policy": policy, "urgency": case.get_urgency_display()}


def shown(case: Case) -> dict[str, str]:
    """A saved request as it is typed."""
    return {
        "reference": case.reference,
        "member_reference": case.member_reference,
        "birth_date": case.birth_date.isoformat(),
        "plan": str(case.plan_id),
        "policy": "" if case.plan.policy == case.policy else case.policy,
        "ordering_clinician": case.ordering_clinician,
        "rendering_clinician": case.rendering_clinician,
        "urgency": case.urgency,
        "received_at": minutes(case.received_at),
        "date_of_service": case.date_of_service.isoformat() if case.date_of_service else "",
        "procedure_codes": " ".join(case.procedure_codes),
        "diagnosis_codes": " ".join(case.diagnosis_codes),
        "notes": case.notes,
        "attachments": "\n".join(case.attachments),
    }

"""Cases: a request, its review, what was decided and by whom."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from decisions.models.checks import new_id
from decisions.models.folding import FoldedField
from decisions.models.people import Person, Plan, Role, Team

NO_DUE = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
"""What `Case.sort_due` holds while a clock stands still: such cases come last."""
NOT_DECIDED = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
"""What `Case.sort_decided` holds before there is a decision."""
BY_DUE = ("sort_due", "created_at", "id")
"""How lists are ordered unless they are asked for otherwise: of what is due at once, what came first."""


class Case(models.Model):
    """A request for a service, and where its review stands.

    ``id`` is random and stands in addresses; the reference does not. ``answers`` are the raw answers of the
    questionnaire as they stand, fact id -> value; the facts of the request (birth date, date of service,
    codes) are columns of their own. ``typed`` has what was typed for some of them, and ``other_words`` what
    somebody wrote of a finding that no option names: both fact id -> text. ``revision`` grows with every
    change, and every change names the revision that it was made from. ``resumes_to`` is where a case that
    waits goes on; ``appealed`` stays once an appeal was filed.

    ``due_at`` is the end of the turnaround; while the clock is paused it is empty and ``clock_left`` says how
    much time is left. ``sort_due`` is never empty: lists are ordered and paged by it. ``edition_at_start`` is
    the edition that counted when the request was sent to review: a page says where it is another by now.

    Some columns are there for lists alone, which are long: they say in one row what would be gathered from
    many. ``result`` and ``sort_decided`` are of the newest decision, or say that and when a case was sent
    elsewhere; ``late`` says whether that, or what it corrects, came after its time. The database itself keeps
    ``answered``, whether no answer is owed any more, and ``queue``, the state that says who works on a case,
    which for one that waits is where it goes on. ``reference_folded`` and ``member_folded`` are what a search
    looks at.
    """

    class State(models.TextChoices):
        """Where a review stands. `decisions.reviews.ground.states` says which moves are legal."""

        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        WAITING = "waiting", "Waiting for information"
        PHYSICIAN_REVIEW = "physician_review", "Physician review"
        DECIDED = "decided", "Decided"
        APPEALED = "appealed", "Appealed"
        CLOSED = "closed", "Closed"

    class Result(models.TextChoices):
        """How a review ended: as its newest decision says, or without one."""

        APPROVED = "approved", "Approved"
        ADVERSE = "adverse", "Adverse"
        ELSEWHERE = "elsewhere", "Sent elsewhere"

    class Urgency(models.TextChoices):
        """How soon an answer is owed."""

        STANDARD = "standard", "Standard"
        EXPEDITED = "expedited", "Expedited"

    id = models.CharField(primary_key=True, max_length=22, default=new_id, editable=False)
    reference = models.CharField(max_length=40, unique=True)
    member_reference = models.CharField(max_length=40)
    birth_date = models.DateField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="cases")
    policy = models.CharField(max_length=100)
    ordering_clinician = models.CharField(max_length=150)
    rendering_clinician = models.CharField(max_length=150, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    received_at = models.DateTimeField()
    date_of_service = models.DateField(null=True, blank=True)
    procedure_codes = models.JSONField(default=list)
    diagnosis_codes = models.JSONField(default=list)
    notes = models.TextField(blank=True)
    attachments = models.JSONField(default=list)

    # No index of these alone: a planner would take it, and read all that a team ever had.
    team = models.ForeignKey(Team, models.PROTECT, related_name="cases", db_index=False)
    assignee = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    resumes_to = models.CharField(max_length=20, blank=True)
    appealed = models.BooleanField(default=False)
    answers = models.JSONField(default=dict)
    typed = models.JSONField(default=dict)
    other_words = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    edition_at_start = models.CharField(max_length=20, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    due_at = models.DateTimeField(null=True)
    sort_due = models.DateTimeField()
    clock_left = models.DurationField(null=True)
    extended_by = models.DurationField(null=True)

    result = models.CharField(max_length=10, choices=Result.choices, blank=True, default="")
    sort_decided = models.DateTimeField(default=NOT_DECIDED)
    late = models.BooleanField(default=False)
    answered = models.GeneratedField(
        expression=models.Case(
            models.When(state__in=(State.DECIDED.value, State.CLOSED.value), then=models.Value(True)),
            default=models.Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    queue = models.GeneratedField(
        expression=models.Case(
            models.When(state=State.WAITING.value, then=models.F("resumes_to")), default=models.F("state")
        ),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )
    reference_folded = FoldedField("reference")
    member_folded = FoldedField("member_reference")

    class Meta:
        indexes = (
            models.Index(fields=("member_reference", "date_of_service"), name="cases_of_a_member"),
            # Each list begins at its place in one of these and reads a page from there, however long it is.
            models.Index(fields=("team", "answered", *BY_DUE), name="list_by_due"),
            models.Index(fields=("team", "state", *BY_DUE), name="list_in_a_state"),
            models.Index(fields=("team", "answered", "urgency", *BY_DUE), name="list_of_an_urgency"),
            models.Index(fields=("team", "answered", "policy", *BY_DUE), name="list_of_a_policy"),
            models.Index(fields=("team", "answered", "plan", *BY_DUE), name="list_of_a_plan"),
            models.Index(fields=("team", "answered", "result", *BY_DUE), name="list_of_a_result"),
            models.Index(
                fields=("team", "answered", *BY_DUE), name="list_of_the_late", condition=models.Q(late=True)
            ),
            models.Index(
                fields=("team", "queue", *BY_DUE), name="list_of_nobodys", condition=models.Q(assignee=None)
            ),
            models.Index(
                fields=("team", "answered", "received_at", "created_at", "id"), name="list_by_receipt"
            ),
            models.Index(
                fields=("team", "answered", "sort_decided", "created_at", "id"), name="list_by_decision"
            ),
            # With the member at its end, so that a search walks along it without looking at a row.
            models.Index(
                fields=("team", "answered", "reference_folded", "id", "member_folded"),
                name="list_by_reference",
            ),
            models.Index(fields=("team", "member_folded", "reference_folded"), name="list_of_a_member"),
            models.Index(fields=("assignee", "team", "answered", *BY_DUE), name="own_by_due"),
            models.Index(fields=("assignee", "team", "state", *BY_DUE), name="own_in_a_state"),
            models.Index(
                fields=("assignee", "team", "answered", *BY_DUE),
                name="own_late",
                condition=models.Q(late=True),
            ),
            models.Index(
                fields=("assignee", "team", "answered", "received_at", "created_at", "id"),
                name="own_by_receipt",
            ),
            models.Index(
                fields=("assignee", "team", "answered", "sort_decided", "created_at", "id"),
                name="own_by_decision",
            ),
            models.Index(
                fields=("assignee", "team", "answered", "reference_folded", "id"), name="own_by_reference"
            ),
        )
        constraints = (models.UniqueConstraint(Upper("reference"), name="one_reference_whatever_its_case"),)

    def __str__(self) -> str:
        return self.reference


def answered_or_not(cases: models.QuerySet[Case], *, answered: bool) -> models.QuerySet[Case]:
    """The cases that no answer is owed for, or those for which one is.

    Django says "not answered" of a column, which SQLite looks up in no index; one of one value it does.
    """
    return cases.filter(answered__in=(answered,))


class AnswerGiven(models.Model):
    """One answer as it was given: who, when, and where in the record it stands. Rows are only added.

    ``value`` is the raw answer; ``taken_back`` says that the fact counts as not asked from then on. ``typed``
    is what was typed for it, ``other_words`` what was written of what no option names.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="answers_given")
    fact = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    taken_back = models.BooleanField(default=False)
    typed = models.TextField(blank=True, default="")
    other_words = models.TextField(blank=True, default="")
    document = models.CharField(max_length=200, blank=True)
    page = models.CharField(max_length=20, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=("case", "fact", "id"), name="answers_of_a_case"),)

    def __str__(self) -> str:
        return f"{self.fact} of {self.case_id}"


class Note(models.Model):
    """What somebody wrote down about a case while working on it. Rows are only added.

    ``to`` says to whom, or where, the case or a question goes by it; "" where nothing goes anywhere.
    """

    class Kind(models.TextChoices):
        """What a note was written for."""

        REVIEW = "review", "Review note"
        REFERRAL = "referral", "Referral to a physician"
        EXTENSION = "extension", "Extension of the turnaround"
        INFORMATION = "information", "Information"
        APPEAL = "appeal", "Appeal"
        WITHDRAWAL = "withdrawal", "Withdrawal"
        REQUEST = "request", "Change of the request"
        ELSEWHERE = "elsewhere", "Sent elsewhere"
        QUESTION = "question", "Question of the physician"
        ASKED = "asked", "Question to a colleague"
        OPINION = "opinion", "Opinion of a colleague"

    case = models.ForeignKey(Case, models.PROTECT, related_name="case_notes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField()
    to = models.CharField(max_length=200, blank=True, default="")
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"


class Judgment(models.Model):
    """What a physician made of one criterion, in a line of business where they judge it before they see the
    determination. Rows are only added: whoever judges a criterion again adds another.

    ``judged_on`` are the answers to the questions of the criterion as they stood, and ``edition`` is that of
    the policy: the judgment stands for these. ``determined`` is what the determination said of the criterion
    then, which nobody was shown. ``revision`` is that of the case as it was judged on.
    """

    class Verdict(models.TextChoices):
        """What was judged of a criterion."""

        MET = "met", "Met"
        NOT_MET = "not_met", "Not met"
        CANNOT_TELL = "cannot_tell", "Cannot be told from the record"

    class Determined(models.TextChoices):
        """What a determination says of a criterion."""

        MET = "met", "met"
        NOT_MET = "not_met", "not met"
        UNSETTLED = "unsettled", "not settled by the text"
        OPEN = "open", "open"
        NOT_WEIGHED = "not_weighed", "not weighed"

    case = models.ForeignKey(Case, models.PROTECT, related_name="judgments")
    policy = models.CharField(max_length=100)
    edition = models.CharField(max_length=20)
    criterion = models.CharField(max_length=100)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    words = models.TextField()
    judged_on = models.JSONField()
    determined = models.CharField(max_length=12, choices=Determined.choices)
    revision = models.PositiveIntegerField()
    judged_by = models.ForeignKey(Person, models.PROTECT, related_name="judgments")
    role = models.CharField(max_length=20, choices=Role.choices)
    judged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=("case", "judged_by", "id"), name="judgments_of_a_case"),)

    def __str__(self) -> str:
        return f"{self.criterion} of {self.case_id}"


class Opinion(models.Model):
    """A question to a colleague about a case that stays where it is, and its answer, once there is one.

    Both are notes; whoever wrote the question is told of the answer. Where they withdraw the question, that
    is the note it ends with.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    asked = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    question = models.OneToOneField(Note, models.PROTECT, related_name="+")
    answer = models.ForeignKey(Note, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = (models.Index(fields=("asked",), name="opinions_owed", condition=models.Q(answer=None)),)
        constraints = (
            models.UniqueConstraint(
                fields=("case", "asked"), name="one_question_at_a_time", condition=models.Q(answer=None)
            ),
        )

    def __str__(self) -> str:
        return f"opinion of {self.asked} on {self.case_id}"

    @classmethod
    def owed_by(cls, person: Person) -> models.QuerySet[Opinion]:
        """The questions that somebody has not answered."""
        return cls.objects.filter(asked=person, answer=None)


class Decision(models.Model):
    """What a person decided and signed. Rows are only added: a correction is a new version.

    ``frozen`` is canonical JSON with everything the decision rests on: raw answers, as-of date, edition and
    fingerprint of the policy, code set, the determination with its passages as quoted, its trace, and the
    version of the software. The columns of the license hold a physician's at signing.
    """

    class Result(models.TextChoices):
        """What was decided."""

        APPROVED = "approved", "Approved"
        ADVERSE = "adverse", "Adverse"

    class Kind(models.TextChoices):
        """Why there is this decision."""

        INITIAL = "initial", "Initial decision"
        CORRECTION = "correction", "Correction"
        APPEAL = "appeal", "Decision on the appeal"

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    result = models.CharField(max_length=10, choices=Result.choices)
    against = models.BooleanField(default=False)
    rationale = models.TextField()
    reason = models.TextField(blank=True)
    frozen = models.TextField()
    signed_by = models.ForeignKey(Person, models.PROTECT, related_name="decisions")
    signed_at = models.DateTimeField()
    role = models.CharField(max_length=20, choices=Role.choices)
    license_number = models.CharField(max_length=50, blank=True)
    license_state = models.CharField(max_length=50, blank=True)
    license_expires = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="one_decision_a_number"),)

    def __str__(self) -> str:
        return f"decision {self.number} of {self.case_id}"


class Letter(models.Model):
    """A letter that was issued. ``body`` is its text as it went out. Rows are only added.

    ``copy_to`` says who else gets it; empty where nobody does.
    """

    class Kind(models.TextChoices):
        """What a letter says."""

        INFORMATION = "information", "Request for information"
        EXTENSION = "extension", "Extension notice"
        APPROVAL = "approval", "Approval"
        ADVERSE = "adverse", "Adverse determination"
        UPHELD = "upheld", "Appeal: decision upheld"
        OVERTURNED = "overturned", "Appeal: decision overturned"
        ELSEWHERE = "elsewhere", "Sent elsewhere"

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="letters")
    recipient = models.CharField(max_length=200)
    copy_to = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField()
    issued_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="one_letter_a_number"),)

    def __str__(self) -> str:
        return f"letter {self.number} of {self.case_id}"


class EmergencyAccess(models.Model):
    """Somebody's access to one case of another team, for an hour, with the reason that they gave.

    It stays on the list of the auditors until one of them, and not the person, has looked at it.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    reason = models.TextField()
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"emergency access to {self.case_id}"


class Submission(models.Model):
    """A form that was sent and done. Sent again, by a second click or a retry, it is answered from here."""

    token = models.CharField(primary_key=True, max_length=22)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    result = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.action


class KeptView(models.Model):
    """Filters and an order of a work list that somebody keeps under a name.

    ``asked`` is what stands in the address of the list: ids and words of ours, by the names of its fields.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="kept_views")
    name = models.CharField(max_length=40)
    asked = models.JSONField(default=dict)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "name"), name="one_view_a_name"),)

    def __str__(self) -> str:
        return self.name

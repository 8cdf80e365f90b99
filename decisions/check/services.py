"""The verbs of a check: start, find, answer, clear, and the determinations of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from decisions import services
from decisions.core.answers import Answers, AnswersError
from decisions.core.answers import check as checked
from decisions.core.determination import Determination
from decisions.core.policy import Topic
from decisions.models import LIFETIME, Check, new_id

OWNER = "checks"
"""The key of the session that holds the owner's token."""


CHANGING = ("answers", "age_from_birth_date", "age_asked_again", "revision", "written_by")
"""The columns that an answer changes."""


class NotAnswered:
    """The type of ABSENT."""


ABSENT: Final = NotAnswered()
"""In a change: the fact was not answered, and what was answered before is dropped."""


class NotFoundError(Exception):
    """There is no such check for this browser."""


class ExpiredError(Exception):
    """The check was started more than twelve hours ago."""


class ConflictError(Exception):
    """Another page changed the check since this one was loaded. Nothing was saved."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A page that saves: its own token, and the revision of the check that it was made from."""

    page: str
    revision: int


def start(request: HttpRequest, policies: Sequence[str]) -> Check:
    """A new check of these policies, which share a topic, for this browser. Raises KeyError."""
    topic = services.topic_of(policies[0])
    clear_expired()
    owner = request.session.get(OWNER) or new_id()
    request.session[OWNER] = owner  # set each time, so that the session lasts as long as its newest check
    return Check.objects.create(owner=owner, topic=topic.id, policies=list(policies))


def find(request: HttpRequest, check_id: str) -> Check:
    """The check with this id. Raises NotFoundError where this browser did not start it, ExpiredError."""
    try:
        check = Check.objects.get(pk=check_id)
    except Check.DoesNotExist:
        raise NotFoundError from None
    if check.expired:
        raise ExpiredError
    ours = constant_time_compare(check.owner, str(request.session.get(OWNER, "")))
    if not ours or not _still_asked(check):
        raise NotFoundError
    return check


def _still_asked(check: Check) -> bool:
    """Whether Conus still has the policies of a check: it may have been updated since."""
    shelf = services.library()
    return check.topic in shelf.topics and all(policy_id in shelf.editions for policy_id in check.policies)


def clear(check: Check) -> None:
    """Forget a check."""
    check.delete()


def clear_expired() -> int:
    """Forget the checks that have expired. Returns how many."""
    count, _ = Check.objects.filter(started_at__lte=timezone.now() - LIFETIME).delete()
    return count


def topic(check: Check) -> Topic:
    """The questions of a check."""
    return services.library().topics[check.topic]


def answers(check: Check) -> Answers:
    """The typed answers as of today. One that an update of the questions allows no longer is left out."""
    questions, today = topic(check), services.today()
    try:
        return checked(questions, check.answers, today)
    except AnswersError as refused:
        wrong = {fact for problem in refused.problems for fact in problem.facts}
        allowed = {fact: value for fact, value in check.answers.items() if fact not in wrong}
        return checked(questions, allowed, today)


def determinations(check: Check) -> list[Determination]:
    """What each policy of the check says of its answers, in the order of the policies."""
    typed = answers(check)
    return [services.decide(policy_id, typed) for policy_id in check.policies]


def answer(
    check: Check, changes: Mapping[str, Any], *, from_birth_date: bool = False, writer: Writer | None = None
) -> None:
    """Save raw answers, brought up to date in ``check`` too. A value ABSENT takes an answer back.

    ``from_birth_date`` says that the age among the changes was made from a birth date. Such an age goes when
    the date of service changes, and is asked again. Raises ConflictError for a writer that is out of date,
    and NotFoundError where the check is gone.
    """
    while True:
        if writer and check.written_by != writer.page and check.revision != writer.revision:
            raise ConflictError
        before, revision = _state(check), check.revision
        _change(check, changes, from_birth_date)
        if _state(check) == before:
            return
        check.revision += 1
        check.written_by = writer.page if writer else ""
        # One statement compares and writes: of two requests at once, the later one starts afresh.
        if Check.objects.filter(pk=check.pk, revision=revision).update(
            **{name: getattr(check, name) for name in CHANGING}
        ):
            return
        try:
            check.refresh_from_db(fields=CHANGING)
        except Check.DoesNotExist:
            raise NotFoundError from None


def _state(check: Check) -> tuple[dict[str, Any], bool, bool]:
    return check.answers, check.age_from_birth_date, check.age_asked_again


def _change(check: Check, changes: Mapping[str, Any], from_birth_date: bool) -> None:
    """The changes, and what follows from them for an age."""
    questions = topic(check)
    age, service = questions.age.id, questions.service_date.id
    before = check.answers
    after = {**before, **changes}
    check.answers = {fact: value for fact, value in after.items() if value is not ABSENT}
    moved = before.get(service) != check.answers.get(service)
    new_age = from_birth_date or (age in changes and before.get(age, ABSENT) != changes[age])
    if new_age:
        check.age_from_birth_date = from_birth_date
        check.age_asked_again = False
    elif moved and check.age_from_birth_date:
        del check.answers[age]
        check.age_from_birth_date = False
        check.age_asked_again = True

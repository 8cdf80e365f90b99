"""The question `prior_spinal_cord_surgery` is `prior_spinal_operation` now, and asks for more.

An operation on the cord is one on the cord, the canal or a defect of it: a "yes" stays one, and so does "not
documented". A "no" did not speak of the canal and of defects: it is taken back, and asked again. What is
frozen with a decision stays as it was signed.
"""

import datetime as dt
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OLD, NEW = "prior_spinal_cord_surgery", "prior_spinal_operation"
SERVICE = "date_of_service"


def carried_over(answers: dict[str, Any]) -> dict[str, Any]:
    """Raw answers as they answer the new question."""
    kept = {fact: value for fact, value in answers.items() if fact != OLD}
    if answers[OLD] is False or NEW in kept:
        return kept
    return {**kept, NEW: answers[OLD]}


def ask_the_new_question(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Carry over the answers of checks and cases. The revision grows, so that a page from before is known."""
    alias = schema_editor.connection.alias
    for model in ("Check", "Case"):
        rows = apps.get_model("decisions", model).objects.using(alias).filter(answers__has_key=OLD)
        for key in list(rows.order_by("pk").values_list("pk", flat=True)):
            row = rows.get(pk=key)
            answers = carried_over(row.answers)
            rows.filter(pk=key).update(answers=answers, revision=row.revision + 1)
            if model == "Case":
                say_so(apps, alias, key, answers)


def say_so(apps: Apps, alias: str, case: str, answers: dict[str, Any]) -> None:
    """Keep who gave an answer that was carried over, and where it stands; record both changes in the log.

    The rows of answers given are only added to. The new one is of the same person and time.
    """
    rows = apps.get_model("decisions", "AnswerGiven").objects.using(alias)
    given = rows.filter(case_id=case, fact=OLD).order_by("pk").last()
    if given and NEW in answers and not given.taken_back:
        about = {"document": given.document, "page": given.page, "given_by_id": given.given_by_id}
        rows.create(case_id=case, fact=NEW, value=answers[NEW], given_at=given.given_at, **about)
    changed = {"fact": OLD, "value": "", "taken_back": True}
    record(case, changed)
    if NEW in answers:
        record(case, {"fact": NEW, "value": digest_of(case, answers[NEW]), "taken_back": False})


def record(case: str, details: dict[str, Any]) -> None:
    """Add to the event log what Conus itself changed. A new database has no case, and comes not by here."""
    from decisions.log.services import record as add

    add("answer_changed", actor=None, case=case, details=details)


def digest_of(case: str, value: Any) -> str:
    """What stands in the log for an answer."""
    from decisions.log.services import digest
    from decisions.reviews.ground.facts import canonical

    return digest(case, f"{NEW}={canonical(value)}")


def note_the_days_of_ages(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """An age from a birth date was made for the date of service, where there is one. Else its day is not
    known, and it is asked again.
    """
    checks = apps.get_model("decisions", "Check").objects.using(schema_editor.connection.alias)
    aged = checks.filter(age_from_birth_date=True, answers__has_key=SERVICE)
    for check in aged.iterator():
        day = dt.date.fromisoformat(check.answers[SERVICE])
        checks.filter(pk=check.pk).update(age_made_on=day)


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0009_typed"),
    ]

    operations = [
        migrations.RunPython(ask_the_new_question, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(note_the_days_of_ages, migrations.RunPython.noop, elidable=True),
    ]

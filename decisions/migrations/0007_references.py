"""A reference is one whatever the case of its letters. Where two cases have one, the later is given a number."""

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Upper

LONGEST = 40


def tell_apart(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the later of two cases whose references differ by case alone another one, and say so."""
    cases = apps.get_model("decisions", "Case").objects.using(schema_editor.connection.alias)
    upper = cases.annotate(told=Upper("reference")).order_by("created_at", "pk")
    taken: set[str] = set()
    later = []
    for key, reference, told in upper.values_list("pk", "reference", "told").iterator():
        if told in taken:
            later.append((key, reference, told))
        taken.add(told)
    for key, reference, told in later:
        new, spelled = next((ending, name) for ending, name in numbered(reference, told) if name not in taken)
        taken.add(spelled)
        cases.filter(pk=key).update(reference=new)
        print(f"  The case {reference} is {new} now: another one had its reference in other letters.")


def numbered(reference: str, told: str) -> Iterator[tuple[str, str]]:
    """A reference with a number behind it, and how it is compared."""
    number = 2
    while True:
        ending = f"-{number}"
        begins = LONGEST - len(ending)
        yield reference[:begins] + ending, told[:begins] + ending
        number += 1


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0006_written_by_nobody"),
    ]

    operations = [
        migrations.RunPython(tell_apart, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(Upper("reference"), name="one_reference_whatever_its_case"),
        ),
    ]

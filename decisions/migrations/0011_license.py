"""The license of a person, and the one copied into a decision, is spelled as the country of the product spells it.

What was signed names no column: the digests of decisions hold their values alone, and stay as they are.
"""

from django.db import migrations

COLUMNS = ("number", "state", "expires")


class Migration(migrations.Migration):
    dependencies = [("decisions", "0010_spinal_operation")]

    operations = [
        migrations.RenameField(model, f"licence_{column}", f"license_{column}")
        for model in ("person", "decision")
        for column in COLUMNS
    ]

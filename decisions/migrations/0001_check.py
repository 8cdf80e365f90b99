"""The table of checks."""

import django.utils.timezone
from django.db import migrations, models

import decisions.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []  # noqa: RUF012 (as Django writes it)

    operations = [  # noqa: RUF012
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=decisions.models.new_id,
                        editable=False,
                        max_length=22,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("owner", models.CharField(max_length=22)),
                ("topic", models.CharField(max_length=100)),
                ("policies", models.JSONField()),
                ("answers", models.JSONField(default=dict)),
                ("age_from_birth_date", models.BooleanField(default=False)),
                ("age_asked_again", models.BooleanField(default=False)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("written_by", models.CharField(default="", max_length=22)),
                ("started_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
    ]

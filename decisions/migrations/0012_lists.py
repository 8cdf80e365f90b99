"""What lists are ordered, filtered and searched by becomes columns of a case; views of a list can be kept."""

import datetime
import decisions.models.folding
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_time(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let PostgreSQL take longer over many cases than a page may."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL statement_timeout = 0")


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0011_license'),
    ]

    operations = [
        migrations.RunPython(take_time, migrations.RunPython.noop, elidable=True),
        migrations.CreateModel(
            name='KeptView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('asked', models.JSONField(default=dict)),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='cases_of_a_team',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='cases_of_a_person',
        ),
        migrations.AddField(
            model_name='case',
            name='answered',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(state__in=('decided', 'closed'), then=models.Value(True)), default=models.Value(False)), output_field=models.BooleanField()),
        ),
        migrations.AddField(
            model_name='case',
            name='late',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='case',
            name='member_folded',
            field=decisions.models.folding.FoldedField(default='', editable=False, of='member_reference'),
        ),
        migrations.AddField(
            model_name='case',
            name='queue',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='waiting', then=models.F('resumes_to')), default=models.F('state')), output_field=models.CharField(max_length=20)),
        ),
        migrations.AddField(
            model_name='case',
            name='reference_folded',
            field=decisions.models.folding.FoldedField(default='', editable=False, of='reference'),
        ),
        migrations.AddField(
            model_name='case',
            name='result',
            field=models.CharField(blank=True, default='', max_length=10),
        ),
        migrations.AddField(
            model_name='case',
            name='sort_decided',
            field=models.DateTimeField(default=datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
        ),
        migrations.AlterField(
            model_name='case',
            name='assignee',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='case',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='decisions.team'),
        ),
        migrations.AddField(
            model_name='keptview',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_views', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='keptview',
            constraint=models.UniqueConstraint(fields=('person', 'name'), name='one_view_a_name'),
        ),
    ]

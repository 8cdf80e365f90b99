"""Indexes in which each list begins at its place, and those of an action in the event log."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_time(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let PostgreSQL take longer over many cases than a page may."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL statement_timeout = 0")


class Migration(migrations.Migration):
    dependencies = [("decisions", "0013_list_values")]

    operations = [
        migrations.RunPython(take_time, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'answered', 'sort_due', 'created_at', 'id'], name='list_by_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'state', 'sort_due', 'created_at', 'id'], name='list_in_a_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'answered', 'urgency', 'sort_due', 'created_at', 'id'], name='list_of_an_urgency'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'answered', 'policy', 'sort_due', 'created_at', 'id'], name='list_of_a_policy'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'answered', 'plan', 'sort_due', 'created_at', 'id'], name='list_of_a_plan'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'answered', 'result', 'sort_due', 'created_at', 'id'], name='list_of_a_result'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('late', True)), fields=['team', 'answered', 'sort_due', 'created_at', 'id'], name='list_of_the_late'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('assignee', None)), fields=['team', 'queue', 'sort_due', 'created_at', 'id'], name='list_of_nobodys'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'answered', 'received_at', 'created_at', 'id'], name='list_by_receipt'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'answered', 'sort_decided', 'created_at', 'id'], name='list_by_decision'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'answered', 'reference_folded', 'id', 'member_folded'], name='list_by_reference'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['team', 'member_folded', 'reference_folded'], name='list_of_a_member'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['assignee', 'team', 'answered', 'sort_due', 'created_at', 'id'], name='own_by_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['assignee', 'team', 'state', 'sort_due', 'created_at', 'id'], name='own_in_a_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('late', True)), fields=['assignee', 'team', 'answered', 'sort_due', 'created_at', 'id'], name='own_late'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['assignee', 'team', 'answered', 'received_at', 'created_at', 'id'], name='own_by_receipt'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['assignee', 'team', 'answered', 'sort_decided', 'created_at', 'id'], name='own_by_decision'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['assignee', 'team', 'answered', 'reference_folded', 'id'], name='own_by_reference'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['action', 'seq'], name='events_of_an_action'),
        ),
    ]

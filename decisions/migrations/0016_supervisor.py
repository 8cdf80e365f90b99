"""A role can be that of a supervisor."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0015_independent_judgment'),
    ]

    operations = [
        migrations.AlterField(
            model_name='decision',
            name='role',
            field=models.CharField(choices=[('intake', 'Intake'), ('reviewer', 'Reviewer'), ('physician', 'Physician'), ('appeal_physician', 'Appeal physician'), ('supervisor', 'Supervisor'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20),
        ),
        migrations.AlterField(
            model_name='judgment',
            name='role',
            field=models.CharField(choices=[('intake', 'Intake'), ('reviewer', 'Reviewer'), ('physician', 'Physician'), ('appeal_physician', 'Appeal physician'), ('supervisor', 'Supervisor'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20),
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('intake', 'Intake'), ('reviewer', 'Reviewer'), ('physician', 'Physician'), ('appeal_physician', 'Appeal physician'), ('supervisor', 'Supervisor'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20),
        ),
    ]

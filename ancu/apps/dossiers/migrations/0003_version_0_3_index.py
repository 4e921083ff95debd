"""Apart from 0002, which is one transaction: it replaces triggers, between which nothing may be written."""

from django.db import migrations, models

from ancu.core.db.live_migrations import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('dossiers', '0002_version_0_3'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='dossier',
            index=models.Index(condition=models.Q(('accepted_at__isnull', False)), fields=['agency', 'accepted_at', 'id'], include=('state', 'due_on', 'decided_at', 'procedure', 'assigned_to', 'unit'), name='dossier_register'),
        ),
        AddIndexBesideWriters(
            model_name='posting',
            index=models.Index(condition=models.Q(('arrived_at__isnull', True), ('late_alarm_at__isnull', True)), fields=['sent_on'], name='posting_not_arrived'),
        ),
    ]

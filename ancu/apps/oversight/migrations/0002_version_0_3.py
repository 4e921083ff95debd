from django.db import migrations, models

from ancu.core.db.live_migrations import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('oversight', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='thresholdreplay',
            name='state',
            field=models.CharField(choices=[('running', 'running'), ('done', 'finished'), ('failed', 'failed')], default='running', max_length=10),
        ),
        AddIndexBesideWriters(
            model_name='alert',
            index=models.Index(condition=models.Q(('state', 'closed')), fields=['gone_at'], name='alert_closed_at'),
        ),
        AddIndexBesideWriters(
            model_name='alert',
            index=models.Index(fields=['raised_at'], name='alert_raised'),
        ),
    ]

from django.db import migrations, models

from ancu.core.db.live_migrations import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('listening', '0001_initial'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='petitiontrace',
            index=models.Index(fields=['at', 'step'], include=('petition',), name='petition_trace_at'),
        ),
    ]

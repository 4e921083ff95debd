import django.db.models.functions.datetime
from django.db import migrations, models

import ancu.apps.audit.models
from ancu.core.db.sql_files import run_sql


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('xact', models.BigIntegerField(db_default=ancu.apps.audit.models.CurrentTransaction())),
                ('actor_kind', models.CharField(max_length=10)),
                ('user_id', models.BigIntegerField(null=True)),
                ('membership_id', models.BigIntegerField(null=True)),
                ('organisation_id', models.BigIntegerField(null=True)),
                ('establishment_id', models.BigIntegerField(null=True)),
                ('act', models.CharField(max_length=60)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.CharField(max_length=60)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('details', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['xact', 'id'], name='audit_event_order'), models.Index(fields=['subject_type', 'subject_id', '-id'], name='audit_event_subject'), models.Index(fields=['user_id', '-id'], name='audit_event_user')],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigIntegerField(help_text='place in the chain, from 1, without gaps', primary_key=True, serialize=False)),
                ('event_id', models.BigIntegerField(unique=True)),
                ('xact', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        run_sql("audit", "append_only.sql"),
    ]

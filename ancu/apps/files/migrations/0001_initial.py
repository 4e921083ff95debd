import uuid

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='FileStore',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organisation_id', models.BigIntegerField(help_text="whose it is; null for an agency's own", null=True)),
                ('uploaded_by', models.BigIntegerField(null=True)),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('purpose', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('delete_after', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['delete_after'], name='files_delete_after')],
            },
        ),
        migrations.CreateModel(
            name='PartialUpload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organisation_id', models.BigIntegerField(null=True)),
                ('uploaded_by', models.BigIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('purpose', models.CharField(max_length=40)),
                ('size', models.BigIntegerField()),
                ('received', models.BigIntegerField(default=0)),
                ('parts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='where each part begins', size=None)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['uploaded_by', 'created_at'], name='files_partial_owner'), models.Index(fields=['created_at'], name='files_partial_age')],
            },
        ),
    ]

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import ancu.core.security.tokens
from ancu.core.db.sql_files import run_sql


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('places', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        run_sql("lodging", "establishment_code.sql"),
        migrations.CreateModel(
            name='Establishment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('search_key', models.CharField(help_text='name and code without accents, lower case', max_length=250)),
                ('kind', models.CharField(choices=[('hotel', 'hotel'), ('guest_house', 'guest house'), ('homestay', 'homestay'), ('apartment', 'apartment'), ('dormitory', 'dormitory'), ('company_housing', 'company housing'), ('hospital', 'clinic or hospital'), ('private_house', 'private house'), ('other', 'other lodging')], max_length=20)),
                ('business', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='establishments', to='accounts.organisation')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('locality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('address', models.CharField(max_length=250)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('sandbox', models.BooleanField(default=False, help_text="where the business's programs try: invented guests, in nobody's area")),
                ('rooms', models.PositiveIntegerField(blank=True, null=True)),
                ('beds', models.PositiveIntegerField(blank=True, null=True)),
                ('phone', models.CharField(blank=True, default='', max_length=20)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('representative_name', models.CharField(max_length=150)),
                ('representative_birth_date', models.DateField(blank=True, null=True)),
                ('representative_phone', models.CharField(blank=True, default='', max_length=20)),
                ('representative_id_number', models.CharField(blank=True, default='', max_length=20)),
                ('status', models.CharField(choices=[('pending', 'waiting for approval'), ('returned', 'returned for correction'), ('active', 'active'), ('suspended', 'suspended'), ('closed', 'closed')], default='pending', max_length=10)),
                ('registered_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision_reason', models.CharField(blank=True, default='', max_length=500)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'status', 'name'], name='establishment_unit'), models.Index(fields=['locality'], name='establishment_locality')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='establishment_decision_paired'), models.UniqueConstraint(condition=models.Q(('sandbox', True)), fields=('business',), name='establishment_one_sandbox')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='establishment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "lodging_establishmentevent" ("address", "beds", "business_id", "code", "decided_at", "decided_by_id", "decision_reason", "email", "id", "kind", "latitude", "locality_id", "longitude", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "registered_at", "representative_birth_date", "representative_id_number", "representative_name", "representative_phone", "rooms", "sandbox", "search_key", "status", "unit_id") VALUES (OLD."address", OLD."beds", OLD."business_id", OLD."code", OLD."decided_at", OLD."decided_by_id", OLD."decision_reason", OLD."email", OLD."id", OLD."kind", OLD."latitude", OLD."locality_id", OLD."longitude", OLD."name", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phone", OLD."registered_at", OLD."representative_birth_date", OLD."representative_id_number", OLD."representative_name", OLD."representative_phone", OLD."rooms", OLD."sandbox", OLD."search_key", OLD."status", OLD."unit_id"); RETURN NULL;', hash='d70852f72c2a31162585a8d97a64cbe53abf156f', operation='UPDATE', pgid='pgtrigger_update_update_09689', table='lodging_establishment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='establishment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "lodging_establishmentevent" ("address", "beds", "business_id", "code", "decided_at", "decided_by_id", "decision_reason", "email", "id", "kind", "latitude", "locality_id", "longitude", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "registered_at", "representative_birth_date", "representative_id_number", "representative_name", "representative_phone", "rooms", "sandbox", "search_key", "status", "unit_id") VALUES (OLD."address", OLD."beds", OLD."business_id", OLD."code", OLD."decided_at", OLD."decided_by_id", OLD."decision_reason", OLD."email", OLD."id", OLD."kind", OLD."latitude", OLD."locality_id", OLD."longitude", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."registered_at", OLD."representative_birth_date", OLD."representative_id_number", OLD."representative_name", OLD."representative_phone", OLD."rooms", OLD."sandbox", OLD."search_key", OLD."status", OLD."unit_id"); RETURN NULL;', hash='2ed8224d4a3726339aa49b9b5ce5c9e2b662b69c', operation='DELETE', pgid='pgtrigger_delete_delete_de59a', table='lodging_establishment', when='AFTER')),
        ),
        migrations.CreateModel(
            name='EstablishmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='lodging.establishment')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('search_key', models.CharField(help_text='name and code without accents, lower case', max_length=250)),
                ('kind', models.CharField(choices=[('hotel', 'hotel'), ('guest_house', 'guest house'), ('homestay', 'homestay'), ('apartment', 'apartment'), ('dormitory', 'dormitory'), ('company_housing', 'company housing'), ('hospital', 'clinic or hospital'), ('private_house', 'private house'), ('other', 'other lodging')], max_length=20)),
                ('business', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.organisation')),
                ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='places.administrativeunit')),
                ('locality', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='places.administrativeunit')),
                ('address', models.CharField(max_length=250)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('sandbox', models.BooleanField(default=False, help_text="where the business's programs try: invented guests, in nobody's area")),
                ('rooms', models.PositiveIntegerField(blank=True, null=True)),
                ('beds', models.PositiveIntegerField(blank=True, null=True)),
                ('phone', models.CharField(blank=True, default='', max_length=20)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('representative_name', models.CharField(max_length=150)),
                ('representative_birth_date', models.DateField(blank=True, null=True)),
                ('representative_phone', models.CharField(blank=True, default='', max_length=20)),
                ('representative_id_number', models.CharField(blank=True, default='', max_length=20)),
                ('status', models.CharField(choices=[('pending', 'waiting for approval'), ('returned', 'returned for correction'), ('active', 'active'), ('suspended', 'suspended'), ('closed', 'closed')], default='pending', max_length=10)),
                ('registered_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision_reason', models.CharField(blank=True, default='', max_length=500)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='lodging.establishment')),
                ('name', models.CharField(max_length=100)),
                ('prefix', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_by', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_used_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(default=ancu.core.security.tokens.last_day, help_text='the last day on which it works')),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ProgramSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='lodging.apitoken')),
                ('access_digest', models.CharField(max_length=64, unique=True)),
                ('refresh_digest', models.CharField(max_length=64, unique=True)),
                ('began_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('renewable_until', models.DateTimeField(db_index=True)),
            ],
        ),
    ]

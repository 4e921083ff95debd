import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('lodging', '0001_initial'),
        ('places', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UrgentReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lodging.establishment')),
                ('kind', models.CharField(choices=[('forged', 'papers that look forged'), ('no_papers', 'a guest without papers'), ('incident', 'an incident at the lodging')], max_length=10)),
                ('key', models.UUIDField(help_text='of the form it was sent with, so that it is sent once', unique=True)),
                ('reported_at', models.DateTimeField()),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['establishment', '-id'], name='report_establishment'), models.Index(condition=models.Q(('acknowledged_at__isnull', True)), fields=['id'], name='report_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), _connector='OR'), name='report_acknowledged_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='Broadcast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('hotel', 'hotel'), ('guest_house', 'guest house'), ('homestay', 'homestay'), ('apartment', 'apartment'), ('dormitory', 'dormitory'), ('company_housing', 'company housing'), ('hospital', 'clinic or hospital'), ('private_house', 'private house'), ('other', 'other lodging')], max_length=20), blank=True, default=list, size=None)),
                ('title', models.CharField(max_length=150)),
                ('body', models.TextField()),
                ('key', models.UUIDField(help_text='of the form it was sent with, so that it is sent once', unique=True)),
                ('sent_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-id'], name='broadcast_unit')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='broadcast',
            trigger=pgtrigger.compiler.Trigger(name='broadcast_facts_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."kinds" IS DISTINCT FROM (NEW."kinds") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='01cd6174eb0a5614a8ee1b53f302bf476b4df17c', operation='UPDATE', pgid='pgtrigger_broadcast_facts_unchanged_d9ce4', table='contact_broadcast', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='broadcast',
            trigger=pgtrigger.compiler.Trigger(name='broadcast_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9cba983a5772bc4a06447e35055fb6b519048895', operation='DELETE', pgid='pgtrigger_broadcast_stays_292ed', table='contact_broadcast', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='broadcast',
            trigger=pgtrigger.compiler.Trigger(name='broadcast_text_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN ((OLD.title, OLD.body) IS DISTINCT FROM (NEW.title, NEW.body) AND (NEW.title <> '[đã xóa]' OR NEW.body <> '[đã xóa]'))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f8e22c4c234be584fcbb875ce87f8e41b9719bc1', operation='UPDATE', pgid='pgtrigger_broadcast_text_unchanged_6d779', table='contact_broadcast', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='BroadcastReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('broadcast', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='contact.broadcast')),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lodging.establishment')),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('read_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['establishment', '-id'], name='receipt_establishment')],
                'constraints': [models.UniqueConstraint(fields=('broadcast', 'establishment'), name='one_receipt'), models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), ('read_at__isnull', False), _connector='OR'), name='receipt_read_before_confirmed')],
            },
        ),
    ]

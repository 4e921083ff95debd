import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('places', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('month', 'month'), ('half', 'half year'), ('year', 'year')], max_length=5)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'first_day'), name='period_once'), models.CheckConstraint(condition=models.Q(('first_day__lt', models.F('last_day'))), name='period_ordered'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('kind', 'month'), _connector='OR'), name='months_are_closed')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='period',
            trigger=pgtrigger.compiler.Trigger(name='period_stays_closed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.closed_at IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='974de106fea6426a5706f9d287e457dd3fa2d619', operation='UPDATE', pgid='pgtrigger_period_stays_closed_a3752', table='reporting_period', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('indicator', models.CharField(help_text='a code of the rulebook', max_length=80)),
                ('version', models.CharField(help_text='of its definition', max_length=10)),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('period', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='reporting.period')),
                ('number', models.PositiveSmallIntegerField(default=1, help_text='of the revision')),
                ('part', models.BigIntegerField()),
                ('base', models.BigIntegerField(blank=True, null=True)),
                ('origin', models.CharField(choices=[('entered', 'entered by the unit'), ('imported', 'read from a file'), ('query', 'counted by the system'), ('demo', 'invented for the demonstration')], max_length=10)),
                ('state', models.CharField(choices=[('proposed', 'waiting for approval'), ('current', 'approved'), ('replaced', 'replaced by a revision'), ('refused', 'returned for correction')], default='proposed', max_length=10)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('after_close', models.BooleanField(default=False)),
                ('entered_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('refusal', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'current')), fields=['unit', 'period', 'indicator'], include=('part', 'base', 'origin'), name='figure_unit'), models.Index(fields=['unit', 'indicator'], name='figure_history'), models.Index(condition=models.Q(('state', 'proposed')), fields=['id'], name='figure_waiting'), models.Index(condition=models.Q(('state', 'refused')), fields=['entered_by'], name='figure_sent_back')],
                'constraints': [models.UniqueConstraint(fields=('period', 'indicator', 'unit', 'number'), name='figure_number'), models.UniqueConstraint(condition=models.Q(('state', 'current')), fields=('period', 'indicator', 'unit'), include=('part', 'base'), name='figure_current'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('period', 'indicator', 'unit'), name='figure_proposed'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('entered_by__isnull', True), models.Q(('decided_by', models.F('entered_by')), _negated=True), _connector='OR'), name='figure_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('origin__in', ['entered', 'imported']), _negated=True), models.Q(('state__in', ['current', 'replaced']), _negated=True), models.Q(('decided_by__isnull', False), ('entered_by__isnull', False)), _connector='OR'), name='figure_approved_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'proposed')), models.Q(('decided_at__isnull', False), models.Q(('state', 'proposed'), _negated=True)), _connector='OR'), name='figure_decided_when'), models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='figure_revision_says_why'), models.CheckConstraint(condition=models.Q(('part__gte', 0), models.Q(('base__isnull', True), ('base__gte', 0), _connector='OR')), name='figure_not_below_nothing')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='figure',
            trigger=pgtrigger.compiler.Trigger(name='figure_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."after_close" IS DISTINCT FROM (NEW."after_close") OR OLD."base" IS DISTINCT FROM (NEW."base") OR OLD."entered_at" IS DISTINCT FROM (NEW."entered_at") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."indicator" IS DISTINCT FROM (NEW."indicator") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."part" IS DISTINCT FROM (NEW."part") OR OLD."period_id" IS DISTINCT FROM (NEW."period_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ce86aa01626e3208d273653f20f5a2cefb1f9f44', operation='UPDATE', pgid='pgtrigger_figure_unchanged_67a7b', table='reporting_figure', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='figure',
            trigger=pgtrigger.compiler.Trigger(name='figure_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ed5d4558167046de97712541af1ffd27fcdb56a0', operation='DELETE', pgid='pgtrigger_figure_stays_6443b', table='reporting_figure', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='figure',
            trigger=pgtrigger.compiler.Trigger(name='figure_decided_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.decided_at IS NOT NULL AND (OLD.decided_at, OLD.decided_by_id, OLD.refusal) IS DISTINCT FROM (NEW.decided_at, NEW.decided_by_id, NEW.refusal))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6edbcce67f5b8259adc2eb518e56e27ead7dca71', operation='UPDATE', pgid='pgtrigger_figure_decided_once_1fb92', table='reporting_figure', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Total',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('indicator', models.CharField(max_length=80)),
                ('period', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='totals', to='reporting.period')),
                ('unit', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('part', models.BigIntegerField()),
                ('base', models.BigIntegerField(blank=True, null=True)),
                ('units', models.IntegerField()),
                ('demo', models.BooleanField(default=False, help_text='something of it was invented for the demonstration')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('unit__isnull', False)), fields=['unit', 'period'], name='total_unit')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('unit__isnull', True)), fields=('period', 'indicator'), include=('part', 'base', 'units', 'demo'), name='total_once'), models.UniqueConstraint(condition=models.Q(('unit__isnull', False)), fields=('period', 'indicator', 'unit'), name='total_unit_once')],
            },
        ),
        migrations.CreateModel(
            name='FigurePlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=80)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('year', models.PositiveSmallIntegerField()),
                ('value', models.DecimalField(decimal_places=1, max_digits=18)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('year', 'unit', 'indicator'), name='plan_once')],
            },
        ),
        migrations.CreateModel(
            name='FigureImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('rows', models.JSONField()),
                ('problems', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='reporting.period')),
                ('snapshot', models.JSONField()),
                ('digest', models.CharField(help_text='SHA-256 of the snapshot', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('period', 'digest'), name='report_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='report_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b6155e5a23b96a5513cc99fba1f8230b6ba08631', operation='UPDATE OR DELETE', pgid='pgtrigger_report_frozen_e37a4', table='reporting_report', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('basis', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('year', 'number'), name='release_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='release',
            trigger=pgtrigger.compiler.Trigger(name='release_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8f348b56474d2c9387540d9764ef4f9f85a75c6f', operation='UPDATE OR DELETE', pgid='pgtrigger_release_frozen_09b5b', table='reporting_release', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='ReportOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('state', models.CharField(choices=[('waiting', 'waiting to start'), ('working', 'in progress'), ('done', 'published'), ('same', 'no changes'), ('failed', 'failed: nothing was published')], default='waiting', max_length=10)),
                ('done', models.PositiveIntegerField(default=0, help_text='indicators that are worked out')),
                ('total', models.PositiveIntegerField(default=0)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('release', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='order', to='reporting.release')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('year',), name='order_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['waiting', 'working'])), models.Q(('ended_at__isnull', False), ('state__in', ['done', 'same', 'failed'])), _connector='OR'), name='order_ends_somehow'), models.CheckConstraint(condition=models.Q(models.Q(('release__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('release', None)), _connector='OR'), name='order_done_has_a_release')],
            },
        ),
    ]

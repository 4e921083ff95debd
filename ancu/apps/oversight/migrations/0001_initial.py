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
        ('stays', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=30)),
                ('key', models.CharField(max_length=80)),
                ('version', models.CharField(max_length=40)),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lodging.establishment')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('other_unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('agency', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('stay', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stays.stay')),
                ('other_stay', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stays.stay')),
                ('severity', models.SmallIntegerField(choices=[(1, 'low'), (2, 'medium'), (3, 'high')])),
                ('since', models.DateField()),
                ('evidence', models.JSONField()),
                ('digest', models.CharField(help_text='SHA-256 of rule, version, evidence and what was judged of it', max_length=64)),
                ('state', models.CharField(choices=[('open', 'open'), ('asked', 'question sent to lodging'), ('confirmed', 'confirmed'), ('dismissed', 'dismissed'), ('closed', 'closed automatically')], default='open', max_length=10)),
                ('raised_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('referred_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_severity', models.SmallIntegerField(blank=True, null=True)),
                ('dismissed_for', models.CharField(blank=True, choices=[('mended', 'the lodging has corrected or completed its declaration'), ('explained', 'the lodging or the guest has explained it'), ('data', 'the data was wrong; nothing is amiss'), ('known', 'it is being handled elsewhere'), ('rule', 'the rule does not fit this case'), ('other', 'another reason')], default='', max_length=10)),
                ('reason', models.CharField(blank=True, default='', max_length=1000)),
            ],
            options={
                'indexes': [models.Index(models.OrderBy(models.F('severity'), descending=True), models.OrderBy(models.F('id'), descending=True), models.F('raised_at'), condition=models.Q(('state__in', ['asked', 'open'])), name='alert_waiting'), models.Index(condition=models.Q(('state', 'closed')), fields=['-id'], name='alert_closed'), models.Index(models.F('unit'), models.OrderBy(models.F('severity'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('state__in', ['asked', 'open'])), name='alert_waiting_unit'), models.Index(condition=models.Q(('state__in', ['asked', 'open'])), fields=['establishment', 'rule'], include=('severity', 'unit', 'other_unit', 'agency'), name='alert_waiting_lodging'), models.Index(models.F('rule'), models.OrderBy(models.F('severity'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('state__in', ['asked', 'open'])), name='alert_rule'), models.Index(models.OrderBy(models.F('decided_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('state__in', ['confirmed', 'dismissed'])), name='alert_decided'), models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['rule', 'decided_at'], include=('state', 'raised_at'), name='alert_rule_decided'), models.Index(condition=models.Q(('other_stay__isnull', False)), fields=['other_stay'], name='alert_other_stay'), models.Index(condition=models.Q(('gone_at__isnull', True)), fields=['rule', 'establishment'], name='alert_holding')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'key'), name='alert_once'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['confirmed', 'dismissed'])), models.Q(models.Q(('state__in', ['confirmed', 'dismissed']), _negated=True), ('decided_at__isnull', True), ('decided_by__isnull', True)), _connector='OR'), name='alert_decided_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dismissed'), _negated=True), models.Q(('dismissed_for', ''), _negated=True), _connector='OR'), name='alert_dismissed_why')],
            },
        ),
        migrations.CreateModel(
            name='AlertTrace',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trace', to='oversight.alert')),
                ('at', models.DateTimeField()),
                ('step', models.CharField(choices=[('raised', 'raised'), ('updated', 'the facts changed'), ('reopened', 'reopened'), ('closed', 'closed automatically: the facts no longer apply'), ('gone', 'the facts no longer apply; the decision stands'), ('asked', 'question sent to the lodging'), ('confirmed', 'confirmed'), ('dismissed', 'dismissed'), ('referred', 'referred to the province')], max_length=10)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('severity', models.SmallIntegerField(choices=[(1, 'low'), (2, 'medium'), (3, 'high')])),
                ('digest', models.CharField(max_length=64)),
                ('evidence', models.JSONField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=1000)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alerttrace',
            trigger=pgtrigger.compiler.Trigger(name='trace_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='19ba874b7c0b62b491e209c6654106d0125ccdca', operation='DELETE', pgid='pgtrigger_trace_stays_222d2', table='oversight_alerttrace', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alerttrace',
            trigger=pgtrigger.compiler.Trigger(name='trace_facts_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."alert_id" IS DISTINCT FROM (NEW."alert_id") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."step" IS DISTINCT FROM (NEW."step") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='91579b2f6b1a7a8d04a2aa4335e41d9cbfcdb900', operation='UPDATE', pgid='pgtrigger_trace_facts_unchanged_b0910', table='oversight_alerttrace', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='PlannedVisit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lodging.establishment')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('officer', models.ForeignKey(help_text='who goes', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('day', models.DateField()),
                ('reason', models.CharField(max_length=500)),
                ('alert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='oversight.alert')),
                ('planned_at', models.DateTimeField()),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'day'], name='visit_planned_unit')],
            },
        ),
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lodging.establishment')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('began_at', models.DateTimeField()),
                ('noted_at', models.DateTimeField()),
                ('plan', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inspection', to='oversight.plannedvisit')),
                ('reference', models.UUIDField(blank=True, null=True, unique=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('representative', models.CharField(blank=True, default='', help_text='who spoke for the lodging', max_length=150)),
                ('witness', models.CharField(blank=True, default='', max_length=150)),
                ('statement', models.CharField(blank=True, default='', help_text='what the lodging says to it', max_length=1000)),
                ('result', models.CharField(blank=True, choices=[('in_order', 'in order'), ('reminded', 'lodging reminded'), ('violation', 'violation recorded'), ('referred', 'referred to another agency')], default='', max_length=10)),
                ('outcome', models.CharField(blank=True, default='', max_length=1000)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-began_at'], name='inspection_unit'), models.Index(fields=['began_at'], name='inspection_began'), models.Index(fields=['establishment', '-began_at'], name='inspection_lodging')],
            },
        ),
        migrations.CreateModel(
            name='MetGuest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='oversight.inspection')),
                ('full_name', models.CharField(blank=True, default='', max_length=200)),
                ('document_number', models.CharField(max_length=30)),
                ('room', models.CharField(blank=True, default='', max_length=100)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('inspection', 'document_number'), name='met_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(help_text='of the document that asks for it', max_length=60)),
                ('issued_by', models.CharField(max_length=200)),
                ('legal_basis', models.CharField(max_length=300)),
                ('full_name', models.CharField(max_length=200)),
                ('birth_date', models.CharField(blank=True, default='', help_text='1984-03-08, 1971-05 or 1962', max_length=10)),
                ('sex', models.CharField(blank=True, default='', max_length=1)),
                ('document_number', models.CharField(blank=True, default='', max_length=30)),
                ('agency', models.ForeignKey(help_text='who alone is told', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('state', models.CharField(choices=[('proposed', 'waiting for approval by another officer'), ('approved', 'in force'), ('ended', 'ended')], default='proposed', max_length=10)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField()),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('end_reason', models.CharField(blank=True, default='', max_length=500)),
            ],
            options={
                'indexes': [models.Index(fields=['agency', '-id'], name='notice_agency')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='notice_period_ordered'), models.CheckConstraint(condition=models.Q(('state', 'proposed'), ('state', 'ended'), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='notice_approved_when'), models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='notice_two_officers')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.BigIntegerField()),
                ('looked_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ThresholdReplay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=30)),
                ('version', models.CharField(help_text='in force when it was tried', max_length=40)),
                ('values', models.JSONField()),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('running', 'running'), ('done', 'finished')], default='running', max_length=10)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['rule', '-id'], name='replay_rule')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'running'), ('finished_at__isnull', False), _connector='OR'), name='replay_finished_when')],
            },
        ),
        migrations.CreateModel(
            name='Thresholds',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=30)),
                ('words', models.CharField(max_length=30)),
                ('values', models.JSONField()),
                ('valid_from', models.DateField()),
                ('replay', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='thresholds', to='oversight.thresholdreplay')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=1000)),
            ],
            options={
                'indexes': [models.Index(fields=['rule', '-valid_from', '-id'], name='thresholds_rule')],
            },
        ),
    ]

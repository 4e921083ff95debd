import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from ancu.core.db.sql_files import run_sql


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_version_0_3'),
        ('dossiers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # First, while no table that others use is locked: numbering a million dossiers takes seconds.
        migrations.CreateModel(
            name='RegisterEntry',
            fields=[
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='register_entry', serialize=False, to='dossiers.dossier')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('year', models.PositiveSmallIntegerField(help_text='in which the dossier was accepted')),
                ('number', models.PositiveIntegerField()),
                ('registered_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'year', 'number'), name='register_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='register_number_counts')],
            },
        ),
        migrations.CreateModel(
            name='RegisterOpening',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('month', models.DateField(help_text='its first day')),
                ('reason', models.CharField(max_length=300)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_at', models.DateTimeField()),
                ('ends_on', models.DateField(help_text='the last day on which the inspectorate reads it')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'ends_on'], name='register_open_months')],
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='register_opening_month'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='register_opening_says_why'), models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('month'))), name='register_opening_ends')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='registerentry',
            trigger=pgtrigger.compiler.Trigger(name='keep', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6bfbd9962789d9fe07352923cee95be254a6bc30', operation='UPDATE OR DELETE', pgid='pgtrigger_keep_04092', table='dossiers_registerentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='registeropening',
            trigger=pgtrigger.compiler.Trigger(name='keep', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='306856011eb802900fff8167198814f909f052dd', operation='UPDATE OR DELETE', pgid='pgtrigger_keep_89d6c', table='dossiers_registeropening', when='BEFORE')),
        ),
        run_sql('dossiers', 'register.sql'),
        migrations.RunSQL('SELECT dossiers_register_missing()', migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name='component',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='component',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='component',
            name='printed',
            field=models.JSONField(blank=True, default=dict, help_text='which answers stand in its text layer: file, words, facts; null until it is read', null=True),
        ),
        migrations.AddField(
            model_name='componentevent',
            name='printed',
            field=models.JSONField(blank=True, default=dict, help_text='which answers stand in its text layer: file, words, facts; null until it is read', null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='component',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "dossiers_componentevent" ("by_post", "dossier_id", "file_id", "given_at", "id", "judged_at", "judged_by_id", "key", "office_file_id", "office_pages", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed", "reason", "reason_code", "state", "zones") VALUES (OLD."by_post", OLD."dossier_id", OLD."file_id", OLD."given_at", OLD."id", OLD."judged_at", OLD."judged_by_id", OLD."key", OLD."office_file_id", OLD."office_pages", OLD."pages", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."printed", OLD."reason", OLD."reason_code", OLD."state", OLD."zones"); RETURN NULL;', hash='88de7b91a21a5e9c801bfc5e63ed09240669a7d3', operation='UPDATE', pgid='pgtrigger_update_update_45567', table='dossiers_component', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='component',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dossiers_componentevent" ("by_post", "dossier_id", "file_id", "given_at", "id", "judged_at", "judged_by_id", "key", "office_file_id", "office_pages", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed", "reason", "reason_code", "state", "zones") VALUES (OLD."by_post", OLD."dossier_id", OLD."file_id", OLD."given_at", OLD."id", OLD."judged_at", OLD."judged_by_id", OLD."key", OLD."office_file_id", OLD."office_pages", OLD."pages", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."printed", OLD."reason", OLD."reason_code", OLD."state", OLD."zones"); RETURN NULL;', hash='c926dbabfcf2891d23bba1fa06cc168b5176c962', operation='DELETE', pgid='pgtrigger_delete_delete_ee450', table='dossiers_component', when='AFTER')),
        ),
        migrations.CreateModel(
            name='ForeignWorker',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('full_name', models.CharField(max_length=100)),
                ('sex', models.CharField(blank=True, default='', max_length=1)),
                ('birth_date', models.CharField(blank=True, default='', help_text='as exact as the passport says it', max_length=10)),
                ('nationality', models.CharField(max_length=3)),
                ('position', models.CharField(blank=True, default='', max_length=150)),
                ('phone', models.CharField(blank=True, default='', max_length=20)),
                ('symbol', models.CharField(blank=True, default='', help_text='of the present card or visa', max_length=8)),
                ('passport_number', models.CharField(max_length=20)),
                ('passport_until', models.DateField()),
                ('card_number', models.CharField(blank=True, default='', max_length=40)),
                ('card_until', models.DateField(blank=True, null=True)),
                ('visa_number', models.CharField(blank=True, default='', max_length=40)),
                ('visa_until', models.DateField(blank=True, null=True)),
                ('permit_number', models.CharField(blank=True, default='', help_text='of the work permit', max_length=40)),
                ('permit_until', models.DateField(blank=True, null=True)),
                ('saved_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['saved_at'], name='worker_saved')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'nationality', 'passport_number'), name='worker_once')],
            },
        ),
        migrations.CreateModel(
            name='GroupRequest',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('procedure', models.CharField(max_length=40)),
                ('key', models.UUIDField(unique=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-id'], name='group_request_newest')],
            },
        ),
        migrations.CreateModel(
            name='GroupedDossier',
            fields=[
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='grouped', serialize=False, to='dossiers.dossier')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='dossiers.grouprequest')),
            ],
        ),
        migrations.AddField(
            model_name='dossier',
            name='received_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='DeadlineAlarm',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('half', 'half of the time has passed'), ('day', 'due on the next working day')], max_length=8)),
                ('due_on', models.DateField()),
                ('sent_at', models.DateTimeField()),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='dossiers.dossier')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('dossier', 'kind'), name='deadline_alarm_once')],
            },
        ),
        migrations.AddField(
            model_name='charge',
            name='fee_version',
            field=models.CharField(blank=True, db_default='', default='', help_text="of the fee table, with the office's changes", max_length=60),
        ),
        migrations.CreateModel(
            name='RuleDraft',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('rule', models.CharField(help_text='its id in the rulebook', max_length=40)),
                ('entry', models.CharField(blank=True, default='', max_length=40)),
                ('values', models.JSONField()),
                ('before', models.JSONField(help_text='the values of that day without the change')),
                ('valid_from', models.DateField()),
                ('article_vi', models.CharField(max_length=300)),
                ('article_en', models.CharField(max_length=300)),
                ('reason', models.CharField(max_length=1000)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('proposed', 'waiting for approval'), ('returned', 'returned'), ('approved', 'approved')], default='draft', max_length=10)),
                ('drafted_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('return_reason', models.CharField(blank=True, default='', max_length=1000)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-id'], name='rule_draft_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='rule_draft_two_persons'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('return_reason', ''), _negated=True), _connector='OR'), name='rule_draft_return_explained')],
            },
        ),
        migrations.CreateModel(
            name='RuleAmendment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('rule', models.CharField(help_text='its id in the rulebook', max_length=40)),
                ('entry', models.CharField(blank=True, default='', max_length=40)),
                ('values', models.JSONField()),
                ('valid_from', models.DateField()),
                ('article_vi', models.CharField(max_length=300)),
                ('article_en', models.CharField(max_length=300)),
                ('reason', models.CharField(max_length=1000)),
                ('replaced', models.CharField(help_text='the version of the rule that it changes', max_length=60)),
                ('approved_at', models.DateTimeField()),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='amendment', to='dossiers.ruledraft')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('approved_by', models.F('drafted_by')), _negated=True), name='rule_amendment_two_persons')],
            },
        ),
        migrations.CreateModel(
            name='RuleTrial',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('values', models.JSONField()),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('state', models.CharField(choices=[('running', 'running'), ('done', 'finished'), ('failed', 'failed')], default='running', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('examined', models.PositiveIntegerField(default=0, help_text='dossiers of the period')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trials', to='dossiers.ruledraft')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'running'), ('finished_at__isnull', False), _connector='OR'), name='rule_trial_finished_when')],
            },
        ),
        migrations.CreateModel(
            name='RuleTrialCase',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('procedure', models.CharField(max_length=40)),
                ('month', models.DateField(help_text='its first day')),
                ('effect', models.CharField(choices=[('price', 'another fee'), ('due', 'another due day'), ('refusal', 'the passport would end too early'), ('none', 'the passport would no longer end too early'), ('words', 'would have been worded otherwise'), ('ended', 'the reason would not have been in the list'), ('too_long', 'the requested validity would be too long'), ('within', 'the requested validity would no longer be too long'), ('incomplete', 'an answer would be missing'), ('late', 'the passport in the post would have been late'), ('in_time', 'the passport in the post would not have been late')], max_length=10)),
                ('usd_before', models.PositiveIntegerField(default=0)),
                ('usd_after', models.PositiveIntegerField(default=0)),
                ('vnd_before', models.PositiveBigIntegerField(default=0)),
                ('vnd_after', models.PositiveBigIntegerField(default=0)),
                ('due_before', models.DateField(blank=True, null=True)),
                ('due_after', models.DateField(blank=True, null=True)),
                ('dossier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dossiers.dossier')),
                ('trial', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cases', to='dossiers.ruletrial')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('trial', 'dossier'), name='rule_trial_case_once')],
            },
        ),
        migrations.CreateModel(
            name='AmendmentWithdrawal',
            fields=[
                ('amendment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='withdrawal', serialize=False, to='dossiers.ruleamendment')),
                ('reason', models.CharField(max_length=1000)),
                ('withdrawn_at', models.DateTimeField()),
                ('withdrawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='amendment_withdrawal_explained')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruleamendment',
            trigger=pgtrigger.compiler.Trigger(name='keep', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6588b968355a0dda50086f5805c07e377af44d34', operation='UPDATE OR DELETE', pgid='pgtrigger_keep_82037', table='dossiers_ruleamendment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='amendmentwithdrawal',
            trigger=pgtrigger.compiler.Trigger(name='keep', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='76dad19a8a8756aa5e6cecad06ac1cfbaee3701e', operation='UPDATE OR DELETE', pgid='pgtrigger_keep_5acdb', table='dossiers_amendmentwithdrawal', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='dossier',
            name='permitted_until',
            field=models.DateField(blank=True, help_text='of the stay, as the forms sent last state it', null=True),
        ),
        migrations.AddField(
            model_name='dossier',
            name='finding_count',
            field=models.PositiveSmallIntegerField(blank=True, help_text='of the checks; null: not counted', null=True),
        ),
        migrations.AddField(
            model_name='savedfilter',
            name='shared',
            field=models.BooleanField(db_default=False, default=False, help_text='offered to the whole agency'),
        ),
        migrations.CreateModel(
            name='Letterhead',
            fields=[
                ('agency', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='letterhead', serialize=False, to='accounts.organisation')),
                ('symbol', models.CharField(max_length=20)),
                ('place', models.CharField(max_length=60)),
                ('head_title', models.CharField(max_length=80)),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LetterSigner',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('form', models.CharField(choices=[('head', 'as the head'), ('deputy', 'for the head, as deputy (KT.)'), ('order', 'by order of the head (TL.)'), ('officer', 'as the officer in charge')], max_length=8)),
                ('position', models.CharField(max_length=80)),
                ('saved_at', models.DateTimeField()),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'user'), name='letter_signer_once')],
            },
        ),
        migrations.CreateModel(
            name='OfficialLetter',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('series', models.CharField(choices=[('TB', 'notices (TB)'), ('PC', 'transfer slips (PC)')], max_length=4)),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('agency_symbol', models.CharField(help_text="the agency's part of the symbol, as of the issue", max_length=20)),
                ('kind', models.CharField(choices=[('supplement', 'Request for more documents'), ('not-accepted', 'Notice: dossier not accepted'), ('transfer', 'Transfer of the dossier'), ('delay', 'Notice of a new date'), ('refusal', 'Notice: request not approved'), ('result', 'Notice of the result'), ('closing', 'Notice: dossier closed')], max_length=12)),
                ('issued_at', models.DateTimeField()),
                ('content', models.JSONField(default=dict)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='dossiers.dossier')),
                ('event', models.OneToOneField(help_text='the act it reports', on_delete=django.db.models.deletion.PROTECT, related_name='letter', to='dossiers.dossierevent')),
                ('signed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'issued_at', 'id'], name='letter_issued')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'series', 'year', 'number'), name='letter_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='letter_number_counts')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='officialletter',
            trigger=pgtrigger.compiler.Trigger(name='keep', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='15b8851a9d11b8cfa4231508f7fa34fd26094fcc', operation='DELETE', pgid='pgtrigger_keep_866e6', table='dossiers_officialletter', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='officialletter',
            trigger=pgtrigger.compiler.Trigger(name='unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."agency_symbol" IS DISTINCT FROM (NEW."agency_symbol") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."event_id" IS DISTINCT FROM (NEW."event_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."series" IS DISTINCT FROM (NEW."series") OR OLD."signed_by_id" IS DISTINCT FROM (NEW."signed_by_id") OR OLD."year" IS DISTINCT FROM (NEW."year"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c9d6c2f91bfcfa13736cbc32f8a210d4b9554bc1', operation='UPDATE', pgid='pgtrigger_unchanged_82938', table='dossiers_officialletter', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='officialletter',
            trigger=pgtrigger.compiler.Trigger(name='only_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (NEW."content" = \'{}\'::jsonb))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0eb530339da01f00a6d980479d780d2a1e7f0d0f', operation='UPDATE', pgid='pgtrigger_only_emptied_92b56', table='dossiers_officialletter', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='QueueTicket',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('number', models.PositiveSmallIntegerField()),
                ('issued_at', models.DateTimeField()),
                ('called_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, help_text='served, or called in vain', null=True)),
                ('came', models.BooleanField(blank=True, help_text='null until it ended', null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('called_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('counter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dossiers.counter')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'day', 'number'), name='queue_ticket_number'), models.UniqueConstraint(condition=models.Q(('called_at__isnull', False), ('ended_at__isnull', True)), fields=('called_by',), name='queue_ticket_one_served'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='queue_ticket_counts')],
            },
        ),
        migrations.CreateModel(
            name='QueuedDossier',
            fields=[
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='queued', serialize=False, to='dossiers.dossier')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='queued_dossiers', to='dossiers.queueticket')),
            ],
        ),
        migrations.AddField(
            model_name='posting',
            name='late_alarm_at',
            field=models.DateTimeField(blank=True, help_text='when the officers were told that it is late', null=True),
        ),
        migrations.AlterField(
            model_name='component',
            name='reason_code',
            field=models.CharField(blank=True, default='', help_text="of the rulebook's list", max_length=16),
        ),
        migrations.AlterField(
            model_name='componentevent',
            name='reason_code',
            field=models.CharField(blank=True, default='', help_text="of the rulebook's list", max_length=16),
        ),
        migrations.AddField(
            model_name='filing',
            name='mandate',
            field=models.ForeignKey(blank=True, db_index=False, help_text='under which an agent sent it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.mandate'),
        ),
        migrations.CreateModel(
            name='MandateLetter',
            fields=[
                ('mandate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='letter', serialize=False, to='accounts.mandate')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
            ],
        ),
    ]

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
        ('files', '0001_initial'),
        ('travellers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('noted', 'authority not notified yet'), ('notified', 'authority notified'), ('closed', 'closed')], default='noted', max_length=8)),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('noted_at', models.DateTimeField()),
                ('discovered_at', models.DateTimeField()),
                ('began_at', models.DateTimeField(blank=True, null=True)),
                ('what_happened', models.TextField(max_length=4000)),
                ('data_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('contact', 'names and contact details'), ('documents', 'passports and identity documents'), ('stays', 'stays and whereabouts'), ('dossiers', 'dossiers and their papers'), ('petitions', 'petitions, tips and surveys'), ('sign_in', 'passwords and sign-in methods'), ('sensitive', 'sensitive data: health, biometrics, checks by authorities'), ('money', 'payments and support received')], max_length=10), default=list, size=None)),
                ('people_count', models.PositiveIntegerField(blank=True, help_text='none: not known yet', null=True)),
                ('risk', models.CharField(choices=[('low', 'low: unlikely to harm people'), ('medium', 'medium: may harm or inconvenience people'), ('high', 'high: likely to cause serious harm to people')], max_length=6)),
                ('consequences', models.TextField(blank=True, default='', max_length=4000)),
                ('measures', models.TextField(blank=True, default='', max_length=4000)),
                ('contact', models.CharField(blank=True, default='', help_text='whom the authority may ask', max_length=300)),
                ('telling', models.CharField(choices=[('open', 'not decided yet'), ('told', 'they have been notified'), ('not_told', 'they are not notified, for a stated reason')], default='open', max_length=8)),
                ('told_on', models.DateField(blank=True, null=True)),
                ('telling_note', models.TextField(blank=True, default='', help_text='how, or why not', max_length=2000)),
                ('notified_at', models.DateTimeField(blank=True, null=True)),
                ('notified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('authority', models.CharField(blank=True, default='', max_length=200)),
                ('authority_reference', models.CharField(blank=True, default='', max_length=100)),
                ('late_reason', models.TextField(blank=True, default='', max_length=2000)),
                ('lessons', models.TextField(blank=True, default='', max_length=4000)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('warned_hours', models.PositiveSmallIntegerField(default=0, help_text='administrators were warned after so many')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'noted')), fields=['discovered_at'], name='breach_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('began_at__isnull', True), ('began_at__lte', models.F('discovered_at')), _connector='OR'), name='breach_began_before'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'notified'), _negated=True), ('notified_at__isnull', False), _connector='OR'), name='breach_notified_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='breach_closed_when')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='breach',
            trigger=pgtrigger.compiler.Trigger(name='breach_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='88b37cfaffd44a7a8448b951e4e9de89fabcc31f', operation='DELETE', pgid='pgtrigger_breach_stays_bf6d4', table='protection_breach', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='BreachEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('breach', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='protection.breach')),
                ('step', models.CharField(choices=[('noted', 'recorded'), ('changed', 'changed'), ('notified', 'authority notified'), ('phase', 'further information provided'), ('closed', 'closed')], max_length=8)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.TextField(blank=True, default='', max_length=4000)),
                ('changes', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['breach', 'id'], name='breach_entry')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='breachentry',
            trigger=pgtrigger.compiler.Trigger(name='breach_entry_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a296b0a3dd4de4727d69742eb71cc558d09b9fb9', operation='DELETE', pgid='pgtrigger_breach_entry_stays_8996c', table='protection_breachentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='breachentry',
            trigger=pgtrigger.compiler.Trigger(name='breach_entry_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."breach_id" IS DISTINCT FROM (NEW."breach_id") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."step" IS DISTINCT FROM (NEW."step"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4c3f5462da51d02cd24b60d1b1e6d64659cca8dc', operation='UPDATE', pgid='pgtrigger_breach_entry_unchanged_88d29', table='protection_breachentry', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='CopyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=24, unique=True)),
                ('state', models.CharField(choices=[('asked', 'to check'), ('preparing', 'being prepared'), ('prepared', 'waiting for a second officer'), ('ready', 'ready'), ('handed_over', 'handed over'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('deleted', 'copy deleted after its retention period')], default='asked', max_length=12)),
                ('user', models.ForeignKey(help_text='none for a guest', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('full_name', models.CharField(blank=True, default='', max_length=200)),
                ('birth_date', models.CharField(blank=True, default='', max_length=10)),
                ('nationality', models.CharField(blank=True, default='', max_length=3)),
                ('document_number', models.CharField(blank=True, default='', max_length=30)),
                ('identified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('identified_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_at', models.DateTimeField(null=True)),
                ('prepared_at', models.DateTimeField(null=True)),
                ('counts', models.JSONField(default=dict, help_text='records of the copy by kind')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(help_text='that decided', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('reason', models.CharField(blank=True, default='', help_text='why it was declined or sent back', max_length=500)),
                ('available_until', models.DateField(help_text='the last day on which its files are there', null=True)),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('handed_over_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
                ('pdf', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
                ('json', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
                ('papers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
                ('identities', models.ManyToManyField(related_name='+', to='travellers.identity')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_on', 'id'], name='copy_state'), models.Index(condition=models.Q(('user__isnull', False)), fields=['user', '-id'], name='copy_user')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('asked', 'preparing', 'prepared')), ('user__isnull', False)), fields=('user',), name='copy_asked_once'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['ready', 'handed_over']), _negated=True), models.Q(('checked_by__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('checked_by')), _negated=True)), _connector='OR'), name='copy_approved_by_another'), models.CheckConstraint(condition=models.Q(('user__isnull', False), ('identified_at__isnull', False), _connector='OR'), name='copy_is_of_somebody')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='copyrequest',
            trigger=pgtrigger.compiler.Trigger(name='copy_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='740f9516944bb648fbaf3d3256c126bd5c65d37b', operation='DELETE', pgid='pgtrigger_copy_stays_c2ffc', table='protection_copyrequest', when='BEFORE')),
        ),
    ]

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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(max_length=30)),
                ('subject_id', models.CharField(max_length=60)),
                ('topic', models.CharField(default='main', max_length=30)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject_kind', 'subject_id', 'topic'), name='one_thread')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='messaging.thread')),
                ('side', models.CharField(choices=[('office', 'the office'), ('other', 'the other side')], max_length=6)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('body', models.TextField()),
                ('staff_only', models.BooleanField(default=False)),
                ('sent_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['thread', '-id'], name='message_of_thread'), models.Index(fields=['sent_at'], name='message_sent_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('staff_only', False), ('side', 'office'), _connector='OR'), name='notes_are_the_offices')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ad10b854c435b6853845b77ad52efc3bd0ca550a', operation='DELETE', pgid='pgtrigger_message_stays_b1abb', table='messaging_message', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_facts_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."staff_only" IS DISTINCT FROM (NEW."staff_only") OR OLD."thread_id" IS DISTINCT FROM (NEW."thread_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7c645e919db043fc5dd7971b94f83159ebb6fc18', operation='UPDATE', pgid='pgtrigger_message_facts_unchanged_7203a', table='messaging_message', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_text_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (NEW."body" = \'[đã xóa]\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6d4b39e708ec475cb4930a98a3acfd67623b8d45', operation='UPDATE', pgid='pgtrigger_message_text_unchanged_33536', table='messaging_message', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='messaging.message')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
            ],
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='messaging.thread')),
                ('side', models.CharField(choices=[('office', 'the office'), ('other', 'the other side')], max_length=6)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('latest', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.message')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-latest'], name='participant_organisation'), models.Index(fields=['user', '-latest'], name='participant_user')],
                'constraints': [models.UniqueConstraint(fields=('thread', 'organisation', 'user'), name='one_participant', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', True), ('user__isnull', False)), models.Q(('organisation__isnull', False), ('user__isnull', True)), _connector='OR'), name='participant_is_one')],
            },
        ),
        migrations.CreateModel(
            name='ReadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='read_marks', to='messaging.thread')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message_id', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('thread', 'user'), name='one_read_mark')],
            },
        ),
        migrations.CreateModel(
            name='ReplyTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('title', models.CharField(max_length=100)),
                ('body', models.TextField()),
                ('kind', models.CharField(blank=True, default='', max_length=30)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('agency', 'title'), name='reply_template_title')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_vi', models.CharField(blank=True, default='', max_length=250)),
                ('title_en', models.CharField(blank=True, default='', max_length=250)),
                ('key', models.CharField(max_length=200, unique=True)),
                ('channel', models.CharField(choices=[('email', 'email'), ('sms', 'text message')], max_length=5)),
                ('template', models.CharField(max_length=100)),
                ('subject_kind', models.CharField(max_length=30)),
                ('subject_id', models.CharField(max_length=60)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('address', models.CharField(blank=True, default='', max_length=254)),
                ('masked', models.CharField(help_text='the address as staff see it, most signs hidden', max_length=254)),
                ('language', models.CharField(max_length=2)),
                ('body', models.TextField(blank=True, default='')),
                ('state', models.CharField(choices=[('queued', 'being sent'), ('sent', 'sent'), ('failed', 'not delivered')], default='queued', max_length=6)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, default='', help_text='a code, never what a server said', max_length=40)),
                ('reference', models.CharField(blank=True, default='', help_text="the gate's own number of it", max_length=100)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_kind', 'subject_id', '-id'], name='notification_subject'), models.Index(fields=['created_at'], name='notification_created_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='notification_sent_when')],
            },
        ),
        migrations.CreateModel(
            name='InAppNotification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_vi', models.CharField(blank=True, default='', max_length=250)),
                ('title_en', models.CharField(blank=True, default='', max_length=250)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(help_text="the occasion, as the letter's: rung once", max_length=200)),
                ('kind', models.CharField(help_text='the app that tells; rules.kinds', max_length=30)),
                ('path', models.CharField(blank=True, default='', max_length=300)),
                ('rung_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-id'], name='bell_of_user'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='bell_unread')],
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='bell_once')],
            },
        ),
        migrations.CreateModel(
            name='NotificationPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(max_length=30)),
                ('email', models.CharField(choices=[('at_once', 'each notification immediately'), ('daily', 'once a day, only the number')], default='at_once', max_length=10)),
                ('push', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='one_preference')],
            },
        ),
        migrations.CreateModel(
            name='PushAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('endpoint', models.CharField(max_length=500)),
                ('digest', models.CharField(help_text='of the endpoint: one browser, one person', max_length=64, unique=True)),
                ('device', models.CharField(help_text='what the browser says it is', max_length=60)),
                ('added_at', models.DateTimeField()),
                ('reached_at', models.DateTimeField(blank=True, null=True)),
                ('refused', models.PositiveSmallIntegerField(default=0, help_text='in a row')),
            ],
            options={
                'indexes': [models.Index(fields=['user'], name='push_of_user')],
            },
        ),
    ]

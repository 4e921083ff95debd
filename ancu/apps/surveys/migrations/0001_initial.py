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
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('title_vi', models.CharField(max_length=150)),
                ('title_en', models.CharField(blank=True, max_length=150)),
                ('intro_vi', models.TextField(blank=True)),
                ('intro_en', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('draft', 'being prepared'), ('open', 'open for answers'), ('closed', 'closed')], default='draft', max_length=10)),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='surveys.survey')),
                ('needs_code', models.BooleanField(default=False, help_text='answered on the web only with a one-time code')),
                ('double_entry', models.BooleanField(default=False, help_text='sheets are keyed twice and compared')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('figures_public', models.BooleanField(default=False, help_text='everybody may read the figures')),
                ('figures_published_at', models.DateTimeField(blank=True, help_text='first; it takes no answer since then', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['agency', '-id'], name='survey_agency')],
                'constraints': [models.CheckConstraint(condition=models.Q(('previous', models.F('id')), _negated=True), name='survey_not_its_own_round'), models.CheckConstraint(condition=models.Q(models.Q(('figures_published_at__isnull', False), ('state', 'closed')), models.Q(('figures_public', False), ('figures_published_at__isnull', True)), _connector='OR'), name='survey_published_is_closed')],
            },
        ),
        migrations.CreateModel(
            name='SurveyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='surveys.survey')),
                ('number', models.PositiveSmallIntegerField()),
                ('definition', models.JSONField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('survey', 'number'), name='survey_version_number')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyversion',
            trigger=pgtrigger.compiler.Trigger(name='frozen_version_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.frozen_at IS NOT NULL AND (OLD.definition, OLD.survey_id, OLD.number, OLD.frozen_at) IS DISTINCT FROM (NEW.definition, NEW.survey_id, NEW.number, NEW.frozen_at))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='528e3e3e65b85f78e2a846b6217281cece8b4753', operation='UPDATE', pgid='pgtrigger_frozen_version_unchanged_fa615', table='surveys_surveyversion', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='SurveyChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='surveys.survey')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('slug', models.CharField(max_length=20, unique=True)),
                ('population', models.PositiveIntegerField(blank=True, help_text='grown-ups who live there, for weights', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('survey', 'unit'), name='survey_channel', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='SurveyResponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='surveys.survey')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.surveyversion')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('source', models.CharField(choices=[('web', 'form on the web'), ('phone', 'interviewer’s phone'), ('keyed', 'paper, typed in'), ('scan', 'paper, scanned')], max_length=10)),
                ('state', models.CharField(choices=[('draft', 'being answered'), ('review', 'needs checking'), ('second', 'waiting to be typed in a second time'), ('complete', 'complete')], max_length=10)),
                ('language', models.CharField(default='vi', max_length=2)),
                ('answers', models.JSONField(default=dict)),
                ('second', models.JSONField(blank=True, null=True)),
                ('keyed_by', models.BigIntegerField(blank=True, help_text='who keyed it first, until it is complete', null=True)),
                ('token', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('reference', models.UUIDField(blank=True, null=True, unique=True)),
                ('saved_at', models.DateTimeField(blank=True, help_text='of a draft, so that it can be thrown away', null=True)),
                ('submitted_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'complete')), fields=['survey', 'unit'], name='response_survey'), models.Index(condition=models.Q(('state', 'complete'), _negated=True), fields=['survey', 'id'], name='response_open'), models.Index(condition=models.Q(('state', 'draft')), fields=['saved_at'], name='response_draft')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'complete'), _negated=True), models.Q(('saved_at__isnull', True), ('submitted_on__isnull', False), ('token__isnull', True)), _connector='OR'), name='response_complete')],
            },
        ),
        migrations.CreateModel(
            name='SurveyCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='surveys.survey')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('used', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['survey', 'unit'], name='survey_code')],
            },
        ),
        migrations.CreateModel(
            name='SurveyPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='surveys.surveyversion')),
                ('language', models.CharField(max_length=4)),
                ('code', models.CharField(max_length=10, unique=True)),
                ('layout', models.JSONField()),
                ('pdf', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'language'), name='survey_paper')],
            },
        ),
        migrations.CreateModel(
            name='PrintRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='surveys.survey')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='surveys.surveypaper')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('first', models.PositiveIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('printed_at', models.DateTimeField()),
                ('printed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SurveySheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='surveys.survey')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='surveys.printrun')),
                ('serial', models.PositiveIntegerField()),
                ('response', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sheet', to='surveys.surveyresponse')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('survey', 'serial'), name='survey_sheet_serial')],
            },
        ),
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='surveys.survey')),
                ('file', models.UUIDField(help_text='the stored file, deleted when its time is over')),
                ('name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('reading', 'being read'), ('done', 'read'), ('failed', 'not readable')], default='waiting', max_length=10)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('problem', models.CharField(blank=True, choices=[('not_a_scan', 'We cannot read this file as a scan.'), ('password', 'The file is locked by a password.'), ('too_large', 'The file is too large. Send it in parts.'), ('too_many_pages', 'The file has too many pages. Send it in parts.'), ('too_many_pixels', 'A page has too many pixels. Scan at 200 to 300 dpi.')], max_length=200)),
                ('given_at', models.DateTimeField()),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ScannedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='surveys.scan')),
                ('place', models.PositiveIntegerField(help_text='where in the file it lies, from 1')),
                ('sheet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='surveys.surveysheet')),
                ('page', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('trouble', models.CharField(blank=True, choices=[('foreign', 'not a sheet of this survey'), ('unreadable', 'the page’s code could not be read'), ('duplicate', 'this page has already been read'), ('differs', 'this page has already been read, with different answers'), ('outdated', 'already typed in, so it is not counted again')], max_length=10)),
                ('marks', models.PositiveIntegerField(default=0)),
                ('picture', models.BinaryField(blank=True, help_text='sealed; of pages somebody has to look at', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scan', 'place'), name='scanned_once'), models.UniqueConstraint(condition=models.Q(('trouble', '')), fields=('sheet', 'page'), name='sheet_page_once')],
            },
        ),
        migrations.CreateModel(
            name='ReadingDoubt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='doubts', to='surveys.surveysheet')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='doubts', to='surveys.scannedpage')),
                ('question', models.CharField(max_length=20)),
                ('row', models.CharField(blank=True, max_length=20)),
                ('guess', models.JSONField(blank=True, null=True)),
                ('crop', models.BinaryField()),
                ('settled', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('settled', False)), fields=['sheet'], name='doubt_open')],
                'constraints': [models.UniqueConstraint(fields=('sheet', 'question', 'row'), name='one_doubt')],
            },
        ),
    ]

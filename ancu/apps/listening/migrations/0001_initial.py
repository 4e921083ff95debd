import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('places', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.ForeignKey(help_text='who holds it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('unit', models.ForeignKey(help_text='whose people are heard', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('level', models.CharField(choices=[('district', 'district'), ('commune', 'ward or commune'), ('station', 'police station')], max_length=10)),
                ('station', models.CharField(blank=True, default='', help_text="the police station's name", max_length=120)),
                ('venue', models.CharField(max_length=200)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('theme', models.CharField(max_length=200)),
                ('agenda', models.TextField(blank=True, default='')),
                ('quota', models.PositiveIntegerField()),
                ('survey', models.CharField(blank=True, default='', help_text='a path of this house: slips and poll', max_length=200)),
                ('state', models.CharField(choices=[('planned', 'being planned'), ('announced', 'announced'), ('open', 'in progress'), ('held', 'held, not closed yet'), ('closed', 'closed with minutes'), ('cancelled', 'cancelled')], default='planned', max_length=10)),
                ('chair', models.CharField(blank=True, default='', max_length=150)),
                ('secretary', models.CharField(blank=True, default='', max_length=150)),
                ('minutes', models.TextField(blank=True, default='', help_text='what was said, without the items')),
                ('cancelled_because', models.CharField(blank=True, default='', max_length=300)),
                ('present', models.PositiveIntegerField(default=0, help_text='people in the room, counted by those who held it')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_at', models.DateTimeField()),
                ('key', models.UUIDField(help_text='of the form it was sent with, so that it is made once', unique=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('held_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
            ],
            options={
                'indexes': [models.Index(fields=['starts_at'], name='meeting_starts'), models.Index(fields=['agency', '-starts_at'], name='meeting_agency'), models.Index(fields=['unit', '-starts_at'], name='meeting_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='meeting_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('quota__gte', 1)), name='meeting_has_room')],
            },
        ),
        migrations.CreateModel(
            name='Attendee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendees', to='listening.meeting')),
                ('origin', models.CharField(choices=[('invited', 'invited'), ('registered', 'registered'), ('walked_in', 'came without registering')], max_length=10)),
                ('name', models.CharField(max_length=150)),
                ('phone', models.CharField(blank=True, default='', max_length=20)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('added_at', models.DateTimeField()),
                ('attended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['meeting', 'id'], name='attendee_meeting')],
            },
        ),
        migrations.CreateModel(
            name='Petition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, unique=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('key', models.UUIDField(help_text='of the form it was sent with, so that it is taken in once', unique=True)),
                ('channel', models.CharField(choices=[('web', 'this website'), ('hotline', 'hotline'), ('meeting', 'listening meeting'), ('survey', 'survey remark'), ('letter', 'letter'), ('email', 'email')], max_length=10)),
                ('state', models.CharField(choices=[('received', 'received'), ('assigned', 'being handled'), ('drafted', 'waiting for approval'), ('answered', 'answered, waiting for the petitioner'), ('reopened', 'reopened'), ('settled', 'resolved'), ('silent', 'closed, the petitioner did not respond'), ('merged', 'handled together with another'), ('transferred', 'transferred to another body')], default='received', max_length=12)),
                ('category', models.CharField(help_text='a code of the rulebook', max_length=30)),
                ('rule_version', models.CharField(max_length=30)),
                ('closed_matter', models.BooleanField(default=False, help_text='told to nobody but the unit in charge')),
                ('title', models.CharField(max_length=150)),
                ('body', models.TextField()),
                ('public_words', models.CharField(blank=True, default='', help_text='what was raised in a meeting, as everybody reads it', max_length=200)),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('name', models.CharField(blank=True, default='', max_length=150)),
                ('phone', models.CharField(blank=True, default='', help_text='where to call back', max_length=20)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('address', models.CharField(blank=True, default='', max_length=200)),
                ('language', models.CharField(default='vi', max_length=2)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('about', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('about_person', models.CharField(blank=True, default='', max_length=150)),
                ('about_key', models.CharField(blank=True, default='', help_text='that name, folded', max_length=150)),
                ('about_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('about_officers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, help_text='accounts', size=None)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('main', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='listening.petition')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='petitions', to='listening.meeting')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('accepted_at', models.DateTimeField(blank=True, help_text='of a complaint or a denunciation', null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('reopened', models.PositiveSmallIntegerField(default=0)),
                ('escalated_at', models.DateTimeField(blank=True, null=True)),
                ('escalated_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('search_key', models.CharField(help_text='name, telephone and words, folded', max_length=1200)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'state', 'due_on'], name='petition_unit'), models.Index(condition=models.Q(('state__in', ('received', 'assigned', 'drafted', 'reopened'))), fields=['due_on'], name='petition_due'), models.Index(condition=models.Q(('state', 'answered')), fields=['answered_at'], name='petition_answered'), models.Index(fields=['user', '-id'], name='petition_user'), models.Index(fields=['phone'], name='petition_phone'), models.Index(fields=['meeting'], name='petition_meeting'), django.contrib.postgres.indexes.GinIndex(fields=['search_key'], name='petition_search', opclasses=['gin_trgm_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(('unit__isnull', True), ('about__isnull', True), models.Q(('unit', models.F('about')), _negated=True), _connector='OR'), name='petition_not_with_whom_it_is_about'), models.CheckConstraint(condition=models.Q(models.Q(('main__isnull', False), ('state', 'merged')), models.Q(models.Q(('state', 'merged'), _negated=True), ('main__isnull', True)), _connector='OR'), name='petition_merged_into_what'), models.CheckConstraint(condition=models.Q(('unit__isnull', False), ('state__in', ('received', 'transferred', 'merged')), _connector='OR'), name='petition_handled_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='PetitionTrace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='traces', to='listening.petition')),
                ('at', models.DateTimeField()),
                ('step', models.CharField(choices=[('received', 'received'), ('assigned', 'assigned to a unit'), ('categorised', 'moved to another subject'), ('joined', 'another unit was asked to help'), ('contributed', 'the unit that was asked has answered'), ('drafted', 'an answer was written'), ('returned', 'the answer was returned to be rewritten'), ('promised', 'a date was promised'), ('answered', 'answered'), ('settled', 'the petitioner says it is resolved'), ('reopened', 'the petitioner says it is not resolved'), ('silent', 'closed without a response'), ('merged', 'joined with another petition'), ('separated', 'separated from the other petition'), ('transferred', 'transferred to another body'), ('receipt', 'the other body has confirmed receipt'), ('accepted', 'accepted: a decision is due'), ('replied', 'a written reply was sent; the decision is still due'), ('came_back', 'the other body returned it'), ('escalated', 'overdue: escalated to the office above'), ('unconfirmed', 'no receipt in time: the office above asks for it'), ('named', 'the person or unit concerned was named')], max_length=12)),
                ('state', models.CharField(choices=[('received', 'received'), ('assigned', 'being handled'), ('drafted', 'waiting for approval'), ('answered', 'answered, waiting for the petitioner'), ('reopened', 'reopened'), ('settled', 'resolved'), ('silent', 'closed, the petitioner did not respond'), ('merged', 'handled together with another'), ('transferred', 'transferred to another body')], help_text='after it', max_length=12)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('words', models.CharField(blank=True, default='', max_length=1000)),
            ],
            options={
                'indexes': [models.Index(fields=['petition', 'id'], name='petition_trace')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='petitiontrace',
            trigger=pgtrigger.compiler.Trigger(name='petition_trace_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='74ec331002f65881596490627b4f6d3bc2648f8a', operation='DELETE', pgid='pgtrigger_petition_trace_stays_602e8', table='listening_petitiontrace', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='petitiontrace',
            trigger=pgtrigger.compiler.Trigger(name='petition_trace_unchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."petition_id" IS DISTINCT FROM (NEW."petition_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."step" IS DISTINCT FROM (NEW."step") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='97a21b28d7befd25d7410fae22c4cc4716ed79e8', operation='UPDATE', pgid='pgtrigger_petition_trace_unchanged_eba34', table='listening_petitiontrace', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='petitiontrace',
            trigger=pgtrigger.compiler.Trigger(name='petition_trace_words', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (NEW."words" = \'[đã xóa]\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='909b62bfdbcb1ab548628f0ab2e1f0ff73596793', operation='UPDATE', pgid='pgtrigger_petition_trace_words_8de0b', table='listening_petitiontrace', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='PetitionAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='listening.petition')),
                ('outcome', models.CharField(choices=[('done', 'done'), ('promised', 'to be done by a date'), ('explained', 'explained'), ('declined', 'not possible')], max_length=10)),
                ('text', models.TextField()),
                ('promised_on', models.DateField(blank=True, null=True)),
                ('public_words', models.CharField(blank=True, default='', max_length=200)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_for', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('written_at', models.DateTimeField()),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['petition', '-id'], name='petition_answer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('approved_at__isnull', True), ('returned_at__isnull', True)), fields=('petition',), name='one_draft_of_an_answer'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('approved_by', models.F('written_by')), _negated=True)), _connector='OR'), name='answer_approved_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'promised'), _negated=True), ('promised_on__isnull', False), _connector='OR'), name='promise_names_its_day')],
            },
        ),
        migrations.CreateModel(
            name='PetitionPromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('petition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='promise', to='listening.petition')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('words', models.CharField(help_text='without names: everybody may read it', max_length=200)),
                ('due_on', models.DateField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField(blank=True, null=True)),
                ('refused', models.PositiveSmallIntegerField(default=0, help_text='how often the petitioner said it was not done')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'due_on'], name='promise_agency')],
            },
        ),
        migrations.CreateModel(
            name='HelpRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='helps', to='listening.petition')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('question', models.CharField(max_length=1000)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('reply_by', models.DateField()),
                ('reply', models.TextField(blank=True, default='')),
                ('replied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replied_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'petition'], name='petition_help')],
                'constraints': [models.UniqueConstraint(fields=('petition', 'agency'), name='one_help_of_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='PetitionTransfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='listening.petition')),
                ('to', models.CharField(max_length=200)),
                ('reference', models.CharField(help_text='the number of our letter', max_length=60)),
                ('reason', models.CharField(max_length=500)),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_at', models.DateTimeField()),
                ('receipt_due_on', models.DateField()),
                ('receipt', models.CharField(blank=True, default='', help_text='the number they gave it', max_length=60)),
                ('receipt_on', models.DateField(blank=True, null=True)),
                ('back_at', models.DateTimeField(blank=True, null=True)),
                ('escalated_at', models.DateTimeField(blank=True, help_text='told to the office above: no receipt in time', null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('back_at__isnull', True), ('receipt_on__isnull', True)), fields=['receipt_due_on'], name='transfer_unconfirmed')],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='listening.petition')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='listening.petitionanswer')),
                ('verdict', models.CharField(choices=[('settled', 'resolved'), ('refused', 'not resolved')], max_length=10)),
                ('rating', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)])),
                ('text', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('petition', 'answer'), name='one_word_on_an_answer'), models.CheckConstraint(condition=models.Q(('rating__isnull', True), models.Q(('rating__gte', 1), ('rating__lte', 5)), _connector='OR'), name='rating_one_to_five')],
            },
        ),
        migrations.CreateModel(
            name='PetitionRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='listening.petition')),
                ('from_office', models.BooleanField()),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('operator', models.BooleanField(default=False)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('key', models.UUIDField(help_text='of the form it was sent with', unique=True)),
            ],
            options={
                'indexes': [models.Index(fields=['petition', 'id'], name='petition_remark')],
            },
        ),
        migrations.CreateModel(
            name='PetitionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='listening.petition')),
                ('answer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='listening.petitionanswer')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
                ('added_at', models.DateTimeField()),
            ],
        ),
    ]

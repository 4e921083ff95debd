import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='Traveller',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('first_seen_at', models.DateTimeField()),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='travellers.traveller')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='traveller_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('person__lt', models.F('id'))), name='traveller_oldest_leads')],
            },
        ),
        migrations.CreateModel(
            name='Name',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=150)),
            ],
            options={
                'indexes': [models.Index(fields=['key'], name='name_begins', opclasses=['varchar_pattern_ops']), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('key', config='simple'), name='name_words')],
            },
        ),
        migrations.CreateModel(
            name='NameWord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('word', models.CharField(max_length=150)),
            ],
            options={
                'indexes': [models.Index(fields=['word'], name='nameword_word'), django.contrib.postgres.indexes.GinIndex(fields=['word'], name='nameword_trgm', opclasses=['gin_trgm_ops'])],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('traveller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identities', to='travellers.traveller')),
                ('document_number', models.CharField(max_length=30)),
                ('nationality', models.CharField(max_length=3)),
                ('birth_date', models.CharField(help_text='1984-03-08, 1971-05 or 1962: as exact as it is known', max_length=10)),
                ('full_name', models.CharField(max_length=200)),
                ('name_key', models.CharField(help_text='lower case, no accents, words in order of the alphabet', max_length=150)),
            ],
            options={
                'indexes': [models.Index(fields=['name_key'], name='identity_name_key', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('document_number', 'nationality', 'birth_date', 'name_key'), name='identity_unique')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identity',
            trigger=pgtrigger.compiler.Trigger(name='words_gathered', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    WITH heard AS (\nINSERT INTO travellers_name (key)\nSELECT DISTINCT name_key FROM fresh identity\nWHERE NOT EXISTS (SELECT FROM travellers_name known WHERE known.key = identity.name_key)\n RETURNING key)\n    \nINSERT INTO travellers_nameword (word)\nSELECT DISTINCT part FROM heard name, unnest(string_to_array(name.key, ' ')) AS part\nWHERE NOT EXISTS (SELECT FROM travellers_nameword known WHERE known.word = part)\n;\n    RETURN NULL;\n    ", hash='62d5a51221214e28b7fc765da61697cac3e999a2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_words_gathered_7080f', referencing='REFERENCING NEW TABLE AS fresh ', table='travellers_identity', when='AFTER')),
        ),
        migrations.CreateModel(
            name='MatchKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'identity', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.IntegerField()),
                ('identity', models.BigIntegerField(help_text='its id; a foreign key would be asked ten times an identity')),
            ],
        ),
        migrations.CreateModel(
            name='MatchedIdentity',
            fields=[
                ('identity', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='matched', serialize=False, to='travellers.identity')),
                ('version', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='TravellerPair',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('older', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='travellers.traveller')),
                ('newer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='travellers.traveller')),
                ('left', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='travellers.identity')),
                ('right', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='travellers.identity')),
                ('rule', models.CharField(choices=[('same_document', 'the same document'), ('misread', 'a document number misread'), ('renewed', 'a renewed document'), ('alike', 'similar name and birth date')], max_length=16)),
                ('version', models.PositiveSmallIntegerField()),
                ('score', models.FloatField(help_text='0 to 1: how likely both are one person')),
                ('reasons', models.JSONField()),
                ('state', models.CharField(choices=[('open', 'to be decided'), ('same', 'one person'), ('held', 'joined, but kept separate'), ('different', 'different people'), ('gone', 'no longer stored')], default='open', max_length=9)),
                ('found_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('note', models.CharField(blank=True, default='', help_text='why the officer decided so', max_length=300)),
                ('together', models.BooleanField(default=False, help_text='one person already, by whatever joins; kept by regroup')),
                ('units_older', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('units_newer', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('open', 'held')), ('together', False)), fields=['-score', '-id'], name='pair_undecided'), models.Index(fields=['state', '-id'], name='pair_state'), django.contrib.postgres.indexes.GinIndex(fields=['units_older'], name='pair_units')],
                'constraints': [models.UniqueConstraint(fields=('older', 'newer'), name='pair_once'), models.CheckConstraint(condition=models.Q(('older__lt', models.F('newer'))), name='pair_older_first')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='travellerpair',
            trigger=pgtrigger.compiler.Trigger(name='keep', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='5ec11c9a05cde083ed3c0fa410019fa8ae4b9b97', operation='DELETE', pgid='pgtrigger_keep_39d75', table='travellers_travellerpair', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='TravellerJoin',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joins', to='travellers.travellerpair')),
                ('rule', models.CharField(choices=[('same_document', 'the same document'), ('misread', 'a document number misread'), ('renewed', 'a renewed document'), ('alike', 'similar name and birth date')], max_length=16)),
                ('version', models.PositiveSmallIntegerField()),
                ('score', models.FloatField()),
                ('reasons', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_because', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('pair',), name='join_one_in_force')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='travellerjoin',
            trigger=pgtrigger.compiler.Trigger(name='keep', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='10571b2005019074d041b957a8d336ca2dc15191', operation='DELETE', pgid='pgtrigger_keep_baa55', table='travellers_travellerjoin', when='BEFORE')),
        ),
    ]

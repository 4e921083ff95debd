import uuid

import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandlingUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('recovery_public', models.BinaryField(max_length=32)),
                ('opened_at', models.DateTimeField()),
                ('numbered', models.PositiveIntegerField(default=0, help_text='the last number given to a tip; none is given twice')),
            ],
        ),
        migrations.CreateModel(
            name='UnitKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='tips.handlingunit')),
                ('public', models.BinaryField(max_length=32)),
                ('recovery', models.BinaryField(help_text='the private key, sealed to the recovery share', max_length=80)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('unit',), name='one_present_key')],
            },
        ),
        migrations.CreateModel(
            name='KeyHolder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holders', to='tips.handlingunit')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('public', models.BinaryField(max_length=32)),
                ('wrapped', models.BinaryField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('user',), name='one_holding'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='holder_confirmed_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='KeyShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='tips.unitkey')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='tips.keyholder')),
                ('sealed', models.BinaryField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'holder'), name='one_share')],
            },
        ),
        migrations.CreateModel(
            name='Tip',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tips', to='tips.handlingunit')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tips.unitkey')),
                ('number', models.PositiveIntegerField(help_text='counted within the unit')),
                ('channel', models.CharField(choices=[('web', 'web page'), ('phone', 'telephone'), ('visit', 'in person'), ('letter', 'letter')], max_length=10)),
                ('keyed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received_at', models.DateTimeField()),
                ('locator', models.BinaryField(help_text='worked out of the receipt', max_length=32, unique=True)),
                ('source_public', models.BinaryField(help_text='what replies are closed for', max_length=32)),
                ('header', models.BinaryField(max_length=80)),
                ('body', models.BinaryField()),
                ('state', models.CharField(choices=[('new', 'new'), ('open', 'being handled'), ('closed', 'closed')], default='new', max_length=10)),
                ('sorting_header', models.BinaryField(blank=True, default=b'', max_length=80)),
                ('sorting_body', models.BinaryField(blank=True, default=b'')),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('result', 'it led to a result'), ('nothing', 'it was investigated, and nothing was found'), ('thin', 'there was not enough information to act on'), ('duplicate', 'the same was reported before'), ('elsewhere', 'it is not a matter for the police')], default='', max_length=10)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('said_at', models.DateTimeField(help_text='when the source last said something')),
                ('destruction_asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'state', '-number'], name='tip_unit_state')],
                'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('unit', 'number'), name='tip_number'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('outcome', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True), ('outcome', '')), _connector='OR'), name='tip_closed_with_outcome'), models.CheckConstraint(condition=models.Q(('said_at__gte', models.F('received_at'))), name='tip_said_after_received')],
            },
        ),
        migrations.CreateModel(
            name='TipMessage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('tip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='tips.tip')),
                ('position', models.PositiveIntegerField()),
                ('author', models.ForeignKey(blank=True, help_text='a handler', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('header', models.BinaryField(max_length=80)),
                ('source_header', models.BinaryField(blank=True, default=b'', max_length=80)),
                ('body', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tip', 'position'), name='message_position')],
            },
        ),
        migrations.CreateModel(
            name='SealedFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('tip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='tips.tip')),
                ('header', models.BinaryField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='TipTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tallies', to='tips.handlingunit')),
                ('month', models.DateField(help_text='its first day')),
                ('received', models.PositiveIntegerField(default=0)),
                ('answered_hours', models.JSONField(default=list, help_text='in order of length, so that none can be told apart')),
                ('results', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'month'), name='one_tally')],
            },
        ),
        migrations.CreateModel(
            name='TipDestruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='destructions', to='tips.handlingunit')),
                ('day', models.DateField()),
                ('tips', models.PositiveIntegerField()),
                ('on_time', models.BooleanField(help_text='their period had ended; else two handlers agreed')),
            ],
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('lodging', '0001_initial'),
        ('places', '0001_initial'),
        ('stays', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PortalAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('establishment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lodging.establishment')),
                ('forwards', models.BooleanField(default=False)),
                ('since', models.DateTimeField(help_text="what was declared before is the lodging's own to enter")),
                ('username', models.CharField(blank=True, default='', max_length=120)),
                ('password_sealed', models.BinaryField(null=True)),
                ('problem', models.CharField(blank=True, choices=[('', ''), ('no_account', 'The lodging has no account at the portal yet.'), ('account_refused', 'The portal rejects this account. Check its user name and password.'), ('too_old', "The portal accepts only arrivals of today and yesterday. Enter this guest on the portal's page."), ('unfit', "The portal's interface cannot accept these values. Enter this guest on the portal's page."), ('maybe_there', 'It was sent, but the response was lost, and it is too late to ask the portal again.'), ('maybe_withdrawn', 'It may have reached the portal before it was withdrawn here. Remove it there.'), ('another_stay', 'The portal reports that this passport is already staying there, perhaps from an earlier arrival that was not checked out.')], default='', max_length=20)),
                ('problem_at', models.DateTimeField(null=True)),
                ('changed_by', models.BigIntegerField(null=True)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Forwarding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stay', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stays.stay')),
                ('establishment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lodging.establishment')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.administrativeunit')),
                ('arrived_on', models.DateField()),
                ('state', models.CharField(choices=[('waiting', 'waiting to be sent'), ('sent', 'at the portal'), ('refused', 'refused by the portal'), ('doubtful', 'uncertain'), ('by_hand', 'to be entered by hand'), ('settled', 'resolved by hand'), ('dropped', 'withdrawn before it was sent')], default='waiting', max_length=10)),
                ('why', models.CharField(blank=True, choices=[('', ''), ('no_account', 'The lodging has no account at the portal yet.'), ('account_refused', 'The portal rejects this account. Check its user name and password.'), ('too_old', "The portal accepts only arrivals of today and yesterday. Enter this guest on the portal's page."), ('unfit', "The portal's interface cannot accept these values. Enter this guest on the portal's page."), ('maybe_there', 'It was sent, but the response was lost, and it is too late to ask the portal again.'), ('maybe_withdrawn', 'It may have reached the portal before it was withdrawn here. Remove it there.'), ('another_stay', 'The portal reports that this passport is already staying there, perhaps from an earlier arrival that was not checked out.')], default='', max_length=20)),
                ('attempts', models.IntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('doubted_at', models.DateTimeField(help_text='since when it may be there without our having been told', null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('judged_at', models.DateTimeField(help_text='when the portal or its rules last said no', null=True)),
                ('alone', models.BooleanField(default=False, help_text='the portal refused its batch without naming whom')),
                ('reconciled', models.BooleanField(default=False, help_text='the portal said that it was there already')),
                ('message', models.CharField(blank=True, default='', help_text="the portal's, or the unfit fields", max_length=600)),
                ('sent_record', models.JSONField(null=True)),
                ('event_seen', models.BigIntegerField(default=0, help_text="the stay's last version that was followed")),
                ('todo', models.CharField(blank=True, default='', help_text='Todo, separated by spaces', max_length=60)),
                ('settled_by', models.BigIntegerField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_reason', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='forwarding_due'), models.Index(fields=['establishment', 'arrived_on'], name='forwarding_lodging'), models.Index(fields=['state', '-id'], name='forwarding_state'), models.Index(condition=models.Q(('todo', ''), _negated=True), fields=['-id'], name='forwarding_todo')],
            },
        ),
        migrations.CreateModel(
            name='RelayPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('paused_by', models.BigIntegerField(null=True)),
                ('paused_at', models.DateTimeField()),
                ('resumed_by', models.BigIntegerField(null=True)),
                ('resumed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RelayProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('swept_until', models.DateTimeField(null=True)),
                ('event_mark', models.BigIntegerField(default=0, help_text='changes up to here were seen an hour ago or longer')),
                ('event_mark_next', models.BigIntegerField(default=0)),
                ('event_mark_at', models.DateTimeField(null=True)),
                ('failures', models.IntegerField(default=0, help_text='calls in a row without an answer that means something')),
                ('rest_until', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, default='', max_length=40)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='progress_one_row')],
            },
        ),
    ]

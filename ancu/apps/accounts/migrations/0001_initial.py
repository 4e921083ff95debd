import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

import ancu.core.security.tokens


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        UnaccentExtension(),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254)),
                ('full_name', models.CharField(max_length=150)),
                ('title', models.CharField(blank=True, default='', help_text='rank or position, as shown in the header', max_length=60)),
                ('phone', models.CharField(blank=True, default='', max_length=20)),
                ('sign_in_phone', models.CharField(blank=True, default='', help_text='a mobile number its owner proved by a code, as +84912345678', max_length=20)),
                ('language', models.CharField(default='vi', max_length=2)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_unique'), models.UniqueConstraint(condition=models.Q(('sign_in_phone', ''), _negated=True), fields=('sign_in_phone',), name='user_sign_in_phone_unique')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('agency', 'agency'), ('lodging_business', 'lodging business'), ('sponsor', 'sponsor')], max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('tax_code', models.CharField(blank=True, default='', help_text='as the organisation states it', max_length=14)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='branches', to='accounts.organisation')),
                ('is_inspectorate', models.BooleanField(default=False, help_text='the agency that answers petitions about the office')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, help_text='an agency that exists no more', null=True)),
                ('jurisdiction', models.ManyToManyField(blank=True, related_name='agencies', to='places.administrativeunit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_inspectorate', True)), fields=('is_inspectorate',), name='one_inspectorate'), models.CheckConstraint(condition=models.Q(('is_inspectorate', False), models.Q(('kind', 'agency'), ('parent__isnull', False)), _connector='OR'), name='inspectorate_is_not_the_office')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.organisation')),
                ('role', models.CharField(choices=[('manager', 'manager'), ('receptionist', 'receptionist'), ('representative', 'representative'), ('clerk', 'clerk'), ('applicant', 'applicant'), ('area_officer', 'area officer'), ('intake_officer', 'intake officer'), ('assessing_officer', 'assessing officer'), ('approving_officer', 'approving officer'), ('hotline_operator', 'hotline operator'), ('tip_handler', 'tip handler'), ('analyst', 'analyst'), ('administrator', 'administrator')], max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ends_on', models.DateField(blank=True, help_text='the last day; officers have one, others need none', null=True)),
                ('announced_days', models.PositiveSmallIntegerField(help_text='its end was announced so many days before', null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'organisation', 'role'), name='one_open_membership')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='accounts.membership')),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to='accounts.membership')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='delegation_has_days'), models.CheckConstraint(condition=models.Q(('delegate', models.F('membership')), _negated=True), name='delegation_to_another')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='accounts.membership')),
                ('name', models.CharField(max_length=100)),
                ('prefix', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_used_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(default=ancu.core.security.tokens.last_day, help_text='the last day on which it works')),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='accounts.organisation')),
                ('email', models.EmailField(max_length=254)),
                ('full_name', models.CharField(blank=True, default='', help_text="an officer's, as two confirmed it", max_length=150)),
                ('role', models.CharField(choices=[('manager', 'manager'), ('receptionist', 'receptionist'), ('representative', 'representative'), ('clerk', 'clerk'), ('applicant', 'applicant'), ('area_officer', 'area officer'), ('intake_officer', 'intake officer'), ('assessing_officer', 'assessing officer'), ('approving_officer', 'approving officer'), ('hotline_operator', 'hotline operator'), ('tip_handler', 'tip handler'), ('analyst', 'analyst'), ('administrator', 'administrator')], max_length=20)),
                ('ends_on', models.DateField(blank=True, help_text="the last day of an officer's membership", null=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RightsProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('invite', 'invite an officer'), ('role', 'give a role'), ('move', 'move to another agency'), ('reset_factor', 'reset a lost second factor'), ('unlock', 'unlock an account'), ('communes', 'change the communes of an agency'), ('close_agency', 'close an agency')], max_length=12)),
                ('user', models.ForeignKey(help_text='none for a new address', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('membership', models.ForeignKey(help_text='what is moved', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('role', models.CharField(blank=True, choices=[('manager', 'manager'), ('receptionist', 'receptionist'), ('representative', 'representative'), ('clerk', 'clerk'), ('applicant', 'applicant'), ('area_officer', 'area officer'), ('intake_officer', 'intake officer'), ('assessing_officer', 'assessing officer'), ('approving_officer', 'approving officer'), ('hotline_operator', 'hotline operator'), ('tip_handler', 'tip handler'), ('analyst', 'analyst'), ('administrator', 'administrator')], default='', max_length=20)),
                ('ends_on', models.DateField(null=True)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('full_name', models.CharField(blank=True, default='', max_length=150)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('refusal', models.CharField(blank=True, default='', help_text='why it was not confirmed', max_length=500)),
                ('basis', models.CharField(blank=True, max_length=64)),
                ('state', models.CharField(choices=[('open', 'waiting'), ('confirmed', 'confirmed'), ('refused', 'not confirmed'), ('withdrawn', 'withdrawn by the proposer')], default='open', max_length=10)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('units', models.ManyToManyField(blank=True, help_text='of the agency', related_name='+', to='places.administrativeunit')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='proposal_confirmed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='PendingLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(help_text='none for a new address', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('language', models.CharField(blank=True, default='', max_length=10)),
                ('content', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='AddressChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='address_changes', to=settings.AUTH_USER_MODEL)),
                ('old_email', models.EmailField(max_length=254)),
                ('new_email', models.EmailField(max_length=254)),
                ('requested_at', models.DateTimeField()),
                ('new_confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('old_confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, help_text='cancelled, undone, or never confirmed', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('applied_at__isnull', True), ('ended_at__isnull', True)), fields=('user',), name='one_open_address_change')],
            },
        ),
    ]

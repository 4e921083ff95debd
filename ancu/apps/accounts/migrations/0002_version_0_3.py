import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='page_language',
            field=models.CharField(blank=True, db_default='', default='', help_text='a third language, in which public pages are read', max_length=7),
        ),
        migrations.AddField(
            model_name='membership',
            name='may_submit',
            field=models.BooleanField(db_default=False, default=False, help_text="a sponsor's clerk may also submit"),
        ),
        migrations.AddField(
            model_name='membership',
            name='procedures',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, help_text="codes of what a sponsor's clerk may prepare; null: every procedure", null=True, size=None),
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('procedures', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), help_text='codes of what the agent prepares', size=None)),
                ('may_submit', models.BooleanField(default=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(help_text='the last day')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('given_at', models.DateTimeField()),
                ('link_until', models.DateTimeField(help_text='until when the link of the letter works')),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, help_text='its end was announced', null=True)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='accounts.organisation')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='mandate_has_days'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('user__isnull', True)), models.Q(('accepted_at__isnull', False), ('user__isnull', False)), _connector='OR'), name='mandate_accepted_by_somebody')],
            },
        ),
    ]

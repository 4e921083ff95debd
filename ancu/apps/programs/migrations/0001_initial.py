import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('lodging', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='webhooks', to='lodging.establishment')),
                ('url', models.CharField(max_length=500)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('declaration.accepted', 'a declaration was accepted'), ('declaration.refused', 'guests of a declaration were refused'), ('stay.corrected', 'a declaration was corrected'), ('stay.checked_out', 'a guest checked out'), ('stay.withdrawn', 'a declaration was withdrawn'), ('test', 'a test message')], max_length=40), size=None)),
                ('secret', models.BinaryField()),
                ('former_secret', models.BinaryField(help_text='signs too for a day, so that a change breaks nothing', null=True)),
                ('former_until', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.BigIntegerField(null=True)),
                ('token_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('establishment', 'url'), name='webhook_address_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('webhook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='programs.webhook')),
                ('event', models.CharField(choices=[('declaration.accepted', 'a declaration was accepted'), ('declaration.refused', 'guests of a declaration were refused'), ('stay.corrected', 'a declaration was corrected'), ('stay.checked_out', 'a guest checked out'), ('stay.withdrawn', 'a declaration was withdrawn'), ('test', 'a test message')], max_length=40)),
                ('payload', models.TextField(help_text='the JSON as it is signed and sent')),
                ('state', models.CharField(choices=[('waiting', 'being sent'), ('delivered', 'delivered to the program'), ('failed', 'failed after retries')], default='waiting', max_length=10)),
                ('attempts', models.IntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('next_at', models.DateTimeField()),
                ('give_up_at', models.DateTimeField()),
                ('last_at', models.DateTimeField(blank=True, null=True)),
                ('last_status', models.IntegerField(blank=True, null=True)),
                ('last_answer', models.CharField(blank=True, default='', help_text='the beginning of it, or a code', max_length=500)),
            ],
            options={
                'indexes': [models.Index(fields=['webhook', '-id'], name='delivery_webhook'), models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='delivery_due'), models.Index(fields=['created_at'], name='delivery_created')],
            },
        ),
    ]

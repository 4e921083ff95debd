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
            name='TaskFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('name', models.CharField(max_length=40)),
                ('ask', models.CharField(blank=True, default='', max_length=10)),
                ('group', models.CharField(blank=True, default='', max_length=40)),
                ('words', models.CharField(blank=True, default='', max_length=60)),
                ('grouping', models.CharField(blank=True, default='', max_length=10)),
                ('sorting', models.CharField(blank=True, default='', max_length=10)),
                ('saved_on', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'organisation', 'name'), name='task_filter_name')],
            },
        ),
    ]

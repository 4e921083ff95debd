from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='inappnotification',
            name='subject_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='inappnotification',
            name='subject_kind',
            field=models.CharField(blank=True, db_default='', default='', max_length=30),
        ),
    ]

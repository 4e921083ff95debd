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
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0014_proof_corrections_and_pages'),
    ]

    operations = [
        migrations.AddField(
            model_name='dossier',
            name='save_key',
            field=models.UUIDField(blank=True, help_text='of the latest save, as its window named it', null=True),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='scan',
            name='problem',
            field=models.CharField(blank=True, choices=[('not_a_scan', 'We cannot read this file as a scan.'), ('password', 'The file is locked by a password.'), ('too_large', 'The file is too large. Send it in parts.'), ('too_many_pages', 'The file has too many pages. Send it in parts.'), ('too_many_pixels', 'A page has too many pixels. Scan at 200 to 300 dpi.'), ('interrupted', 'A fault on our side interrupted the reading. Send the file again.')], max_length=200),
        ),
    ]

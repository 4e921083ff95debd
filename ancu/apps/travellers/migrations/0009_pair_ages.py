from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("travellers", "0008_names")]
    operations = [
        migrations.RenameField("pair", "one", "older"),
        migrations.RenameField("pair", "other", "newer"),
        migrations.RenameField("pair", "units_one", "units_older"),
        migrations.RenameField("pair", "units_other", "units_newer"),
    ]

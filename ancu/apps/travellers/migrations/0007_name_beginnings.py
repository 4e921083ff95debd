from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("travellers", "0006_pair_lists")]

    operations = [
        migrations.RemoveIndex(model_name="identity", name="identity_name_key"),
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(fields=["name_key"], name="identity_name_begins", opclasses=["varchar_pattern_ops"]),
        ),
    ]

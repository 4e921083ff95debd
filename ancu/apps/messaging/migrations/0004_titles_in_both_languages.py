from django.db import migrations, models
from django.db.models import F


def copy_titles(apps, _editor):
    """What was written before is read as it was written, whatever the reader's language."""
    for name in ("Bell", "Notification"):
        apps.get_model("messaging", name).objects.update(title_en=F("title_vi"))


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_bell_preference_pushaddress")]

    operations = [
        *(
            operation
            for model in ("bell", "notification")
            for operation in (
                migrations.RenameField(model, "title", "title_vi"),
                migrations.AlterField(model, "title_vi", models.CharField(max_length=250, blank=True, default="")),
                migrations.AddField(model, "title_en", models.CharField(max_length=250, blank=True, default="")),
            )
        ),
        migrations.RunPython(copy_titles, migrations.RunPython.noop, elidable=True),
    ]

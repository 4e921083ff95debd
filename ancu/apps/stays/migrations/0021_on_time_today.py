from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stays", "0020_one_unit_a_lodging")]

    operations = [
        # Counted anew within the hour; what stands there does not say until when it was counted.
        migrations.RunSQL("DELETE FROM stays_ontime", migrations.RunSQL.noop),
        migrations.AddField("ontime", "today", models.BooleanField(default=False), preserve_default=False),
        migrations.AddField(
            "ontime", "until", models.DateTimeField(default=datetime(2020, 1, 1, tzinfo=UTC)), preserve_default=False
        ),
    ]

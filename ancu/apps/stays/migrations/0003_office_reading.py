"""Indexes of the office's lists: all stays by arrival, and what was received lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stays", "0002_declaring")]

    operations = [
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["-arrived_on", "-id"], name="stay_arrival"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["received_at"], name="submission_received"),
        ),
    ]

"""Establishment codes come from a sequence, so that two registrations at once never share one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("lodging", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE lodging_establishment_code", "DROP SEQUENCE lodging_establishment_code"
        )
    ]

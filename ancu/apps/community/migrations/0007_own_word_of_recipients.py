from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0006_programme_areas"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="confirmation", name="confirmed_once"),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                fields=["entry"], condition=Q(("agrees", True)) & ~Q(("how", "code")), name="confirmed_once_by_the_office"
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                fields=["entry"], condition=Q(("agrees", True), ("how", "code")), name="confirmed_once_by_the_recipient"
            ),
        ),
    ]

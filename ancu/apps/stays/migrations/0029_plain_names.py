from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stays", "0028_receipt_version")]

    operations = [
        migrations.RenameModel("Answer", "IdempotentResponse"),
        migrations.RenameModel("Met", "LodgingGuestCount"),
    ]

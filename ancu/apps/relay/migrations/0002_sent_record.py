from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relay", "0001_initial")]
    operations = [migrations.RenameField("forwarding", "told", "sent_record")]

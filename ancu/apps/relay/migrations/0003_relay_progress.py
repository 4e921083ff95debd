from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relay", "0002_sent_record")]
    operations = [migrations.RenameModel("Progress", "RelayProgress")]

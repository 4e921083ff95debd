from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_notice_end_reason")]
    operations = [migrations.RenameModel("Progress", "EvaluationProgress")]

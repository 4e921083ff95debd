from django.db import migrations

# A lodging lies in one unit, or few: without knowing so the server takes their pairs for as many as the product, and
# makes room for 24,000 groups to count a dozen.
KNOWN = """
CREATE STATISTICS stays_stay_places (ndistinct) ON unit_id, establishment_id FROM stays_stay;
CREATE STATISTICS stays_submission_places (ndistinct) ON unit_id, establishment_id FROM stays_submission;
"""
FORGOTTEN = "DROP STATISTICS stays_stay_places; DROP STATISTICS stays_submission_places;"


class Migration(migrations.Migration):
    dependencies = [("stays", "0019_moves_of_day")]

    operations = [migrations.RunSQL(KNOWN, FORGOTTEN)]

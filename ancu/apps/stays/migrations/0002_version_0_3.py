"""The numbers of the feed rise with each timeline (sql/feed.sql); those of 0.2.0 lie below all of them."""

from typing import Any

from django.db import migrations

from ancu.core.db.sql_files import read_sql

WAIT_FOR_WRITERS = "LOCK TABLE stays_submission, stays_stayevent IN SHARE ROW EXCLUSIVE MODE"
NEWEST = """
SELECT greatest((SELECT coalesce(max(xact), 0) FROM stays_submission), (SELECT coalesce(max(xact), 0) FROM stays_stayevent))
"""


def number_by_timeline(_apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(WAIT_FOR_WRITERS)
        cursor.execute(NEWEST)
        [newest] = cursor.fetchone()
        cursor.execute(read_sql("stays", "feed.sql", offset=str(newest), server=""))


class Migration(migrations.Migration):

    dependencies = [
        ('stays', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(number_by_timeline, migrations.RunPython.noop),
    ]

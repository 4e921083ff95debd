"""Give the program's role what it needs and no more: the audit takes INSERT, and DELETE of what is ten years old."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

STATEMENTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
GRANT TEMPORARY ON DATABASE {database} TO {role};
REVOKE ALL ON audit_event, audit_link, django_migrations FROM {role};
GRANT SELECT, INSERT, DELETE ON audit_event, audit_link TO {role};
REVOKE UPDATE ON SEQUENCE audit_event_id_seq FROM {role};
GRANT SELECT ON django_migrations TO {role};
"""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--role``, the name of the database role that runs the application."""
        parser.add_argument("--role", default="ancu_app")

    @transaction.atomic
    def handle(self, *args: Any, role: str, **options: Any) -> None:
        """Grant the application's database role its rights on tables, sequences and functions, fewer on the audit."""
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            cursor.execute(STATEMENTS.format(role=quote(role), database=quote(connection.settings_dict["NAME"])))

"""The first administrator of the office, or with ``--second`` the one who confirms what the first proposes.

``ancu manage create_administrator --email ADDRESS --full-name NAME [--agency NAME] [--second] [--mail]``
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from ancu.apps.accounts.services import administrators
from ancu.core.actor import system
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict
from ancu.core.forms import validate_name

COMMAND = system("create_administrator")


class Command(BaseCommand):
    help = "Make the office's first (or --second) administrator and print the link where she chooses her password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add e-mail, name, office and province of the administrator, ``--second`` and ``--mail``."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--full-name", required=True)
        parser.add_argument("--agency", default="", metavar="NAME", help="name of the office, if there is none yet")
        parser.add_argument("--province", default="", metavar="CODE", help="needed only with several provinces")
        parser.add_argument("--second", action="store_true", help="the office has one administrator alone")
        parser.add_argument("--mail", action="store_true", help="send the link by email and do not print it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create an administrator of the office; print or mail the link to choose a password."""
        try:
            validate_email(options["email"])
            validate_name(options["full_name"])
            user = administrators.create_administrator(
                COMMAND,
                email=options["email"],
                full_name=options["full_name"],
                office_name=options["agency"],
                province=options["province"],
                second=options["second"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except Conflict as conflict:
            raise CommandError(str(conflict.message)) from None
        if options["mail"]:
            enqueue("accounts.send_password_link", user_id=user.pk)
            self.stdout.write(f"The link is on its way to {user.email}.")
        else:
            self.stdout.write(f"{settings.PUBLIC_URL}{administrators.password_path(user)}")

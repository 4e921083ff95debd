"""Print a new token, this once: for a lodging's program, or for the program of an organisation that files dossiers.

``ancu manage create_api_token --establishment CODE [--name NAME]``
``ancu manage create_api_token --organisation CODE [--representative EMAIL] [--name NAME]``
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ancu.apps.accounts.models import Membership, Organisation
from ancu.apps.accounts.selectors import representatives_of, sponsors_by_code
from ancu.apps.accounts.services import create_token as create_organisation_token
from ancu.apps.lodging.selectors import by_code
from ancu.apps.lodging.services import create_token
from ancu.core.actor import system

COMMAND = system("create_api_token")


class Command(BaseCommand):
    help = "Make an API token for one establishment or one organisation and print it; it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the code of a lodging or organisation, and the name of the API key."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--establishment", metavar="CODE", help="the lodging's code")
        whose.add_argument("--organisation", metavar="CODE", help="the sponsor's tax code, or its id")
        parser.add_argument("--representative", metavar="EMAIL", help="who answers for what it files")
        parser.add_argument("--name", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create an API key for a lodging or an organisation, and print its secret."""
        name = options["name"][:100]
        if options["organisation"]:
            membership = _representative(_organisation(options["organisation"]), options["representative"])
            _token, secret = create_organisation_token(COMMAND, name=name, membership=membership)
        else:
            secret = _create_lodging_token(options["establishment"], name)
        self.stdout.write(secret)


def _create_lodging_token(code: str, name: str) -> str:
    """Create an API key for the lodging with this code; return its secret."""
    establishment = by_code(code)
    if establishment is None:
        raise CommandError(f"No establishment has the code {code!r}; see list_establishments.")
    return create_token(COMMAND, establishment=establishment, name=name)[1]


def _organisation(code: str) -> Organisation:
    """Return the sponsoring organisation with this tax code or id; CommandError for none or several."""
    sponsors = sponsors_by_code(code)
    if not sponsors:
        raise CommandError(f"No organisation that sponsors has the tax code or id {code!r}.")
    if len(sponsors) > 1:
        several = ", ".join(f"{sponsor.pk} ({sponsor.name})" for sponsor in sponsors)
        raise CommandError(f"Several organisations state this tax code; give an id: {several}.")
    return sponsors[0]


def _representative(organisation: Organisation, email: str | None) -> Membership:
    """Return the organisation's representative with this e-mail, or its only one; otherwise CommandError.

    Nobody becomes responsible for a program by chance.
    """
    people = list(representatives_of(organisation))
    if email:
        people = [person for person in people if person.user.email.lower() == email.strip().lower()]
    if len(people) != 1:
        raise CommandError(
            f"{organisation.name} has {len(people) or 'no such'} representative(s); name one by --representative EMAIL."
        )
    return people[0]

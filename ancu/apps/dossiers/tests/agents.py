"""What the tests of agents share: people without the company, a mandate of it, and a dossier begun by it."""

from datetime import timedelta
from typing import Any

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Mandate, Organisation
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services.mandates import accept_mandate, give_mandate
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_draft
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import Actor


def make_agents(world: World) -> World:
    """The cast of the dossiers with Anna and Rita."""
    return add_agents(make_cast(world))


def add_agents(cast: World) -> World:
    """Add Anna, an agent without any organisation, and Rita, who represents another company."""
    cast.users["anna"] = make_user("Anna")
    second_company = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Công ty Sông Bôi")
    cast.users["rita"] = make_user("Rita")
    make_member(cast.users["rita"], second_company, Role.REPRESENTATIVE)
    return cast


def terms(**changes: Any) -> dict[str, Any]:
    """Terms of a mandate of a year for residence cards, to prepare and to submit."""
    today = clock.today()
    values: dict[str, Any] = {
        "email": "anna@example.test",
        "procedures": ["trc_organisation"],
        "may_submit": True,
        "starts_on": today,
        "ends_on": today + timedelta(days=365),
    }
    return values | changes


def give(cast: World, by: str = "ramon", to: str = "anna", **changes: Any) -> Mandate:
    """A mandate that ``by`` gave and ``to`` accepted."""
    mandate = give_mandate(cast.actor(by), **terms(email=cast.users[to].email, **changes))
    return accept_mandate(actor_for(cast.users[to]), mandate=mandate)


def agent(cast: World) -> Actor:
    """Anna as her next request sees her."""
    return actor_for(cast.users["anna"])


def file_for(cast: World, by: str = "ramon") -> Dossier:
    """A complete draft that Anna began for the company of ``by``."""
    draft = make_draft(cast, by=by)
    Dossier.objects.filter(pk=draft.pk).update(filed_by=cast.users["anna"])
    return Dossier.objects.get(pk=draft.pk)

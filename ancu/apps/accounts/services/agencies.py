"""Create and rename the province's agencies."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OrganisationKind
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies, inspectorate
from ancu.apps.audit.selectors import require_edition
from ancu.apps.audit.services import record
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


@transaction.atomic
def create_agency(
    actor: Actor, *, name: str, superior: Organisation, units: Sequence[AdministrativeUnit],
    is_inspectorate: bool = False,
) -> Organisation:  # fmt: skip
    """Create an agency without officers; inviting officers needs two administrators.

    Conflict for a name that another agency has, a unit outside the province, or a second inspectorate.
    """
    require(rules.administers_officers(actor))
    Organisation.objects.select_for_update().get(pk=actor.organisation_id or 0)  # one name, one inspectorate
    _check_name(name)
    if not all(unit.pk in actor.area for unit in units):
        raise Conflict("unit", _("This commune is outside your province."))
    if is_inspectorate and inspectorate() is not None:
        raise Conflict("inspectorate", _("Another agency already answers petitions about the office."))
    agency = Organisation.objects.create(
        kind=OrganisationKind.AGENCY, name=name, parent=superior, is_inspectorate=is_inspectorate
    )
    agency.jurisdiction.set(units)
    record(actor, "accounts.created_agency", agency, units=[unit.pk for unit in units], superior=superior.pk)
    return agency


@transaction.atomic
def rename_agency(actor: Actor, *, agency: Organisation, name: str, edition: str = "") -> None:
    """Rename the agency in lists and letters; printed papers keep the former name.

    Conflict ``changed_since`` when the page showed another ``edition``.
    """
    require(rules.administers_officers(actor))
    locked = Organisation.objects.select_for_update().get(pk=agency.pk)
    if locked.name == name:
        return
    require_edition(actor, edition, {"name": locked.name}, locked, only=Q(act="accounts.renamed_agency"))
    _check_name(name)
    locked.name = name
    locked.save(update_fields=["name"])
    record(actor, "accounts.renamed_agency", locked)


def _check_name(name: str) -> None:
    """Raise Conflict if an agency already has this name."""
    if agencies().filter(name__iexact=name).exists():
        raise Conflict("name", _("Another agency already has this name."))

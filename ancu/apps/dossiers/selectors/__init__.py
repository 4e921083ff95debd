"""Which dossiers an actor may see and find."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Component, Dossier, LegalFile, Opinion
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import area_ids
from ancu.core.actor import Actor, ActorKind
from ancu.core.clock import today
from ancu.core.db.statements import prepared


def visible_to(actor: Actor) -> QuerySet[Dossier]:
    """The filer's and the sponsor's own, an organisation's to its people, those an agency received, or was asked about.

    An office never sees a draft: what is not sent is its writer's alone.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Dossier.objects.all()
    if actor.user_id is None:
        return Dossier.objects.none()
    if actor.kind is ActorKind.TOKEN:  # its organisation's, and nothing of the representative it acts for
        return Dossier.objects.filter(organisation_id=actor.organisation_id or 0)
    if actor.is_agency:
        return Dossier.objects.filter(_office(actor)).exclude(state=State.DRAFT).exclude(submitted_at=None)
    return Dossier.objects.filter(reduce(or_, own_ways(actor)))


def own_ways(actor: Actor) -> list[Q]:
    """By which a dossier is one's own, outside the office; each has an index, the newest first. Nobody owns none."""
    person = actor.user_id or 0
    filed, sponsored = Q(filed_by_id=person, organisation=None), Q(sponsor_id=person)
    company = [Q(organisation_id=actor.organisation_id)] if rules.is_sponsor_office(actor) else []
    return [filed, sponsored, *company]


def _office(actor: Actor) -> Q:
    organisation = actor.organisation_id or 0
    # Asked of the row at hand: a list of all that was ever asked of a unit would be made anew for each page.
    asked = Q(Exists(Opinion.objects.filter(dossier_id=OuterRef("pk"), asked_of_id=organisation)))
    if rules.reads_dossiers(actor):
        return Q(agency_id=organisation) | asked
    return asked if actor.role in rules.ANSWERERS else Q(pk=None)


@prepared()
def get_dossier(actor: Actor, number: str) -> Dossier:
    """A dossier the actor may know of, or 404."""
    known = visible_to(actor).select_related("filed_by", "organisation", "sponsor", "unit", "agency", "assigned_to")
    return get_object_or_404(known, number=number)


@prepared()
def get_component(actor: Actor, number: str, key: str) -> Component:
    """One paper of a dossier the actor may know of, or 404."""
    return get_object_or_404(
        Component.objects.select_related("file", "office_file", "dossier"), dossier=get_dossier(actor, number), key=key
    )


def get_opinion(actor: Actor, pk: int) -> Opinion:
    """An opinion that was asked of the actor's unit, or 404."""
    opinion = get_object_or_404(Opinion.objects.select_related("dossier", "asked_of"), pk=pk)
    if not rules.is_asked(actor, opinion):
        raise Http404
    return opinion


def receiving_agency(unit: AdministrativeUnit) -> Organisation | None:
    """The office that receives the dossiers of ``unit``: the agency above the one that answers for it.

    Article 38: a dossier is filed where the sponsor has its seat, or lives.
    """
    agencies = Organisation.objects.filter(kind="agency", parent=None).prefetch_related("jurisdiction")
    for agency in agencies.order_by("id"):
        if unit.pk in area_ids(frozenset(place.pk for place in agency.jurisdiction.all())):
            return agency
    return None


def only_office() -> str:
    """The name of the office that receives dossiers, when there is but one; with several the filer says which."""
    names = list(Organisation.objects.filter(kind="agency", parent=None).values_list("name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""


def legal_file_in_force(organisation_id: int) -> LegalFile | None:
    """The newest approved version whose day has come; its successor may be approved already, and begin later."""
    return in_force(LegalFile.objects.filter(organisation_id=organisation_id).order_by("-version"))


def in_force(versions: Iterable[LegalFile]) -> LegalFile | None:
    """Of an organisation's versions, the newest first, the one that counts today."""
    return next((one for one in versions if rules.has_begun(one, today())), None)

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
from ancu.apps.dossiers.rules.counter import may_receive_at_counter
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import area_ids
from ancu.core.actor import Actor, ActorKind
from ancu.core.clock import today


def visible_to(actor: Actor) -> QuerySet[Dossier]:
    """Return the dossiers the actor may see.

    These are the actor's own as filer or sponsor, those of the actor's organisation, those begun by a mandate in force,
    and those the actor's agency received or was asked about. An office never sees drafts; the counter gets its own by
    ``get_dossier``.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Dossier.objects.all()
    if actor.user_id is None:
        return Dossier.objects.none()
    if actor.kind is ActorKind.TOKEN:  # the organisation's dossiers, not the representative's private ones
        return Dossier.objects.filter(organisation_id=actor.organisation_id or 0)
    if actor.is_agency:
        return Dossier.objects.filter(_office(actor)).exclude(state=State.DRAFT).exclude(submitted_at=None)
    return Dossier.objects.filter(reduce(or_, own_ways(actor)))


def drafts_at_counter(actor: Actor) -> QuerySet[Dossier]:
    """Return the drafts that the actor has begun at the counter for people without an account."""
    if not may_receive_at_counter(actor):
        return Dossier.objects.none()
    return Dossier.objects.filter(filed_by_id=actor.user_id, received_by_id=actor.user_id, state=State.DRAFT)


def own_ways(actor: Actor) -> list[Q]:
    """Return the conditions for the actor's own dossiers, one for each relation, each served by an index.

    The relations are: filed by the actor, sponsored by the actor, of the actor's organisation, begun by a mandate.
    """
    person = actor.user_id or 0
    at_counter = Q(received_by_id=person)  # taken in by the actor as an officer
    filed, sponsored = Q(filed_by_id=person, organisation=None) & ~at_counter, Q(sponsor_id=person)
    company = [Q(organisation_id=actor.organisation_id)] if rules.is_sponsor_office(actor) else []
    scopes = [
        Q(organisation_id=mandate.organisation_id, procedure__in=mandate.procedures) for mandate in actor.mandates
    ]
    mandated = [Q(filed_by_id=person) & reduce(or_, scopes)] if scopes else []
    return [filed, sponsored, *company, *mandated]


def _office(actor: Actor) -> Q:
    """Return the condition for dossiers an officer may see: those the agency received, or was asked an opinion on.

    Who may not read dossiers but answers opinions (``rules.ANSWERERS``) sees only the latter; everybody else none.
    """
    organisation = actor.organisation_id or 0
    # Asked for each row: a list of everything ever asked of a unit would be built anew for each page.
    is_asked = Q(Exists(Opinion.objects.filter(dossier_id=OuterRef("pk"), asked_of_id=organisation)))
    if rules.reads_dossiers(actor):
        return Q(agency_id=organisation) | is_asked
    return is_asked if actor.role in rules.ANSWERERS else Q(pk=None)


def get_dossier(actor: Actor, number: str) -> Dossier:
    """Return the dossier with this number, with its people and offices; 404 if the actor may not see it.

    At the counter also a draft that the actor has begun there.
    """
    dossiers = visible_to(actor) | drafts_at_counter(actor)
    joined = (
        "filed_by", "received_by", "organisation", "sponsor", "unit", "agency", "assigned_to", "register_entry",
    )  # fmt: skip
    return get_object_or_404(dossiers.select_related(*joined), number=number)


def get_component(actor: Actor, number: str, key: str) -> Component:
    """Return one paper of a dossier the actor may see, or raise 404."""
    return get_object_or_404(
        Component.objects.select_related("file", "office_file", "dossier"), dossier=get_dossier(actor, number), key=key
    )


def get_opinion(actor: Actor, pk: int) -> Opinion:
    """Return an opinion requested from the actor's unit, or raise 404."""
    opinion = get_object_or_404(Opinion.objects.select_related("dossier", "asked_of"), pk=pk)
    if not rules.is_asked(actor, opinion):
        raise Http404
    return opinion


def receiving_agency(unit: AdministrativeUnit) -> Organisation | None:
    """Return the topmost agency in whose area ``unit`` lies, which receives its dossiers; None without one.

    Article 38: a dossier is filed where the sponsor has its seat, or lives.
    """
    agencies = Organisation.objects.filter(kind="agency", parent=None).prefetch_related("jurisdiction")
    for agency in agencies.order_by("id"):
        if unit.pk in area_ids(frozenset(place.pk for place in agency.jurisdiction.all())):
            return agency
    return None


def only_office() -> str:
    """Return the name of the receiving office if there is exactly one; otherwise an empty text."""
    names = list(Organisation.objects.filter(kind="agency", parent=None).values_list("name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""


def legal_file_in_force(organisation_id: int) -> LegalFile | None:
    """Return the organisation's newest version that was approved and whose first valid day has come.

    A later version may be approved already. None without one.
    """
    return in_force(LegalFile.objects.filter(organisation_id=organisation_id).order_by("-version"))


def in_force(versions: Iterable[LegalFile]) -> LegalFile | None:
    """Return the version that applies today, given an organisation's versions, newest first; None without one."""
    return next((version for version in versions if rules.has_begun(version, today())), None)

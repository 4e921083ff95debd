"""Petitions that an actor may see, the unit that answers, and the parties for conversations and letters."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Membership, Organisation
from ancu.apps.accounts.selectors import agencies, agencies_answering_for, inspectorate
from ancu.apps.listening import rules
from ancu.apps.listening.models import HelpRequest, Petition
from ancu.apps.listening.rules.matters import category_of
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.rules import SubjectKind, SubjectStanding, ThreadParties
from ancu.apps.places.selectors import unit_today
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require
from ancu.core.web.language import localized
from ancu.engines.rulebook import PetitionCategory, PetitionRule, petition_rule


def visible_to(actor: Actor) -> QuerySet[Petition]:
    """Return the petitions of the actor's unit and those with which the unit helps.

    The office sees all but assigned denunciations. Nobody sees petitions about themselves or about a unit of which
    they are a member, whatever the role; nor complaints or denunciations that may be about the own unit.
    """
    petitions = Petition.objects.select_related("unit", "place", "about", "main", "meeting", "escalated_to")
    if not rules.may_work_on_petitions(actor):
        return petitions.none()
    own = actor.organisation_id or 0
    if not actor.is_office:
        helps = HelpRequest.objects.filter(petition=OuterRef("pk"), agency_id=own)
        petitions = petitions.filter(Q(unit_id=own) | Q(Exists(helps), closed_matter=False))
    if not rules.may_read_confidential(actor):
        petitions = petitions.filter(closed_matter=False)
    petitions = petitions.filter(~Q(category__in=_denunciations()) | _in_hands_of(actor))
    petitions = petitions.exclude(_is_barred_unit(actor))
    petitions = petitions.exclude(about_id__in=own_units(actor))
    return petitions.exclude(about_officers__overlap=list(actor.own_user_ids))


def _is_barred_unit(actor: Actor) -> Q:
    """Return a condition: the petition may be about the actor's unit, so that the unit may not handle it.

    It is a complaint or a denunciation that names no unit, like in ``rules.may_handle``.
    """
    unknown = Q(
        category__in=[category.code for category in rule_today().categories if category.is_statutory],
        about__isnull=True,
    )
    own_room = unknown & Q(meeting__agency_id=actor.organisation_id or 0)
    return own_room if actor.is_office else own_room | (unknown & Q(unit__is_inspectorate=False))


def _denunciations() -> list[str]:
    """Return the codes of today's categories that are denunciations, which end with a conclusion."""
    return [category.code for category in rule_today().categories if category.ends_with == "conclusion"]


def _in_hands_of(actor: Actor) -> Q:
    """Return a condition: the petition is handled by, or was escalated to, the actor's unit.

    For the office also petitions that no unit has yet.
    """
    own = actor.organisation_id or 0
    handled = Q(unit_id=own) | Q(escalated_to_id=own)
    return handled | Q(unit__isnull=True) if actor.is_office else handled


def own_units(actor: Actor) -> QuerySet[Membership, Any]:
    """Return the ids of all agencies of which the actor, or the colleague represented, is a member.

    Petitions about these agencies are hidden from the actor.
    """
    memberships = Membership.objects.filter(user_id__in=actor.own_user_ids, ended_at__isnull=True)
    return memberships.order_by().values("organisation_id")


def require_reader(actor: Actor) -> None:
    """Raise 403 for a member of an agency who may not work on petitions, 404 for anybody else."""
    if not actor.is_agency:
        raise Http404
    require(rules.may_work_on_petitions(actor))


def get_petition(actor: Actor, number: str) -> Petition:
    """Return a petition that the actor may see; 404 otherwise, 403 for officers who may not work on petitions."""
    require_reader(actor)
    return get_object_or_404(visible_to(actor), number=number)


def lock_petition(actor: Actor, number: str) -> Petition:
    """Return a petition that the actor may see (``get_petition``), locked until the transaction ends."""
    require_reader(actor)
    return get_object_or_404(visible_to(actor).select_for_update(of=("self",)), number=number)


# --- whose answer it is ---------------------------------------------------------------------------------


def rule_today() -> PetitionRule:
    """Return the rule about petitions in force today: categories and deadlines."""
    return petition_rule(clock.today())


def category_label(category: PetitionCategory) -> str:
    """Return the category's name in the reader's language."""
    return localized(category, "name")


def category_choices() -> list[tuple[str, str]]:
    """Return today's categories for a form, in the reader's language."""
    return [(category.code, category_label(category)) for category in rule_today().categories]


def category_name(code: str) -> str:
    """Return the name of the category in today's rule; an unknown code is returned unchanged."""
    try:
        return category_label(rule_today().category(code))
    except LookupError:
        return code


def the_office() -> Organisation | None:
    """Return the province's office, the agency above all others; None if it is not set up."""
    return agencies().filter(parent__isnull=True).order_by("pk").first()


def unit_for(petition: Petition) -> Organisation | None:
    """Return the unit that should answer the petition; None if only an inspectorate could and there is none.

    It is the unit of the place or the office, or the one above units that may not handle it. The inspectorate answers
    what is, or may be, about the office.
    """
    category, place, office = category_of(petition), petition.place, the_office()
    unit = office
    if category is not None and category.level == "commune" and place is not None:
        near = agencies_answering_for(unit_today(place))
        unit = agencies().filter(pk__in=near).order_by("pk").first() or office
    while unit is not None and not rules.may_handle(unit, petition):
        unit = unit.parent
    needs_inspectorate = petition.about is not None or rules.is_accused_unknown(petition)
    return unit or (inspectorate() if needs_inspectorate else None)


# --- for letters and conversations ----------------------------------------------------------------------


def _standings(actor: Actor, ids: Sequence[str]) -> Mapping[str, SubjectStanding]:
    """Return by number the title and page of those petitions whose conversation the actor may read.

    The actor reads and writes it on the office's side; petitioners do so on their own page, with or without an
    account.
    """
    visible_petitions = visible_to(actor).filter(number__in=list(ids)).values_list("number", "title")
    return {
        number: SubjectStanding(f"{number}: {title}", reverse("listening:petition", args=[number]), ThreadSide.OFFICE)
        for number, title in visible_petitions
    }


def _parties(number: str) -> ThreadParties:
    """Return the agencies in whose inbox the petition's conversation appears.

    That is the unit in charge and the units that were asked for help.
    """
    petitions = Petition.objects.filter(number=number).values_list("unit_id", "helps__agency_id")
    return ThreadParties(agencies=frozenset(agency_id for pair in petitions for agency_id in pair if agency_id))


CONVERSATION = SubjectKind(label=_("Petition"), standings=_standings, parties=_parties)

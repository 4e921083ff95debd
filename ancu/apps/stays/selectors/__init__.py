"""Which stays an actor may know of. Everything that reads stays for somebody starts here."""

from django.db.models import QuerySet

from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.rules import may_see_guests
from ancu.core.actor import Actor, ActorKind
from ancu.core.errors import Http404


def visible_to(actor: Actor) -> QuerySet[Stay]:
    """A lodging's own stays, the stays in an agency's area, all for the system, none for anybody else."""
    stays = Stay.objects.all()
    if actor.kind is ActorKind.SYSTEM:
        return stays
    if actor.kind is ActorKind.TOKEN and actor.establishment_id is not None:
        return stays.filter(establishment_id=actor.establishment_id)
    if actor.is_lodging and actor.organisation_id is not None:
        return stays.filter(establishment__business_id=actor.organisation_id)
    if may_see_guests(actor):
        return stays.filter(unit_id__in=actor.area)
    return stays.none()


def get_stay(actor: Actor, stay_id: int, *, lock: bool = False) -> Stay:
    """The stay, or 404 for whom may not know of it; ``lock`` holds its row until the transaction ends."""
    stays = visible_to(actor).select_related("establishment", "submission", "identity")
    if lock:
        stays = stays.select_for_update(of=("self",))
    stay = stays.filter(pk=stay_id).first()
    if stay is None:
        raise Http404
    return stay


def submissions_visible_to(actor: Actor) -> QuerySet[Submission]:
    """As ``visible_to``, for acts of declaring."""
    submissions = Submission.objects.all()
    if actor.kind is ActorKind.SYSTEM:
        return submissions
    if actor.kind is ActorKind.TOKEN and actor.establishment_id is not None:
        return submissions.filter(establishment_id=actor.establishment_id)
    if actor.is_lodging and actor.organisation_id is not None:
        return submissions.filter(establishment__business_id=actor.organisation_id)
    if may_see_guests(actor):
        return submissions.filter(unit_id__in=actor.area)
    return submissions.none()

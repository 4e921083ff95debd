"""The petitioner's acts: add a remark, and give a verdict."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.listening import rules
from ancu.apps.listening.enums import PetitionState, PetitionStep, VerdictValue
from ancu.apps.listening.models import Petition, PetitionAnswer, PetitionPromise, PetitionRemark, Verdict
from ancu.apps.listening.rules.matters import category_of, first_due
from ancu.apps.listening.selectors import rule_today
from ancu.apps.listening.services.receiving import store_files
from ancu.apps.listening.services.state_changes import move, notify_officers, petitioners
from ancu.apps.listening.services.versions import CHANGES
from ancu.apps.messaging.services import MessageUpload
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict


@transaction.atomic
def record_verdict(
    actor: Actor, petition: Petition, *, verdict: str, rating: int | None = None, text: str = "", answer_id: int = 0
) -> Petition:  # fmt: skip
    """Record a petitioner's verdict on the last answer. The first "no" reopens the matter for all petitioners.

    ``petition`` is the petitioner's own, found by code or account. Conflict if there is nothing to judge, if it was
    judged, or if the page showed another answer than the last (``answer_id``).
    """
    own, head = _lock_petitions(actor, petition)
    answer = head.answers.filter(approved_at__isnull=False).order_by("-id").first()
    own.main = None if head.pk == own.pk else head
    if answer is None or not rules.may_give_verdict(own, clock.now(), rule_today()):
        raise _overtaken_conflict(actor, "nothing_to_judge", own, _("There is no answer to rate now."))
    if answer_id and answer_id != answer.pk:
        sentence = _("The office has sent you a new answer since you opened this page. Read it first.")
        raise _overtaken_conflict(actor, "answered_anew", head, sentence)
    _word, created = Verdict.objects.get_or_create(
        petition=own, answer=answer,
        defaults={"verdict": verdict, "rating": rating, "text": text.strip(), "at": clock.now()},
    )  # fmt: skip
    if not created:
        raise Conflict("judged", _("You have already rated this answer."))
    if verdict == VerdictValue.REFUSED:
        opened = own if head.state == PetitionState.SETTLED else head
        _reopen(actor, opened, text, head.unit_id)
        return opened
    if head.state == PetitionState.SETTLED:
        record(actor, "listening.settled", own, state=str(head.state))
    elif head.state == PetitionState.SILENT or _all_settled(head, answer):
        move(actor, head, PetitionState.SETTLED, PetitionStep.CONFIRMED, closed_at=clock.now())
    else:
        record(actor, "listening.settled", own, state=str(head.state))
    return head


def _lock_petitions(actor: Actor, petition: Petition) -> tuple[Petition, Petition]:
    """Return the petitioner's own petition and the one handled for it, both locked in the order of their ids.

    Conflict if it was merged or separated meanwhile.
    """
    keys = {petition.pk, petition.main_id or petition.pk}
    rows = Petition.objects.select_for_update(of=("self",)).select_related("unit", "about").filter(pk__in=keys)
    petitions_by_id = {petition.pk: petition for petition in rows.order_by("pk")}
    own = petitions_by_id[petition.pk]
    head = petitions_by_id.get(own.main_id or own.pk)
    if head is None:  # merged or parted between the page and the button
        raise _overtaken_conflict(actor, "petition_moved", own)
    return own, head


def _overtaken_conflict(actor: Actor, code: str, petition: Petition, sentence: object = "") -> Conflict:
    """Return the Conflict for an act of the petitioner on an outdated page; every officer appears as the office."""
    return overtaken_conflict(actor.without_agency(), code, petition, sentence, only=CHANGES)


def _all_settled(head: Petition, answer: PetitionAnswer) -> bool:
    """Whether every petitioner of the matter judged the answer as settling it."""
    spoken = Verdict.objects.filter(answer=answer, verdict=VerdictValue.SETTLED).values_list("petition_id", flat=True)
    return {petition.pk for petition in petitioners(head)} <= set(spoken)


def _reopen(actor: Actor, head: Petition, text: str, unit_id: int | None) -> None:
    """Reopen the petition, with a new answer due in the original number of days.

    A promise that was kept counts as not kept. If the other petitioners called it settled, only this petitioner's
    part is reopened.
    """
    promise = PetitionPromise.objects.select_for_update().filter(petition=head).first()
    if promise is not None:
        promise.kept_at, promise.refused = None, promise.refused + 1
        promise.save(update_fields=["kept_at", "refused"])
    due = first_due(category_of(head), clock.now())
    changes = {"due_on": due, "reopened": head.reopened + 1, "closed_at": None, "escalated_at": None}
    changes |= {"main": None, "unit_id": unit_id} if head.state == PetitionState.MERGED else {}
    move(actor, head, PetitionState.REOPENED, PetitionStep.REFUSED, words=text, **changes)
    if unit_id:
        notify_officers(actor, head, unit_id, rules.HANDLERS, "reopened")


@transaction.atomic
def add_remark(
    actor: Actor, petition: Petition, *, text: str, key: UUID, uploads: Sequence[MessageUpload] = ()
) -> PetitionRemark:
    """Add a petitioner's answer or remark; Conflict once no answer is owed."""
    own = Petition.objects.select_for_update().get(pk=petition.pk)
    if not rules.may_add_remark(own):
        raise _overtaken_conflict(actor, "petition_moved", own)
    fields = {"petition": own, "from_office": False, "user_id": own.user_id, "text": text.strip(), "at": clock.now()}
    remark, created = PetitionRemark.objects.get_or_create(key=key, defaults=fields)
    if created:
        store_files(actor, own, uploads)
        record(actor, "listening.remarked", own)
    return remark

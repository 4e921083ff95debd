"""Notifications about dossiers, in the transaction of the act they report.

A letter names the dossier by its number, contains as little personal data as possible, and none in its subject.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership, User
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier, DossierEvent, LegalFile, Opinion, ResultCorrection, Supplement
from ancu.apps.dossiers.rules.counter import is_without_account
from ancu.apps.dossiers.selectors.counters import open_counters
from ancu.apps.dossiers.selectors.history import closed_appointment, promised_day
from ancu.apps.dossiers.selectors.mandates import agent_of
from ancu.apps.dossiers.selectors.page import filer_papers, open_supplement, supplement_items
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.public import look_up_code, sign_path, sign_until
from ancu.apps.dossiers.selectors.wording import article_in_words
from ancu.apps.messaging.services import notify, notify_decision
from ancu.apps.messaging.services.decisions import ANSWERED, APPROVED, NOT_APPROVED
from ancu.core import clock
from ancu.core.actor import Actor

KIND = "dossier"
# Acts the filer is notified of; assessments are internal.
ACTS_WITH_LETTER = frozenset(
    {
        State.SUBMITTED,
        State.SUPPLEMENT,
        State.RESUBMITTED,
        State.ACCEPTED,
        State.NOT_ACCEPTED,
        State.TRANSFERRED,
        State.APPROVED,
        State.REFUSED,
        State.READY,
        State.DELIVERED,
        State.WITHDRAWN,
        State.CLOSED,
        "corrected",  # a result that had been mistyped
        "postponed",  # a new date was promised
        "day_closed",  # an appointment on a day that became a day off
    }
)
REMIND_DAYS = (5, 1)  # days before the last day to answer


def notify_applicant(actor: Actor, dossier: Dossier, event: DossierEvent) -> None:
    """Send the letter about the act ``event`` to the filer's side; nothing for acts without a letter.

    A sponsor who must sign gets a short one, too.
    """
    if event.act not in ACTS_WITH_LETTER:
        return
    key = f"{dossier.number}:{event.sequence}"
    for reader in recipients(dossier):
        more = {"reason": event.reason, "article": event.article, "new_day": promised_day(event)}
        more["appointment"] = closed_appointment(event)
        _enqueue_letter(actor, dossier, reader, letter=event.act, key=key, **more)
    if rules.needs_signature(dossier) and dossier.sponsor is not None:
        _enqueue_letter(actor, dossier, dossier.sponsor, letter="sponsored", key=f"{key}:sponsor")


def language_of(dossier: Dossier) -> str:
    """Return the language of the first recipient of the dossier's letters, otherwise the dossier's own."""
    return next((reader.language for reader in recipients(dossier)), dossier.language)


def recipients(dossier: Dossier) -> Iterable[User]:
    """Return the users who get letters: the filer; of an organisation its representatives and who began the dossier.

    Who began it is a member, or an agent with a mandate in force. Nobody for a dossier from the counter whose applicant
    has no account: they look it up with the code of the slip.
    """
    if not dossier.organisation_id:
        return [] if is_without_account(dossier) else [dossier.filed_by]
    people = [*_people_of(dossier.organisation_id, dossier.filed_by_id), *agent_of(dossier)]
    return {reader.pk: reader for reader in people}.values()


def _people_of(organisation_id: int, began: int) -> Iterable[User]:
    """Return the organisation's representatives, and the member with the user id ``began``."""
    present = Membership.objects.filter(organisation_id=organisation_id, ended_at=None, user__is_active=True)
    people = present.filter(Q(role=Role.REPRESENTATIVE) | Q(user_id=began))
    return {membership.user_id: membership.user for membership in people.select_related("user").order_by("pk")}.values()


def _enqueue_letter(actor: Actor, dossier: Dossier, reader: User, *, letter: str, key: str, **more: Any) -> None:
    """Enqueue the letter named ``letter`` about the dossier in the recipient's language.

    The same ``key`` is sent once; ``more`` are further values for its text.
    """
    with translation.override(
        reader.language
    ):  # the names of papers, procedures and laws are in the reader's language too
        if "article" in more:
            more["article"] = article_in_words(dossier, more["article"])
        context = {
            "number": dossier.number,
            "code": look_up_code(dossier.number),
            "procedure": getattr(procedure_of(dossier), f"name_{reader.language}"),
            "path": reverse("dossiers:page", args=[dossier.number]),
            "look_up": reverse("dossiers:look-up", args=[dossier.number]),
            "sent": dossier.submitted_at is not None,
            "due_on": dossier.due_on,
            "handover": dossier.handover,
            "ready": dossier.state == State.READY,
            "counters": _counter_hours(dossier) if letter in {State.READY, "corrected"} else [],
            "state": State(dossier.state).label,  # the list of notifications has the title in both languages
            **_supplement_context(dossier),
            **more,
        }
    notify(
        actor=actor,
        to=reader,
        key=f"dossier:{key}",
        template=f"dossiers/letters/{letter}.txt",
        subject=(KIND, dossier.number),
        context=context,
        sms=True,
    )


def _counter_hours(dossier: Dossier) -> list[dict[str, Any]]:
    """Return name, address and hours in words of the open counters that hand over the dossier's result."""
    return [
        {
            "name": str(counter_hours.counter),
            "address": counter_hours.counter.address,
            "hours": [f"{days}: {hours}" for days, hours in counter_hours.hours],
        }
        for counter_hours in open_counters(dossier.agency_id)
    ]


def _supplement_context(dossier: Dossier) -> dict[str, Any]:
    """Return items, note and deadline of the dossier's open request for documents, for letters; empty without one."""
    supplement = open_supplement(dossier)
    if supplement is None:
        return {"items": [], "note": "", "answer_by": None}
    items = supplement_items(dossier, supplement, filer_papers(dossier, procedure_of(dossier)))
    return {"items": items, "note": supplement.note, "answer_by": supplement.answer_by}


def ask_for_signature(actor: Actor, dossier: Dossier, event: DossierEvent) -> None:
    """E-mail the sponsor, who may have no account yet, a link to sign; only the owner of the address gets it."""
    filer = dossier.filed_by
    notify(
        actor=actor,
        to=dossier.sponsor or dossier.sponsor_email,
        key=f"dossier:{dossier.number}:{event.sequence}",
        template="dossiers/letters/signature.txt",
        subject=(KIND, dossier.number),
        context={
            "number": dossier.number,
            "asker": filer.full_name,
            "path": sign_path(dossier),
            "until": sign_until(event),
            "was_signed": dossier.signatures.exists(),
        },
        # The sponsor has no account with a language yet: citizens are written to in Vietnamese.
        language="vi" if dossier.filer == Filer.CITIZEN else dossier.language,
    )


def notify_declined(actor: Actor, dossier: Dossier, event: DossierEvent) -> None:
    """Notify the filer's side who declined to sponsor and why, and ask for another sponsor."""
    who = event.by.full_name if event.by else ""
    for reader in recipients(dossier):
        key = f"{dossier.number}:{event.sequence}"
        _enqueue_letter(actor, dossier, reader, letter="declined", key=key, who=who, reason=event.reason)


def notify_result_unchanged(actor: Actor, dossier: Dossier, event: DossierEvent) -> None:
    """Notify the filer's side that the result, whose correction was refused, stays and can be collected."""
    for reader in recipients(dossier):
        _enqueue_letter(actor, dossier, reader, letter=State.READY, key=f"{dossier.number}:{event.sequence}")


def notify_signed(actor: Actor, dossier: Dossier, signature_id: int) -> None:
    """Notify the filer's side that the sponsor has signed, so that the dossier can be sent."""
    for reader in recipients(dossier):
        _enqueue_letter(actor, dossier, reader, letter="signed", key=f"{dossier.number}:signed:{signature_id}")


def notify_assessor(actor: Actor, dossier: Dossier, outcome: Promise, *, has_reason: bool = False) -> None:
    """Notify the assessing officer, if the dossier still has one, of the outcome of their proposal."""
    _notify_officer(actor, dossier, dossier.assessed_by_id, outcome, _("proposal on dossier"), has_reason=has_reason)


def notify_opinion(actor: Actor, opinion: Opinion) -> None:
    """Notify the officer who asked another agency for an opinion that it has answered."""
    _notify_officer(actor, opinion.dossier, opinion.asked_by_id, ANSWERED, _("opinion on dossier"))


def notify_corrector(actor: Actor, dossier: Dossier, correction: ResultCorrection) -> None:
    """Notify the officer who proposed the correction whether it was confirmed or refused."""
    outcome = APPROVED if correction.confirmed else NOT_APPROVED
    matter = _("correction of the result of dossier")
    _notify_officer(actor, dossier, correction.proposed_by_id, outcome, matter, has_reason=not correction.confirmed)


def _notify_officer(
    actor: Actor, dossier: Dossier, asked_by_id: int | None, outcome: Promise, matter: Promise, *,
    has_reason: bool = False,
) -> None:  # fmt: skip
    """Notify the officer ``asked_by_id``, if any, of the outcome of a proposal on the dossier.

    ``matter`` names the proposal, such as "proposal on dossier".
    """
    notify_decision(
        actor=actor, asked_by_id=asked_by_id, outcome=outcome, matter=matter, name=dossier.number,
        subject=(KIND, dossier.number), path=reverse("dossiers:office-dossier", args=[dossier.number]),
        has_reason=has_reason,
    )  # fmt: skip


def notify_legal_file(actor: Actor, legal_file: LegalFile) -> None:
    """Notify the person who filed the legal file, and the organisation's representatives, of the decision."""
    for reader in _people_of(legal_file.organisation_id, legal_file.submitted_by_id):
        notify(
            actor=actor,
            to=reader,
            key=f"legal:{legal_file.pk}:{legal_file.state}",
            template=f"dossiers/letters/legal_{legal_file.state}.txt",
            subject=("legal_file", legal_file.pk),
            context={
                "version": legal_file.version,
                "organisation": legal_file.name,
                "reason": legal_file.reason,
                "path": reverse("dossiers:legal-file"),
                "begin": reverse("dossiers:triage"),
            },
            sms=True,
        )


def remind(actor: Actor) -> int:
    """Remind filers five days and one day before the deadline for documents. Idempotent.

    Returns the number of requests reminded of. A missed run is made up for on the next day.
    """
    today = clock.today()
    near = (today, today + timedelta(days=max(REMIND_DAYS)))
    waiting = Supplement.objects.filter(answered_at=None, closed_at=None, answer_by__range=near)
    return sum(_remind(actor, pk) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(actor: Actor, pk: int) -> int:
    """Send the reminder of the request for documents ``pk`` if it is due now; return 1, otherwise 0.

    The request is read again under a lock, in case it was answered.
    """
    supplement = Supplement.objects.select_for_update().filter(pk=pk, answered_at=None, closed_at=None).first()
    if supplement is None or supplement.answer_by is None:
        return 0
    days_left = (supplement.answer_by - clock.today()).days
    stage = min(days for days in REMIND_DAYS if days_left <= days)
    last = supplement.reminded_at
    if last and (supplement.answer_by - clock.local(last).date()).days <= stage:
        return 0
    dossier = supplement.dossier
    for reader in recipients(dossier):
        _enqueue_letter(
            actor, dossier, reader, letter="reminder", key=f"{dossier.number}:remind:{pk}:{stage}", days_left=days_left
        )
    supplement.reminded_at = clock.now()
    supplement.save(update_fields=["reminded_at"])
    return 1

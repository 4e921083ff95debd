"""What people are told of a dossier, in the transaction of the act itself: no act without its letter, nor the reverse.

A letter names the dossier by its number and holds no more of anybody's data than it must; never in its subject.
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
from ancu.apps.dossiers.models import Dossier, Event, LegalFile, Opinion, ResultCorrection, Supplement
from ancu.apps.dossiers.selectors.counters import open_counters
from ancu.apps.dossiers.selectors.page import lacking, open_supplement, papers
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.public import look_up_code, sign_path, sign_until
from ancu.apps.dossiers.selectors.wording import article_in_words
from ancu.apps.messaging.services import notify, notify_decision
from ancu.apps.messaging.services.decisions import ANSWERED, APPROVED, NOT_APPROVED
from ancu.core import clock
from ancu.core.actor import Actor

KIND = "dossier"
# The acts that are told; an assessment, and one that is made again, are the office's own.
TOLD = frozenset(
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
    }
)
REMIND_DAYS = (5, 1)  # before the last day to answer


def tell(actor: Actor, dossier: Dossier, event: Event) -> None:
    """Write to the filer's side about a step that was just made."""
    if event.act not in TOLD:
        return
    key = f"{dossier.number}:{event.sequence}"
    for reader in readers(dossier):
        more = {"reason": event.reason, "article": event.article}
        _write(actor, dossier, reader, letter=event.act, key=key, **more)
    if rules.needs_signature(dossier) and dossier.sponsor is not None:
        _write(actor, dossier, dossier.sponsor, letter="sponsored", key=f"{key}:sponsor")


def language_of(dossier: Dossier) -> str:
    """The language in which the filer's side is written to."""
    return next((reader.language for reader in readers(dossier)), dossier.language)


def readers(dossier: Dossier) -> Iterable[User]:
    """Who filed it; for an organisation those who represent it, and who began it while he is one of its people."""
    if not dossier.organisation_id:
        return [dossier.filed_by]
    return _people_of(dossier.organisation_id, dossier.filed_by_id)


def _people_of(organisation_id: int, began: int) -> Iterable[User]:
    present = Membership.objects.filter(organisation_id=organisation_id, ended_at=None, user__is_active=True)
    told = present.filter(Q(role=Role.REPRESENTATIVE) | Q(user_id=began))
    return {one.user_id: one.user for one in told.select_related("user").order_by("pk")}.values()


def _write(actor: Actor, dossier: Dossier, reader: User, *, letter: str, key: str, **more: Any) -> None:
    with translation.override(reader.language):  # the names of papers, procedures and laws are the reader's too
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
            "counters": _counters(dossier) if letter in {State.READY, "corrected"} else [],
            "state": State(dossier.state).label,  # the list of notifications has the title in both languages
            **_asked_for(dossier),
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


def _counters(dossier: Dossier) -> list[dict[str, Any]]:
    """Where and when the result is handed over, in the words of the letter's language."""
    return [
        {
            "name": str(one.counter),
            "address": one.counter.address,
            "hours": [f"{days}: {hours}" for days, hours in one.hours],
        }
        for one in open_counters(dossier.agency_id)
    ]


def _asked_for(dossier: Dossier) -> dict[str, Any]:
    """What an open request for a supplement asks, and until when."""
    supplement = open_supplement(dossier)
    if supplement is None:
        return {"items": [], "note": "", "answer_by": None}
    items = lacking(dossier, supplement, papers(dossier, procedure_of(dossier)))
    return {"items": items, "note": supplement.note, "answer_by": supplement.answer_by}


def ask_for_signature(actor: Actor, dossier: Dossier, event: Event) -> None:
    """Write to the sponsor, who may have no account yet; the link is of use to the owner of the address only."""
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
            "again": dossier.signatures.exists(),
        },
        # He has no account that says it: a citizen is written to in Vietnamese, whatever the foreigner reads.
        language="vi" if dossier.filer == Filer.CITIZEN else dossier.language,
    )


def tell_declined(actor: Actor, dossier: Dossier, event: Event) -> None:
    """The filer names another sponsor."""
    who = event.by.full_name if event.by else ""
    for reader in readers(dossier):
        key = f"{dossier.number}:{event.sequence}"
        _write(actor, dossier, reader, letter="declined", key=key, who=who, reason=event.reason)


def tell_checked(actor: Actor, dossier: Dossier, event: Event) -> None:
    """The result was checked and stays as it was: the page had asked to wait with coming for it."""
    for reader in readers(dossier):
        _write(actor, dossier, reader, letter=State.READY, key=f"{dossier.number}:{event.sequence}")


def tell_signed(actor: Actor, dossier: Dossier, signature_id: int) -> None:
    """The filer may send the dossier now."""
    for reader in readers(dossier):
        _write(actor, dossier, reader, letter="signed", key=f"{dossier.number}:signed:{signature_id}")


def notify_assessor(actor: Actor, dossier: Dossier, outcome: Promise, *, has_reason: bool = False) -> None:
    """Notify the officer who proposed, while the dossier still names him."""
    _notify_officer(actor, dossier, dossier.assessed_by_id, outcome, _("proposal on dossier"), has_reason=has_reason)


def notify_opinion(actor: Actor, opinion: Opinion) -> None:
    """The officer who asked another unit reads that it has answered."""
    _notify_officer(actor, opinion.dossier, opinion.asked_by_id, ANSWERED, _("opinion on dossier"))


def notify_corrector(actor: Actor, dossier: Dossier, correction: ResultCorrection) -> None:
    outcome = APPROVED if correction.confirmed else NOT_APPROVED
    matter = _("correction of the result of dossier")
    _notify_officer(actor, dossier, correction.proposed_by_id, outcome, matter, has_reason=not correction.confirmed)


def _notify_officer(
    actor: Actor, dossier: Dossier, asked_by_id: int | None, outcome: Promise, matter: Promise, *,
    has_reason: bool = False,
) -> None:  # fmt: skip
    notify_decision(
        actor=actor, asked_by_id=asked_by_id, outcome=outcome, matter=matter, name=dossier.number,
        subject=(KIND, dossier.number), path=reverse("dossiers:office-dossier", args=[dossier.number]),
        has_reason=has_reason,
    )  # fmt: skip


def tell_legal(actor: Actor, legal_file: LegalFile) -> None:
    """Approved, or returned with the reason: to whoever filed it and to those who represent the organisation."""
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
    """Write five days and one day before a supplement's last day; returns to how many requests. Done twice, once.

    A day on which no job ran is made up for on the next: nobody's dossier is closed without a word.
    """
    today = clock.today()
    near = (today, today + timedelta(days=max(REMIND_DAYS)))
    waiting = Supplement.objects.filter(answered_at=None, closed_at=None, answer_by__range=near)
    return sum(_remind(actor, pk) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(actor: Actor, pk: int) -> int:
    """The row is read again under a lock: what was answered meanwhile is not asked for."""
    supplement = Supplement.objects.select_for_update().filter(pk=pk, answered_at=None, closed_at=None).first()
    if supplement is None or supplement.answer_by is None:
        return 0
    left = (supplement.answer_by - clock.today()).days
    stage = min(days for days in REMIND_DAYS if left <= days)
    last = supplement.reminded_at
    if last and (supplement.answer_by - clock.local(last).date()).days <= stage:
        return 0
    dossier = supplement.dossier
    for reader in readers(dossier):
        _write(actor, dossier, reader, letter="reminder", key=f"{dossier.number}:remind:{pk}:{stage}", left=left)
    supplement.reminded_at = clock.now()
    supplement.save(update_fields=["reminded_at"])
    return 1

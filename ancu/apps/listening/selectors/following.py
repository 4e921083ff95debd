"""A petition as its petitioner sees it: by the secret code, or by the account it was sent from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.listening import rules
from ancu.apps.listening.enums import INSIDE, PetitionState
from ancu.apps.listening.models import (
    Petition,
    PetitionAnswer,
    PetitionFile,
    PetitionPromise,
    PetitionRemark,
    PetitionTrace,
    PetitionTransfer,
    Verdict,
)
from ancu.apps.listening.selectors import rule_today
from ancu.apps.listening.selectors.procedure import PetitionProcedure, procedure_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.documents.reference_numbers import normalise_number, typed_code
from ancu.core.registry.code_pages import CodePage
from ancu.core.security.tokens import digest_of


def _petitions() -> QuerySet[Petition]:
    """Return all petitions, each loaded with its unit, place and meeting."""
    return Petition.objects.select_related("unit", "place", "main__unit", "meeting")


def find_by_code(text: str) -> Petition | None:
    """Return the petition with this secret code as typed; None if there is none."""
    code = normalise_number(text)
    return _petitions().filter(digest=digest_of(code)).first() if code else None


def code_page(text: str) -> CodePage | None:
    """Return the page on which to open a petition with this code or number; None for text of another form.

    Only the form of the text counts, so that nobody learns whether such a petition exists.
    """
    number = normalise_number(typed_code(text)) or ""
    if number.startswith("MS-"):
        return CodePage(_("This is the code of a petition."), reverse("listening:follow"))
    if number.startswith(f"{settings.OFFICE_PREFIX}K-"):
        sentence = _("This is the number of a petition. To open the petition, you need its code, which starts with MS.")
        return CodePage(sentence, reverse("listening:follow"))
    return None


def find_by_account(actor: Actor, number: str) -> Petition | None:
    """Return the petition with this number if the signed-in user sent it; else None."""
    return _petitions().filter(number=number, user_id=actor.user_id).first() if actor.user_id else None


def get_opened_petition(number: str) -> Petition | None:
    """Return the petition with this number; None if there is none.

    The caller has checked that its code was entered in this browser.
    """
    return _petitions().filter(number=number).first()


def own_petitions_page(actor: Actor, after: str = "") -> CursorPage[Petition]:
    """Return a page of the signed-in user's petitions, after the cursor ``after``."""
    return newest_first(_petitions().filter(user_id=actor.user_id or 0), after)


@dataclass(frozen=True)
class FollowedPetition:
    """A petition for its petitioner's page.

    ``head`` is the petition that is handled; of a merged one only the answers, days and unit are shown.
    """

    petition: Petition
    head: Petition
    traces: Sequence[PetitionTrace]
    answers: Sequence[PetitionAnswer]
    remarks: Sequence[PetitionRemark]
    files: Sequence[PetitionFile]
    promise: PetitionPromise | None
    transfer: PetitionTransfer | None
    word: Verdict | None
    procedure: PetitionProcedure | None
    may_speak: bool
    speaks_until: datetime | None
    may_add: bool


def followed_petition(petition: Petition) -> FollowedPetition:
    """Return what the petitioner's page shows: the petition, its steps, answers and possible acts.

    The office's internal steps are left out.
    """
    head: Petition = petition.head
    answers = list(
        head.answers.filter(approved_at__isnull=False).select_related("written_for").prefetch_related("evidence__file")
        .order_by("-id")
    )  # fmt: skip
    last = answers[0] if answers else None
    word = Verdict.objects.filter(petition=petition, answer=last).first() if last else None
    speaks = word is None and last is not None and rules.may_give_verdict(petition, clock.now(), rule_today())
    petition_ids = {petition.pk, head.pk}
    traces = (
        PetitionTrace.objects.filter(petition_id__in=petition_ids).exclude(step__in=INSIDE).select_related("agency")
    )
    return FollowedPetition(
        petition=petition,
        head=head,
        traces=[trace for trace in traces.order_by("id") if _is_visible_step(trace, petition)],
        answers=answers,
        remarks=list(petition.remarks.select_related("agency").order_by("id")),
        files=list(petition.evidence.filter(answer__isnull=True, file__isnull=False).select_related("file")),
        promise=PetitionPromise.objects.filter(petition=head).select_related("agency").first(),
        transfer=head.transfers.order_by("-id").first() if head.state == PetitionState.TRANSFERRED else None,
        word=word,
        procedure=procedure_of(head),
        may_speak=speaks,
        speaks_until=rules.verdict_deadline(petition, rule_today()),
        may_add=petition.pk == head.pk and rules.may_add_remark(petition),
    )


def _is_visible_step(trace: PetitionTrace, petition: Petition) -> bool:
    """Whether the petitioner may see this step of the petition's history.

    Each step of the own petition; of the petition that it was merged into, only those taken by an officer.
    """
    return trace.petition_id == petition.pk or trace.user_id is not None


def get_file(petition: Petition, pk: int) -> PetitionFile | None:
    """Return a file that the petitioner sent or an approved answer shows; None for any other file."""
    evidence = PetitionFile.objects.select_related("file", "answer").filter(pk=pk, file__isnull=False).first()
    if evidence is None:
        return None
    own = evidence.petition_id == petition.pk and evidence.answer_id is None
    answered = evidence.answer is not None and evidence.answer.approved_at is not None
    return evidence if own or (answered and evidence.petition_id == petition.head.pk) else None

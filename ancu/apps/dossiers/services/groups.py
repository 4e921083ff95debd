"""Requests for several workers: begin a dossier for each, share papers, send them all."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.services import record, record_look
from ancu.apps.dossiers import rules as dossier_rules
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier, ForeignWorker, GroupedDossier, GroupRequest
from ancu.apps.dossiers.rules.workers import MOST_TOGETHER, may_prepare_group
from ancu.apps.dossiers.selectors.group_questions import answers_with
from ancu.apps.dossiers.selectors.groups import (
    LETTER,
    PEOPLE,
    PROCEDURE,
    SHARED_PAPERS,
    draft_dossiers,
    get_group,
    group_members,
    member_answers,
    visible_groups,
)
from ancu.apps.dossiers.selectors.printed import printed_form
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.workers import latest_dossiers
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.moving import lock
from ancu.apps.dossiers.services.on_each import ManyOutcome, act_on_each
from ancu.apps.dossiers.services.papers import MEGABYTE
from ancu.apps.dossiers.services.papers import PURPOSE as PAPER_PURPOSE
from ancu.apps.dossiers.services.slips import form_pdf
from ancu.apps.files import services as files
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.engines.rulebook import get_procedure


@transaction.atomic
def start_group(
    actor: Actor, *, workers: Sequence[ForeignWorker], common: Mapping[str, Any], key: UUID
) -> GroupRequest:
    """Begin a draft for a residence card of each worker, filled from the list and ``common``; return the request.

    ``key`` is that of the form: sent twice, it begins one request. Conflict without workers, or with too many.
    """
    require(may_prepare_group(actor, PROCEDURE))
    Organisation.objects.select_for_update().get(pk=actor.organisation_id or 0)
    existing = visible_groups(actor).filter(key=key).first()
    if existing is not None:
        return existing
    if not workers:
        raise Conflict("nobody_chosen", _("Choose the workers first."))
    if len(workers) > MOST_TOGETHER:
        raise Conflict("too_many_chosen", _("Choose at most %(most)s workers.") % {"most": MOST_TOGETHER})
    group = GroupRequest.objects.create(
        organisation_id=actor.organisation_id or 0,
        procedure=PROCEDURE,
        key=key,
        created_at=clock.now(),
        created_by_id=actor.user_id or 0,
    )
    dossiers = [_start_member(actor, worker, before, common) for worker, before in _with_dossiers(actor, workers)]
    GroupedDossier.objects.bulk_create([GroupedDossier(dossier=dossier, group=group) for dossier in dossiers])
    record(actor, "dossiers.group_started", group, dossiers=[dossier.pk for dossier in dossiers])
    return group


def _with_dossiers(actor: Actor, workers: Sequence[ForeignWorker]) -> list[tuple[ForeignWorker, Dossier | None]]:
    """Return each worker with the organisation's last dossier about the person, if there is one."""
    latest = latest_dossiers(actor, workers)
    return [(worker, latest.get((worker.nationality, worker.passport_number))) for worker in workers]


def _start_member(actor: Actor, worker: ForeignWorker, before: Dossier | None, common: Mapping[str, Any]) -> Dossier:
    """Begin the draft of one worker."""
    procedure = get_procedure(PROCEDURE, clock.today())
    answers = member_answers(actor, procedure, worker, before, common)
    return filing.start(actor, procedure=PROCEDURE, filer=Filer.ORGANISATION, answers=answers)


@transaction.atomic
def fill_group(actor: Actor, *, group: GroupRequest, answers: Mapping[int, Mapping[str, Any]]) -> int:
    """Store answers in the drafts of the request, given by dossier id and question; return the number of drafts.

    Answers for a dossier that is no draft of the request any more are left out.
    """
    group = get_group(actor, group.pk)
    dossiers = [lock(dossier) for dossier in draft_dossiers(group).filter(pk__in=answers)]
    for dossier in dossiers:
        filing.save(actor, dossier=dossier, answers=answers_with(dossier, answers[dossier.pk]))
    record(actor, "dossiers.group_filled", group, dossiers=[dossier.pk for dossier in dossiers])
    return len(dossiers)


@transaction.atomic
def share_paper(actor: Actor, *, group: GroupRequest, key: str, upload_id: str, sent: Any) -> int:
    """Put one uploaded paper of the organisation into every draft of the request; return their number.

    Each dossier has its own copy: it is deleted with that dossier. Raises FileRefused, and then nothing is stored;
    404 for a paper that is not shared.
    """
    group = get_group(actor, group.pk)
    if key not in SHARED_PAPERS:
        raise Http404
    dossiers = list(draft_dossiers(group))
    if not dossiers:
        raise Conflict("nothing_editable", _("All dossiers of this request have been submitted."))
    requirement = get_procedure(PROCEDURE, clock.today()).component(key)
    name, data = files.take_sent(actor, upload_id=upload_id, file=sent, purpose=PAPER_PURPOSE)
    cleaned = files.clean_paper(data, max_bytes=requirement.max_megabytes * MEGABYTE, max_pages=requirement.max_pages)
    for dossier in dossiers:
        file = files.store_paper(
            actor, cleaned, name=name, purpose=PAPER_PURPOSE, organisation_id=dossier.organisation_id
        )
        filing.attach(actor, dossier=dossier, key=key, file=file, pages=cleaned.pages)
    record(actor, "dossiers.group_paper", group, component=key, dossiers=len(dossiers))
    return len(dossiers)


def letter_pdf(actor: Actor, group: GroupRequest) -> bytes:
    """Return form NA6 with everybody of the request in its list, to be signed once; recorded as a look.

    404 if every dossier was withdrawn.
    """
    dossiers = [member.dossier for member in group_members(group) if member.dossier.state != State.WITHDRAWN]
    if not dossiers:
        raise Http404
    record_look(actor, group, export=LETTER)
    answers = dict(dossiers[0].answers.get(LETTER, {}))
    answers[PEOPLE] = [row for dossier in dossiers for row in dossier.answers.get(LETTER, {}).get(PEOPLE, [])]
    form = procedure_of(dossiers[0]).form(LETTER)
    return form_pdf(printed_form(form, answers, "vi"), number="")


def send_group(actor: Actor, *, group: GroupRequest, digests: Mapping[str, str]) -> ManyOutcome:
    """Send each draft of the request that is complete, one by one; the others stay as they are, with the reasons.

    ``digests`` are those of what the sender was shown, by dossier number. 403 for members who may not send.
    """
    drafts = [member.dossier for member in group_members(group) if member.dossier.state == State.DRAFT]
    require(all(dossier_rules.may_submit(actor, dossier) for dossier in drafts))

    def act(dossier: Dossier) -> None:
        """Send one draft; a Conflict without words if it is incomplete, as the page lists what is missing."""
        try:
            filing.submit(actor, dossier=dossier, digest=digests.get(dossier.number, ""))
        except filing.DossierIncomplete as incomplete:
            raise Conflict("incomplete", "") from incomplete

    outcome = act_on_each(drafts, act, forbidden=str(_("Somebody withdrew your right to submit it.")))
    if outcome.done:
        record(actor, "dossiers.group_sent", group, sent=len(outcome.done), refused=len(outcome.refusals))
    return outcome

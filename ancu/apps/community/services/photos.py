"""Photos of handovers: without metadata, reduced, and public only with consent."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.community import rules
from ancu.apps.community.models import LedgerEntry, ProgrammePhoto
from ancu.apps.community.selectors.ledger import get_programme
from ancu.apps.community.services.planning import lock_programme
from ancu.apps.files.services import FileRefused, clean_paper, read_bytes, store
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.security.privacy import Keep
from ancu.engines import papers

PURPOSE = "help-photo"
WIDTH = 960  # enough for a page, and light enough for a bad line
NO_FACE = "photo_no_face"


def add(
    *, actor: Actor, programme_id: int, data: bytes, caption: str, shows_people: bool, consent: str,
    entry_id: int | None = None,
) -> ProgrammePhoto:  # fmt: skip
    """Store a photo without metadata, reduced to page size.

    Raises files.FileRefused for a file that is no picture.
    """
    programme = get_programme(actor, programme_id)
    require(rules.may_enter(actor, programme))
    entry = programme.entries.filter(pk=entry_id).first() if entry_id else None
    if entry_id and entry is None:
        raise Http404
    small, face = _reduce_and_detect(data)
    return _store(
        actor, entry, programme_id=programme.pk, data=small, caption=caption, face_found=face,
        shows_people=shows_people or face, consent=consent.strip(),
    )  # fmt: skip


def _reduce_and_detect(data: bytes) -> tuple[bytes, bool]:
    """Return the reduced picture, and whether it shows an upright frontal face."""
    cleaned = clean_paper(data, kind="photo")
    try:
        findings = papers.examine_photo(cleaned.data, size="4x6")
        return papers.page_image(cleaned.data, width=WIDTH), all(finding.code != NO_FACE for finding in findings)
    except papers.PaperRefused as refused:
        raise FileRefused(refused.code, _("We cannot show this picture.")) from refused


@transaction.atomic
def _store(
    actor: Actor, entry: LedgerEntry | None, *, programme_id: int, data: bytes, **photo_fields: str | bool
) -> ProgrammePhoto:
    """Store the picture as a file and create its photo with these fields; return the photo."""
    file = store(
        actor, data=data, name="photo.jpg", purpose=PURPOSE, organisation_id=actor.organisation_id,
        delete_after=clock.now() + timedelta(days=Keep.CORRESPONDENCE.value),
    )  # fmt: skip
    photo = ProgrammePhoto.objects.create(
        programme_id=programme_id,
        entry=entry,
        file=file,
        added_at=clock.now(),
        added_by_id=actor.user_id or 0,
        **photo_fields,
    )
    record(actor, "community.photo", photo.programme, photo=photo.pk, face=photo.face_found)
    return photo


@transaction.atomic
def show(*, actor: Actor, programme_id: int, photo_id: int, consent: str) -> ProgrammePhoto:
    """Publish the photo. Conflict if it shows people and ``consent`` does not say how they agreed."""
    photo = _lock_photo(actor, programme_id, photo_id)
    photo.consent = consent.strip() or photo.consent
    if photo.shows_people and not photo.consent:
        raise Conflict("no_consent", _("It shows people. Write who agreed, when and how."))
    photo.public = True
    photo.save(update_fields=["public", "consent"])
    record(actor, "community.photo_shown", photo.programme, photo=photo.pk)
    return photo


@transaction.atomic
def hide(*, actor: Actor, programme_id: int, photo_id: int) -> ProgrammePhoto:
    """Hide the photo from the public page at once: consent may be withdrawn."""
    photo = _lock_photo(actor, programme_id, photo_id)
    photo.public = False
    photo.save(update_fields=["public"])
    record(actor, "community.photo_hidden", photo.programme, photo=photo.pk)
    return photo


def image(photo: ProgrammePhoto) -> bytes:
    """Return the photo's JPEG; the caller has checked access. 404 after its retention period."""
    if photo.file is None:
        raise Http404
    return read_bytes(photo.file)


def _lock_photo(actor: Actor, programme_id: int, photo_id: int) -> ProgrammePhoto:
    """Return the locked photo of the programme, or 404."""
    lock_programme(actor, programme_id)
    photo = (
        ProgrammePhoto.objects.select_for_update(of=("self",)).filter(pk=photo_id, programme_id=programme_id).first()
    )
    if photo is None:
        raise Http404
    return photo

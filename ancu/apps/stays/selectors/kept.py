"""Passport pictures that the office keeps with a declaration, as its officers see them until their time is over."""

from dataclasses import dataclass
from uuid import UUID

from ancu.apps.files.models import StoredFile
from ancu.apps.stays.enums import Channel
from ancu.apps.stays.models import Picture, Stay, Submission, UndeclaredRow
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import submissions_visible_to
from ancu.apps.stays.selectors.area import require_area
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require


@dataclass(frozen=True)
class KeptPicture:
    """The picture, and the guest who was declared by it."""

    file: StoredFile
    stay: Stay


def pictures_of(actor: Actor, submission_id: int) -> tuple[Submission, list[KeptPicture]]:
    """What is still kept of one act of declaring, in the order of its guests; 404 outside the actor's area."""
    require_area(actor)
    require(may_see_guests(actor))
    visible = submissions_visible_to(actor).select_related("establishment", "source_file")
    submission = visible.filter(pk=submission_id).first()
    if submission is None:
        raise Http404
    stays = submission.stays.order_by("position") if keeps_pictures(submission) else Stay.objects.none()
    if submission.channel == Channel.WEB:
        kept = {stay.position: submission.source_file for stay in stays}
    else:
        kept = dict(_of_group(submission))
    return submission, [KeptPicture(file, stay) for stay in stays if (file := kept.get(stay.position))]


def get_picture(actor: Actor, submission_id: int, file_id: UUID) -> KeptPicture:
    """One of them, or 404."""
    _submission, kept = pictures_of(actor, submission_id)
    found = next((one for one in kept if one.file.pk == file_id), None)
    if found is None:
        raise Http404
    return found


def keeps_pictures(submission: Submission, position: int | None = None) -> bool:
    """Whether a picture is still there; ``position`` asks about one guest. The form's file is nothing but a picture."""
    if submission.channel == Channel.WEB:
        return submission.source_file_id is not None
    if submission.channel != Channel.PHOTO:
        return False
    found = _of_group(submission)
    return bool(found) if position is None else position in found


def _of_group(submission: Submission) -> dict[int, StoredFile]:
    """By the guests' positions: the group's own pictures, and those of its guests who were declared later."""
    own = Picture.objects.filter(upload__submission=submission)
    later = UndeclaredRow.objects.filter(stay__submission=submission).defer("answers")
    found = (one for rows in (own, later) for one in rows.exclude(file=None).select_related("file"))
    return {one.position: one.file for one in found if one.file is not None}

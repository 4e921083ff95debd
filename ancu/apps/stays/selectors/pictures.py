"""Passport pictures stored with declarations, for the office's officers until their retention period ends."""

from dataclasses import dataclass
from uuid import UUID

from ancu.apps.files.models import StoredFile
from ancu.apps.stays.enums import DeclarationChannel
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
    """Return a submission and its stored passport pictures, each with its stay, in the guests' order.

    404 outside the actor's area.
    """
    require_area(actor)
    require(may_see_guests(actor))
    visible = submissions_visible_to(actor).select_related("establishment", "source_file")
    submission = visible.filter(pk=submission_id).first()
    if submission is None:
        raise Http404
    stays = submission.stays.order_by("position") if keeps_pictures(submission) else Stay.objects.none()
    if submission.channel == DeclarationChannel.WEB:
        files = {stay.position: submission.source_file for stay in stays}
    else:
        files = dict(_files_by_position(submission))
    return submission, [KeptPicture(file, stay) for stay in stays if (file := files.get(stay.position))]


def get_picture(actor: Actor, submission_id: int, file_id: UUID) -> KeptPicture:
    """Return a stored passport picture of a submission with its stay, by the file's id, or raise 404."""
    _submission, pictures = pictures_of(actor, submission_id)
    picture = next((candidate for candidate in pictures if candidate.file.pk == file_id), None)
    if picture is None:
        raise Http404
    return picture


def keeps_pictures(submission: Submission, position: int | None = None) -> bool:
    """Whether the office still stores a passport picture of the submission, or of its guest at ``position``.

    The source file of a declaration by form is always such a picture.
    """
    if submission.channel == DeclarationChannel.WEB:
        return submission.source_file_id is not None
    if submission.channel != DeclarationChannel.PHOTO:
        return False
    files = _files_by_position(submission)
    return bool(files) if position is None else position in files


def _files_by_position(submission: Submission) -> dict[int, StoredFile]:
    """Return the picture files by the guest's position; includes guests of the group declared later."""
    group_pictures = Picture.objects.filter(upload__submission=submission)
    undeclared_pictures = UndeclaredRow.objects.filter(stay__submission=submission).defer("answers")
    return {
        picture.position: picture.file
        for pictures in (group_pictures, undeclared_pictures)
        for picture in pictures.exclude(file=None).select_related("file")
        if picture.file is not None
    }

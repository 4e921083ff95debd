"""Who may read a stored file."""

from ancu.apps.files.models import PartialUpload, StoredFile
from ancu.core.actor import Actor, ActorKind


def may_read(actor: Actor, file: StoredFile) -> bool:
    """Whether the actor may read the file: a member of its organisation, its uploader if it has none, or a job.

    Who left the organisation, or was its agent, reads nothing that he uploaded for it any more. Officers read a file
    only through its record, whose app checks and audits that.
    """
    if actor.kind is ActorKind.SYSTEM:
        return True
    if file.organisation_id is not None:
        return file.organisation_id == actor.organisation_id
    return file.uploaded_by is not None and file.uploaded_by == actor.user_id


def may_send(actor: Actor) -> bool:
    """Whether the actor may upload a file in parts: signed-in users; programs send whole files by the API."""
    return actor.user_id is not None


def may_continue(actor: Actor, upload: PartialUpload) -> bool:
    """Whether the actor may continue the upload: the user who began it, in the same membership."""
    return upload.uploaded_by == actor.user_id and upload.organisation_id == actor.organisation_id

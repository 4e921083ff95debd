"""Who may read a stored file."""

from ancu.apps.files.models import PartialUpload, StoredFile
from ancu.core.actor import Actor, ActorKind


def may_read(actor: Actor, file: StoredFile) -> bool:
    """The organisation it belongs to, the person who brought it, and the program's own jobs.

    Officers read a file only through the record it hangs on, whose app checks and audits that.
    """
    if actor.kind is ActorKind.SYSTEM:
        return True
    own = file.organisation_id is not None and file.organisation_id == actor.organisation_id
    return own or (file.uploaded_by is not None and file.uploaded_by == actor.user_id)


def may_send(actor: Actor) -> bool:
    """A person who is signed in; programs send whole files through the API."""
    return actor.user_id is not None


def may_continue(actor: Actor, upload: PartialUpload) -> bool:
    """Who began it, in the membership in which he did: a colleague has no use for half a file."""
    return upload.uploaded_by == actor.user_id and upload.organisation_id == actor.organisation_id

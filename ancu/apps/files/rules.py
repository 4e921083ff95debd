"""Who may read a stored file."""

from ancu.apps.files.models import StoredFile
from ancu.core.actor import Actor, ActorKind


def may_read(actor: Actor, file: StoredFile) -> bool:
    """The organisation it belongs to, the person who brought it, and the program's own jobs.

    Officers read a file only through the record it hangs on, whose app checks and audits that.
    """
    if actor.kind is ActorKind.SYSTEM:
        return True
    own = file.organisation_id is not None and file.organisation_id == actor.organisation_id
    return own or (file.uploaded_by is not None and file.uploaded_by == actor.user_id)

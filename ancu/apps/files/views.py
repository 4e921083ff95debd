"""A stored file is served to those who may read it, as a download and never as a page."""

from uuid import UUID

from django.http import FileResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record
from ancu.apps.files import selectors, services
from ancu.core.http import Request


@never_cache
@require_safe
def download(request: Request, file_id: UUID) -> FileResponse:
    """The bytes as they came; 404 for a stranger. Each download is in the audit."""
    file = selectors.get_file(request.actor, file_id)
    data = services.open_bytes(file)
    record(request.actor, "files.downloaded", file, purpose=file.purpose)
    return FileResponse(data, as_attachment=True, filename=file.name, content_type=file.media_type)

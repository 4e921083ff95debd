"""The paper that a newer one of the same kind has replaced."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ancu.apps.dossiers.models import Component, Filing
from ancu.apps.files.models import StoredFile
from ancu.core.errors import Http404


@dataclass(frozen=True)
class EarlierPaper:
    """What was sent before the present file of a paper."""

    file: StoredFile
    pages: int
    given_at: datetime | None


def earlier_paper(component: Component) -> EarlierPaper | None:
    """Return the file that the office received before the present one; None if it received none.

    Files that were replaced before they were sent are not the office's to see, and a file that was not sent yet
    replaces none.
    """
    if component.file is None:
        return None
    filings = Filing.objects.filter(dossier_id=component.dossier_id).values_list("papers", flat=True)
    sent = {papers[component.key] for papers in filings if component.key in papers}
    earlier = sent - {component.file.sha256}
    if not earlier or component.file.sha256 not in sent:
        return None
    versions: Any = Component._meta.get_field("events").related_model
    replaced = versions.objects.filter(pgh_obj_id=component.pk, file__sha256__in=earlier)
    version = replaced.select_related("file").order_by("-pgh_created_at", "-pgh_id").first()
    return EarlierPaper(version.file, version.pages or 1, version.given_at) if version else None


def old_page(component: Component, page: int) -> tuple[StoredFile, int]:
    """Return the file sent before and the page to draw, counted from 0; 404 if there is no such page."""
    earlier = earlier_paper(component)
    if earlier is None or not 1 <= page <= earlier.pages:
        raise Http404
    return earlier.file, page - 1

"""The passport's picture read for the pre-flight: whether the form says what the machine-readable zone says."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import FileRefused, FileUnreadable, page_image
from ancu.engines import passports
from ancu.engines.rulebook import CUT

MOST_PAGES = 6  # the data page is among the first; a whole passport is not read leaf by leaf
WIDTH = 2200
SAYS = ("document_number", "full_name", "sex", "birth_date", "nationality", "document_expiry")


def read_unread(dossier: Dossier) -> None:
    """Read now what a job would read after the transaction."""
    for component_id, file_id in dossier.components.filter(zones__isnull=True).values_list("pk", "file_id"):
        read_passport(component_id=component_id, file_id=file_id)


def read_passport(*, component_id: int, file_id: UUID) -> int:
    """Read the paper's pages and keep what each zone says; returns the number of zones.

    Nothing where another file came since, or where it was read already.
    """
    unread = Component.objects.filter(pk=component_id, file_id=file_id, zones__isnull=True)
    component = unread.select_related("file").first()
    if component is None or component.file is None:
        return 0
    pages = range(min(component.pages or 1, MOST_PAGES))
    zones = [zone for page in pages for zone in _zones(component.file, page)]
    with transaction.atomic():
        same = unread.select_for_update().first()
        if same is not None:
            same.zones = zones
            same.save(update_fields=["zones"])
    return len(zones)


def _zones(file: StoredFile, page: int) -> list[dict[str, Any]]:
    """What the zone of each passport on the page says, its first holder's first."""
    try:
        sight = passports.look(page_image(file, page=page, width=WIDTH))
    except (passports.Unread, FileRefused, FileUnreadable, FileNotFoundError):
        return []
    others = [
        {"page": page + 1, "certain": True, "says": _sure_texts(answers)}
        for answers in sight.also_read
        if all(answer.sure for answer in answers.values())
    ]
    if sight.is_visa:  # its number is not the passport's
        return others
    says = _sure_texts(sight.answers)
    if sight.names_cut and "full_name" in says:
        says["full_name"] += CUT
    first = {"page": page + 1, "certain": sight.valid and sight.certain, "says": says}
    if sight.valid and not sight.certain:
        number = sight.answers["document_number"]
        first["numbers"] = [number.text, *number.other_texts]
    return [first, *others]


def _sure_texts(answers: Mapping[str, passports.Answer]) -> dict[str, str]:
    return {name: answer.text for name, answer in answers.items() if name in SAYS and answer.sure}

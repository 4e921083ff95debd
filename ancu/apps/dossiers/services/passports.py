"""Reading of passport images for the pre-flight, to compare the form with the machine-readable zone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import FileRefused, FileUnreadable, page_image
from ancu.engines import papers, passports
from ancu.engines.papers import Cleaned
from ancu.engines.rulebook import CUT

MAX_PAGES = 6  # the data page is among the first pages
IMAGE_WIDTH = 2200
ZONE_FIELDS = ("document_number", "full_name", "sex", "birth_date", "nationality", "document_expiry")


def read_unread(dossier: Dossier) -> None:
    """Read the machine-readable zones of the dossier's papers that were not read yet, in the present transaction.

    Elsewhere a job does it after the commit.
    """
    for component_id, file_id in dossier.components.filter(zones__isnull=True).values_list("pk", "file_id"):
        read_passport(component_id=component_id, file_id=file_id)


def read_passport(*, component_id: int, file_id: UUID) -> int:
    """Read an uploaded paper's pages and store each passport zone's content; return the number of zones.

    Stores nothing when the paper has another file by now, or was read already.
    """
    unread = Component.objects.filter(pk=component_id, file_id=file_id, zones__isnull=True)
    component = unread.select_related("file").first()
    if component is None or component.file is None:
        return 0
    pages = range(min(component.pages or 1, MAX_PAGES))
    zones = [zone for page in pages for zone in _zones_in_file(component.file, page)]
    with transaction.atomic():
        same = unread.select_for_update().first()
        if same is not None:
            same.zones = zones
            same.save(update_fields=["zones"])
    return len(zones)


def numbers_in(paper: Cleaned) -> set[str]:
    """Return the numbers of the passports pictured in a cleaned paper; of an unsure one all that it may be."""
    zones: list[dict[str, Any]] = []
    for page in range(min(paper.pages, MAX_PAGES)):
        try:
            zones += _zones(papers.page_image(paper.data, page=page, width=IMAGE_WIDTH), page)
        except papers.PaperRefused:
            continue
    sure = {zone["says"]["document_number"] for zone in zones if "document_number" in zone["says"]}
    return sure | {number for zone in zones for number in zone.get("numbers", [])}


def _zones_in_file(file: StoredFile, page: int) -> list[dict[str, Any]]:
    """Return what the passport zones on the page of a stored paper surely say; none if the page is unreadable."""
    try:
        return _zones(page_image(file, page=page, width=IMAGE_WIDTH), page)
    except (FileRefused, FileUnreadable, FileNotFoundError):
        return []


def _zones(image: bytes, page: int) -> list[dict[str, Any]]:
    """Return what the passport zones in a page's image surely say; none without a zone.

    The main document's zone comes first, unless it is a visa; then those of other persons, if read wholly without
    doubt. Keys: page (from 1), certain, says, and numbers where the document number is unsure.
    """
    try:
        reading = passports.read_passport(image)
    except passports.Unread:
        return []
    further_zones = [
        {"page": page + 1, "certain": True, "says": _sure_texts(answers)}
        for answers in reading.also_read
        if all(answer.sure for answer in answers.values())
    ]
    if reading.is_visa:  # its number is not the passport's
        return further_zones
    says = _sure_texts(reading.answers)
    if reading.names_cut and "full_name" in says:
        says["full_name"] += CUT
    first = {"page": page + 1, "certain": reading.valid and reading.certain, "says": says}
    if reading.valid and not reading.certain:
        number = reading.answers["document_number"]
        first["numbers"] = [number.text, *number.other_texts]
    return [first, *further_zones]


def _sure_texts(answers: Mapping[str, passports.FieldAnswer]) -> dict[str, str]:
    """Return by field name the texts of a passport's machine-readable zone that were read without doubt."""
    return {name: answer.text for name, answer in answers.items() if name in ZONE_FIELDS and answer.sure}

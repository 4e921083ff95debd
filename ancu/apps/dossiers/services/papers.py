"""A paper as it comes from a phone or a disk: cleaned, kept encrypted, put in its place; photos looked at."""

from typing import Any

from django.core.cache import cache
from django.db import transaction

from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services.filing import attach
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.core.actor import Actor
from ancu.core.language import reader_language
from ancu.engines.papers import Cleaned
from ancu.engines.rulebook import Component as Asked
from ancu.engines.rulebook import PhotoSpec

PURPOSE = "dossier"
MEGABYTE = 1024 * 1024
DAY = 24 * 3600


def _clean(asked: Asked, data: bytes) -> Cleaned:
    return files.take_in(
        data,
        kind="photo" if asked.photo else "scan",
        max_bytes=asked.max_megabytes * MEGABYTE,
        max_pages=asked.max_pages,
    )


@transaction.atomic
def put(actor: Actor, *, dossier: Dossier, key: str, upload_id: str, sent: Any) -> tuple[str, ...]:
    """Put what was sent, whole or in parts, into its place; returns what was changed about it (codes of notes).

    Raises FileRefused in words that say how to mend it; then what was there stays, and what was sent in parts may
    be sent again.
    """
    name, data = files.take_sent(actor, upload_id=upload_id, file=sent, purpose=PURPOSE)
    cleaned = _clean(procedure_of(dossier).component(key), data)
    file = files.store_paper(actor, cleaned, name=name, purpose=PURPOSE, organisation_id=dossier.organisation_id)
    attach(actor, dossier=dossier, key=key, file=file, pages=cleaned.pages)
    return cleaned.notes


def photo_findings(dossier: Dossier, component: Component) -> list[dict[str, Any]]:
    """What an officer would object to in a photo, in the reader's words: severity, message, how to mend it.

    Looking takes a moment, and the same picture always looks the same: the words are remembered by its hash.
    """
    spec = procedure_of(dossier).component(component.key).photo
    if spec is None or component.file is None:
        return []
    slot = f"photo:{component.file.sha256}:{_size(spec)}:{reader_language()}"
    found: list[dict[str, Any]] | None = cache.get(slot)
    if found is None:
        found = _look(component.file, spec)
        cache.set(slot, found, DAY)
    return found


def _look(file: StoredFile, spec: PhotoSpec) -> list[dict[str, Any]]:
    return [
        {"code": one.code, "severity": one.severity, "message": str(one.message), "mend": str(one.mend)}
        for one in files.check_photo(files.read_bytes(file), size=_size(spec))
    ]


def _size(spec: PhotoSpec) -> str:
    return f"{spec.width_mm // 10}x{spec.height_mm // 10}"

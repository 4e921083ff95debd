"""A paper as it comes from a phone or a disk: cleaned, kept encrypted, put in its place; photos looked at."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.core.cache import caches
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState, ReturnReason
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services.filing import attach
from ancu.apps.dossiers.services.moving import lock, note
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require
from ancu.engines.papers import Cleaned, PageEdit
from ancu.engines.papers import Finding as PhotoFinding
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
def put(actor: Actor, *, dossier: Dossier, key: str, upload_id: str, sent: Any, add: bool = False) -> tuple[str, ...]:
    """Put what was sent, whole or in parts, into its place; returns what was changed about it (codes of notes).

    ``add``: behind the pages that are there, where the paper may have several; else in their place. Raises FileRefused
    in words that say how to mend it; then what was there stays, and what was sent in parts may be sent again.
    """
    name, data = files.take_sent(actor, upload_id=upload_id, file=sent, purpose=PURPOSE)
    asked = procedure_of(dossier).component(key)
    cleaned = _clean(asked, data)
    notes: tuple[str, ...] = ()
    held = dossier.components.select_related("file").filter(key=key).exclude(file=None).first()
    if add and held is not None and held.file is not None and adds_pages(asked, held):
        notes, name = cleaned.notes, held.file.name
        pages = [*_pages(0, held.pages or 1), *_pages(1, cleaned.pages)]
        cleaned = _arrange(asked, [files.read_bytes(held.file), cleaned.data], pages)
    file = files.store_paper(actor, cleaned, name=name, purpose=PURPOSE, organisation_id=dossier.organisation_id)
    attach(actor, dossier=dossier, key=key, file=file, pages=cleaned.pages)
    return (*notes, *cleaned.notes)


def adds_pages(asked: Asked, held: Component) -> bool:
    """Whether a further file comes behind the pages that are there.

    A portrait has one page. What the office sent back is sent anew, unless pages were missing.
    """
    anew = held.state == ComponentState.RETURNED and held.reason_code != ReturnReason.INCOMPLETE
    return asked.photo is None and asked.max_pages > 1 and not anew


def _pages(source: int, count: int) -> list[PageEdit]:
    return [PageEdit(source=source, page=page) for page in range(count)]


def _arrange(asked: Asked, sources: list[bytes], edits: Sequence[PageEdit]) -> Cleaned:
    cleaned = files.arrange_pages(sources, edits, kind="photo" if asked.photo else "scan", max_pages=asked.max_pages)
    if len(cleaned.data) > asked.max_megabytes * MEGABYTE:
        raise files.refused("paper_too_large", size=asked.max_megabytes)
    return cleaned


@transaction.atomic
def arrange(actor: Actor, *, dossier: Dossier, key: str, edits: Sequence[PageEdit], sha256: str) -> Component:
    """Pages of a paper in another order, turned, cut or left out, as its filer wants them.

    ``sha256`` is that of the file he saw: Conflict when another stands there since. Raises FileRefused.
    """
    locked = lock(dossier)
    require(rules.may_write(actor, locked))
    component = _arranged_from(actor, locked, key, sha256, "file")
    asked = procedure_of(locked).component(key)
    assert component.file is not None
    cleaned = _arrange(asked, [files.read_bytes(component.file)], edits)
    file = files.store_paper(
        actor, cleaned, name=component.file.name, purpose=PURPOSE, organisation_id=dossier.organisation_id
    )
    return attach(actor, dossier=dossier, key=key, file=file, pages=cleaned.pages)


@transaction.atomic
def arrange_copy(actor: Actor, *, dossier: Dossier, key: str, edits: Sequence[PageEdit], sha256: str) -> Component:
    """The same by the office, on a copy of its own: what was sent stays as it was sent and signed."""
    locked = lock(dossier)
    require(rules.is_office(actor, locked) and rules.may_judge(actor, locked))
    component = _arranged_from(actor, locked, key, sha256, "shown_file")
    asked, source = procedure_of(locked).component(key), component.shown_file
    assert source is not None
    cleaned = _arrange(asked, [files.read_bytes(source)], edits)
    component.office_file = files.store_paper(actor, cleaned, name=source.name, purpose=PURPOSE)
    component.office_pages = cleaned.pages
    component.save(update_fields=["office_file", "office_pages"])
    note(actor, locked, "arranged_copy", internal=True, component=key, sha256=component.office_file.sha256)
    return component


@transaction.atomic
def drop_copy(actor: Actor, *, dossier: Dossier, key: str) -> Component:
    """The office looks at what was sent again."""
    locked = lock(dossier)
    require(rules.is_office(actor, locked) and rules.may_judge(actor, locked))
    component = Component.objects.select_for_update().get(dossier=locked, key=key)
    component.office_file, component.office_pages = None, None
    component.save(update_fields=["office_file", "office_pages"])
    note(actor, locked, "dropped_copy", internal=True, component=key)
    return component


def _arranged_from(actor: Actor, dossier: Dossier, key: str, sha256: str, which: str) -> Component:
    found = Component.objects.select_for_update(of=("self",)).select_related("file", "office_file")
    component = found.filter(dossier=dossier, key=key).first()
    file = getattr(component, which, None)
    if component is None or file is None:
        raise Http404
    if file.sha256 != sha256:
        sentence = _("This paper is another one now. Look at it once more.")
        raise overtaken_conflict(actor, "paper_changed", dossier, sentence)
    return component


def photo_findings(dossier: Dossier, component: Component) -> list[dict[str, Any]]:
    """What an officer would object to in a photo, in the reader's words: severity, message, how to mend it.

    Where the office cut a copy of its own, that is looked at.
    """
    spec, file = procedure_of(dossier).component(component.key).photo, component.shown_file
    if spec is None or file is None:
        return []
    return [
        {"code": one.code, "severity": one.severity, "message": str(one.message), "mend": str(one.mend)}
        for one in map(files.photo_in_words, _looked_at(file, spec))
    ]


def _looked_at(file: StoredFile, spec: PhotoSpec) -> list[PhotoFinding]:
    """Looking takes a moment and the same picture always looks the same: remembered by its hash, for every reader."""
    slot = f"photo:{file.sha256}:{_size(spec)}"
    found: list[dict[str, Any]] | None = caches["results"].get(slot)
    if found is None:
        try:
            seen = files.examine_photo(files.read_bytes(file), size=_size(spec))
        except (files.FileRefused, files.FileUnreadable, FileNotFoundError):
            return []  # its page says that it cannot be shown
        found = [msgspec.to_builtins(one) for one in seen]
        caches["results"].set(slot, found, DAY)
    return msgspec.convert(found, list[PhotoFinding])


def photos_found(dossier: Dossier) -> list[tuple[Component, dict[str, Any]]]:
    """What an officer would object to in the dossier's photos; the applicant and the office are told the same."""
    return [
        (component, finding)
        for component in dossier.components.select_related("file", "office_file").exclude(file=None)
        for finding in photo_findings(dossier, component)
    ]


def _size(spec: PhotoSpec) -> str:
    return f"{spec.width_mm // 10}x{spec.height_mm // 10}"

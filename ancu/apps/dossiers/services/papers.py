"""Uploaded papers: validated, stored encrypted and attached; photos are examined."""

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
from ancu.engines.papers import PictureFinding as PhotoFinding
from ancu.engines.rulebook import PhotoSpec
from ancu.engines.rulebook import ProcedureComponent as Asked

PURPOSE = "dossier"
MEGABYTE = 1024 * 1024
DAY = 24 * 3600


def _clean(requirement: Asked, data: bytes) -> Cleaned:
    """Return an uploaded paper cleaned of hidden data; FileRefused if it exceeds the paper's limits or kind."""
    return files.clean_paper(
        data,
        kind="photo" if requirement.photo else "scan",
        max_bytes=requirement.max_megabytes * MEGABYTE,
        max_pages=requirement.max_pages,
    )


@transaction.atomic
def put_paper(
    actor: Actor, *, dossier: Dossier, key: str, upload_id: str, sent: Any, add: bool = False
) -> tuple[str, ...]:
    """Store an uploaded paper; return the codes of what was changed about it.

    It is the finished upload ``upload_id``, or without one the form's file ``sent``. With ``add`` its pages follow
    those already stored, where the paper may have several; otherwise they replace them. Raises FileRefused with words
    that say how to fix it; then the stored paper stays, and the parts may be used again.
    """
    name, data = files.take_sent(actor, upload_id=upload_id, file=sent, purpose=PURPOSE)
    requirement = procedure_of(dossier).component(key)
    cleaned = _clean(requirement, data)
    notes: tuple[str, ...] = ()
    current = dossier.components.select_related("file").filter(key=key).exclude(file=None).first()
    if add and current is not None and current.file is not None and adds_pages(requirement, current):
        notes, name = cleaned.notes, current.file.name
        pages = [*_pages(0, current.pages or 1), *_pages(1, cleaned.pages)]
        cleaned = _arrange(requirement, [files.read_bytes(current.file), cleaned.data], pages)
    file = files.store_paper(actor, cleaned, name=name, purpose=PURPOSE, organisation_id=dossier.organisation_id)
    attach(actor, dossier=dossier, key=key, file=file, pages=cleaned.pages)
    return (*notes, *cleaned.notes)


def adds_pages(requirement: Asked, current: Component) -> bool:
    """Return whether a further file is appended to the existing pages.

    A portrait has one page. A returned paper is replaced, unless pages were missing.
    """
    replaces_returned = current.state == ComponentState.RETURNED and current.reason_code != ReturnReason.INCOMPLETE
    return requirement.photo is None and requirement.max_pages > 1 and not replaces_returned


def _pages(source: int, count: int) -> list[PageEdit]:
    """Return the page edits that take all ``count`` pages of a source file unchanged."""
    return [PageEdit(source=source, page=page) for page in range(count)]


def _arrange(requirement: Asked, sources: list[bytes], edits: Sequence[PageEdit]) -> Cleaned:
    """Return a paper built from pages of several source files; FileRefused if it becomes too large."""
    cleaned = files.arrange_pages(
        sources, edits, kind="photo" if requirement.photo else "scan", max_pages=requirement.max_pages
    )
    if len(cleaned.data) > requirement.max_megabytes * MEGABYTE:
        raise files.refused("paper_too_large", size=requirement.max_megabytes)
    return cleaned


@transaction.atomic
def arrange(actor: Actor, *, dossier: Dossier, key: str, edits: Sequence[PageEdit], sha256: str) -> Component:
    """Reorder, turn, crop or remove pages of a paper, as its filer wants.

    ``sha256`` is that of the displayed file: Conflict when it was replaced since. Raises FileRefused.
    """
    locked = lock(dossier)
    require(rules.may_write(actor, locked))
    component = _lock_shown_component(actor, locked, key, sha256, "file")
    requirement = procedure_of(locked).component(key)
    assert component.file is not None
    cleaned = _arrange(requirement, [files.read_bytes(component.file)], edits)
    file = files.store_paper(
        actor, cleaned, name=component.file.name, purpose=PURPOSE, organisation_id=dossier.organisation_id
    )
    return attach(actor, dossier=dossier, key=key, file=file, pages=cleaned.pages)


@transaction.atomic
def arrange_copy(actor: Actor, *, dossier: Dossier, key: str, edits: Sequence[PageEdit], sha256: str) -> Component:
    """Arrange pages on the office's own copy: the submitted and signed paper is unchanged."""
    locked = lock(dossier)
    require(rules.is_office(actor, locked) and rules.may_judge(actor, locked))
    component = _lock_shown_component(actor, locked, key, sha256, "shown_file")
    requirement, source = procedure_of(locked).component(key), component.shown_file
    assert source is not None
    cleaned = _arrange(requirement, [files.read_bytes(source)], edits)
    component.office_file = files.store_paper(actor, cleaned, name=source.name, purpose=PURPOSE)
    component.office_pages = cleaned.pages
    component.save(update_fields=["office_file", "office_pages"])
    note(actor, locked, "arranged_copy", internal=True, component=key, sha256=component.office_file.sha256)
    return component


@transaction.atomic
def drop_copy(actor: Actor, *, dossier: Dossier, key: str) -> Component:
    """Delete the office's own copy of the paper ``key``; the submitted paper is shown again."""
    locked = lock(dossier)
    require(rules.is_office(actor, locked) and rules.may_judge(actor, locked))
    component = Component.objects.select_for_update().get(dossier=locked, key=key)
    component.office_file, component.office_pages = None, None
    component.save(update_fields=["office_file", "office_pages"])
    note(actor, locked, "dropped_copy", internal=True, component=key)
    return component


def _lock_shown_component(actor: Actor, dossier: Dossier, key: str, sha256: str, which: str) -> Component:
    """Return the paper ``key``, locked; 404 without a file, Conflict ``paper_changed`` if its file was replaced.

    ``which`` is ``file`` or ``office_file``; ``sha256`` is that of the displayed one.
    """
    components = Component.objects.select_for_update(of=("self",)).select_related("file", "office_file")
    component = components.filter(dossier=dossier, key=key).first()
    file = getattr(component, which, None)
    if component is None or file is None:
        raise Http404
    if file.sha256 != sha256:
        sentence = _("This document has changed. Check it again.")
        raise overtaken_conflict(actor, "paper_changed", dossier, sentence)
    return component


def photo_findings(dossier: Dossier, component: Component) -> list[dict[str, Any]]:
    """Return the problems of a paper's photo, or of the copy that the office cropped; none if it is no photo.

    Keys: code, severity, message and mend (how to fix it), in the reader's language.
    """
    spec, file = procedure_of(dossier).component(component.key).photo, component.shown_file
    if spec is None or file is None:
        return []
    return [
        {"code": finding.code, "severity": finding.severity, "message": str(finding.message), "mend": str(finding.mend)}
        for finding in map(files.photo_in_words, _examined_photo(file, spec))
    ]


def _examined_photo(file: StoredFile, spec: PhotoSpec) -> list[PhotoFinding]:
    """Examine a photo; the result is cached by the file's hash, since it never changes; [] for a damaged photo."""
    slot = f"photo:{file.sha256}:{_size(spec)}"
    findings: list[dict[str, Any]] | None = caches["results"].get(slot)
    if findings is None:
        try:
            examined = files.examine_photo(files.read_bytes(file), size=_size(spec))
        except files.FileRefused:
            examined = []  # its page says that it cannot be shown
        except (files.FileUnreadable, FileNotFoundError):
            return []
        findings = [msgspec.to_builtins(finding) for finding in examined]
        caches["results"].set(slot, findings, DAY)
    return msgspec.convert(findings, list[PhotoFinding])


def findings_by_photo(dossier: Dossier) -> list[tuple[Component, dict[str, Any]]]:
    """Return (photo, problem) for each problem of the dossier's photos; problems as in ``photo_findings``.

    The same for the applicant and the office.
    """
    return [
        (component, finding) for component in _with_files(dossier) for finding in photo_findings(dossier, component)
    ]


def _with_files(dossier: Dossier) -> list[Component]:
    """Return the papers that have a file, with their files; those already read, if the caller has read them."""
    if "components" in getattr(dossier, "_prefetched_objects_cache", {}):
        return [component for component in dossier.components.all() if component.file_id]
    return list(dossier.components.select_related("file", "office_file").exclude(file=None))


def _size(spec: PhotoSpec) -> str:
    """Return the size that a photo must have in centimetres, such as "4x6"."""
    return f"{spec.width_mm // 10}x{spec.height_mm // 10}"

"""The job that creates a copy's files: PDF and JSON of the records, and a ZIP of the person's documents."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from ancu.apps.audit.services import record
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.protection.enums import CopyState, Omission
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.selectors.collecting import CopiedPaper, CopyEntry, collect, nonempty, papers_of, subject_of
from ancu.apps.protection.selectors.record_views import AuditedLook, looks_at, sign_in_events
from ancu.apps.protection.services.printing import CopyContents, copy_pdf, record_title
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.web.language import both_languages

JOB = system("protection.prepare_copy")
FORMAT, VERSION = "an-cu-personal-copy", 1
MOST_BYTES = 200 * 1024 * 1024
UNDECIDED_DAYS = 90  # how long a copy waits for the second officer before its files go
PURPOSE = "personal_copy"


@transaction.atomic
def prepare_copy(copy_id: int) -> None:
    """Create the copy's files and queue it for a second officer; it may run twice."""
    copy = CopyRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=copy_id)
    if copy.state != CopyState.PREPARING:
        return
    contents, archive = _contents(copy)
    copy.pdf = _store(copy, copy_pdf(contents), "pdf")
    copy.json = _store(copy, _copy_as_json(contents), "json")
    copy.papers = _store(copy, archive, "zip") if archive else None
    copy.counts = dict(Counter(entry.source.label for entry in contents.entries)) | {"looks": len(contents.looks)}
    copy.state, copy.prepared_at = CopyState.PREPARED, clock.now()
    copy.save()
    record(JOB, "protection.copy_prepared", copy, records=len(contents.entries))


def _contents(copy: CopyRequest) -> tuple[CopyContents, bytes]:
    """Return the content of the copy, and a ZIP of the person's papers as bytes (empty without any)."""
    subject = subject_of(copy)
    entries = collect(subject)
    papers, archive = _zip_papers(papers_of(entries, subject))
    return CopyContents(copy, entries, looks_at(subject, entries), sign_in_events(subject), papers), archive


def _zip_papers(papers: Iterable[CopiedPaper]) -> tuple[list[CopiedPaper], bytes]:
    """Return the papers and a ZIP of their unchanged files.

    A paper whose file is gone or does not fit into one ZIP is returned without a path.
    """
    out, total, packed = io.BytesIO(), 0, []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in papers:
            data = _bytes_of(paper)
            total += len(data)
            path = paper.path if data and total <= MOST_BYTES else ""
            if path:
                archive.writestr(path, data)
            packed.append(CopiedPaper(paper.component, path))
    return packed, out.getvalue() if any(paper.path for paper in packed) else b""


def _bytes_of(paper: CopiedPaper) -> bytes:
    """Return the bytes of the paper's file; empty if it is only listed in the copy, missing or unreadable."""
    if not paper.path or paper.component.file is None:
        return b""
    try:
        return files.read_bytes(paper.component.file)
    except (files.FileUnreadable, FileNotFoundError):
        return b""


def _store(copy: CopyRequest, data: bytes, ending: str) -> StoredFile:
    """Store bytes as a file of the copy, named by its reference.

    The file has no owner, so that only the request's page opens it.
    """
    end = clock.now() + timedelta(days=UNDECIDED_DAYS)
    name = f"an-cu-{copy.reference.lower()}.{ending}"
    return files.store(JOB, data=data, name=name, purpose=PURPOSE, delete_after=end, max_bytes=2 * MOST_BYTES)


# ---- JSON (docs/reference/personal-copy.md) ----------------------------------------------------------------


def _copy_as_json(contents: CopyContents) -> bytes:
    """Return the copy of personal data as a JSON file: records, looks, sign-ins, papers and what is left out."""
    copy = contents.copy
    document = {
        "format": FORMAT,
        "version": VERSION,
        "reference": copy.reference,
        "made_at": clock.now(),
        "office": settings.OFFICE_PREFIX,
        "records": [_entry_as_json(entry) for entry in contents.entries],
        "looks": [_look_as_json(look) for look in contents.looks],
        "sign_ins": [{"at": at, "act": act} for at, act in contents.sign_ins],
        "papers": [_paper_as_json(paper) for paper in contents.papers],
        "left_out": [{"code": str(reason), **_localized(reason)} for reason in Omission],
    }
    return json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def _localized(reason: Omission) -> dict[str, str]:
    """Return why something is left out of the copy, in Vietnamese and English."""
    vi, en = both_languages(lambda: str(reason.label))
    return {"vi": vi, "en": en}


def _entry_as_json(entry: CopyEntry) -> dict[str, Any]:
    """Return a record of the copy as a dict for JSON: section, kind, title in both languages, fields with a value."""
    vi, en = record_title(entry.source.label)
    values = {name: str(value) if isinstance(value, models.Model) else value for name, value in entry.values.items()}
    return {
        "section": str(entry.source.section),
        "kind": entry.source.label,
        "title": {"vi": vi, "en": en},
        "fields": nonempty(values),
    }


def _look_as_json(look: AuditedLook) -> dict[str, Any]:
    """Return the views by one organisation on one day as a dict for JSON: day, organisation, kind of record, number."""
    vi, en = record_title(look.kind)
    title = {"vi": vi, "en": en}
    return {"day": look.day, "organisation": look.organisation, "record": title, "times": look.times}


def _paper_as_json(paper: CopiedPaper) -> dict[str, Any]:
    """Return a dossier's file as a dict for JSON: dossier number, component, name, SHA-256, bytes, path in the ZIP."""
    component = paper.component
    file = component.file
    return {
        "dossier": component.dossier.number,
        "paper": component.key,
        "name": file.name if file else "",
        "sha256": file.sha256 if file else "",
        "size": file.size if file else 0,
        "path": paper.path,
    }


def delete_copies(actor: Actor) -> int:
    """Delete the files of copies whose last day has passed; return the number of copies."""
    over = CopyRequest.objects.filter(
        state__in=[CopyState.READY, CopyState.HANDED_OVER], available_until__lt=clock.today()
    )
    copies = list(over.select_for_update(of=("self",), skip_locked=True).select_related("pdf", "json", "papers"))
    for copy in copies:
        for file in copy.files.values():
            files.delete(actor, file=file)
        copy.pdf = copy.json = copy.papers = None
        copy.state, copy.ended_at = CopyState.DELETED, clock.now()
        copy.save()
        record(actor, "protection.copy_deleted", copy)
    return len(copies)

"""Print with typst: a template of an app's ``documents/`` folder and a dictionary become a PDF."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from pikepdf import Pdf

from ancu.core import clock
from ancu.engines.typesetting import compile_document as render_pdf

__all__ = ["closing_time", "join_pdfs", "render_pdf"]


def closing_time(began_at: datetime, ended_at: datetime | None) -> str:
    """Return when something ended, in Vietnamese as in minutes: "21:40 cùng ngày" or "21:40 ngày 02/03/2026".

    Empty if it has not ended.
    """
    if ended_at is None:
        return ""
    began, ended = clock.local(began_at), clock.local(ended_at)
    day = "cùng ngày" if ended.date() == began.date() else f"ngày {ended:%d/%m/%Y}"
    return f"{ended:%H:%M} {day}"


def join_pdfs(parts: Sequence[bytes]) -> bytes:
    """Return the pages of our own PDFs, in order, as one PDF; never for files of strangers."""
    if len(parts) == 1:
        return parts[0]
    out = BytesIO()
    with Pdf.new() as joined:
        for part in parts:
            with Pdf.open(BytesIO(part)) as source:
                joined.pages.extend(source.pages)
        joined.save(out)
    return out.getvalue()

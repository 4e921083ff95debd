"""Print with typst: a template of an app's ``documents/`` folder and a dictionary become a PDF."""

from datetime import datetime

from ancu.core import clock
from ancu.engines.typesetting import compile_document as render_pdf

__all__ = ["closing_time", "render_pdf"]


def closing_time(began_at: datetime, ended_at: datetime | None) -> str:
    """Return when something ended, in Vietnamese as in minutes: "21:40 cùng ngày" or "21:40 ngày 02/03/2026".

    Empty if it has not ended.
    """
    if ended_at is None:
        return ""
    began, ended = clock.local(began_at), clock.local(ended_at)
    day = "cùng ngày" if ended.date() == began.date() else f"ngày {ended:%d/%m/%Y}"
    return f"{ended:%H:%M} {day}"

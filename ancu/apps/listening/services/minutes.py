"""The minutes of a meeting as a Vietnamese PDF: items, answering units and deadlines."""

from pathlib import Path
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from ancu.apps.accounts.selectors import superior_name
from ancu.apps.listening.models import Meeting
from ancu.apps.listening.rules.meetings import is_confidential
from ancu.apps.listening.selectors import category_name
from ancu.apps.listening.selectors.meetings import items_in_minutes
from ancu.core import clock
from ancu.core.documents.pdf import closing_time, render_pdf

DOCUMENTS = Path(__file__).parent.parent / "documents"
KIND = "lắng nghe ý kiến"


def minutes_pdf(meeting: Meeting) -> bytes:
    """Return the meeting's minutes as PDF, with every petition raised, the unit that answers it and the day.

    Speakers appear by initials, because minutes hang on a wall. A confidential item is listed without its speaker and
    its words (Law 25/2018/QH14, art. 8). A promise that waits for approval is noted without its words: they may still
    change.
    """
    items = items_in_minutes(meeting)
    counts = meeting.attendees.aggregate(listed=Count("id"), came=Count("attended_at"))
    with override("vi"):
        return render_pdf(
            DOCUMENTS / "minutes.typ", _head(meeting) | counts | {"items": [_item(petition) for petition in items]}
        )


def _head(meeting: Meeting) -> dict[str, Any]:
    """Return the data for the heading of the minutes: agency, theme, place, times, chair and secretary."""
    began = clock.local(meeting.opened_at or meeting.starts_at)
    return {
        "above": superior_name(meeting.agency),
        "agency": meeting.agency.name,
        "theme": meeting.theme,
        "about": subtitle(meeting.theme),
        "place": meeting.unit.full_name,
        "venue": " · ".join(filter(None, (meeting.station, meeting.venue))),
        "began": {"time": f"{began:%H:%M}", "day": f"{began:%d}", "month": f"{began:%m}", "year": str(began.year)},
        "ended": closing_time(began, meeting.held_at),
        "present": meeting.present,
        "agenda": [line.strip() for line in meeting.agenda.splitlines() if line.strip()],
        "chair": meeting.chair,
        "secretary": meeting.secretary,
        "minutes": meeting.minutes,
    }


def subtitle(theme: str) -> str:
    """Return the line under the title of the minutes; the kind of meeting is left out if the theme names it."""
    if theme.casefold().startswith(KIND.casefold()):
        return f"Hội nghị {theme[0].lower()}{theme[1:]}"
    return f"Hội nghị {KIND} nhân dân: {theme}"


def _item(petition: Any) -> dict[str, str | bool]:
    """Return the data of a petition in the minutes; a confidential one without speaker and words."""
    promise = getattr(petition, "promise", None)
    confidential = is_confidential(petition)
    return {
        "number": petition.number,
        "who": "" if confidential else initials(petition.name),
        "title": _("This matter is handled separately, as the law requires.")
        if confidential
        else petition.public_words or petition.title,
        "category": category_name(petition.category),
        "unit": petition.unit.name if petition.unit else "",
        "due": f"{petition.due_on:%d/%m/%Y}",
        "promise": promise.words if promise else "",
        "promise_pending": petition.promise_pending,
    }


def initials(name: str) -> str:
    """Return the initials of a person's name: ``Bùi Thị Hoa`` is B.T.H."""
    return "".join(f"{word[0].upper()}." for word in name.split())

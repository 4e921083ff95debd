"""A calendar file (RFC 5545) of one event: what a phone needs to remember an appointment."""

from datetime import UTC, datetime

LINE = 75  # octets; a longer line goes on in the next, after a space


def calendar_event(
    *, uid: str, starts_at: datetime, ends_at: datetime, made_at: datetime, title: str, place: str
) -> bytes:
    """Return a calendar file (iCalendar) with one event, its times in UTC.

    A later file with the same ``uid`` replaces the event; ``made_at`` is when the file was made.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//An Cu//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_escaped(uid)}",
        f"DTSTAMP:{_utc_text(made_at)}",
        f"DTSTART:{_utc_text(starts_at)}",
        f"DTEND:{_utc_text(ends_at)}",
        f"SUMMARY:{_escaped(title)}",
        f"LOCATION:{_escaped(place)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_fold_line(line) for line in lines)


def _utc_text(moment: datetime) -> str:
    """Return a moment in UTC as calendar files write it."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """Return the text with a calendar file's special characters escaped.

    Otherwise an address could add properties to the event.
    """
    text = " ".join(text.split())
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _fold_line(line: str) -> bytes:
    """Return the line of a calendar file in bytes, folded after 75 octets, never inside a character."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > (LINE if not parts else LINE - 1):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"

"""A calendar file (RFC 5545) of one event: what a phone needs to remember an appointment."""

from datetime import UTC, datetime

LINE = 75  # octets; a longer line goes on in the next, after a space


def event(*, uid: str, starts_at: datetime, ends_at: datetime, made_at: datetime, title: str, place: str) -> bytes:
    """Times go out in UTC, which every program reads; an event with the same ``uid`` takes the older one's place."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//An Cu//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{_moment(made_at)}",
        f"DTSTART:{_moment(starts_at)}",
        f"DTEND:{_moment(ends_at)}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(place)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Separators would end the value, a line's end the property: an address could smuggle in another one."""
    text = " ".join(text.split())
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """Cut by octets, but never inside a character."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > (LINE if not parts else LINE - 1):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"

"""Read passport pictures in a confined process, for a person to confirm: values, crops, doubts.

    sight = read_passport(image)      # bytes of a JPEG, PNG, WebP or HEIC; raises Unread(code)
    sight.record                      # the texts a declaration takes, as ``engines.exchange`` reads them
    sight.answers["full_name"].piece  # the part of the line it came from, a small JPEG
    prepare_reader()                  # start an idle child: somebody is about to send a picture

``engines.mrz`` reads; here is what stands around it when strangers send the picture: the child without keys and
database, its limits, and why a picture could not be read. No Django, nothing stored or logged.
"""

from ancu.engines.passports.model import (
    MOST_BYTES,
    REASONS,
    Alternative,
    AnswerPart,
    Check,
    FieldAnswer,
    PassportDoubt,
    PassportReading,
    Unread,
)
from ancu.engines.passports.sandbox import prepare_reader, read_passport

__all__ = [
    "MOST_BYTES",
    "REASONS",
    "Alternative",
    "AnswerPart",
    "Check",
    "FieldAnswer",
    "PassportDoubt",
    "PassportReading",
    "Unread",
    "prepare_reader",
    "read_passport",
]

"""Each field of each model is declared personal or plain, and personal ones say how long they are kept.

A model carries ``privacy = Privacy(personal={"full_name": STAY}, plain={"id", ...})``; tests/test_privacy.py
fails when a field is in neither. ``redact_by`` jobs of the owning app empty the fields when the period ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

REDACTED = "[đã xóa]"  # stands where a name was


class Keep(Enum):
    """Retention periods, in days after the record's last act. [I: an office confirms them in writing.]"""

    DRAFT = 2  # an upload that was previewed and never sent
    SURVEY_DRAFT = 7  # answers to a survey that were begun and not sent
    LETTER = 14  # the address and text of a letter not delivered, while it may be sent again
    CONTACT = 120  # the address of somebody who asked for a paper, to tell him what becomes of it
    IDLE_DRAFT = 180  # a dossier begun and never sent
    ANSWER = 30  # what a program was answered, kept so that it can ask again
    DEVICE = 182  # half a year: a phone that was not seen since, with what it would need to open its queue
    SAVED_WORDS = 183  # words of a saved filter, which may name a person, since it was saved
    SOURCE_FILE = 90  # the file as it came, for disputes about what was read
    WORKER = 366  # a worker on a company's own list: since it was last saved and the last paper ended
    DOSSIER = 7 * 365  # after a dossier ended, as immigration files are kept
    STAY = 5 * 365  # declarations, as the duty book is kept
    TIP = 365  # after a tip was closed; then it is destroyed, not emptied
    CORRESPONDENCE = 8 * 365  # what people and the office wrote: a year longer than the dossier it may belong to
    ACCOUNT = 2 * 365  # after an account is closed
    DATA_REQUEST = 3 * 365  # that somebody asked for a copy of his data, after the request ended
    AUDIT = 10 * 365  # who did and who looked, longer than what they looked at


@dataclass(frozen=True)
class Privacy:
    personal: Mapping[str, Keep] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()


def privacy(*, personal: Mapping[str, Keep] | None = None, plain: str = "") -> Privacy:
    """Return the declaration of which fields of a model are personal data.

    ``personal`` maps each such field to what is done with it in the end; ``plain`` names all others, separated by
    spaces.
    """
    return Privacy(personal=dict(personal or {}), plain=frozenset(plain.split()))


def redacted_key(ending: str = "") -> Concat:
    """Return a database expression to replace a unique personal value: it contains only the row's key.

    ``ending`` follows it.
    """
    return Concat(Value("redacted-"), Cast("pk", CharField()), Value(ending))

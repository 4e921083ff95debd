"""Data stored outside the database: heads of the chain, and results of the last nightly check."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from django.conf import settings

from ancu.apps.audit.enums import ChainProblem
from ancu.apps.audit.models import Event
from ancu.core import clock
from ancu.engines.signed_heads import Head, heads_in, public_key_of

MAIL, FOLDER, HTTPS = "mailto:", "file://", "https://"
SENT = ("audit.head", "chain")  # the subject under which the audit notes that a head was sent
LAST_CHECK = ".last-check.json"
LATE = timedelta(hours=50)  # two nights and a little
Outcome = TypeVar("Outcome", bound="NightlyCheck")


class NightlyCheck(msgspec.Struct, frozen=True):
    """The result of a check that runs every night."""

    at: datetime

    @property
    def is_late(self) -> bool:
        """Whether the last check is more than 50 hours old, so that at least a night was missed."""
        return clock.now() - self.at > LATE


class ChainCheck(NightlyCheck, frozen=True):
    """The result of a check; ``problem`` is empty if all agrees, otherwise ``place`` is where it does not."""

    events: int
    heads: int
    problem: ChainProblem | None = None
    place: int = 0


def read_outcome(name: str, kind: type[Outcome]) -> Outcome | None:
    """Return the last check's result from a file beside the audit's heads; None without a readable file.

    ``kind`` is the type of the result. The file is outside the database.
    """
    try:
        return msgspec.json.decode((Path(settings.AUDIT_HEADS_FOLDER) / name).read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def last_check() -> ChainCheck | None:
    """Return the result of the last check of the audit's hash chain; None before the first check."""
    return read_outcome(LAST_CHECK, ChainCheck)


def last_sent() -> datetime | None:
    """Return when a signed head of the audit chain last reached another party; None if none ever did."""
    kind, key = SENT
    sent = Event.objects.filter(subject_type=kind, subject_id=key, act="audit.sent")
    return sent.order_by("-id").values_list("at", flat=True).first()


def stored_heads() -> list[Head]:
    """Return all signed heads of the audit chain in the own folder and readable folders of other parties.

    Each is returned once.
    """
    others = [Path(target.removeprefix(FOLDER)) for target in settings.AUDIT_HEADS_TO if target.startswith(FOLDER)]
    folders = [Path(settings.AUDIT_HEADS_FOLDER), *others]
    return list(dict.fromkeys(head for folder in folders for head in heads_of(folder)))


def heads_of(path: Path) -> Iterator[Head]:
    """Yield the signed heads of the audit chain in a file or in a folder's files, such as saved e-mails."""
    files = sorted(path.iterdir()) if path.is_dir() else [path] if path.exists() else []
    for file in files:
        if file.is_file() and not file.name.startswith("."):
            yield from heads_in(file.read_text(encoding="utf-8", errors="replace"))


def public_keys() -> list[str]:
    """Return the public keys that verify the audit chain's signed heads: the present one and former ones."""
    present = [public_key_of(settings.AUDIT_SIGNING_KEY)] if settings.AUDIT_SIGNING_KEY else []
    return [*present, *settings.AUDIT_PUBLIC_KEYS]

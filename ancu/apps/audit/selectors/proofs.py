"""Results of the last nightly recomputation of stored hashes: receipts and alerts."""

from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ancu.apps.audit.enums import ProofKind
from ancu.apps.audit.selectors.checks import LATE
from ancu.core import clock


class ProofCheck(msgspec.Struct, frozen=True):
    """Numbers of records recomputed and deleted, and the ids that do not match."""

    kind: ProofKind
    at: datetime
    checked: int
    emptied: int
    mismatches: list[int]

    @property
    def is_late(self) -> bool:
        """Whether the last check is older than a night."""
        return clock.now() - self.at > LATE

    @property
    def command(self) -> str:
        return f"manage.py verify_{self.kind.value}"

    @property
    def sentence(self) -> str:
        """The message to administrators about records that do not match their hash."""
        number = number_format(len(self.mismatches), force_grouping=True)
        return {
            ProofKind.RECEIPTS: _("Receipts that do not agree with their hash: %(number)s."),
            ProofKind.ALERTS: _("Alerts that do not agree with their hash: %(number)s."),
        }[self.kind] % {"number": number}


def file_name(kind: ProofKind) -> str:
    return f".last-{kind.value}-check.json"


def last_proof_checks() -> list[ProofCheck]:
    """The last nightly result of each kind, from files outside the database."""
    checks = [_last_check(kind) for kind in ProofKind]
    return [check for check in checks if check is not None]


def _last_check(kind: ProofKind) -> ProofCheck | None:
    try:
        data = (Path(settings.AUDIT_HEADS_FOLDER) / file_name(kind)).read_bytes()
        return msgspec.json.decode(data, type=ProofCheck)
    except (OSError, msgspec.MsgspecError):
        return None

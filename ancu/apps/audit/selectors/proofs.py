"""What the last nightly recomputation of stored hashes found: receipts, alerts."""

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
    """How many records were computed again, how many were emptied after their time, and the ids that do not agree."""

    kind: ProofKind
    at: datetime
    checked: int
    emptied: int
    mismatches: list[int]

    @property
    def is_late(self) -> bool:
        """Whether a night's check is missing since."""
        return clock.now() - self.at > LATE

    @property
    def command(self) -> str:
        return f"manage.py verify_{self.kind.value}"

    @property
    def sentence(self) -> str:
        """What an administrator reads of records that do not agree with their hash."""
        number = number_format(len(self.mismatches), force_grouping=True)
        return {
            ProofKind.RECEIPTS: _("Receipts that do not agree with their hash: %(number)s."),
            ProofKind.ALERTS: _("Alerts that do not agree with their hash: %(number)s."),
        }[self.kind] % {"number": number}


def file_name(kind: ProofKind) -> str:
    return f".last-{kind.value}-check.json"


def last_proof_checks() -> list[ProofCheck]:
    """The last nightly check of each kind, from files that the database's owner cannot write."""
    checks = [_last_check(kind) for kind in ProofKind]
    return [check for check in checks if check is not None]


def _last_check(kind: ProofKind) -> ProofCheck | None:
    try:
        data = (Path(settings.AUDIT_HEADS_FOLDER) / file_name(kind)).read_bytes()
        return msgspec.json.decode(data, type=ProofCheck)
    except (OSError, msgspec.MsgspecError):
        return None

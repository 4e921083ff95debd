"""Results of the last nightly recomputation of stored hashes: receipts and alerts."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ancu.apps.audit.enums import ProofKind
from ancu.apps.audit.selectors.checks import NightlyCheck, read_outcome


class ProofCheck(NightlyCheck, frozen=True):
    """Numbers of records recomputed and deleted, and the ids that do not match."""

    kind: ProofKind
    checked: int
    emptied: int
    mismatches: list[int]

    @property
    def command(self) -> str:
        """The terminal command that recomputes the hashes of this kind of record."""
        return f"ancu manage verify_{self.kind.value}"

    @property
    def sentence(self) -> str:
        """The message to administrators that some records do not match their stored hash."""
        number = number_format(len(self.mismatches), force_grouping=True)
        return {
            ProofKind.RECEIPTS: _("Receipts that do not match their hash: %(number)s."),
            ProofKind.ALERTS: _("Alerts that do not match their hash: %(number)s."),
        }[self.kind] % {"number": number}


def file_name(kind: ProofKind) -> str:
    """Return the name of the file that stores the last check of hashes of this kind of record."""
    return f".last-{kind.value}-check.json"


def last_proof_checks() -> list[ProofCheck]:
    """Return for each kind of record the last nightly check of its stored hashes, if there was one.

    The results are in files outside the database.
    """
    checks = [read_outcome(file_name(kind), ProofCheck) for kind in ProofKind]
    return [check for check in checks if check is not None]

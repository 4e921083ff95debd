"""What a check of the backup verified, and what it found wanting."""

from collections.abc import Iterator

import msgspec


class Restored(msgspec.Struct, kw_only=True):
    """The verified numbers of a restored database; each list names what is missing or differs, by id."""

    missing_rows: dict[str, list[list[str]]]
    receipts: int
    receipt_mismatches: list[int]
    alerts: int
    alert_mismatches: list[int]
    events: int
    chain_problem: str
    files: int
    missing_files: list[str]
    changed_files: list[str]

    def faults(self) -> Iterator[str]:
        """Yield a line for each fault; none for a backup that can be relied upon."""
        for table, keys in self.missing_rows.items():
            yield f"rows missing in {table}: {', '.join('/'.join(key) for key in keys)}"
        if self.chain_problem:
            yield f"the audit's chain does not hold: {self.chain_problem}"
        named: dict[str, list[int] | list[str]] = {
            "receipts that do not agree with their hash": self.receipt_mismatches,
            "alerts that do not agree with their hash": self.alert_mismatches,
            "files missing": self.missing_files,
            "files changed, or of another key": self.changed_files,
        }
        for words, ids in named.items():
            if ids:
                yield f"{words}: {', '.join(map(str, ids))}"


class LastRestoreCheck(msgspec.Struct, kw_only=True):
    """The last check of the backup, as it is stored for health and metrics: when it ended, and what it took."""

    ended_at: str
    seconds: int
    rows: int
    faults: list[str]

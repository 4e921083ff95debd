"""Recovery to a moment: `python -m tests.ha.recovery` restores the database beside the cluster, lists its receipts."""

import argparse
import json
import pwd
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import django
import psycopg

from tests.crash.programs import SentBatch
from tests.ha.database import BINARIES, Cluster
from tests.ha.load import Caller, Declarer
from tests.ha.nodes import Nodes

CLEAR_S = 3  # seconds before and after the moment whose declarations may lie on either side


@dataclass(frozen=True)
class RecoveryPoint:
    """A second of the run: receipts handed out well before it, references of batches sent until well after it."""

    at: str
    answered: list[str]
    sent: set[str]

    @staticmethod
    def now(load: list[Caller]) -> "RecoveryPoint":
        """Choose a second while the callers declare; takes twice ``CLEAR_S``."""
        answered = _receipts([batch for caller in load for batch in _batches(caller)])
        time.sleep(CLEAR_S)
        moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S+00")
        time.sleep(CLEAR_S)
        return RecoveryPoint(moment, answered, {batch.reference for caller in load for batch in _batches(caller)})

    def receipts_after(self, load: list[Caller]) -> list[str]:
        """The receipts that were handed out first to batches sent well after the moment.

        A batch of guests whom a neighbour declared long before is answered with the neighbour's receipt.
        """
        batches = [batch for caller in load for batch in _batches(caller)]
        earlier = set(_receipts([batch for batch in batches if batch.reference in self.sent]))
        later = _receipts([batch for batch in batches if batch.reference not in self.sent])
        return [receipt for receipt in later if receipt not in earlier]


def _batches(caller: Caller) -> list[SentBatch]:
    return list(caller.batches) if isinstance(caller, Declarer) else []


def _receipts(batches: list[SentBatch]) -> list[str]:
    """The receipts of answered batches; one whose guests were declared already under several receipts has none."""
    receipts = (batch.answer_body["receipt"] for batch in batches if batch.answer)
    return [receipt for receipt in receipts if receipt]


def recovered_receipts(nodes: Nodes, cluster: Cluster, moment: RecoveryPoint) -> tuple[set[str], float]:
    """The receipts of the database as it was at the moment, and the seconds that its recovery took."""
    options = (f"--config={cluster.backups}", f"--scratch={cluster.folder}", f"--moment={moment.at}")
    answer = json.loads(nodes.run("-m", "tests.ha.recovery", *options).splitlines()[-1])
    return set(answer["receipts"]), answer["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser()
    for option in ("--config", "--scratch", "--moment"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    django.setup()
    from ancu.config.backups.scratch import Backup
    from ancu.core.db.postgres.home import Account

    entry = pwd.getpwnam("postgres")
    target = [f"--config={options.config}", "--type=time", f"--target={options.moment}", "--target-action=promote"]
    backup = Backup("ancu", BINARIES, Account(entry.pw_uid, entry.pw_gid), target)
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="recovery-", dir=options.scratch) as folder,
        backup.restored(Path(folder)) as url,
        psycopg.connect(url) as connection,
    ):
        seconds = time.monotonic() - begun
        receipts = [row[0] for row in connection.execute("SELECT number FROM stays_submission")]
        print(json.dumps({"seconds": seconds, "receipts": receipts}))


if __name__ == "__main__":
    main()

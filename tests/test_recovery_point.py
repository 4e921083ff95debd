"""What `make ha` compares after a recovery to a moment: only receipts that surely lie on one side of it."""

import json

from tests.crash.programs import SentBatch
from tests.ha.load import Caller, Declarer
from tests.ha.recovery import RecoveryPoint


def test_a_late_batch_answered_with_a_neighbours_early_receipt_does_not_count_as_later() -> None:
    first, late = Declarer("batch", 0, ""), Declarer("batch", 1, "")
    load: list[Caller] = [first, late]
    first.batches.append(_answered("program-0-3", "early"))
    moment = RecoveryPoint("2026-12-01 00:00:00+00", ["early"], {"program-0-3"})
    late.batches += [_answered("program-1-3", "early"), _answered("program-1-4", "new"), _answered("program-1-5", None)]
    assert moment.receipts_after(load) == ["new"]


def _answered(reference: str, receipt: str | None) -> SentBatch:
    return SentBatch(reference, [], answer=json.dumps({"receipt": receipt}).encode())

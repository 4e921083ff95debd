"""Store and report the result of a nightly recomputation of hashes."""

import logging

import msgspec

from ancu.apps.audit.selectors.proofs import ProofCheck, file_name
from ancu.apps.audit.services.checking import store_outcome

MOST_IDS = 1000  # that the file keeps; the command prints them all
log = logging.getLogger(__name__)


def store_proof_check(check: ProofCheck) -> None:
    """Store the result of checking records' hashes in a file; log the ids of mismatching records."""
    store_outcome(file_name(check.kind), msgspec.structs.replace(check, mismatches=check.mismatches[:MOST_IDS]))
    if check.mismatches:
        log.error("%d %s do not agree with their hash: %s", len(check.mismatches), check.kind.value,
                  check.mismatches[:MOST_IDS])  # fmt: skip

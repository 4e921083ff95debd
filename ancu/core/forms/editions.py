"""What an edit page showed, as a short text: another one means that the record was changed since."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

CHANGED_SINCE = "changed_since"  # code of the Conflict


def edition_of(values: Mapping[str, Any]) -> str:
    """Return a digest of a record's editable values, by which a later change is recognised."""
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]

"""The content a sponsor signs, and whether the signature covers the current content."""

import json
from hashlib import sha256

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Dossier


def is_signed(dossier: Dossier) -> bool:
    """Return whether the sponsor signed exactly what would be sent."""
    if not rules.needs_signature(dossier):
        return True
    return dossier.signatures.filter(signed_by_id=dossier.sponsor_id, digest=digest_of(dossier)).exists()


def papers_of(dossier: Dossier) -> dict[str, str]:
    """Return the SHA-256 of each uploaded paper's file by the paper's key."""
    components = dossier.components.exclude(file=None).order_by("key")
    return dict(components.values_list("key", "file__sha256"))


def digest_of(dossier: Dossier) -> str:
    """Return the SHA-256 of the answers and the papers' hashes, in canonical JSON."""
    body = {"procedure": dossier.procedure, "answers": dossier.answers, "papers": papers_of(dossier)}
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

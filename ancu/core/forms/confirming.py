"""What is unusual in a form is asked once (``ui/sure.html``); an answer confirms just the sentences it is for."""

from collections.abc import Sequence
from hashlib import sha256

from ancu.core.errors import Unconfirmed
from ancu.core.web.http import Request


def confirmation_digest(sentences: Sequence[str]) -> str:
    """Return a digest of the sentences, which the form sends back to confirm exactly these."""
    return sha256("\n".join(sentences).encode()).hexdigest()[:16]


def is_confirmed(request: Request, sentences: Sequence[str]) -> bool:
    """Whether there are no unusual sentences, or the request confirms exactly these."""
    return not sentences or request.POST.get("sure") == confirmation_digest(sentences)


def require_confirmed(sentences: Sequence[str], answer: str) -> None:
    """Raise Unconfirmed unless there are no unusual sentences or ``answer`` confirms exactly these."""
    if sentences and answer != confirmation_digest(sentences):
        raise Unconfirmed(sentences)

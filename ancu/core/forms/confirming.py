"""What is unusual in a form is asked once (``ui/sure.html``); an answer confirms just the sentences it is for."""

from collections.abc import Sequence
from hashlib import sha256

from ancu.core.errors import Unconfirmed
from ancu.core.web.http import Request


def confirmation_digest(sentences: Sequence[str]) -> str:
    """Return a digest of sentences about what is unusual; the form sends it back to confirm exactly these."""
    return sha256("\n".join(sentences).encode()).hexdigest()[:16]


def is_confirmed(request: Request, sentences: Sequence[str]) -> bool:
    """Whether nothing is unusual, or the submitted form confirms exactly these sentences about what is."""
    return not sentences or request.POST.get("sure") == confirmation_digest(sentences)


def require_confirmed(sentences: Sequence[str], answer: str) -> None:
    """Raise Unconfirmed if there are sentences about what is unusual and ``answer`` does not confirm them.

    ``answer`` is the digest that the form sends back.
    """
    if sentences and answer != confirmation_digest(sentences):
        raise Unconfirmed(sentences)

"""What is unusual in a form is asked once (``ui/sure.html``); an answer confirms just the sentences it is for."""

from collections.abc import Sequence
from hashlib import sha256

from ancu.core.errors import Unconfirmed
from ancu.core.web.http import Request


def confirmation_digest(sentences: Sequence[str]) -> str:
    """Return a digest of the warnings that a form shows; submitting it back confirms exactly these warnings."""
    return sha256("\n".join(sentences).encode()).hexdigest()[:16]


def is_confirmed(request: Request, sentences: Sequence[str]) -> bool:
    """Whether there are no warnings, or the submitted form confirms exactly these warnings (``sentences``)."""
    return not sentences or request.POST.get("sure") == confirmation_digest(sentences)


def require_confirmed(sentences: Sequence[str], answer: str) -> None:
    """Raise Unconfirmed with the warnings ``sentences``, unless ``answer`` is their digest or there are none.

    The form sends the digest back to confirm the warnings.
    """
    if sentences and answer != confirmation_digest(sentences):
        raise Unconfirmed(sentences)

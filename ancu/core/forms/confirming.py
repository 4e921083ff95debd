"""What is unusual in a form is asked once (``ui/sure.html``); an answer confirms just the sentences it is for."""

from collections.abc import Sequence
from hashlib import sha256

from ancu.core.errors import Unconfirmed
from ancu.core.web.http import Request


def answer_to(sentences: Sequence[str]) -> str:
    """What the form sends back to confirm just these sentences."""
    return sha256("\n".join(sentences).encode()).hexdigest()[:16]


def is_confirmed(request: Request, sentences: Sequence[str]) -> bool:
    """Whether nothing is unusual, or the person said that just this is right."""
    return not sentences or request.POST.get("sure") == answer_to(sentences)


def require_confirmed(sentences: Sequence[str], answer: str) -> None:
    """Raise Unconfirmed unless nothing is unusual or ``answer`` confirms just these sentences."""
    if sentences and answer != answer_to(sentences):
        raise Unconfirmed(sentences)

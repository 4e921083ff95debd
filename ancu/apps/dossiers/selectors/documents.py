"""Which papers can be printed of a dossier in its present state."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import IN_THE_OFFICE, ISSUED, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.page import in_words
from ancu.apps.dossiers.selectors.procedures import procedure_of

DOCUMENT_TITLES: dict[str, Words] = {
    "receipt": _("Receipt slip"),
    "appointment": _("Slip for the result"),
    "supplement": _("Request for a supplement"),
    "not-accepted": _("Notice: dossier not accepted"),
    "refusal": _("Notice: request not approved"),
    "result": _("Notice of the result"),
}
FORM = "form-"


@dataclass(frozen=True)
class Document:
    title: str
    url: str


def form_code(kind: str) -> str:
    """The code of a form's document, as ``NA5`` of ``form-NA5``; empty for the office's papers."""
    return kind.removeprefix(FORM) if kind.startswith(FORM) else ""


def is_there(dossier: Dossier, kind: str) -> bool:
    """A form can be printed before it is sent, so that it can be signed; the office's papers follow its acts."""
    if code := form_code(kind):
        return any(form.code == code for form in procedure_of(dossier).forms)
    if kind == "supplement":
        return dossier.supplements.exists()
    return _by_state(dossier).get(kind, False)


def _by_state(dossier: Dossier) -> dict[str, bool]:
    return {
        "receipt": dossier.submitted_at is not None,
        "appointment": dossier.due_on is not None and dossier.state in IN_THE_OFFICE,
        "not-accepted": dossier.state == State.NOT_ACCEPTED,
        "refusal": dossier.state == State.REFUSED,
        "result": dossier.state in ISSUED,
    }


def documents(dossier: Dossier) -> list[Document]:
    """Those that are there, the office's first."""
    found = [
        Document(str(title), _url(dossier, kind)) for kind, title in DOCUMENT_TITLES.items() if is_there(dossier, kind)
    ]
    forms = procedure_of(dossier).forms
    return found + [Document(in_words(form, "name"), _url(dossier, f"{FORM}{form.code}")) for form in forms]


def _url(dossier: Dossier, kind: str) -> str:
    return reverse("dossiers:document", args=[dossier.number, kind])

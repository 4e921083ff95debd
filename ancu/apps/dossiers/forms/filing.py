"""Forms of filing: list pages, starting a dossier, papers, and the final statement."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import INDIVIDUALS, Filer
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.prefill import guest_of
from ancu.apps.files.services import PageEdit
from ancu.core.forms import Form
from ancu.engines.rulebook import ProcedureComponent as Asked

NEW_PERSON = "new"


class ListPageForm(Form):
    before = forms.IntegerField(min_value=1, max_value=2**62)

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> int | None:
        """Return the id of the last dossier on the page before, from the query; None on the first page."""
        form = cls(query)
        return form.cleaned_data["before"] if form.is_valid() else None


class BeginDossierForm(Form):
    """Who starts the dossier, for whom, and which records prefill it."""

    side = forms.ChoiceField(
        label=_("Who are you?"),
        choices=[("foreigner", _("The foreigner")), ("sponsor", _("The sponsor"))],
        widget=forms.RadioSelect,
        initial="foreigner",
    )
    person = forms.ChoiceField(label=_("Who is it for?"), widget=forms.RadioSelect, initial=NEW_PERSON)
    receipt = forms.CharField(
        label=_("Code on your lodging’s receipt"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_(
            "If your lodging declared you, it can give you a receipt. Enter its code to fill in the form from that "
            "declaration. Leave it empty to type everything yourself."
        ),
    )

    def __init__(self, *args: Any, filer: Filer, people: list[Dossier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {dossier.number: dossier for dossier in people}
        if filer not in INDIVIDUALS:
            del self.fields["side"]
        if filer == Filer.ORGANISATION:
            self.fields["receipt"].help_text = _("The lodging that declared the person can give you the receipt.")
        if not people:
            del self.fields["person"]
            return
        choices = [(dossier.number, dossier.full_name or dossier.document_number) for dossier in people]
        self.fields["person"].choices = [*choices, (NEW_PERSON, _("Someone else"))]  # type: ignore[attr-defined]

    def clean_receipt(self) -> Any:
        """Return the stay whose guest receipt has the typed code; None for an empty field.

        ValidationError for a code that no receipt has.
        """
        typed = self.cleaned_data["receipt"].strip()
        stay = guest_of(typed) if typed else None
        if typed and stay is None:
            raise forms.ValidationError(
                _("No guest receipt has this code. Type the whole code, as shown under the QR code.")
            )
        return stay

    @property
    def is_sponsor(self) -> bool:
        """Whether the person files as the sponsor, not as the applicant."""
        return bool(self.cleaned_data.get("side") == "sponsor")

    @property
    def before(self) -> Dossier | None:
        """The earlier dossier whose person was chosen; None for a new person."""
        return self.people.get(self.cleaned_data.get("person", ""))


class SendDossierForm(Form):
    """The statement required for sending."""

    true = forms.BooleanField(
        label=_("What I submit is true and complete. I am responsible for it by law."),
        error_messages={"required": _("Tick this box to continue.")},
    )
    digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)  # of the content that was read


class AskSignatureForm(Form):
    email = forms.EmailField(
        label=_("Email of the sponsor"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email"}),
    )


class RevisionForm(Form):
    """What a browser window sends with a save: the revision it was opened with, and the keys of its own saves."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    save_keys = forms.CharField(max_length=400, required=False)

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return revision and save keys that the page sent, as arguments of ``filing.save``.

        For invalid ones a revision that no dossier has, so that nothing is overwritten.
        """
        form = cls(sent)
        return form.cleaned_data if form.is_valid() else {"revision": -1}

    def clean_save_keys(self) -> list[UUID]:
        """Return the keys of the saves that the page itself has made, newest first."""
        try:
            return [UUID(key) for key in self.cleaned_data["save_keys"].split()]
        except ValueError:
            raise forms.ValidationError(_("This dossier was changed in another window. Reload the page.")) from None


ACCEPT = {
    "pdf": "application/pdf,.pdf",
    "jpeg": "image/jpeg,.jpg,.jpeg",
    "png": "image/png,.png",
    "heic": "image/heic,image/heif,.heic,.heif",
}


def accepted(component: Asked) -> str:
    """Return the ``accept`` of the file input for a paper: the media types and endings that it may have."""
    return ",".join(ACCEPT[kind] for kind in component.types)


class ArrangeForm(Form):
    """One change to a page of a paper; ``sha256`` is that of the displayed file."""

    ACTS = ("earlier", "later", "turn", "remove")

    act = forms.ChoiceField(choices=[(name, "") for name in ACTS])
    page = forms.IntegerField(min_value=1, max_value=500)
    sha256 = forms.CharField(max_length=64)

    def edits(self, pages: int) -> list[PageEdit]:
        """Return the page edits that turn, remove or move the chosen page of a paper with ``pages`` pages.

        Nothing changes for a page beyond the last.
        """
        edits = [PageEdit(page=place) for place in range(pages)]
        at, act = self.cleaned_data["page"] - 1, self.cleaned_data["act"]
        if at >= pages:
            return edits
        if act == "turn":
            edits[at] = PageEdit(page=at, turn=90)
        elif act == "remove":
            del edits[at]
        else:
            to = min(max(at + (1 if act == "later" else -1), 0), pages - 1)
            edits.insert(to, edits.pop(at))
        return edits


class CropForm(Form):
    """The crop frame on one page, in per cent of its width and height."""

    left = forms.FloatField(label=_("Left edge (%)"), min_value=0, max_value=100)
    top = forms.FloatField(label=_("Upper edge (%)"), min_value=0, max_value=100)
    right = forms.FloatField(label=_("Right edge (%)"), min_value=0, max_value=100)
    bottom = forms.FloatField(label=_("Lower edge (%)"), min_value=0, max_value=100)
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Add an error if the right edge is not right of the left one, or the bottom edge not below the top one."""
        cleaned = super().clean() or {}
        for low, high in (("left", "right"), ("top", "bottom")):
            if low in cleaned and high in cleaned and cleaned[high] <= cleaned[low]:
                self.add_error(high, _("This number must be larger than the one for the opposite edge."))
        return cleaned

    def edits(self, pages: int, page: int) -> list[PageEdit]:
        """Return the page edits that crop ``page`` (from 1) to the chosen frame and leave all other pages unchanged."""
        frame = tuple(self.cleaned_data[name] / 100 for name in ("left", "top", "right", "bottom"))
        return [PageEdit(page=place, crop=frame if place == page - 1 else None) for place in range(pages)]


class PaperUploadForm(Form):
    """One file for one component. Its type is detected from its bytes (services.papers)."""

    file = forms.FileField(label=_("File or picture"), max_length=1000, required=False)
    file_upload = forms.CharField(max_length=40, required=False)  # the id of an upload in parts (files/paper.html)

    def __init__(self, *args: Any, component: Asked, **kwargs: Any) -> None:
        self.component = component
        kwargs.setdefault("prefix", component.key)
        super().__init__(*args, **kwargs)
        self.fields["file"].label_says_required = True  # type: ignore[attr-defined]  # one of the two must come: take_sent says so
        self.fields["file"].widget.attrs = {
            "accept": accepted(component),
            "autocomplete": "off",
        }  # else Firefox fills it in again
        self.fields["file"].help_text = _("%(types)s, at most %(size)s MB.") % {
            "types": ", ".join(kind.upper() for kind in component.types),
            "size": component.max_megabytes,
        }

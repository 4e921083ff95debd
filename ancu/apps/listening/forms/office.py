"""One small form for each act of an officer on a petition."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.listening.enums import PetitionOutcome
from ancu.apps.listening.forms.petitions import LONGEST, category_field
from ancu.apps.messaging.forms import MessageFilesField
from ancu.apps.messaging.services import MessageUpload
from ancu.core import clock
from ancu.core.forms import DateField, Form, SearchSelect
from ancu.core.security.personal_data import personal_data_in


def reason_field(label: Any, **more: Any) -> forms.CharField:
    """Return a required text field for a reason."""
    return forms.CharField(label=label, max_length=500, widget=forms.Textarea({"rows": 2}), **more)


class _UnitForm(Form):
    """Among the units that may answer it."""

    agency_id = forms.TypedChoiceField(label=_("Unit"), coerce=int, widget=SearchSelect)

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency_id"].choices = units  # type: ignore[attr-defined]  # a choice field


class AssignPetitionForm(_UnitForm):
    reason = forms.CharField(label=_("Reason, for the record"), required=False, max_length=300)


class AskHelpForm(_UnitForm):
    question = reason_field(_("Your question to that unit"))
    reply_by = DateField(label=_("Answer by"))

    def clean_reply_by(self) -> Any:
        """Return the day by which help is asked for; ValidationError if it is in the past."""
        return _not_past(self.cleaned_data["reply_by"])


def _not_past(day: Any) -> Any:
    """Return the day ``day``; raises ValidationError if it is in the past."""
    if day and day < clock.today():
        raise forms.ValidationError(_("This date has passed. Choose today or a later date."))
    return day


class PetitionCategoryForm(Form):
    category = category_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].help_text = _(
            "A petition that has become a complaint or a denunciation cannot change back."
        )


class PublicWordsForm(Form):
    """A form with public text. What looks like personal data in it must be confirmed once."""

    public_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self._personal_data():
            self.fields["no_personal_data"] = forms.BooleanField(
                label=_("This is not personal data, so it can be public"), required=False
            )

    def _personal_data(self) -> list[str]:
        """Return the parts of the public text that look like personal data."""
        written = " ".join(str(self.data.get(self.add_prefix(name)) or "") for name in self.public_fields)
        return personal_data_in(written, clock.today())

    def clean(self) -> dict[str, Any]:
        """Return the public text; if it seems to contain personal data, a tick must confirm it is none."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "no_personal_data" in self.fields and not data.pop("no_personal_data", False):
            words = _(
                "“%(parts)s” will be public. Remove it if it is someone’s personal data. If it is not, tick the box "
                "below."
            )
            self.add_error("no_personal_data", words % {"parts": ", ".join(self._personal_data())})
        return data


class AnswerDraftForm(PublicWordsForm):
    """The answer. A promise names its day and, for everybody, what will be done."""

    outcome = forms.ChoiceField(label=_("Type of answer"), choices=PetitionOutcome, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Answer to the petitioner"), max_length=LONGEST, widget=forms.Textarea({"rows": 6}))
    promised_on = DateField(label=_("It will be done by"), required=False, help_text=_("Only for a promise."))
    public_words = forms.CharField(
        label=_("Public text of the promise"), required=False, max_length=200,
        help_text=_(
            "Do not write names or anything that identifies the petitioner. If you leave it empty, the promise is "
            "only counted."
        ),
    )  # fmt: skip
    attached = MessageFilesField(
        label=_("Evidence"), required=False, max_length=200, help_text=_("Photos or papers for the petitioner.")
    )

    public_fields = ("public_words",)
    asks = {"text": _("Write the answer."), "outcome": _("Choose the type of answer.")}

    def __init__(self, *args: Any, statutory: bool = False, **kwargs: Any) -> None:
        """Leave out the promise for a complaint or denunciation (``statutory``), since the law sets its day."""
        super().__init__(*args, **kwargs)
        if statutory:
            del self.fields["promised_on"], self.fields["public_words"]
            outcomes = [choice for choice in PetitionOutcome.choices if choice[0] != PetitionOutcome.PROMISED]
            self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        """Return the answer's values; a promise without a day is an error."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("outcome") == PetitionOutcome.PROMISED and not data.get("promised_on"):
            self.add_error("promised_on", _("Enter the date by which you promise to do it."))
        return data

    def uploads(self) -> list[MessageUpload]:
        """Return the files attached to the answer."""
        return [MessageUpload(upload.name, upload.read()) for upload in self.cleaned_data["attached"]]


class PetitionReasonForm(Form):
    reason = reason_field(_("Reason"))


class GiveHelpForm(Form):
    reply = forms.CharField(label=_("Your unit’s answer"), max_length=LONGEST, widget=forms.Textarea({"rows": 4}))


class MergePetitionsForm(Form):
    into = forms.CharField(label=_("Number of the petition to join it with"), max_length=30)
    reason = reason_field(_("Why it is the same matter"))

    def clean_into(self) -> str:
        """Return in capitals the number of the petition to merge into."""
        return str(self.cleaned_data["into"]).strip().upper()


class AboutOfficerForm(Form):
    """The officer whom a petition is about, chosen from all officers."""

    user_id = forms.TypedChoiceField(
        label=_("Officer"), coerce=int, empty_value=None, required=False, widget=SearchSelect,
        help_text=_(
            "This officer can no longer open the petition, even if it is you. An answer by this officer that is "
            "waiting for approval is returned."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, officers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_id"].choices = [("", _("no one")), *officers]  # type: ignore[attr-defined]  # a choice field


class AboutUnitForm(_UnitForm):
    """The unit a petition is about, when the petitioner did not name it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency_id"].help_text = _(
            "The petition goes to another unit immediately. What this unit wrote is returned."
        )


class TransferPetitionForm(Form):
    to = forms.CharField(label=_("Body to transfer it to"), max_length=200)
    reference = forms.CharField(label=_("Number of the letter"), max_length=60)
    reason = reason_field(_("Why that body must answer"))


class TransferReceiptForm(Form):
    receipt = forms.CharField(label=_("Their reference number"), max_length=60)
    receipt_on = DateField(label=_("Date of their receipt"))

    def clean_receipt_on(self) -> Any:
        """Return the day of the outside body's receipt; ValidationError if it is in the future."""
        day = self.cleaned_data["receipt_on"]
        if day and day > clock.today():
            raise forms.ValidationError(_("This date is in the future."))
        return day


class AskPetitionerForm(Form):
    text = forms.CharField(
        label=_("Question to the petitioner"), max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

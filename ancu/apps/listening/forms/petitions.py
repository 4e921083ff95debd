"""Forms of a petition: sent by the petitioner or recorded by an operator, and the petitioner's verdict."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies
from ancu.apps.listening.enums import BY_HAND, PetitionChannel, VerdictValue
from ancu.apps.listening.selectors import category_choices, rule_today
from ancu.apps.listening.services.receiving import PetitionIntake
from ancu.apps.messaging.forms import MessageFilesField
from ancu.apps.messaging.services import MessageUpload
from ancu.apps.places.forms import CommuneField
from ancu.core.forms import CHOOSE, Form, SearchSelect, name_field, phone_field
from ancu.core.forms.choices import OtherNames

LONGEST = 5000


def category_field() -> forms.ChoiceField:
    """Return the form field for a petition's category, initially "other".

    The first category as initial value would set a wrong unit and deadline.
    """
    return forms.ChoiceField(
        label=_("What is it about?"), choices=category_choices, widget=SearchSelect, initial="other"
    )


NO_UNIT, UNKNOWN_UNIT = "none", "unknown"


def unit_choices() -> list[tuple[str, Any]]:
    """Return (value, label) of the units that a petition can be about, for a form."""
    return [
        CHOOSE,
        (NO_UNIT, _("not about a police unit")),
        (UNKNOWN_UNIT, _("I do not know which unit")),
        *((str(unit.pk), unit.name) for unit in agencies()),
    ]


UNIT_NAME = re.compile(r"Công an ((?:xã |phường |thị trấn |đặc khu )?(.+))", re.IGNORECASE)


class UnitSelect(SearchSelect):
    """A searchable list of units. A place name alone also matches, unless two units have it."""

    @property
    def aliases(self) -> dict[str, OtherNames]:
        """Return by unit id the parts of the unit's name by which it can be searched too."""
        matches = {value: UNIT_NAME.fullmatch(label) for value, label in self._labels().items()}
        return {value: OtherNames(names=match.groups()) for value, match in matches.items() if match}


class IntakeForm(Form):
    """Fields of every intake form: the matter, the words, the place, and whom the petition is about.

    The unit or person it is about never answers it. A complaint or a denunciation needs the petitioner's name.
    """

    category = category_field()
    body = forms.CharField(
        label=_("What happened, and what do you want us to do?"), max_length=LONGEST, widget=forms.Textarea({"rows": 6})
    )
    place = CommuneField(
        label=_("Where"), required=False, help_text=_("The commune or ward where it happened, by its old or new name.")
    )
    attached = MessageFilesField(
        label=_("Photos or papers"), required=False, max_length=200,
        help_text=_(
            "PDF or photos (JPEG, PNG, HEIC), up to 5 files of 10 MB each. We remove the location from photos."
        ),
    )  # fmt: skip
    about = forms.ChoiceField(
        label=_("Is it about a police unit?"), choices=unit_choices, widget=UnitSelect,
        help_text=_("That unit will not handle your petition."),
    )  # fmt: skip
    about_person = forms.CharField(
        label=_("If it is about an officer, their name"), required=False, max_length=150,
        help_text=_("Officers with this name cannot open your petition."),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    asks = {
        "body": _("Write what it is about."),
        "about": _("Choose the police unit it is about, or “not about a police unit”."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Mark the matters that need a name or an accused party, so that a phone can check them offline."""
        super().__init__(*args, **kwargs)
        matters = rule_today().categories
        self.fields["category"].widget.attrs |= {
            "data-named": " ".join(matter.code for matter in matters if matter.is_statutory),
            "data-accused": " ".join(matter.code for matter in matters if matter.names_accused),
        }

    def clean(self) -> dict[str, Any]:
        """Return the petition's values; a complaint or denunciation needs a name, some categories an accused."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "category" not in data:
            return data
        category = rule_today().category(data["category"])
        if category.is_statutory and not data.get("name") and "name" not in self.errors:
            self.add_error(
                "name",
                _("By law, a complaint or a denunciation needs a name. Only the people who handle it see it."),
            )
        if category.names_accused and data.get("about") == NO_UNIT and not data.get("about_person"):
            self.add_error("about", _("Say whom it is about: choose the unit, or write the officer’s name."))
        return data

    def about_unit(self) -> Organisation | None:
        """Return the unit that the petition is about; None if no unit was chosen."""
        chosen = self.cleaned_data.get("about", "")
        return agencies().filter(pk=int(chosen)).first() if chosen.isdigit() else None

    def uploads(self) -> list[MessageUpload]:
        """Return the files attached to the petition."""
        return [MessageUpload(upload.name, upload.read()) for upload in self.cleaned_data.get("attached", [])]

    def intake(self, **more: Any) -> PetitionIntake:
        """Return the form's values as a ``PetitionIntake``."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("attached", "about", "channel") and value is not None
        }
        return PetitionIntake(uploads=self.uploads(), about=self.about_unit(), **values, **more)


class PetitionForm(IntakeForm):
    """A petition sent by the petitioner. The name is optional; without contact data only the code leads back to it."""

    field_order = (
        "category", "body", "place", "attached", "name", "phone", "email", "about", "about_person", "key",
    )  # fmt: skip
    name = name_field()
    phone = phone_field()
    email = forms.EmailField(
        label=_("Email"),
        required=False,
        max_length=254,
        help_text=_("We write to you there when you have an answer, but we do not include the answer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = _(
            "You can leave this empty. Only a complaint or a denunciation needs your name, by law."
        )


class RecordCallForm(IntakeForm):
    """An operator writes down what a caller, a letter or an email says; in the order one hears it."""

    field_order = (
        "channel", "phone", "name", "category", "body", "place", "email", "address", "about", "about_person",
        "attached", "key",
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("How we received it"),
        choices=[(channel.value, channel.label) for channel in BY_HAND],
        widget=forms.RadioSelect,
        initial=PetitionChannel.HOTLINE,
    )
    phone = phone_field()
    name = name_field()
    email = forms.EmailField(label=_("Email"), required=False, max_length=254)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].label = _("Caller’s name")
        self.fields["name"].help_text = _("By law, a complaint or a denunciation needs a name.")
        self.fields["phone"].label = _("Number to call back")
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["body"].label = _("Text of the petition")
        self.fields["place"].help_text = ""


class PetitionCodeForm(Form):
    """The secret code that was given when the petition was sent."""

    code = forms.CharField(
        label=_("Your code"), max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_(
            "It starts with MS. You received it when you sent your petition. Capital letters and dashes do not "
            "matter."
        ),
    )  # fmt: skip

    asks = {"code": _("Enter your code.")}


RATINGS = [
    ("5", _("very satisfied")),
    ("4", _("satisfied")),
    ("3", _("neither satisfied nor dissatisfied")),
    ("2", _("dissatisfied")),
    ("1", _("very dissatisfied")),
]


class VerdictForm(Form):
    """Whether the petition is settled. A petitioner who says no must say why."""

    verdict = forms.ChoiceField(
        label=_("Is your matter resolved?"),
        widget=forms.RadioSelect,
        choices=[
            (VerdictValue.SETTLED.value, _("Yes, it is resolved")),
            (VerdictValue.REFUSED.value, _("No, reopen my petition")),
        ],
    )
    rating = forms.TypedChoiceField(
        label=_(
            "How satisfied are you with "
            "the service?"
        ), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect,
        choices=RATINGS,
    )  # fmt: skip
    text = forms.CharField(
        label=_("Your comment"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=_("If it is not resolved, say what is still missing."),
    )  # fmt: skip

    asks = {"verdict": _("Say whether your matter is resolved.")}

    def clean(self) -> dict[str, Any]:
        """Return the verdict's values; "not settled" without a reason is an error."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("verdict") == VerdictValue.REFUSED and not data.get("text"):
            self.add_error("text", _("Say what is still missing."))
        return data


class PetitionRemarkForm(Form):
    text = forms.CharField(label=_("Your comment"), max_length=LONGEST, widget=forms.Textarea({"rows": 3}))
    attached = MessageFilesField(label=_("Photos or papers"), required=False, max_length=200)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    asks = {"text": _("Write your comment.")}

    def uploads(self) -> list[MessageUpload]:
        """Return the files attached to the remark."""
        return [MessageUpload(upload.name, upload.read()) for upload in self.cleaned_data["attached"]]

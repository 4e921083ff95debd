"""Forms of a listening meeting: planning, attendees, items and closing."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ancu.apps.listening.enums import MeetingLevel
from ancu.apps.listening.forms.office import PublicWordsForm
from ancu.apps.listening.forms.petitions import IntakeForm
from ancu.apps.messaging.forms import MessageFilesField
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.forms import DateField, Form, SearchSelect, name_field, phone_field
from ancu.core.forms.filters import FilterForm
from ancu.core.templatetags.ui import number

EARLIEST, LATEST = time(7), time(21)  # the hours in which people are usually heard
CROWDED, SMALL_ROOM = 2, 20  # more people than twice the seats are mostly a slip; in a small room many may stand


class PublicMeetingsForm(FilterForm):
    """The public list's year and words of a theme or commune."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=2000, max_value=2100)
    words = forms.CharField(label=_("Theme or commune"), required=False, max_length=100)


class MeetingsSinceForm(FilterForm):
    since = DateField(label=_("Since"), required=False)


class MeetingForm(Form):
    """Where, when, about what, for how many."""

    theme = forms.CharField(label=_("Theme"), max_length=200)
    level = forms.ChoiceField(label=_("Held by"), choices=MeetingLevel, widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("Residents of"), widget=SearchSelect)
    station = forms.CharField(label=_("Name of the police station"), required=False, max_length=120)
    venue = forms.CharField(label=_("House and address"), max_length=200)
    day = DateField(label=_("Day"))
    begins = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput({"inputmode": "numeric", "placeholder": "08:00"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("Ends at"), widget=forms.TimeInput({"inputmode": "numeric", "placeholder": "11:00"}, format="%H:%M")
    )
    quota = forms.IntegerField(label=_("Seats"), min_value=1, max_value=5000)
    agenda = forms.CharField(
        label=_("Agenda"), required=False, max_length=4000, widget=forms.Textarea({"rows": 4}),
        help_text=_("One point in each line. This is public."),
    )  # fmt: skip
    survey = forms.CharField(
        label=_("Survey for slips and poll"), required=False, max_length=200,
        help_text=_("The link you copy from the survey’s page. Leave empty if there is none."),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, units: list[AdministrativeUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {str(unit.pk): unit for unit in units}
        if len(units) == 1:  # an officer of one commune has no other choice
            self.initial.setdefault("unit", str(units[0].pk))
        self.fields["unit"].choices = [(key, unit.full_name) for key, unit in self._units.items()]  # type: ignore[attr-defined]

    def clean_unit(self) -> AdministrativeUnit:
        """Return the administrative unit in which the meeting is held."""
        return self._units[self.cleaned_data["unit"]]

    def clean_survey(self) -> str:
        """Return the path of the URL of the meeting's survey; ValidationError for another site's URL.

        Such a URL would lead people to strangers.
        """
        path = str(self.cleaned_data["survey"]).strip().removeprefix(settings.PUBLIC_URL)
        if path and (not path.startswith("/") or path.startswith("//") or "\\" in path or ":" in path):
            raise forms.ValidationError(_("Copy the address of a survey on this site, for example /s/…"))
        return path

    def clean(self) -> dict[str, Any]:
        """Return the meeting's values; an end before the beginning, or a beginning in the past, is an error."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        day, begins, ends = (data.get(name) for name in ("day", "begins", "ends"))
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The end must be after the start."))
        elif day and begins and datetime.combine(day, begins, clock.VIETNAM) < clock.now():
            self.add_error("day", _("This time is in the past."))
        return data

    def oddities(self) -> list[str]:
        """Return a warning for unusual meeting hours; only hours that were changed are checked."""
        if not {"day", "begins", "ends"}.intersection(self.changed_data):
            return []
        begins, ends = self.cleaned_data["begins"], self.cleaned_data["ends"]
        if begins >= EARLIEST and ends <= LATEST:
            return []
        sentence = _("The meeting takes place on %(day)s from %(begins)s to %(ends)s, outside 07:00–21:00.")
        day = date_format(self.cleaned_data["day"], "l, d/m/Y")
        return [sentence % {"day": day, "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}]

    def meeting_fields(self) -> dict[str, Any]:
        """Return the form's values as fields of ``Meeting``."""
        data = dict(self.cleaned_data)
        day, begins, ends = (data.pop(name) for name in ("day", "begins", "ends"))
        data.pop("key")
        return data | {
            "starts_at": datetime.combine(day, begins, clock.VIETNAM),
            "ends_at": datetime.combine(day, ends, clock.VIETNAM),
        }


class SeatForm(Form):
    """A seat for a person; contact data are optional."""

    name = name_field()
    phone = phone_field()
    email = forms.EmailField(label=_("Email"), required=False, max_length=254)


class WalkInForm(Form):
    name = name_field()
    phone = phone_field()


class MeetingItemForm(IntakeForm):
    """An item raised at a meeting: the speaker, the words, the unit and a photo. The place is the meeting's."""

    field_order = ("name", "body", "category", "about", "about_person", "phone", "attached", "key")
    name = name_field()
    body = forms.CharField(label=_("What is said"), max_length=5000, widget=forms.Textarea({"rows": 4}))
    phone = phone_field()
    place = None  # type: ignore[assignment]  # Django then drops the inherited field
    attached = MessageFilesField(
        label=_("Photo"), required=False, max_length=200, help_text=_("For example of a paper handed in.")
    )

    asks = {**IntakeForm.asks, "body": _("Write what is said.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].label = _("Speaker")
        self.fields["name"].help_text = _("By law, a complaint or a denunciation needs a name.")
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["autocomplete"] = "off"


class ItemOwnerForm(PublicWordsForm):
    """The unit that answers an item, the day, and the public wording; with ``words`` it is a promise.

    For a complaint or a denunciation the law sets the day, so the form asks only for the unit.
    """

    public_fields = ("raised", "words")
    agency_id = forms.TypedChoiceField(label=_("Responsible unit"), coerce=int, widget=forms.Select)
    raised = forms.CharField(
        label=_("What was raised (public)"), max_length=200,
        help_text=_("It appears on the meeting’s page and in its minutes: no names, no telephone numbers."),
    )  # fmt: skip
    due_on = DateField(label=_("By"))
    words = forms.CharField(
        label=_("Promise (public)"), required=False, max_length=200,
        help_text=_("Without names. Another officer must approve it. Leave empty to promise only an answer."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: list[tuple[int, str]], statutory: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency_id"].choices = units  # type: ignore[attr-defined]
        if statutory:
            del self.fields["raised"], self.fields["due_on"], self.fields["words"]


class CloseMeetingForm(Form):
    chair = forms.CharField(label=_("Chair"), max_length=150)
    secretary = forms.CharField(label=_("Secretary"), max_length=150)
    present = forms.IntegerField(label=_("People in the room"), min_value=0, max_value=100000)
    minutes = forms.CharField(
        label=_("Other points raised"), required=False, max_length=10000,
        widget=forms.Textarea({"rows": 6}),
    )  # fmt: skip

    def oddities(self, seats: int) -> list[str]:
        """Return a warning for an unusual number of attendees of a meeting with ``seats`` seats."""
        present = self.cleaned_data["present"]
        if present == 0:
            return [str(_("No one was in the room."))]
        if present > CROWDED * max(seats, SMALL_ROOM):
            sentence = _("You entered %(present)s people in the room, but the meeting has %(seats)s seats.")
            return [sentence % {"present": number(present), "seats": number(seats)}]
        return []

"""The day whose law is looked at."""

from django.utils.translation import gettext_lazy as _

from ancu.core.forms import DateField, Form


class DayForm(Form):
    on = DateField(label=_("In force on"))

"""The form for the day whose law is displayed."""

from django.utils.translation import gettext_lazy as _

from ancu.core.forms import DateField
from ancu.core.forms.filters import FilterForm


class RulebookDayForm(FilterForm):
    on = DateField(label=_("In force on"), required=False)

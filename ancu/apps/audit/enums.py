from django.utils.translation import gettext_lazy as _

ACTS = {"looked": _("opened a record")}

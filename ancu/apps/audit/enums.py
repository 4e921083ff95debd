from django.utils.translation import gettext_lazy as _

# The demo lies above all apps and has no words of its own.
ACTS = {
    "looked": _("opened a record"),
    "looked:audit.list": _("read what others did"),
    "audit.exported": _("took the record of acts away as a file"),
    "demo.loaded": _("loaded the demonstration province"),
}

from django.utils.translation import gettext_lazy as _

# Sentences of the audit.
ACTS = {"looked:desk.search": _("searched everything")}

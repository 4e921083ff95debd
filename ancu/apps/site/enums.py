from django.utils.translation import gettext_lazy as _

# Sentences of the audit.
ACTS = {
    "site.published_news": _("published news on the public site"),
    "site.changed_news": _("changed news on the public site"),
    "site.withdrew_news": _("took news off the public site"),
    "site.announced_outage": _("announced an outage on the public site"),
    "site.changed_outage": _("changed an outage notice"),
    "site.withdrew_outage": _("took an outage notice off the public site"),
}

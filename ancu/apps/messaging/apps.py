from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "ancu.apps.messaging"
    waits = "ancu.apps.messaging.selectors.waiting.waits"
    ends_access = "ancu.apps.messaging.services.push.ends_access"
    notifies = _("Messages")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListeningConfig(AppConfig):
    name = "ancu.apps.listening"
    opens_code = "ancu.apps.listening.selectors.following.opens_code"
    waits = "ancu.apps.listening.selectors.waiting.waits"
    finds = "ancu.apps.listening.selectors.finding.finds"
    notifies = _("Petitions and meetings")
    notifies_at_once = True
    phone_shell = "ancu.apps.listening.views.phones.SHELL"
    conversations = {"petition": "ancu.apps.listening.selectors.CONVERSATION"}

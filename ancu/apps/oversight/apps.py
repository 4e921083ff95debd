from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "ancu.apps.oversight"
    waits = "ancu.apps.oversight.selectors.waiting.waits"
    finds = "ancu.apps.oversight.selectors.finding.finds"
    lodging_notes = "ancu.apps.oversight.selectors.inspections.lodging_notes"
    phone_shell = "ancu.apps.oversight.views.phones.SHELL"
    stay_notes = "ancu.apps.oversight.selectors.stay_notes"
    topics = {  # as ``selectors.inbox.topic_of`` names them
        "alert": (
            _("question of the police"),
            "oversight.alert",
            "ancu.apps.oversight.selectors.named.guests_asked_about",
        )
    }

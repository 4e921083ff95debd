"""The app for what the public site says: news, outage notices, and pages about the site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "ancu.apps.site"

    def ready(self) -> None:
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.site import enums
        from ancu.apps.site.selectors import NAMERS

        ACT_SENTENCES.register(enums.ACTS)
        SUBJECT_NAMERS.register(NAMERS)

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "ancu.apps.community"
    finds = "ancu.apps.community.selectors.finding.finds"

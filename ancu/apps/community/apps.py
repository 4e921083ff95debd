from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "ancu.apps.community"

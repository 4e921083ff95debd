"""What every page knows: the actor, his navigation and the version."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ancu.config.navigation import navigation


def site(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "nav": navigation(request, actor) if actor is not None and not actor.is_public else [],
        "demo": settings.DEMO,
        "public_url": settings.PUBLIC_URL,
    }

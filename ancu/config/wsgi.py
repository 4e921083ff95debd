"""The WSGI application, which ``ancu.config.asgi`` runs in its threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
application = get_wsgi_application()

from ancu.config.warm import warm  # noqa: E402  # after the apps are there

warm()

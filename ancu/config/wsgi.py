"""The WSGI application, which ``ancu.config.asgi`` runs in its threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  # after the apps are there

from ancu.config.database import limit_statements  # noqa: E402
from ancu.config.warm import warm  # noqa: E402

limit_statements(settings.DATABASES["default"])
warm()

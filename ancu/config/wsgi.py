"""The WSGI door: granian serves ``ancu.config.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
application = get_wsgi_application()

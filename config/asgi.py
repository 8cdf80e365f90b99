"""The application for an ASGI server. `make run` serves the WSGI one, which is faster for short pages."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

from decisions.log.services import begin_serving  # noqa: E402 (Django is ready only now)

begin_serving()

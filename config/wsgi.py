"""The application that a WSGI server serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# Here, where Django is ready and gunicorn has not forked yet: said once, and the memory is shared.
from decisions.log.services import begin_serving  # noqa: E402
from decisions.system_checks import announce  # noqa: E402

announce()
begin_serving()

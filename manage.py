#!/usr/bin/env python3
"""Django's command line for Conus."""

import os
import sys


def main() -> None:
    """Run one command; a wrong setting or package and an unreachable database are told in a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError, connection

        from config.databases import unreachable
    except ImportError:
        sys.exit("Django is not installed here. Run: make install, then .venv/bin/python manage.py")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        if connection.connection is not None:
            raise
        sys.exit(unreachable(error))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The command line of Conus."""

import os
import sys
from importlib import import_module


def main() -> None:
    """Run one command. What goes wrong outside of Conus is told in a sentence, whichever command it is."""
    try:
        from django.core.exceptions import ImproperlyConfigured

        from decisions.streams import output as streams
    except ImportError:
        sys.exit("Django is not installed here. Run: make install, then .venv/bin/python manage.py")
    settings = os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    def command() -> object:
        try:
            # Cases are determined without the web: it takes longer to load than a case to determine.
            return determine(settings) if sys.argv[1:2] == ["determine"] else django()
        except ImproperlyConfigured as error:
            return str(error)

    streams.run(command)


def determine(settings: str) -> object:
    from decisions.streams import determining

    return determining.main(sys.argv[2:], import_module(settings))


def django() -> object:
    """Run a command of Django's kind. What the database refuses is told in a sentence."""
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from config.databases import refused

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        return refused(error)
    return None


if __name__ == "__main__":
    main()

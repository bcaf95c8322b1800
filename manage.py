#!/usr/bin/env python3
"""Django's command line for the project: `python manage.py COMMAND`."""

import gc
import os
import sys


def main() -> None:
    gc.set_threshold(50_000, 20, 50)  # importing makes no garbage: looking for it takes a fifth of the start
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobfair.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

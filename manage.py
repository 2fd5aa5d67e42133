#!/usr/bin/env python3
"""Django's command line for the portal."""

from __future__ import annotations

import os
import sys

import django
from django.core.management import execute_from_command_line
from django.utils import translation


def main() -> None:
    """Run one management command, and speak French where the terminal does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oncall_portal.settings")
    if os.environ.get("LANG", "").startswith("fr"):
        django.setup()  # translations need it
        translation.activate("fr")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Django's command line for the portal."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oncall_portal.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

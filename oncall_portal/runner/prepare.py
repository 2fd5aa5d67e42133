"""Brings the database up to date before the first request: migrations, demo, first login.

Runs as a process of its own, `python -m oncall_portal.runner.prepare`, because only it needs
Django; its last line of output is the JSON that the runner shows.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands

LOGIN = "admin"


def main() -> None:
    """Prepare the database of the settings in the environment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo-marker", type=Path, help="load the demo once, then write this file")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oncall_portal.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    if options.demo_marker:
        _load_demo(options.demo_marker)
    sys.stdout.write(json.dumps({"login": _login(), "number": _number()}) + "\n")


def _load_demo(marker: Path) -> None:
    """Load the demo organisation into an empty portal, never a second time."""
    from scheduling.models import Staff  # noqa: PLC0415 - models load after django.setup()

    if marker.exists() or "load_demo" not in get_commands():
        return
    if not Staff.objects.exists():
        call_command("load_demo", stdout=sys.stderr)
    marker.touch()


def _login() -> str:
    """Make the first administrator; say whether the password of the runner opens it."""
    password = os.environ["ONCALL_ADMIN_PASSWORD"]
    users = get_user_model().objects
    if not users.filter(is_superuser=True).exists():
        users.create_superuser(LOGIN, "", password)
        return "made"
    user = users.filter(username=LOGIN, is_active=True).first()
    return "kept" if user is not None and user.check_password(password) else "changed"


def _number() -> str:
    from telephony.models import PhoneNumber  # noqa: PLC0415 - models load after django.setup()

    first = PhoneNumber.objects.order_by("pk").first()
    return "" if first is None else str(first.number)


if __name__ == "__main__":
    main()

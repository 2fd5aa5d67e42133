"""Writes all that is held about one caller into a zip archive."""

from __future__ import annotations

import os
import shutil
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.lib import clock, phone
from scheduling.queries import house
from voicemail import exporting


class Command(BaseCommand):
    """Writes the archive, which only its owner may read."""

    help = "Write all that is held about a caller into a new zip file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number, the file and the language."""
        parser.add_argument("number", help="The caller's number, in any usual spelling.")
        parser.add_argument("file", help="Where to write; an existing file stays as it is.")
        parser.add_argument("--language", choices=("fr", "en"), default="fr")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the archive."""
        try:
            number = phone.parse(options["number"], house().region)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        with translation.override(options["language"]):
            made = exporting.archive(number, None, clock.now())
        try:
            with made, open(options["file"], "xb", opener=_private) as file:
                shutil.copyfileobj(made, file)
        except OSError as error:
            facts = {"file": options["file"], "error": error.strerror}
            raise CommandError(_("%(file)s cannot be written: %(error)s") % facts) from error
        self.stdout.write(options["file"])


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

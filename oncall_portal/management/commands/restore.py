"""Bring back what a backup holds: the database and the recordings, or nothing at all."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.backup import settling
from oncall_portal.backup.manifest import Manifest
from oncall_portal.backup.restoring import Restoring
from oncall_portal.lib import clock
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.models import OutgoingMessage
from telephony import pulse


class Command(BaseCommand):
    """`manage.py restore FILE`."""

    help = "Bring back what a backup holds: the database and the recordings, or nothing at all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and how much may be lost."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="lose what this installation holds"
        )
        parser.add_argument(
            "--send-waiting",
            action="store_true",
            help="let messages leave that were waiting when the backup was made",
        )
        parser.add_argument("--yes", action="store_true", help="ask nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask what must be asked, restore, and say what came back."""
        begun = time.monotonic()
        try:
            if not options["yes"]:
                self._refuse_running()
                if options["replace"]:
                    self._ask()
            made = Restoring(
                path=options["file"],
                key=settings.BACKUP_KEY,
                database=connection,
                storage=default_storage,
                say=self.stderr.write,
                replace=options["replace"],
                send_waiting=options["send_waiting"],
            ).run()
        except Refused as error:
            raise CommandError(str(error.message)) from error
        except (OSError, DatabaseError) as error:
            why = str(error).strip().splitlines()[:1] or [type(error).__name__]
            raise CommandError(_("Not restored: %(why)s") % {"why": why[0]}) from error
        self._tell(made, time.monotonic() - begun)

    def _refuse_running(self) -> None:
        with connection.cursor() as cursor:
            known = connection.introspection.table_names(cursor)
        if "telephony_watchdogpulse" in known and pulse.is_alive(clock.now()):
            raise CommandError(_("The portal is running here: stop it first, or say --yes."))

    def _ask(self) -> None:
        name = str(connection.settings_dict["NAME"])
        question = _("Everything in the database %(name)s is lost. Type its name to go on: ")
        if not sys.stdin.isatty():
            raise CommandError(_("Nobody is here to be asked: say --yes to replace everything."))
        self.stderr.write(question % {"name": name}, ending="")
        self.stderr.flush()
        if sys.stdin.readline().strip() != name:
            raise CommandError(_("Nothing was changed."))

    def _tell(self, made: Manifest, seconds: float) -> None:
        self.stdout.write(
            _(
                "Restored as of %(at)s: %(rows)d rows in %(tables)d tables and %(files)d files,"
                " all counted and compared, in %(seconds).1f s. Everybody signs in anew."
            )
            % {
                "at": f"{made.made_at:%Y-%m-%d %H:%M:%S %Z}",
                "rows": made.rows,
                "tables": len(made.tables),
                "files": len(made.files),
                "seconds": seconds,
            }
        )
        waited = OutgoingMessage.objects.filter(error=settling.held(made.made_at)).count()
        if waited:
            self.stdout.write(
                ngettext(
                    "%(count)d message was waiting to leave, and is held: it may have left since.",
                    "%(count)d messages were waiting to leave, and are held: they may have left"
                    " since.",
                    waited,
                )
                % {"count": waited}
            )
        for name in made.missing:
            self.stderr.write(
                _("Missing, as it was when the backup was made: %(name)s") % {"name": name}
            )

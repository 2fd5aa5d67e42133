"""Write the database and the recordings to one file, while calls go on; or check such a file."""

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
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.backup import checking, last, saving
from oncall_portal.backup.archive import SummedSink
from oncall_portal.backup.manifest import Manifest
from oncall_portal.lib import clock
from oncall_portal.lib.errors import Refused

# A backup that lacks files which rows name: it is complete otherwise, and kept.
MISSING = 3


class Command(BaseCommand):
    """`manage.py backup [FILE|-]`, `manage.py backup --verify FILE`, `manage.py backup --last`."""

    help = (
        "Write the database and the recordings to one file, while calls go on; or check "
        "such a file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to write, or what to check."""
        parser.add_argument("file", nargs="?", help="a new file, or - for the standard output")
        parser.add_argument("--verify", metavar="FILE", type=Path, help="check this file instead")
        parser.add_argument(
            "--last", action="store_true", help="say when and where the last one was made"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check; say what is in the file."""
        try:
            if options["verify"]:
                self._verify(options["verify"])
            elif options["last"]:
                self._tell_last()
            else:
                self._back_up(options["file"])
        except Refused as error:
            raise CommandError(str(error.message)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(_("No backup: %(why)s") % {"why": _first(error)}) from error

    def _verify(self, path: Path) -> None:
        made = checking.check(path, settings.BACKUP_KEY)
        self.stdout.write(_("%(path)s is complete and unchanged.") % {"path": path})
        self._tell(made, path.stat().st_size, None, self.stdout)
        self._tell_missing(made)

    def _back_up(self, target: str | None) -> None:
        if not settings.BACKUP_KEY:
            self.stderr.write(
                _("BACKUP_KEY is not set: the file is not encrypted. Whoever has it hears all.")
            )
        if target == "-":
            if sys.stdout.isatty():
                raise CommandError(_("A terminal cannot hold a backup; name a file."))
            made, size, seconds = self._write(sys.stdout.buffer)
            sys.stdout.buffer.flush()
            self._done(made, size, seconds, None)
            return
        path = Path(target) if target else _usual()
        with saving.new_file(path) as file:
            made, size, seconds = self._write(file)
        self.stdout.write(_("Backup written: %(path)s") % {"path": path})
        self._done(made, size, seconds, path)

    def _done(self, made: Manifest, size: int, seconds: float, path: Path | None) -> None:
        try:
            last.note(made, size, path)
        except DatabaseError as error:  # the backup is whole all the same
            self.stderr.write(_("Not noted as the last backup: %(why)s") % {"why": _first(error)})
        self._tell(made, size, seconds, self.stderr if path is None else self.stdout)
        self._tell_missing(made)

    def _tell_last(self) -> None:
        made = last.known()
        if made is None:
            raise CommandError(_("No backup was made yet."))
        parts = [f"{made.made_at:%Y-%m-%d %H:%M:%S %Z}", filesizeformat(made.size), str(made)]
        self.stdout.write(", ".join(parts))

    def _write(self, file: Any) -> tuple[Manifest, int, float]:
        begun = time.monotonic()
        written = SummedSink(file)
        made = saving.save(
            written,
            settings.BACKUP_KEY,
            connection,
            default_storage,
            clock.now(),
            self.stderr.write,
        )
        return made, written.size, time.monotonic() - begun

    def _tell(self, made: Manifest, size: int, seconds: float | None, out: Any) -> None:
        parts = [
            f"{made.made_at:%Y-%m-%d %H:%M:%S %Z}",
            filesizeformat(size),
            *([] if seconds is None else [f"{seconds:.1f} s"]),
            ngettext("%(count)d row", "%(count)d rows", made.rows) % {"count": made.rows},
            ngettext("%(count)d file", "%(count)d files", len(made.files))
            % {"count": len(made.files)},
        ]
        out.write(", ".join(parts))

    def _tell_missing(self, made: Manifest) -> None:
        if not made.missing:
            return
        for name in made.missing:
            self.stderr.write(_("Missing: %(name)s") % {"name": name})
        raise CommandError(
            ngettext(
                "%(count)d file that rows name was not in the storage; everything else is saved.",
                "%(count)d files that rows name were not in the storage; everything else is saved.",
                len(made.missing),
            )
            % {"count": len(made.missing)},
            returncode=MISSING,
        )


def _first(error: Exception) -> str:
    """Return the first line of what an error says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _usual() -> Path:
    kind = "tar.age" if settings.BACKUP_KEY else "tar"
    name = f"oncall-{clock.now():%Y%m%d-%H%M%S}.{kind}"
    return Path(settings.BASE_DIR) / "var" / "backups" / name

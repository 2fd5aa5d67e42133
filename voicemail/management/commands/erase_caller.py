"""Erases all that is held about one caller, and proves that it was."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oncall_portal.lib import clock, phone
from oncall_portal.lib.errors import Refused
from scheduling.queries import house
from voicemail import erasing
from voicemail.about import about

BY = "manage.py erase_caller"


class Command(BaseCommand):
    """Counts, erases, or tells when a number was erased."""

    help = "Erase all that is held about a caller. With --prove: exit with 1 if it never was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number, and what to do."""
        parser.add_argument("number", help="The caller's number, in any usual spelling.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="Only count what is held.")
        what.add_argument("--prove", action="store_true", help="Only say when it was erased.")
        parser.add_argument("--reference", default="", help="On whose request; it names nobody.")
        parser.add_argument("--unblock", action="store_true", help="Erase block entries too.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what was asked."""
        try:
            number = phone.parse(options["number"], house().region)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        if options["prove"]:
            self._prove(number)
        elif options["dry_run"]:
            for kind, count in about(number).counts().items():
                self.stdout.write(f"{kind}: {count}")
        else:
            self._erase(number, options)

    def _prove(self, number: str) -> None:
        found = list(erasing.proofs(number))
        if not found:
            raise CommandError(_("This number was never erased here."))
        for proof in found:
            facts = {"at": proof.at.isoformat(), "certificate": proof.pk, "by": proof.asked_by}
            self.stdout.write(_("%(at)s: certificate %(certificate)s, erased by %(by)s") % facts)

    def _erase(self, number: str, options: dict[str, Any]) -> None:
        reference, keep = options["reference"], not options["unblock"]
        try:
            proof = erasing.erase(
                number, by=BY, now=clock.now(), reference=reference, keep_block=keep
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        for kind, count in proof.erased.items():
            self.stdout.write(f"{kind}: {count}")
        self.stdout.write(_("Certificate: %(certificate)s") % {"certificate": proof.pk})

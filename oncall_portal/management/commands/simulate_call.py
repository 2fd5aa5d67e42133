"""Plays a call and tells what everybody hears; nothing of it stays, and nothing leaves."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oncall_portal.commands import simulation, telling
from oncall_portal.lib import clock, phone
from scheduling import wall
from scheduling.queries import house
from telephony.emulator import Behaviour, NotReached, parse_behaviour
from telephony.models import PhoneNumber

# Far enough from the ends of the calendar to reckon with.
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_WITHHELD = "anonymous"
_BEHAVIOURS = (
    "answers[:SECONDS][,press=KEY], ignores, busy, rejects, unreachable, invalid, "
    "machine[:SECONDS], hangs_up[:SECONDS][,press=KEY]"
)


class Command(BaseCommand):
    """Prints who hears what, who is connected, and who would be written to."""

    help = "Play a call on the rota and the settings as they are; nothing rings, nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the call, and what the people do."""
        many = {"nargs": "+", "action": "extend", "default": []}
        parser.add_argument("--to", required=True, help="the number that is called, one of ours")
        parser.add_argument(
            "--from", dest="caller", required=True, help="who calls, or “anonymous”"
        )
        parser.add_argument(
            "--at", help="like 2027-01-04T18:00 (the schedule's wall clock) or with an offset"
        )
        parser.add_argument(
            "--phone",
            metavar="NUMBER=BEHAVIOUR",
            help=f"what a phone does: {_BEHAVIOURS}; all others ring unanswered",
            **many,  # type: ignore[arg-type]
        )
        parser.add_argument(
            "--presses",
            metavar="SECONDS=KEY",
            help="a key that the caller presses so long after dialling",
            **many,  # type: ignore[arg-type]
        )
        parser.add_argument(
            "--hangs-up-after", type=float, metavar="SECONDS", help="when the caller hangs up"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Play the call and tell it."""
        scene = _scene(options)
        with _quiet():
            try:
                played = simulation.play(scene)
            except NotReached:
                raise _wrong(_("The call has not ended after an hour.")) from None
        for line in telling.told(played):
            self.stdout.write(line)


def _scene(options: dict[str, Any]) -> simulation.Scene:
    line = _line(options["to"])
    return simulation.Scene(
        line=line,
        caller="" if options["caller"] == _WITHHELD else _number(options["caller"]),
        at=_instant(options["at"], telling.zone_of(line)) if options["at"] else clock.now(),
        phones=dict(_phone(text) for text in options["phone"]),
        presses=[_press(text) for text in options["presses"]],
        hangs_up_after_s=options["hangs_up_after"],
    )


def _wrong(words: str) -> CommandError:
    return CommandError(words, returncode=2)


def _number(text: str) -> str:
    """Return a number in any usual spelling as E.164; those reserved for fiction will do, too."""
    region = house().region
    with suppress(phonenumbers.NumberParseException):
        found = phonenumbers.parse(text, region)
        if phonenumbers.is_possible_number(found):
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    try:
        return phone.parse(text, region)
    except ValidationError as error:
        raise _wrong(error.messages[0]) from None


def _line(text: str) -> PhoneNumber:
    number = _number(text)
    found = PhoneNumber.objects.select_related("schedule").filter(number=number).first()
    if found is None:
        ours = ", ".join(phone.spaced(str(each.number)) for each in PhoneNumber.objects.all())
        words = {"number": phone.spaced(number), "ours": ours or _("none")}
        raise _wrong(_("%(number)s is not one of our numbers: %(ours)s.") % words)
    return found


def _instant(text: str, zone: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        found = at.astimezone(UTC) if at.tzinfo else wall.instant(at, zone)
        if not _EARLIEST < found < _LATEST:
            raise ValueError(text)
    except (ValueError, OverflowError):
        hint = _("“%(text)s” is not a time; write it like 2027-01-04T18:00 or with an offset.")
        raise _wrong(hint % {"text": text}) from None
    return found


def _phone(text: str) -> tuple[str, Behaviour]:
    number, equals, behaviour = text.partition("=")
    if not equals:
        hint = _("“%(text)s” says not what the phone does; write NUMBER=BEHAVIOUR.")
        raise _wrong(hint % {"text": text})
    try:
        return _number(number), parse_behaviour(behaviour)
    except ValueError:
        words = {"behaviour": behaviour, "known": _BEHAVIOURS}
        hint = _("“%(behaviour)s” is nothing that a phone does; it knows %(known)s.")
        raise _wrong(hint % words) from None


def _press(text: str) -> tuple[float, str]:
    seconds, _equals, keys = text.partition("=")
    try:
        at_s = float(seconds)
    except ValueError:
        at_s = -1
    if not 0 <= at_s <= simulation.LONGEST_S or not keys or keys.strip("0123456789*#"):
        hint = _("“%(text)s” is no key at a time; write it like 8=1.")
        raise _wrong(hint % {"text": text})
    return at_s, keys


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log to what went wrong, for the story tells the rest."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)

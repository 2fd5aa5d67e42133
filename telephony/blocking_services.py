"""Writes of the block list: whose calls are not taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import phone, rows
from oncall_portal.lib.errors import Refused
from scheduling.queries import house
from telephony.enums import BlockKind
from telephony.models import BlockedCaller, PhoneNumber

_E164 = re.compile(r"\+[0-9]{4,15}")
_BEGINNING = re.compile(r"\+[0-9]{1,14}")


@transaction.atomic
def create(values: Mapping[str, Any]) -> BlockedCaller:
    """Block a caller, numbers that begin alike, or withheld numbers; raise Refused.

    `pattern` is taken in any usual spelling for the house's region.
    """
    values = dict(values)
    values["pattern"] = pattern_of(values.get("kind", ""), str(values.get("pattern") or ""))
    _check_not_ours(values["kind"], values["pattern"])
    return rows.create(BlockedCaller, values)


@transaction.atomic
def change(pk: int, version: int, values: Mapping[str, Any]) -> BlockedCaller:
    """Change an entry as it was read at `version`."""
    row = rows.lock(BlockedCaller, pk, version)
    values = dict(values)
    if {"kind", "pattern"} & set(values):
        kind = values.get("kind", row.kind)
        values["pattern"] = pattern_of(kind, str(values.get("pattern", row.pattern) or ""))
        _check_not_ours(kind, values["pattern"])
    return rows.change(row, values)


@transaction.atomic
def delete(pk: int, version: int) -> None:
    """Take an entry off the list: the next call is taken again."""
    rows.lock(BlockedCaller, pk, version).delete()


@transaction.atomic
def block(caller: str, note: str) -> BlockedCaller:
    """Block `caller` (E.164, "" for withheld numbers) at every number; asked twice, once.

    Raises Refused for a number of ours.
    """
    kind = BlockKind.EXACT if caller else BlockKind.WITHHELD
    _check_not_ours(kind, caller)
    row, is_new = BlockedCaller.objects.select_for_update().get_or_create(
        kind=kind.value, pattern=caller, phone_number=None, defaults={"note": note[:200]}
    )
    return row if is_new or row.active else rows.change(row, {"active": True})


def pattern_of(kind: str, text: str) -> str:
    """Return the pattern of an entry as it is kept, from what a person wrote; raise Refused."""
    if kind == BlockKind.WITHHELD:
        if text.strip():
            message = _("Withheld numbers have no number: leave it empty.")
            raise Refused("unexpected_pattern", message, "pattern")
        return ""
    region = house().region
    if kind == BlockKind.EXACT:
        return _exact(text, region)
    written = phone.beginning(text, region)
    if not _BEGINNING.fullmatch(written):
        message = _("Write how the numbers begin, like +33 8 99 or 08 99.")
        raise Refused("invalid_prefix", message, "pattern")
    return written


def _exact(text: str, region: str) -> str:
    """Return E.164; what networks pass on as a caller need not be a number that exists."""
    try:
        return phone.parse(text, region)
    except ValidationError as error:
        written = phone.beginning(text, region)
        if text.strip().startswith(("+", "00")) and _E164.fullmatch(written):
            return written
        raise Refused("invalid_number", error.message, "pattern") from error


def _check_not_ours(kind: str, pattern: str) -> None:
    if kind == BlockKind.EXACT and PhoneNumber.objects.filter(number=pattern).exists():
        message = _("This is a number of your own; calls from it are never taken anyway.")
        raise Refused("own_number", message, "pattern")

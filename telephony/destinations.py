"""Where a key of a menu or a closed line leads: what may be given, checked, and as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.lib.errors import Refused
from scheduling import services
from scheduling.queries import house
from telephony.enums import GoalKind
from telephony.models.menus import NEEDS, Destination, MenuOption

# A message goes into the mailbox that is given as its target, else into that of the level.
TARGETS = {**NEEDS, GoalKind.VOICEMAIL.value: "mailbox"}
OPTIONAL = frozenset({GoalKind.VOICEMAIL.value})


def columns(
    goes_to: Mapping[str, Any], mailbox: int | None = None, field: str = "goes_to"
) -> dict[str, Any]:
    """Return the columns of a `Destination` for {"kind", "target"}.

    `target` is an id, for a transfer a number in any spelling; `mailbox` takes the message that
    may end this way. Raises Refused naming `field` when the target is missing, unknown, or not
    one that the kind has.
    """
    kind, target = goes_to["kind"], goes_to.get("target")
    name, place = TARGETS.get(kind), f"{field}.target"
    found: dict[str, Any] = {"kind": kind, "mailbox_id": _mailbox(mailbox, field)}
    if target is None:
        if name and kind not in OPTIONAL:
            raise Refused("target_required", _("Say whom or what it leads to."), place)
        return found
    if name is None:
        raise Refused("unexpected_target", _("What it leads to has no target."), place)
    if name == "transfer_number":
        return {**found, name: _number(target, place)}
    return {**found, f"{name}_id": _existing(name, target, place)}


def target(row: Destination) -> int | str | None:
    """Return the target of a row as `columns` takes it: an id, or an E.164 number."""
    name = TARGETS.get(row.kind)
    if name is None:
        return None
    if name == "transfer_number":
        return str(row.transfer_number)
    found: int | None = getattr(row, f"{name}_id")
    return found


def goes_to(row: Destination) -> dict[str, Any]:
    """Return {"kind", "target"} of a row."""
    return {"kind": row.kind, "target": target(row)}


def _mailbox(pk: int | None, field: str) -> int | None:
    return None if pk is None else _existing("mailbox", pk, f"{field}.mailbox")


def _existing(name: str, pk: Any, field: str) -> int:
    related: Any = MenuOption._meta.get_field(name).related_model
    if isinstance(pk, bool) or not isinstance(pk, int) or not _exists(related, pk):
        raise Refused("unknown_target", _("There is no such target."), field)
    return pk


def _exists(model: Any, pk: int) -> bool:
    # what is beyond a bigint is no row either
    return 0 < pk < 1 << 63 and model.objects.filter(pk=pk).exists()


def _number(text: Any, field: str) -> str:
    """Return E.164; raise Refused when it is no number, one of ours, or never called."""
    own = house()
    try:
        number = phone.parse(str(text), own.region)
    except ValidationError as error:
        raise Refused("invalid_number", error.message, field) from error
    try:
        services.check_may_be_called(number, own)
    except Refused as error:
        raise Refused(error.code, error.message, field) from error
    return number

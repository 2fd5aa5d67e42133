"""Writes of rented numbers, with the rules of the house.

All take validated values by field name and raise Refused (a rule of the house), ValidationError
(a field or constraint), Stale (changed since it was read) or ProtectedError (still referred to).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling import reach_news
from scheduling.services import acceptable_number
from telephony import destinations, hours_words, opening_hours
from telephony.enums import Behaviour, GoalKind
from telephony.models import ClosedRoute, Menu, PhoneNumber
from telephony.opening_hours import UnknownHours
from telephony.services import check_not_a_contact

FORWARDS = frozenset({Behaviour.TRANSFER.value, Behaviour.TRANSFER_THEN_VOICEMAIL.value})
# Where callers may be led without a menu of their own around them.
CLOSED_KINDS = tuple(
    kind.value
    for kind in GoalKind
    if kind not in (GoalKind.REPEAT, GoalKind.BACK, GoalKind.DIAL_EXTENSION)
)
_NOTHING_SAID = object()


@transaction.atomic
def create_phone_number(values: Mapping[str, Any]) -> PhoneNumber:
    """Add a number of ours, unless somebody is reached at it.

    `closed_route` is {"kind", "target", "mailbox"} or None; all else are columns.
    """
    values = dict(values)
    route = values.pop("closed_route", None)
    row = PhoneNumber(**_checked(values))
    _check_whole(row)
    rows.save(row)
    _write_route(row, route)
    reach_news.changed()
    return row


@transaction.atomic
def change_phone_number(pk: int, version: int, values: Mapping[str, Any]) -> PhoneNumber:
    """Change a number of ours as it was read at `version`."""
    values = dict(values)
    route = values.pop("closed_route", _NOTHING_SAID)
    row = rows.lock(PhoneNumber, pk, version)
    values = _checked(values)
    for name, value in values.items():
        setattr(row, name, value)
    _check_whole(row)
    row = rows.change(row, values)
    if route is not _NOTHING_SAID:
        _write_route(row, route)
    reach_news.changed()
    return row


@transaction.atomic
def delete_phone_number(pk: int, version: int) -> None:
    """Delete a number of ours; its calls stay."""
    rows.lock(PhoneNumber, pk, version).delete()
    reach_news.changed()


def checked_hours(value: Any) -> Any:
    """Return opening hours as they are kept; raise Refused saying what is wrong, and where."""
    if value is None:
        return None
    try:
        opening_hours.parse(value)
    except UnknownHours as error:
        field = ".".join(part for part in ("opening_hours", error.where) if part)
        raise Refused("invalid_opening_hours", hours_words.why(error), field) from error
    return value


def forwarding_number(text: str) -> str:
    """Return a number to transfer calls to, as E.164, "" for none; raise Refused."""
    if not text:
        return ""
    try:
        return acceptable_number(text)
    except Refused as error:
        raise Refused(error.code, error.message, "forwarding_number") from error


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with each judged by itself."""
    if "number" in values:
        number = str(values["number"])
        check_not_a_contact(number)
        _check_not_forwarded_to(number)
    if "forwarding_number" in values:
        values["forwarding_number"] = forwarding_number(str(values["forwarding_number"] or ""))
    if "opening_hours" in values:
        checked_hours(values["opening_hours"])
    _check_menu(values.get("menu"), "menu")
    return values


def _check_menu(menu: Menu | None, field: str) -> None:
    if menu is not None and menu.parent_id is not None:
        message = _("Only a whole menu can be chosen; this is a level below “%(name)s”.")
        raise Refused("not_a_root_menu", message % {"name": menu.parent}, field)


def _check_not_forwarded_to(number: str) -> None:
    other = PhoneNumber.objects.filter(forwarding_number=number).first()
    if other is not None:
        message = _("“%(name)s” transfers its calls to this number; they would come back here.")
        raise Refused("number_is_forwarded_to", message % {"name": other.name}, "number")


def _check_whole(row: PhoneNumber) -> None:
    """Raise Refused where the number's settings do not fit each other."""
    if row.behaviour in FORWARDS and not row.forwarding_number:
        message = _("Say which number the calls are transferred to.")
        raise Refused("forwarding_number_required", message, "forwarding_number")
    if row.forwarding_number and str(row.forwarding_number) == str(row.number):
        message = _("A number cannot transfer its calls to itself.")
        raise Refused("own_number", message, "forwarding_number")
    if row.text_back_enabled and not any((row.text_back or {}).values()):
        message = _("Write the text that a caller gets whom nobody answered.")
        raise Refused("text_back_empty", message, "text_back")


def _write_route(number: PhoneNumber, route: Mapping[str, Any] | None) -> None:
    """Put the route for closed hours in the place of the one before; None is the standard one."""
    ClosedRoute.objects.filter(phone_number=number).delete()
    if route is None:
        return
    if route["kind"] not in CLOSED_KINDS:
        message = _("There is no menu at closed hours in which this would lead anywhere.")
        raise Refused("unfit_kind", message, "closed_route.kind")
    found = destinations.columns(route, route.get("mailbox"), "closed_route")
    if submenu := found.get("submenu_id"):
        _check_menu(Menu.objects.get(pk=submenu), "closed_route.target")
    rows.save(ClosedRoute(phone_number=number, **found))

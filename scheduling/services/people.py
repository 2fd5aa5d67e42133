"""Writes of people, services and the numbers that reach them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import datetime
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import dialling, phone, rows
from oncall_portal.lib.dialling import NotDialled
from oncall_portal.lib.errors import Refused
from scheduling import colours, number_rules, queries, reach_news, service_names
from scheduling.models import ContactNumber, Service, ServiceCategory, ServiceMember, Staff
from scheduling.services.entries import take_people, write_people
from scheduling.types import House


def create_staff(values: Mapping[str, Any]) -> Staff:
    """Add a person; without `colour` they get the most distinct one still free."""
    return rows.create(Staff, _with_colour(values))


@transaction.atomic
def change_staff(pk: int, version: int, values: Mapping[str, Any]) -> Staff:
    """Change a person as they were read at `version`."""
    reach_news.changed()
    return rows.change(rows.lock(Staff, pk, version), values)


def deactivate_staff(pk: int, version: int) -> Staff:
    """Take a person out of use: their shifts stay, and show as holes."""
    return change_staff(pk, version, {"active": False})


@transaction.atomic
def delete_staff(pk: int, version: int) -> None:
    """Delete a person whom no shift, list or scenario names; others can only be deactivated."""
    reach_news.changed()  # their extension rings nobody any more
    rows.lock(Staff, pk, version).delete()


def acceptable_number(text: str) -> str:
    """Return a number to call, in any usual spelling for the house's region, as E.164.

    Raises Refused when it is no number, lies in a country that the house does not call, costs
    extra, or may not be rung for a reason that another app knows (it is our own).
    """
    house = queries.house()
    try:
        number = phone.parse(text, house.region)
    except ValidationError as error:
        raise Refused("invalid_number", error.message, "number") from error
    check_may_be_called(number, house)
    return number


def check_may_be_called(number: str, house: House) -> None:
    """Raise Refused when `number` (E.164) is one that this house, or any portal, does not call."""
    refusal = dialling.refusal(number, house.countries)
    if refusal is not None:
        raise Refused(refusal.value, _why_not(number, refusal, house), "number")
    number_rules.check(number)


def _why_not(number: str, refusal: NotDialled, house: House) -> str:
    match refusal:
        case NotDialled.COUNTRY:
            return _(
                "Numbers of this country (%(country)s) may not be called; the organisation's "
                "settings list those that may: %(allowed)s."
            ) % {"country": phone.country(number) or "?", "allowed": ", ".join(house.countries)}
        case NotDialled.SPECIAL:
            return _(
                "%(number)s is a premium-rate or other special number, which the portal never "
                "calls; give an ordinary one."
            ) % {"number": phone.spaced(number)}
        case NotDialled.INVALID:
            return _("This is not a phone number that can be called.")


@transaction.atomic
def create_contact_number(values: Mapping[str, Any]) -> ContactNumber:
    """Add a number of a person or a service; without `position` it is tried last."""
    values = {**values, "number": acceptable_number(str(values["number"]))}
    if "position" not in values:
        owner = {name: values.get(name) for name in ("staff", "service")}
        last = ContactNumber.objects.filter(**owner).order_by("-position").first()
        values["position"] = last.position + 1 if last else 1
    reach_news.changed()
    return rows.create(ContactNumber, values)


@transaction.atomic
def change_contact_number(pk: int, version: int, values: Mapping[str, Any]) -> ContactNumber:
    """Change a number as it was read at `version`; another number is no longer verified."""
    row = rows.lock(ContactNumber, pk, version)
    values = dict(values)
    if "number" in values:
        values["number"] = acceptable_number(str(values["number"]))
        if values["number"] != str(row.number):
            values["verified_at"] = None
    reach_news.changed()
    return rows.change(row, values)


@transaction.atomic
def delete_contact_number(pk: int, version: int) -> None:
    """Delete a number as it was read at `version`."""
    reach_news.changed()
    rows.lock(ContactNumber, pk, version).delete()


def mark_number_verified(pk: int, number: str, at: datetime) -> None:
    """Keep that whoever was rung at `number` (E.164) pressed the key; another number stays as is.

    The version does not count up: nobody edits this, and a form open meanwhile is not stale.
    """
    ContactNumber.objects.filter(pk=pk, number=number).update(verified_at=at)


@transaction.atomic
def create_service(values: Mapping[str, Any]) -> Service:
    """Add a service; `member_entries` is the list of its members, in order; colour as for staff."""
    values = dict(values)
    people = take_people(values, "member_entries")
    row = rows.create(Service, _with_colour(values))
    write_people(ServiceMember, {"service": row}, people)
    return row


@transaction.atomic
def change_service(pk: int, version: int, values: Mapping[str, Any]) -> Service:
    """Change a service as it was read at `version`; `member_entries` replaces its members."""
    values = dict(values)
    people = take_people(values, "member_entries")
    with service_names.changing(pk) if "name" in values else nullcontext():
        row = rows.change(rows.lock(Service, pk, version), values)
    write_people(ServiceMember, {"service": row}, people)
    reach_news.changed()
    return row


@transaction.atomic
def delete_service(pk: int, version: int) -> None:
    """Delete a service that no shift or scenario names."""
    rows.lock(Service, pk, version).delete()


def create_category(values: Mapping[str, Any]) -> ServiceCategory:
    """Add a heading for services."""
    return rows.create(ServiceCategory, values)


@transaction.atomic
def change_category(pk: int, version: int, values: Mapping[str, Any]) -> ServiceCategory:
    """Change a heading as it was read at `version`."""
    return rows.change(rows.lock(ServiceCategory, pk, version), values)


@transaction.atomic
def delete_category(pk: int, version: int) -> None:
    """Delete a heading under which no service stands."""
    rows.lock(ServiceCategory, pk, version).delete()


def _with_colour(values: Mapping[str, Any]) -> dict[str, Any]:
    if values.get("colour"):
        return dict(values)
    return {**values, "colour": colours.most_distinct(_colours_in_use())}


def _colours_in_use() -> Iterable[str]:
    return chain(
        Staff.objects.filter(active=True).values_list("colour", flat=True),
        Service.objects.filter(active=True).values_list("colour", flat=True),
    )

"""Callers: who is behind a number, as the office knows them.

Writes take validated values by field name and raise Refused, ValidationError or Stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from oncall_portal.lib import phone, rows
from oncall_portal.lib.access import visible
from oncall_portal.lib.errors import Refused
from scheduling.queries import house
from telephony.models import Caller


@transaction.atomic
def create(values: Mapping[str, Any]) -> Caller:
    """Add a caller by their number, in any usual spelling for the house's region."""
    number = phone.parse(str(values["number"]), house().region)
    return rows.create(Caller, {**values, "number": number})


@transaction.atomic
def change(pk: int, version: int, values: Mapping[str, Any]) -> Caller:
    """Change what is known of a caller as it was read at `version`; the number stays."""
    if "number" in values:
        message = _("The number is who they are: add another caller instead.")
        raise Refused("number_fixed", message, "number")
    return rows.change(rows.lock(Caller, pk, version), values)


@transaction.atomic
def delete(pk: int, version: int) -> None:
    """Forget a caller with whom no text was exchanged; their calls stay."""
    caller = rows.lock(Caller, pk, version)
    if caller.texts.exists():
        raise Refused("caller_has_texts", _("Texts were exchanged with this caller: keep them."))
    caller.delete()


def note(number: str) -> None:
    """Add the caller behind `number` (E.164, "" when withheld) unless they are known; one query."""
    if number:
        Caller.objects.bulk_create([Caller(number=number)], ignore_conflicts=True)


def known(number: str) -> Caller:
    """Return the caller behind `number` (E.164), added when nobody knew them."""
    caller, _created = Caller.objects.get_or_create(number=number)
    return caller


def names(numbers: Iterable[str], user: Any = None) -> dict[str, str]:
    """Return the names behind these numbers (E.164), where known; one query.

    They are those that `user` may see; without one, all.
    """
    # as text: many numbers are not worth reading as numbers, one by one
    known = Caller.objects.annotate(text=Cast("number", TextField())).exclude(name="")
    found = known.filter(text__in={each for each in numbers if each})
    seen = found if user is None else visible(user, found)
    return dict(seen.values_list("text", "name"))


def lock(pk: int) -> Caller:
    """Return a caller, locked until the transaction ends; raises Caller.DoesNotExist."""
    return Caller.objects.select_for_update().get(pk=pk)

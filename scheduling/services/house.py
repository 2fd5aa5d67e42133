"""Writes of the house settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from scheduling import reach_news
from scheduling.models import Organisation, OrganisationSupervisor
from scheduling.services.entries import take_people, write_people


def organisation() -> Organisation:
    """Return the one row of house settings; a new portal gets it here, to be filled in."""
    row, _new = Organisation.objects.get_or_create(pk=1, defaults={"name": _("Our organisation")})
    return row


@transaction.atomic
def change_organisation(pk: int, version: int, values: Mapping[str, Any]) -> Organisation:
    """Change house settings; `supervisor_entries` is the list of supervisors, in order."""
    values = dict(values)
    people = take_people(values, "supervisor_entries")
    row = rows.change(rows.lock(Organisation, pk, version), values)
    write_people(OrganisationSupervisor, {"organisation": row}, people)
    reach_news.changed()
    return row

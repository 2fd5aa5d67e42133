"""Lists of people in order: supervisors and members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused
from scheduling.models import Staff

M = TypeVar("M", bound=Model)


def take_people(values: dict[str, Any], field: str) -> Sequence[Staff] | None:
    """Remove the list of people `field` from `values` and return it, None when it is not there.

    Raises Refused when somebody is in it twice.
    """
    people: Sequence[Staff] | None = values.pop(field, None)
    if people is not None and len({person.pk for person in people}) != len(people):
        raise Refused("duplicate", _("Name each person once."), field)
    return people


def write_people(entry: type[M], owner: dict[str, Model], people: Sequence[Staff] | None) -> None:
    """Make `people` the entries of `owner` ({field: row}), in their order; None leaves them."""
    if people is None:
        return
    rows = entry._default_manager
    rows.filter(**owner).delete()
    rows.bulk_create(
        entry(**owner, staff=person, position=position) for position, person in enumerate(people, 1)
    )

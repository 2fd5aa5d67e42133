"""Where a prompt is said: what has to change before it can be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import PROTECT, ManyToOneRel, Model
from django.urls import reverse
from django.utils.translation import gettext as _

from telephony.models import (
    ClosedRoute,
    EscalationScenario,
    EscalationStep,
    Menu,
    MenuOption,
    PhoneNumber,
    Prompt,
)


def uses(prompt: Prompt) -> Iterator[Model]:
    """Yield every row that leads callers to a prompt, those of other apps too."""
    for relation in Prompt._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            rows: Any = relation.related_model
            yield from rows._default_manager.filter(**{relation.field.name: prompt})


def words(row: Model) -> str:
    """Return where a row says its prompt, in the reader's language."""
    match row:
        case EscalationScenario():
            return _("scenario “%(name)s”") % {"name": row}
        case EscalationStep():
            return words(row.scenario)
        case PhoneNumber():
            return _("greeting of the number “%(name)s”") % {"name": row}
        case ClosedRoute():
            return _("closed hours of the number “%(name)s”") % {"name": row.phone_number}
        case Menu():
            return _("welcome of the menu “%(name)s”") % {"name": row}
        case MenuOption():
            return _("key %(key)s of the menu “%(name)s”") % {"key": row.key, "name": row.menu}
    return f"{row._meta.verbose_name} “{row}”"


def address(row: Model) -> str:
    """Return the page on which a row is edited."""
    match row:
        case EscalationStep():
            row = row.scenario
        case ClosedRoute():
            row = row.phone_number
        case MenuOption():
            row = row.menu
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return reverse(page, args=[row.pk])

"""The admin of the block list: whose calls are not taken, where, and what they hear."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import phone
from oncall_portal.lib.admin import RowsInline, ServedAdmin, VersionedForm
from oncall_portal.lib.errors import Refused
from telephony import blocking_services
from telephony.models import BlockedCaller
from telephony.writes import BLOCKED_CALLERS


class BlockedCallerForm(VersionedForm):
    """An entry, its number in any usual spelling for the house's region."""

    pattern = forms.CharField(
        label=_("Number"),
        max_length=40,
        required=False,
        help_text=_("The whole number, or how it begins, like 08 99. Empty for withheld numbers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.pattern:
            self.initial["pattern"] = phone.spaced(self.instance.pattern)
        prompt = self.fields.get("prompt")
        if isinstance(prompt, forms.ModelChoiceField):
            prompt.empty_label = _("the standard words")

    def clean(self) -> dict[str, Any]:
        """Return the pattern as it is kept, or say at its box why it means nobody."""
        cleaned = super().clean()
        try:
            kind, text = cleaned.get("kind") or "", cleaned.get("pattern") or ""
            if kind:
                cleaned["pattern"] = blocking_services.pattern_of(kind, text)
        except Refused as error:
            self.add_error("pattern", ValidationError(error.message, error.code))
        return cleaned


@admin.register(BlockedCaller)
class BlockedCallerAdmin(ServedAdmin):
    """Everybody whose calls are not taken."""

    form = BlockedCallerForm
    writes = BLOCKED_CALLERS
    fields = ("kind", "pattern", "phone_number", "prompt", "note", "active", "version")
    list_display = ("shown", "kind", "where", "prompt", "note", "active")
    list_filter = ("active", "kind", "phone_number")
    list_select_related = ("phone_number", "prompt")
    search_fields = ("pattern", "note")

    @admin.display(description=_("number"), ordering="pattern")
    def shown(self, row: BlockedCaller) -> str:
        """Return the number as people write it; a beginning with its dots."""
        if not row.pattern:
            return str(row.get_kind_display())
        spaced = phone.spaced(row.pattern)
        return f"{spaced} …" if row.kind == "prefix" else spaced

    @admin.display(description=_("called at"), ordering="phone_number__name")
    def where(self, row: BlockedCaller) -> str:
        """Return the number of ours at which it counts."""
        return str(row.phone_number or _("every number"))


class BlockedHere(RowsInline):
    """Whose calls this number alone does not take."""

    model = BlockedCaller
    form = BlockedCallerForm
    writes = BLOCKED_CALLERS
    fields = ("kind", "pattern", "prompt", "note", "active", "version")
    verbose_name_plural = _("Blocked at this number only")
    note = _("The block list holds those who are blocked at every number.")

"""The admin of the house: its one row of settings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oncall_portal.lib.admin import ServedAdmin, VersionedForm
from oncall_portal.lib.form_fields import LanguagesField, WordsField, ZoneSelect
from oncall_portal.lib.texts_form import TextsFormField
from oncall_portal.lib.writes import Writes
from scheduling import services
from scheduling.admin.inlines import HouseSupervisors
from scheduling.models import Organisation
from scheduling.models.fields import DAYS_KEPT, WHISPER_HELP


def _not_offered(*_args: object) -> Any:
    raise PermissionError("There is one organisation; it is neither added nor deleted.")


class OrganisationForm(VersionedForm):
    """House settings."""

    whisper = TextsFormField(
        label=_("Whisper"),
        required=False,
        help_text=WHISPER_HELP,
    )
    languages = LanguagesField(
        label=_("Languages"), help_text=_("Spoken to callers; the first one when in doubt.")
    )
    allowed_countries = WordsField(
        label=_("Countries that may be called"),
        required=False,
        help_text=_(
            "Two letters each, with commas, like FR, BE; empty: only the country of the region. "
            "Numbers that cost extra are never called."
        ),
    )

    class Meta:
        widgets = {"time_zone": ZoneSelect}
        help_texts = {
            "keep_transcripts_days": _("Empty: for ever. A number may say its own."),
            "keep_numbers_days": _(
                "Empty: for ever. Afterwards the call stays, without the number of who called."
            ),
        }


@admin.register(Organisation)
class OrganisationAdmin(ServedAdmin):
    """The house: one row."""

    form = OrganisationForm
    writes = Writes(_not_offered, services.change_organisation, _not_offered)
    list_display = ("name", "region", "time_zone")
    inlines = [HouseSupervisors]
    fieldsets = (
        (None, {"fields": ("name", "region", "time_zone", "languages", "version")}),
        (
            pgettext_lazy("heading", "Ringing"),
            {
                "fields": (
                    *("ring_seconds", "call_connect", "accept_seconds", "whisper"),
                    *("ceiling_seconds", "hard_stop_seconds", "calls_per_second"),
                    "allowed_countries",
                )
            },
        ),
        (
            _("Messages and promises"),
            {"fields": ("promise_minutes", "link_days", "attach_up_to_mb")},
        ),
        (
            _("How long things are kept"),
            {"fields": DAYS_KEPT},
        ),
        (_("Rest"), {"fields": ("min_rest_hours", "max_in_a_row")}),
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show the row, which a new portal gets now."""
        services.organisation()
        return super().changelist_view(request, extra_context)

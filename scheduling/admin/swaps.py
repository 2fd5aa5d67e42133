"""The admin of swaps: managers offer, accept, decline and withdraw for anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import access, clock
from oncall_portal.lib.admin import ServedAdmin, VersionedForm
from oncall_portal.lib.errors import Refused, Stale
from oncall_portal.lib.form_fields import WallField
from oncall_portal.lib.writes import Writes
from scheduling import services, swap_letters, wall
from scheduling.admin import shift_choices
from scheduling.models import Shift, Staff, SwapRequest

_GESTURES: Mapping[str, tuple[Callable[..., SwapRequest], Any]] = {
    "accept": (services.accept_swap, _("The swap is accepted.")),
    "decline": (services.decline_swap, _("The swap is declined.")),
    "withdraw": (services.withdraw_swap, _("The offer is withdrawn.")),
}


class SwapForm(VersionedForm):
    """An offer of a shift, or, with times, of a part of it."""

    starts_local = WallField(
        label=_("Starts at"),
        required=False,
        help_text=_("By the clock of the schedule. Empty: all of the shift."),
    )
    ends_local = WallField(label=_("Ends at"), required=False)

    class Meta:
        model = SwapRequest
        fields = ("shift", "offered_to", "in_return_for", "note")
        widgets = {"offered_to": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "shift" in self.fields:
            names, schedule = ("shift", "in_return_for"), self.initial.get("schedule")
            shift_choices.offer(self, names, schedule, clock.now())

    def values(self) -> dict[str, Any]:
        """Return the instants that the written times mean."""
        values = super().values()
        shift: Shift = self.cleaned_data["shift"]
        for end in ("starts", "ends"):
            local = values.pop(f"{end}_local", None)
            if local is not None:
                values[f"{end}_at"] = wall.instant(local, shift.schedule.time_zone)
        return values


@admin.register(SwapRequest)
class SwapAdmin(ServedAdmin):
    """Swaps: made here, but not edited; they are accepted, declined or withdrawn."""

    form = SwapForm
    fields = (
        *("shift", "starts_local", "ends_local", "offered_to", "in_return_for", "note"),
        "version",
    )
    list_display = ("requested_by", "offered", "asked", "returned", "state", "accepted_by")
    list_filter = ("state", "shift__schedule")
    search_fields = ("requested_by__name", "offered_to__name", "note")
    change_form_template = "admin/scheduling/swaprequest/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SwapRequest]:
        """Read the shifts and the people with the rows."""
        related = ("shift__schedule", "in_return_for", "requested_by", "accepted_by")
        rows = super().get_queryset(request)
        return rows.select_related(*related).prefetch_related("offered_to")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let managers offer for others; staff offer on their own page."""
        return access.can(request.user, "change", SwapRequest)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits a swap."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show a swap that is made with all that became of it."""
        if obj is None:
            return self.fields
        return ("requested_by", "offered", "asked", "returned", "note", "state", "accepted_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep a swap as it is."""
        return self.get_fields(request, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Offer the shift for whoever has it."""
        now = clock.now()
        self.writes = Writes(
            lambda values: services.offer_swap(values, now), _not_edited, _not_edited
        )
        super().save_model(request, obj, form, change)

    @admin.display(description=_("shift"))
    def offered(self, row: SwapRequest) -> str:
        """Return what is offered."""
        return swap_letters.place(row.shift, row.shift.schedule, swap_letters.period_of(row))

    @admin.display(description=_("offered to"))
    def asked(self, row: SwapRequest) -> str:
        """Return who is asked."""
        return ", ".join(person.name for person in row.offered_to.all())

    @admin.display(description=_("in return for"))
    def returned(self, row: SwapRequest) -> str:
        """Return what is asked for it."""
        other = row.in_return_for
        if other is None:
            return "-"
        return swap_letters.place(other, row.shift.schedule, swap_letters.whole_of(other))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Offer the gestures where the swap is open and the reader may."""
        row: SwapRequest | None = kwargs.get("obj")
        may = row is not None and access.can(request.user, "change", row)
        context["may_answer"] = may and row is not None and row.state == "open"
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        """Add the gestures."""
        site = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name}/", site(self._gesture(name)), name=f"scheduling_swap_{name}")
            for name in _GESTURES
        ]
        return own + super().get_urls()

    def _gesture(self, name: str) -> Callable[[HttpRequest, int], HttpResponse]:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if request.method != "POST":
                return HttpResponse(status=405, headers={"Allow": "POST"})
            row = SwapRequest.objects.filter(pk=pk).first()
            if row is None:
                raise Http404
            if not access.can(request.user, "change", row):
                raise PermissionDenied
            self._answer(request, row, name)
            return HttpResponseRedirect(reverse("admin:scheduling_swaprequest_change", args=[pk]))

        return view

    def _answer(self, request: HttpRequest, row: SwapRequest, name: str) -> None:
        write, done = _GESTURES[name]
        person = Staff.objects.filter(pk=_number(request, "staff") or 0).first()
        try:
            write(row.pk, _number(request, "version"), clock.now(), person)
        except Refused as error:
            self.message_user(request, str(error.message), messages.ERROR)
        except Stale:
            text = gettext("It was changed by someone else since: look again.")
            self.message_user(request, text, messages.ERROR)
        else:
            self.message_user(request, str(done), messages.SUCCESS)


def _not_edited(*_args: Any) -> Any:
    raise PermissionDenied


def _number(request: HttpRequest, name: str) -> int | None:
    sent = request.POST.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None

"""The table of shifts, their times on the clock of the schedule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oncall_portal.lib.errors import RowsRefused
from scheduling import services, wall
from scheduling.enums import ShiftState
from scheduling.models import Shift
from scheduling.tables import names
from scheduling.tables.base import Table, at_column
from scheduling.tables.cells import Cell, Fold, Named, Wall, Whole
from scheduling.tables.columns import Column

_ENDS = ("starts", "ends")


class ShiftTable(Table):
    """Shifts; those that were deleted are not among them."""

    schedule = Column(gettext_lazy("schedule"), Cell(), "schedule", needed=True)
    person = Column(gettext_lazy("person"), Cell(), "staff", blank=None, aliases="staff")
    service = Column(gettext_lazy("service"), Cell(), "service", blank=None)
    level = Column(gettext_lazy("level"), Whole(), "level")
    starts_local = Column(
        gettext_lazy("starts at"), Wall(), "starts_at", needed=True, aliases="start|debut"
    )
    starts_fold = Column(
        gettext_lazy("second time (start)"), Fold(), "starts_fold", blank=None, seldom=True
    )
    ends_local = Column(gettext_lazy("ends at"), Wall(), "ends_at", needed=True, aliases="end|fin")
    ends_fold = Column(
        gettext_lazy("second time (end)"), Fold(), "ends_fold", blank=None, seldom=True
    )
    note = Column(gettext_lazy("note"), Cell(), "note", blank="")
    rows = (
        Shift.objects.exclude(state=ShiftState.CANCELLED.value)
        .select_related("schedule", "staff", "service")
        .order_by("period", "level", "pk")
    )
    named_so = {
        "staff": "person",
        "starts_at": "starts_local",
        "ends_at": "ends_local",
        "period": "ends_local",
    }

    class Meta:
        use_bulk = True  # rows are written at the end; no savepoint for each

    def __init__(self, user: Any) -> None:
        super().__init__(user)
        self.fields["schedule"].widget = Named(names.schedules())
        self.fields["person"].widget = Named(names.people())
        self.fields["service"].widget = Named(names.services())
        self._pending: list[services.ShiftRow] = []

    def dehydrate_starts_local(self, row: Shift) -> datetime:
        """Return from when, on the clock of the schedule."""
        return wall.wall(row.starts_at, row.schedule.time_zone)

    def dehydrate_ends_local(self, row: Shift) -> datetime:
        """Return until when, on the clock of the schedule."""
        return wall.wall(row.ends_at, row.schedule.time_zone)

    def dehydrate_starts_fold(self, row: Shift) -> Any:
        """Return 1 for the second of two equal times."""
        return self.dehydrate_starts_local(row).fold or ""

    def dehydrate_ends_fold(self, row: Shift) -> Any:
        """Return 1 for the second of two equal times."""
        return self.dehydrate_ends_local(row).fold or ""

    def meant(self, row: Shift, cells: dict[str, Any]) -> dict[str, Any]:
        """Return the values, instants instead of the times on the clock."""
        values = super().meant(row, cells)
        for end in _ENDS:
            fold = values.pop(f"{end}_fold", None)
            values[f"{end}_at"] = _instant(end, cells, fold or 0)
        return values

    def create(self, number: int, values: dict[str, Any]) -> None:
        """Keep a new shift for the end."""
        self._pending.append(services.ShiftRow(number, values))

    def change(self, number: int, row: Shift, version: int, values: dict[str, Any]) -> None:
        """Keep a changed shift for the end."""
        self._pending.append(services.ShiftRow(number, values, row.pk, version))

    def called(self, row: Shift, values: Mapping[str, Any]) -> str:
        """Return who is on call."""
        staff = values.get("staff", row.staff)
        service = values.get("service", row.service)
        return str(staff or service or "")

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Write all shifts; what is wrong with some is told of their rows."""
        try:
            services.import_shifts(self._pending)
        except RowsRefused as refused:
            for each in refused.errors:
                error = at_column(each.field, each.message, each.code)
                result.append_invalid_row(each.row, {}, error)


def _instant(end: str, cells: Mapping[str, Any], fold: int) -> datetime:
    local: datetime = cells[f"{end}_local"]
    try:
        return wall.instant(local, cells["schedule"].time_zone, fold)
    except OverflowError as error:
        message = _("This is too far in time.")
        raise ValidationError(
            {f"{end}_local": ValidationError(message, "invalid_wall_clock")}
        ) from error

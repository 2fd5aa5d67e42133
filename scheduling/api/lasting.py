"""What the API shares about rows that last: their ends by instants or by the clock of a zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import RowSerializer
from scheduling import wall
from scheduling.api.fields import WallClockField, instant, refused

M = TypeVar("M", bound=Model)
_ENDS = ("starts", "ends")
LOCAL_FIELDS = ("starts_local", "starts_fold", "ends_local", "ends_fold")
LOCAL = OpenApiParameter(
    "local",
    OpenApiTypes.BOOL,
    description="1: also starts_local and ends_local, the times on the clock that counts.",
)


class LastingSerializer(RowSerializer[M]):
    """A row over a half-open period.

    Each end is sent as an instant, or as a time on the clock that counts: one that the clocks skip
    means the first instant after the jump, one that comes twice the first, or the second with a
    fold of 1. Answers hold the latter two only when asked (`?local=1`), the fold only when 1.
    """

    starts_at = InstantField(required=False)
    ends_at = InstantField(required=False)
    # rows have no such attributes, so they are not in an answer unless `_local` adds them
    starts_local = WallClockField(required=False)
    ends_local = WallClockField(required=False)
    starts_fold = serializers.IntegerField(min_value=0, max_value=1, required=False)
    ends_fold = serializers.IntegerField(min_value=0, max_value=1, required=False)

    owner = "schedule"  # the field of the row whose clock counts

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Make instants of the times on the clock that counts; refuse an end given twice."""
        owner = attrs.get(self.owner) or getattr(self.instance, self.owner, None)
        for end in _ENDS:
            local, fold = attrs.pop(f"{end}_local", None), attrs.pop(f"{end}_fold", None)
            if f"{end}_at" in attrs and not (local is None and fold is None):
                raise refused(f"{end}_local", "conflicting_fields", _one_of(end))
            if local is None and fold is not None:
                raise refused(f"{end}_local", "required", _("Say which time this is about."))
            if local is not None and owner is not None:
                attrs[f"{end}_at"] = _instant(f"{end}_local", local, owner.time_zone, fold or 0)
        return attrs

    def to_representation(self, instance: M) -> dict[str, Any]:
        """Return the row, with the times on the clock that counts when the request asks."""
        shown = super().to_representation(instance)
        if self.context["request"].query_params.get("local") == "1":
            shown.update(self._local(instance))
        return shown

    def _local(self, row: M) -> dict[str, Any]:
        zone, field = getattr(row, self.owner).time_zone, WallClockField()
        shown: dict[str, Any] = {}
        for end in _ENDS:
            local = wall.wall(getattr(row, f"{end}_at"), zone)
            shown[f"{end}_local"] = field.to_representation(local)
            if local.fold:
                shown[f"{end}_fold"] = 1
        return shown


def in_window(request: Request, rows: QuerySet[M]) -> QuerySet[M]:
    """Return those of `rows` that overlap what `from` and `to` ask for; all without these."""
    starts_at, ends_at = instant(request, "from"), instant(request, "to")
    if starts_at and ends_at and ends_at <= starts_at:
        return rows.none()
    return rows.filter(period__overlap=(starts_at, ends_at)) if starts_at or ends_at else rows


def _one_of(end: str) -> str:
    words = {"at": f"{end}_at", "local": f"{end}_local"}
    return _("Send %(at)s or %(local)s, not both.") % words


def _instant(field: str, local: datetime, zone: str, fold: int) -> datetime:
    try:
        return wall.instant(local, zone, fold)
    except OverflowError as error:
        raise refused(field, "invalid_wall_clock", _("This is too far in time.")) from error

"""The API of copying shifts to later days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import StrictSerializer
from scheduling import services, whens
from scheduling.api.fields import WallClockField, refused
from scheduling.copying import Clash, Copy
from scheduling.labels import COPY_CLASH
from scheduling.models import Schedule, Service, Shift, Staff
from scheduling.services import Copied, Wish
from scheduling.types import Who

Names = dict[Who, str]
_DAY = timedelta(days=1)


@extend_schema_field({"type": "string", "example": "2027-01-04"})
class DayOrTimeField(WallClockField):
    """A day (its midnight) or a time of the schedule's clock: "2027-01-04", "2027-01-04T18:00"."""

    def to_internal_value(self, data: Any) -> datetime:
        """Return the naive time."""
        try:
            day = parse_date(data) if isinstance(data, str) else None
        except ValueError:
            day = None
        if day is not None and ":" not in data:
            return datetime.combine(day, datetime.min.time())
        return super().to_internal_value(data)


class RepeatSerializer(StrictSerializer):
    """So many times, each so many days after the one before."""

    days = serializers.IntegerField(min_value=1, max_value=366)
    times = serializers.IntegerField(min_value=1, max_value=services.MOST_TARGETS)


class CopySerializer(StrictSerializer):
    """Which shifts go to which days, by the clock of their schedule.

    The shifts that start within [from, to), or those of them in `shifts`, go to each of `targets`,
    as many days later as it lies after `from`. `through` may name the last day instead of `to`,
    and `repeat` so many targets in a row instead of `targets`. With `dry_run` nothing is written;
    without, what is in the way refuses it all, unless `skip_conflicts` leaves those copies out.
    """

    schedule = serializers.PrimaryKeyRelatedField(queryset=Schedule.objects.all())
    to = DayOrTimeField(required=False)
    through = serializers.DateField(required=False)
    targets = serializers.ListField(child=serializers.DateField(), required=False)
    repeat = RepeatSerializer(required=False)
    shifts = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=services.MOST_COPIES
    )
    dry_run = serializers.BooleanField(required=False, default=False)
    skip_conflicts = serializers.BooleanField(required=False, default=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, a word that Python keeps for itself."""
        return {"from": DayOrTimeField(), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Make an end of the last day, and targets of a repetition."""
        for name, other in (("to", "through"), ("targets", "repeat")):
            if name in attrs and other in attrs:
                message = _("Send %(one)s or %(other)s, not both.")
                names = {"one": name, "other": other}
                raise refused(name, "conflicting_fields", message % names)
            if name not in attrs and other not in attrs:
                raise refused(name, "required", _missing(name))
        try:
            if (last := attrs.pop("through", None)) is not None:
                attrs["to"] = datetime.combine(last + _DAY, datetime.min.time())
            if (repeat := attrs.pop("repeat", None)) is not None:
                steps = (n * repeat["days"] * _DAY for n in range(1, repeat["times"] + 1))
                attrs["targets"] = [attrs["from"].date() + step for step in steps]
        except OverflowError as error:
            raise refused("targets", "out_of_range", _("This is too far in time.")) from error
        return attrs


class CopyEntrySerializer(serializers.Serializer[Any]):
    """A shift that is written, or would be: `id` is null then."""

    id = serializers.IntegerField(allow_null=True)
    source = serializers.IntegerField()  # type: ignore[assignment]  # the resource has it
    target = serializers.DateField()
    staff = serializers.IntegerField(allow_null=True)
    service = serializers.IntegerField(allow_null=True)
    level = serializers.IntegerField()
    starts_at = InstantField()
    ends_at = InstantField()


class CopyClashSerializer(serializers.Serializer[Any]):
    """What stands in the way of a copy; if it does not block, it is a warning.

    `shift` is the one that stands there, null where none does, or where it is a copy itself.
    """

    source = serializers.IntegerField()  # type: ignore[assignment]  # the resource has it
    target = serializers.DateField()
    reason = serializers.CharField()
    blocks = serializers.BooleanField()
    shift = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField()


class CopiedSerializer(serializers.Serializer[Any]):
    """What a copy comes to."""

    dry_run = serializers.BooleanField()
    shifts = CopyEntrySerializer(many=True)
    conflicts = CopyClashSerializer(many=True)


class CopyAction(GenericAPIView[Shift]):
    """The address beside the shifts."""

    @extend_schema(
        request=CopySerializer,
        responses={200: CopiedSerializer, 201: CopiedSerializer},
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def copy(self, request: Request) -> Response:
        """Copy shifts to later days, or answer what would come of it."""
        body = CopySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        schedule = asked["schedule"]
        wish = Wish(asked["from"], asked["to"], asked["targets"], asked.get("shifts"))
        if asked["dry_run"]:
            found = services.preview_copy(schedule, wish)
        else:
            skip = asked["skip_conflicts"]
            found = services.copy_shifts(schedule, wish, skip_conflicts=skip)
        told = _told(found, schedule.time_zone, dry=asked["dry_run"])
        code = status.HTTP_200_OK if asked["dry_run"] else status.HTTP_201_CREATED
        return Response(CopiedSerializer(told).data, code)


def _missing(name: str) -> str:
    return _("Say from when to when.") if name == "to" else _("Say to which days to copy.")


def _told(found: Copied, zone: str, *, dry: bool) -> dict[str, Any]:
    ids: list[int | None] = [row.pk for row in found.shifts] or [None] * len(found.copies)
    names = _names(found.clashes)
    return {
        "dry_run": dry,
        "shifts": [_entry(copy, pk) for copy, pk in zip(found.copies, ids, strict=True)],
        "conflicts": [_clash(clash, names, zone) for clash in found.clashes],
    }


def _entry(copy: Copy, pk: int | None) -> dict[str, Any]:
    return {
        "id": pk,
        "source": copy.source,
        "target": copy.target,
        "staff": copy.who.staff,
        "service": copy.who.service,
        "level": copy.level,
        "starts_at": copy.period.starts_at,
        "ends_at": copy.period.ends_at,
    }


def _names(clashes: tuple[Clash, ...]) -> Names:
    """Return what the people and services of the clashes are called; two queries."""
    whos = {clash.copy.who for clash in clashes}
    staff = Staff.objects.in_bulk({who.staff for who in whos if who.staff})
    rows = Service.objects.in_bulk({who.service for who in whos if who.service})
    named = {Who(staff=pk): row.name for pk, row in staff.items()}
    return named | {Who(service=pk): str(row) for pk, row in rows.items()}


def _clash(clash: Clash, names: Names, zone: str) -> dict[str, Any]:
    copy = clash.copy
    params = {
        "who": names.get(copy.who, ""),
        "span": whens.span(copy.period.starts_at, copy.period.ends_at, zone),
        "reason": COPY_CLASH[clash.reason.value],
    }
    return {
        "source": copy.source,
        "target": copy.target,
        "reason": clash.reason.value,
        "blocks": clash.blocks,
        "shift": clash.stands,
        "detail": _("%(who)s, %(span)s: %(reason)s") % params,
    }

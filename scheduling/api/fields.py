"""Field kinds that know the house: phone numbers of its region, people in order, windows."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from oncall_portal.lib import phone
from oncall_portal.lib.api.fields import InstantField
from scheduling import predefined, queries, wall
from scheduling.models import Staff

LONGEST_WINDOW = timedelta(days=800)
AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="An instant; now when left out.")
FROM = OpenApiParameter("from", OpenApiTypes.DATETIME, description="First instant of the window.")
TO = OpenApiParameter("to", OpenApiTypes.DATETIME, description="First instant after the window.")


class NumberField(serializers.CharField):
    """A phone number in any usual spelling for the organisation's region; answered as E.164."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return E.164; raise ValidationError saying how to write the number."""
        text = super().to_internal_value(data)
        try:
            return phone.parse(text, queries.house().region)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.message, error.code) from error

    def to_representation(self, value: Any) -> str:
        """Return E.164."""
        return str(value)


@extend_schema_field({"type": "string", "example": "2027-01-04T18:00"})
class WallClockField(serializers.Field[datetime, str, str, datetime]):
    """ISO-8601 without an offset: a time on the clock of the schedule's zone."""

    def to_internal_value(self, data: Any) -> datetime:
        """Return the naive time; refuse one that names an offset, and a day without a time."""
        try:
            timed = isinstance(data, str) and ":" in data  # a bare day parses too
            parsed = parse_datetime(data) if timed else None
        except ValueError:
            parsed = None
        if parsed is None:
            raise serializers.ValidationError(
                _("Write the time on the clock of the schedule, like 2027-01-04T18:00."),
                "invalid_wall_clock",
            )
        if parsed.tzinfo is not None:
            raise serializers.ValidationError(
                _(
                    "This is a time on the clock of the schedule: write it without an offset, like"
                    " 2027-01-04T18:00. An instant with an offset goes into starts_at or ends_at."
                ),
                "offset_not_allowed",
            )
        return parsed

    def to_representation(self, value: datetime) -> str:
        """Return ISO-8601 to the minute, or to the second where there are seconds."""
        return value.replace(microsecond=0).isoformat(
            timespec="seconds" if value.second else "minutes"
        )


@extend_schema_field({"type": "string", "example": "18:00"})
class TimeOfDayField(serializers.Field[time, str, str, time]):
    """A time of day to the minute, on the clock of the schedule: "18:00"."""

    def to_internal_value(self, data: Any) -> time:
        """Return the time; refuse seconds, offsets and "24:00"."""
        try:
            return datetime.strptime(data, "%H:%M").time()  # noqa: DTZ007 - no date, no zone
        except (TypeError, ValueError) as error:
            message = _("Write the time of day like 18:00.")
            raise serializers.ValidationError(message, "invalid_time") from error

    def to_representation(self, value: time) -> str:
        """Return the hour and the minute."""
        return value.strftime("%H:%M")


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": predefined.WEEKDAYS}})
class WeekdaysField(serializers.ListField):
    """Days of the week, each once, answered from Monday on: ["mo", "tu"]."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.ChoiceField(predefined.WEEKDAYS)
        super().__init__(child=child, allow_empty=False, max_length=7, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        """Return the days from Monday on; refuse one that stands there twice."""
        days: list[str] = super().to_internal_value(data)
        if len(set(days)) < len(days):
            raise serializers.ValidationError(_("Name each day once."), "duplicate")
        return sorted(days, key=predefined.WEEKDAYS.index)


@extend_schema_field({"type": "array", "items": {"type": "integer"}})
class PeopleField(serializers.ListField):
    """Ids of people in order; `source` names the entries that hold them."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all())
        super().__init__(child=child, required=False, max_length=100, **kwargs)

    def get_attribute(self, instance: Any) -> list[int]:
        """Return the ids in the order of the entries."""
        return [entry.staff_id for entry in getattr(instance, str(self.source)).all()]

    def to_representation(self, data: list[int]) -> list[int]:
        """Return the ids."""
        return data

    def to_internal_value(self, data: Any) -> list[Staff]:
        """Return the people; refuse the same one twice."""
        people: list[Staff] = super().to_internal_value(data)
        if len({person.pk for person in people}) < len(people):
            raise serializers.ValidationError(_("Name each person once."), "duplicate")
        return people


def instant(request: Request, name: str) -> datetime | None:
    """Return the instant in the query parameter `name`, None without it; raises ValidationError.

    It is refused where it is too far in time for anything to be reckoned around it. A plus sign
    that the client did not escape arrives as a space, and is understood.
    """
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        at = InstantField().to_internal_value(text.replace(" ", "+"))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({name: error.detail}) from error
    if not wall.is_near(at):
        raise refused(name, "invalid_instant", _("This instant is out of range."))
    return at


def window(request: Request) -> tuple[datetime, datetime]:
    """Return `from` and `to`; raise ValidationError unless both are there, in order, not far."""
    starts_at, ends_at = instant(request, "from"), instant(request, "to")
    if starts_at is None or ends_at is None:
        name = "from" if starts_at is None else "to"
        raise refused(name, "required", _("Say from when to when."))
    if ends_at <= starts_at:
        raise refused("to", "ends_before_start", _("The end must be after the start."))
    if ends_at - starts_at > LONGEST_WINDOW:
        raise refused("to", "window_too_long", _("Ask for 800 days at most."))
    return starts_at, ends_at


def refused(field: str, code: str, message: str) -> serializers.ValidationError:
    """Return the error of one field with a stable code."""
    return serializers.ValidationError({field: serializers.ErrorDetail(message, code)})

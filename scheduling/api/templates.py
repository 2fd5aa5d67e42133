"""The API of predefined periods."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from oncall_portal.lib.api.resources import Resource, RowSerializer
from oncall_portal.lib.writes import Writes
from scheduling import predefined, services
from scheduling.api.fields import TimeOfDayField, WeekdaysField
from scheduling.models import ShiftTemplate


class TemplateSerializer(RowSerializer[ShiftTemplate]):
    """A period to drop on the calendar, by the clock of its schedule.

    `end_day_offset` left out: it ends on the day it starts, or on the next one where `end_time` is
    not after `start_time`. `weekdays` left out: it may start on any day.
    """

    start_time = TimeOfDayField()
    end_time = TimeOfDayField()
    end_day_offset = serializers.IntegerField(
        min_value=0, max_value=predefined.LONGEST_DAYS, required=False
    )
    weekdays = WeekdaysField(required=False)
    position = serializers.IntegerField(min_value=0, max_value=32767, required=False)

    class Meta:
        model = ShiftTemplate
        fields = (
            *("id", "schedule", "name", "start_time", "end_time", "end_day_offset"),
            *("weekdays", "level", "position", "version"),
        )
        read_only_fields = ("version",)


class TemplateResource(Resource[ShiftTemplate]):
    """Predefined periods, such as “Night 18:00-08:00”."""

    model = ShiftTemplate
    queryset = ShiftTemplate.objects.order_by("schedule", "position", "pk")
    serializer_class = TemplateSerializer
    writes = Writes(services.create_template, services.change_template, services.delete_template)
    filterset_fields = ("schedule",)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("templates", TemplateResource),)

"""The API of rented numbers and of the block list."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import TextsField
from oncall_portal.lib.api.resources import Resource, RowSerializer, StrictSerializer
from scheduling.access import SEE_NUMBER
from scheduling.api.fields import NumberField
from scheduling.models.fields import DAYS_KEPT
from telephony import destinations, labels, number_scan
from telephony.api.numbers import PathField
from telephony.api.problems import ProblemSerializer
from telephony.enums import GoalKind
from telephony.models import BlockedCaller, ClosedRoute, NumberProblem, PhoneNumber
from telephony.number_warnings import warnings
from telephony.writes import BLOCKED_CALLERS, PHONE_NUMBERS

_TEXT_BACK = {
    "enabled": "text_back_enabled",
    "text": "text_back",
    "quiet_minutes": "text_back_quiet_minutes",
}


class ClosedRouteSerializer(StrictSerializer):
    """Where callers go outside the opening hours; `mailbox` takes a message that may end it."""

    kind = serializers.ChoiceField(list(labels.GOAL))
    target = serializers.JSONField(allow_null=True, required=False)
    mailbox = serializers.IntegerField(allow_null=True, required=False, min_value=1)

    def to_representation(self, instance: ClosedRoute) -> dict[str, Any]:
        """Return the route with its target as an id or a number."""
        found = destinations.goes_to(instance)
        has_mailbox = instance.kind != GoalKind.VOICEMAIL and instance.mailbox_id is not None
        return {**found, "mailbox": instance.mailbox_id} if has_mailbox else found


class TextBackSerializer(StrictSerializer):
    """The text to a caller whom nobody answered, and minutes between two to the same.

    Below 15 minutes 15 hold: there is one text only to whoever calls again so soon.
    """

    enabled = serializers.BooleanField(required=False)
    text = TextsField(required=False)
    quiet_minutes = serializers.IntegerField(required=False, min_value=0, max_value=10_080)

    def to_representation(self, instance: PhoneNumber) -> dict[str, Any]:
        """Return the three settings of a number."""
        return {name: getattr(instance, column) for name, column in _TEXT_BACK.items()}


@extend_schema_field({"type": "object", "nullable": True})
class OpeningHoursField(serializers.JSONField):
    """{"time_zone", "weekly": [...], "holidays", "exceptions": [...]}, or null: always open."""


@extend_schema_field(
    {"type": "array", "items": {"type": "object", "properties": {"code": {}, "detail": {}}}}
)
class WarningsField(serializers.Field[Any, Any, Any, Any]):
    """What may surprise in the settings."""

    def __init__(self) -> None:
        super().__init__(read_only=True, source="*")

    def to_representation(self, value: PhoneNumber) -> list[dict[str, str]]:
        """Return each as a code with its sentence."""
        return [
            {"code": found.value, "detail": str(labels.NUMBER_WARNING[found.value])}
            for found in warnings(value.behaviour, value.inbound_timeout)
        ]


class PhoneNumberSerializer(RowSerializer[PhoneNumber]):
    """A rented number, and what it does when it rings."""

    number = NumberField()
    forwarding_number = serializers.CharField(
        max_length=40, required=False, allow_null=True, allow_blank=True
    )
    languages = serializers.ListField(
        child=serializers.ChoiceField(["fr", "en"]), required=False, allow_empty=False
    )
    whisper = TextsField(required=False)
    recording_notice = TextsField(required=False)
    opening_hours = OpeningHoursField(required=False, allow_null=True)
    closed_route = ClosedRouteSerializer(required=False, allow_null=True)
    text_back = TextBackSerializer(required=False, source="*")
    worst_case_path = PathField(read_only=True)
    warnings = WarningsField()

    class Meta:
        model = PhoneNumber
        fields = (
            *("id", "name", "number", "behaviour", "schedule", "menu", "forwarding_number"),
            *("assigned_staff", "pass_called_number", "caller_by_sms", "call_connect", "whisper"),
            *("record", "recording_notice", "inbound_timeout", "outbound_timeout", "languages"),
            *("opening_hours", "closed_route", "greeting", "text_back", "max_calls", "mailbox"),
            *DAYS_KEPT,
            *("worst_case_seconds", "worst_case_path", "warnings", "version"),
        )
        read_only_fields = ("worst_case_seconds", "version")

    def to_internal_value(self, data: Any) -> Any:
        """Return the values by column."""
        values = super().to_internal_value(data)
        for name, column in _TEXT_BACK.items():
            if name in values:
                values[column] = values.pop(name)
        return values

    def to_representation(self, instance: PhoneNumber) -> dict[str, Any]:
        """Return the number; where calls go is private to those who may see numbers."""
        shown = super().to_representation(instance)
        shown["forwarding_number"] = str(instance.forwarding_number) or None
        shown["closed_route"] = shown.get("closed_route")
        if not can(self.context["request"].user, SEE_NUMBER, instance):
            _mask(shown)
        return shown


def _mask(shown: dict[str, Any]) -> None:
    if shown["forwarding_number"]:
        shown["forwarding_number"] = phone.mask(shown["forwarding_number"])
    route = shown["closed_route"]
    if route and route["kind"] == GoalKind.TRANSFER:
        shown["closed_route"] = {**route, "target": phone.mask(str(route["target"]))}


class PhoneNumberResource(Resource[PhoneNumber]):
    """Rented numbers."""

    model = PhoneNumber
    queryset = PhoneNumber.objects.select_related("closed_route")
    serializer_class = PhoneNumberSerializer
    writes = PHONE_NUMBERS
    filterset_fields = ("schedule", "behaviour")

    @extend_schema(request=None, responses=ProblemSerializer(many=True))
    @action(detail=False, methods=["post"], pagination_class=None)
    def scan(self, request: Request) -> Response:
        """Look ninety days ahead now, and answer every problem of every number."""
        number_scan.scan(clock.now())
        rows = NumberProblem.objects.order_by("phone_number", "period", "pk")
        return Response(ProblemSerializer(rows, many=True).data)


class BlockedCallerSerializer(RowSerializer[BlockedCaller]):
    """Whose calls are not taken: one number, numbers that begin alike, or withheld ones."""

    pattern = serializers.CharField(max_length=40, required=False, allow_blank=True)

    class Meta:
        model = BlockedCaller
        fields = ("id", "kind", "pattern", "phone_number", "prompt", "note", "active", "version")
        read_only_fields = ("version",)


class BlockedCallerResource(Resource[BlockedCaller]):
    """The block list."""

    model = BlockedCaller
    queryset = BlockedCaller.objects.all()
    serializer_class = BlockedCallerSerializer
    writes = BLOCKED_CALLERS
    filterset_fields = ("kind", "phone_number", "active")


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (
    ("phone-numbers", PhoneNumberResource),
    ("blocked-callers", BlockedCallerResource),
)

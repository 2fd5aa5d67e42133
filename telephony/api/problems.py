"""The API of what would go wrong at numbers in the days ahead."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import ReadOnlyResource
from telephony.models import NumberProblem


class ProblemSerializer(serializers.ModelSerializer[NumberProblem]):
    """What a caller would find at a number, from when until when; `mend` is what to change."""

    starts_at = InstantField(source="period.lower", read_only=True)
    ends_at = InstantField(source="period.upper", read_only=True)
    found_at = InstantField(read_only=True)
    told_at = InstantField(read_only=True, allow_null=True)

    class Meta:
        model = NumberProblem
        fields = (
            *("id", "phone_number", "kind", "name", "mend", "starts_at", "ends_at"),
            *("found_at", "told_at"),
        )


class ProblemResource(ReadOnlyResource[NumberProblem]):
    """What would go wrong at numbers, as the last scan found it."""

    model = NumberProblem
    queryset = NumberProblem.objects.order_by("phone_number", "period", "pk")
    serializer_class = ProblemSerializer
    filterset_fields = ("phone_number", "kind")


ROUTES: tuple[tuple[str, type[ReadOnlyResource[Any]]], ...] = (
    ("number-problems", ProblemResource),
)

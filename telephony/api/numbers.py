"""The API of scenarios."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oncall_portal.lib.api.fields import TextsField
from oncall_portal.lib.api.resources import Resource, RowSerializer, StrictSerializer
from telephony import labels, services
from telephony.enums import Strategy
from telephony.models import EscalationScenario, EscalationStep
from telephony.writes import SCENARIOS


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "reason": {"type": "string"},
                "seconds": {"type": "integer"},
            },
        },
    }
)
class PathField(serializers.JSONField):
    """What makes a caller wait longest: phone by phone, why each rings, and for how long."""


class StepSerializer(StrictSerializer):
    """One step; what `target` is depends on the kind."""

    kind = serializers.ChoiceField(list(labels.STEP_KIND))
    target = serializers.IntegerField(allow_null=True, required=False, min_value=1)
    strategy = serializers.ChoiceField(list(labels.STRATEGY), default=Strategy.TOGETHER.value)
    ring_seconds = serializers.IntegerField(
        allow_null=True, required=False, min_value=1, max_value=120
    )
    attempts = serializers.IntegerField(default=1, min_value=1, max_value=9)
    call_connect = serializers.BooleanField(allow_null=True, required=False)
    whisper = TextsField(allow_null=True, required=False)

    def to_representation(self, instance: EscalationStep) -> dict[str, Any]:
        """Return the step with its target as one id or level."""
        name = services.TARGETS.get(instance.kind)
        field = name if name in {None, "level"} else f"{name}_id"
        return {
            "kind": instance.kind,
            "target": getattr(instance, field) if field else None,
            "strategy": instance.strategy,
            "ring_seconds": instance.ring_seconds,
            "attempts": instance.attempts,
            "call_connect": instance.call_connect,
            "whisper": instance.whisper,
        }


class ScenarioSerializer(RowSerializer[EscalationScenario]):
    """What to try, in order; without an end of its own it ends in the general mailbox."""

    steps = StepSerializer(many=True)
    waiting_words = TextsField(required=False)
    worst_case_path = PathField(read_only=True)

    class Meta:
        model = EscalationScenario
        fields = (
            *("id", "name", "steps", "repeat", "waiting_words", "waiting_prompt"),
            *("waiting_music", "worst_case_seconds", "worst_case_path", "version"),
        )
        read_only_fields = ("worst_case_seconds", "version")


class ScenarioResource(Resource[EscalationScenario]):
    """Escalation scenarios."""

    model = EscalationScenario
    queryset = EscalationScenario.objects.prefetch_related("steps")
    serializer_class = ScenarioSerializer
    writes = SCENARIOS


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("scenarios", ScenarioResource),)

"""The API of calls: what happened, never edited, and what the office makes of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can, visible
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.permissions import Allowed
from oncall_portal.lib.api.resources import ReadOnlyResource, StrictSerializer
from scheduling.access import ADD, SEE_NUMBER, VIEW
from scheduling.api.fields import FROM, TO, instant
from telephony import comments, placing, triage
from telephony.access import CALL_BACK, END_CALL, TRIAGE
from telephony.api.promises import CommentSerializer, PromiseSerializer
from telephony.enums import Triage, TriageAction
from telephony.models import Call, CallComment, CallEvent, Leg
from telephony.story import sentence

LIVE = OpenApiParameter("live", str, enum=["1"], description="Only calls going on.")


class LegSerializer(serializers.ModelSerializer[Leg]):
    """One phone rung; its number is masked for those who may not see it."""

    rang_at = InstantField(read_only=True, allow_null=True)
    picked_up_at = InstantField(read_only=True, allow_null=True)
    accepted_at = InstantField(read_only=True, allow_null=True)
    ended_at = InstantField(read_only=True, allow_null=True)

    class Meta:
        model = Leg
        fields = (
            *("staff", "number", "rang_at", "picked_up_at"),
            *("accepted_at", "ended_at", "result"),
        )

    def to_representation(self, instance: Leg) -> dict[str, Any]:
        """Return the leg, its number whole or masked."""
        shown = super().to_representation(instance)
        if not can(self.context["request"].user, SEE_NUMBER, instance):
            shown["number"] = phone.mask(instance.number)
        return shown


class CallSerializer(serializers.ModelSerializer[Call]):
    """One caller's visit."""

    started_at = InstantField(read_only=True)
    ended_at = InstantField(read_only=True, allow_null=True)
    numbers_erased_at = InstantField(read_only=True, allow_null=True)
    accepted_by = serializers.IntegerField(
        source="accepted_by.staff_id", default=None, read_only=True
    )
    seconds_to_accept = serializers.SerializerMethodField()
    legs = LegSerializer(many=True, read_only=True)
    recording = serializers.SerializerMethodField()
    voicemail = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField()
    promise = PromiseSerializer(read_only=True, allow_null=True, default=None)

    class Meta:
        model = Call
        fields = (
            *("id", "direction", "phone_number", "caller", "started_at", "ended_at"),
            *("phase", "outcome", "label", "started_by", "answers", "numbers_erased_at"),
            *("triage", "urgent", "accepted_by", "seconds_to_accept", "legs"),
            *("recording", "voicemail", "job", "promise"),
        )

    @extend_schema_field({"type": "number", "nullable": True})
    def get_seconds_to_accept(self, call: Call) -> float | None:
        """Return how long the caller waited until somebody took the call, null if nobody did."""
        if call.accepted_at is None:
            return None
        return round((call.accepted_at - call.started_at).total_seconds(), 3)

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_recording(self, call: Any) -> int | None:
        """Return the recording of the conversation."""
        found = [row.pk for row in call.recordings.all() if row.kind == "conversation"]
        return found[0] if found else None

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_voicemail(self, call: Any) -> int | None:
        """Return the message that the caller left."""
        return next((row.pk for row in call.voicemails.all() if row.counts), None)

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_job(self, call: Call) -> int | None:
        """Return the job that was made from the call."""
        job = getattr(call, "job", None)
        return job.pk if job is not None else None


class TimelineSerializer(serializers.ModelSerializer[CallEvent]):
    """One thing that happened, as a code for machines and a sentence for people."""

    at = InstantField(read_only=True)
    text = serializers.SerializerMethodField()

    class Meta:
        model = CallEvent
        fields = ("at", "code", "params", "text")

    def get_text(self, event: CallEvent) -> str:
        """Return the sentence in the reader's language."""
        return sentence(event.code, event.params, event.leg.name if event.leg else "")


class CallBackSerializer(StrictSerializer):
    """Which of the asker's own phones rings first; null is their first."""

    contact_number = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class TriageSerializer(StrictSerializer):
    """What to make of a call; `reason`: why nobody calls back whoever was promised that."""

    action = serializers.ChoiceField(choices=[each.value for each in TriageAction])
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)


class Gesture(Allowed):
    """Asks for what the gesture needs, of the call itself."""

    needs = {"call_back": CALL_BACK, "hang_up": END_CALL, "triage": TRIAGE}

    def has_permission(self, request: Request, view: Any) -> bool:
        """Let whoever sees calls come as far as the call."""
        return bool(request.user.is_authenticated) and can(request.user, VIEW, Call)

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        """Ask for the row."""
        return can(request.user, self.needs[view.action], obj)


class Comments(Allowed):
    """Asks whether somebody may read what was written about a call, or write about it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Let whoever sees calls come as far as the call."""
        return bool(request.user.is_authenticated) and can(request.user, VIEW, Call)

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        """Ask for a comment on this call."""
        return request.method != "POST" or can(request.user, ADD, CallComment(call=obj))


class CallResource(ReadOnlyResource[Call]):
    """Calls, newest first; `from` and `to` bound their start, `live=1` keeps those going on.

    Deleted ones are listed where `triage=deleted` asks for them.
    """

    model = Call
    queryset = Call.objects.select_related("accepted_by", "job", "promise").prefetch_related(
        Prefetch("legs", Leg.objects.order_by("ordinal")), "recordings", "voicemails"
    )
    serializer_class = CallSerializer
    filterset_fields = ("phone_number", "caller", "outcome", "triage")

    def get_queryset(self) -> QuerySet[Call]:
        """Return the calls that the asker may see, within the bounds asked."""
        rows = super().get_queryset()
        if self.action != "list":
            return rows
        if "triage" not in self.request.query_params:
            rows = rows.exclude(triage=Triage.DELETED.value)
        if self.request.query_params.get("live") == "1":
            rows = rows.filter(ended_at=None)
        starts_at, ends_at = instant(self.request, "from"), instant(self.request, "to")
        if starts_at:
            rows = rows.filter(started_at__gte=starts_at)
        return rows.filter(started_at__lt=ends_at) if ends_at else rows

    @extend_schema(parameters=[FROM, TO, LIVE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List calls."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses=TimelineSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def timeline(self, request: Request, pk: str) -> Response:
        """Answer what happened in a call, in order."""
        events = self.get_object().events.select_related("leg").order_by("at", "pk")
        return Response(TimelineSerializer(events, many=True).data)

    @extend_schema(request=CallBackSerializer, responses={201: CallSerializer}, filters=False)
    @action(detail=True, methods=["post"], url_path="call-back", permission_classes=[Gesture])
    def call_back(self, request: Request, pk: str) -> Response:
        """Ring a phone of the asker, then the caller; the new call is answered."""
        call = self.get_object()
        body = CallBackSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        number = body.validated_data.get("contact_number")
        placed = placing.call_back(call, request.user, number, clock.now())
        return Response(self.get_serializer(placed).data, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=CallSerializer, filters=False)
    @action(detail=True, methods=["post"], url_path="hang-up", permission_classes=[Gesture])
    def hang_up(self, request: Request, pk: str) -> Response:
        """End a call for everybody in it."""
        placing.end(self.get_object(), request.user, clock.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=TriageSerializer, responses=CallSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_classes=[Gesture])
    def triage(self, request: Request, pk: str) -> Response:
        """Make a job of a call, mark it as spam, close or delete it, or take that back."""
        call = self.get_object()
        body = TriageSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        triage.triage(call.pk, TriageAction(values["action"]), values.get("reason", ""))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        methods=["GET"], request=None, responses=CommentSerializer(many=True), filters=False
    )
    @extend_schema(
        methods=["POST"],
        request=CommentSerializer,
        responses={201: CommentSerializer},
        filters=False,
    )
    @action(
        detail=True, methods=["get", "post"], pagination_class=None, permission_classes=[Comments]
    )
    def comments(self, request: Request, pk: str) -> Response:
        """Answer what was written about a call, oldest first; POST adds to it."""
        call = self.get_object()
        if request.method != "POST":
            rows = visible(request.user, CallComment.objects.filter(call=call))
            return Response(CommentSerializer(rows, many=True).data)
        body = CommentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        text = body.validated_data["text"]
        comment = comments.add(call.pk, text, request.user, clock.now())
        return Response(CommentSerializer(comment).data, status.HTTP_201_CREATED)


ROUTES: tuple[tuple[str, type[ReadOnlyResource[Any]]], ...] = (("calls", CallResource),)

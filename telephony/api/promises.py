"""The API of promises to call back, and of what the office writes about a call."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import clock
from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.permissions import Allowed
from oncall_portal.lib.api.resources import (
    ReadOnlyResource,
    RowSerializer,
    StrictSerializer,
    version_asked,
    with_etag,
)
from scheduling.access import VIEW
from telephony import promises
from telephony.access import TAKE_UP
from telephony.models import CallComment, Promise


class PromiseSerializer(RowSerializer[Promise]):
    """Who is to call back whom, and until when; all but owner and deadline is read only."""

    made_at = InstantField(read_only=True)
    due_at = InstantField()
    touched_at = InstantField(read_only=True, allow_null=True)
    done_at = InstantField(read_only=True, allow_null=True)

    class Meta:
        model = Promise
        fields = (
            *("id", "call", "kind", "state", "owner", "made_at", "due_at", "touched_at"),
            *("escalations", "done_at", "done_by", "kept_by", "reason", "version"),
        )
        read_only_fields = tuple(name for name in fields if name not in ("owner", "due_at"))


class WhyNotSerializer(StrictSerializer):
    """Why nobody calls back."""

    reason = serializers.CharField(max_length=300, trim_whitespace=True)


class CommentSerializer(RowSerializer[CallComment]):
    """What somebody of the office wrote about a call."""

    at = InstantField(read_only=True)

    class Meta:
        model = CallComment
        fields = ("id", "author", "author_name", "text", "at")
        read_only_fields = ("author", "author_name")


class TakesUp(Allowed):
    """Asks whether the promise may be taken up, or given to somebody else."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Let whoever sees promises come as far as the promise."""
        return bool(request.user.is_authenticated) and can(request.user, VIEW, Promise)

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        """Ask for the row."""
        return can(request.user, TAKE_UP, obj)


class PromiseResource(ReadOnlyResource[Promise]):
    """Promises to call back, the most urgent first."""

    model = Promise
    queryset = Promise.objects.order_by("due_at", "pk")
    serializer_class = PromiseSerializer
    filterset_fields = ("state", "owner", "kind", "call")

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a promise to somebody, or move its deadline."""
        row = self.get_object()
        version = version_asked(request)
        body = self.get_serializer(row, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        promises.change(row.pk, version, dict(body.validated_data), clock.now())
        return self._answer(row.pk)

    @extend_schema(request=None, responses=PromiseSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_classes=[TakesUp])
    def take(self, request: Request, pk: str) -> Response:
        """Make whoever asks the owner."""
        row = self.get_object()
        promises.take(row.pk, request.user, clock.now())
        return self._answer(row.pk)

    @extend_schema(request=WhyNotSerializer, responses=PromiseSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_classes=[TakesUp])
    def waive(self, request: Request, pk: str) -> Response:
        """Say why nobody calls back."""
        row = self.get_object()
        body = WhyNotSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        promises.waive(row.pk, body.validated_data["reason"], clock.now())
        return self._answer(row.pk)

    def _answer(self, pk: int) -> Response:
        return with_etag(Response(self.get_serializer(Promise.objects.get(pk=pk)).data))


ROUTES: tuple[tuple[str, type[ReadOnlyResource[Any]]], ...] = (("promises", PromiseResource),)

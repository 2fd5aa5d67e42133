"""The API of what was done to a schedule's rota: its history, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import StrictSerializer
from scheduling import operations, services
from scheduling.models import RotaOperation, Schedule
from scheduling.operation_words import operation_words


class OperationSerializer(serializers.Serializer[RotaOperation]):
    """One change of the rota in words, with times on the clock of its schedule.

    `author` is null where the portal itself did it.
    """

    id = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.SerializerMethodField()
    at = InstantField()
    author = serializers.SerializerMethodField()

    def get_text(self, operation: RotaOperation) -> str:
        """Return the sentence."""
        return operation_words(operation, self.context["zone"])

    def get_author(self, operation: RotaOperation) -> str | None:
        """Return the name that the author had then."""
        return operation.author_name or None


class GestureSerializer(StrictSerializer):
    """The operation that is meant: without one, whichever is the latest."""

    operation = serializers.IntegerField(required=False, min_value=1)


class OutcomeSerializer(serializers.Serializer[Any]):
    """The operation that was undone or redone, and those that the next undo and redo would take."""

    operation = OperationSerializer()
    undo = OperationSerializer(allow_null=True)
    redo = OperationSerializer(allow_null=True)


Gesture = Callable[[int, int | None], RotaOperation]


class OperationActions(GenericAPIView[Schedule]):
    """The addresses under a schedule."""

    @extend_schema(responses=OperationSerializer(many=True), filters=False)
    @action(detail=True, url_path="operations")
    def operations(self, request: Request, pk: str) -> Response:
        """List what was done to the rota, latest first."""
        if not can(request.user, "view", RotaOperation):
            raise PermissionDenied
        schedule = self.get_object()
        page: Any = self.paginate_queryset(cast(Any, operations.history(schedule.pk)))
        shown = OperationSerializer(page, many=True, context={"zone": schedule.time_zone})
        return self.get_paginated_response(shown.data)

    @extend_schema(request=GestureSerializer, responses=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take back the latest change of the rota, whoever made it."""
        return self._gesture(request, services.undo)

    @extend_schema(request=GestureSerializer, responses=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def redo(self, request: Request, pk: str) -> Response:
        """Do again what was undone last, if nothing was done since."""
        return self._gesture(request, services.redo)

    def _gesture(self, request: Request, gesture: Gesture) -> Response:
        schedule = self.get_object()
        body = GestureSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        done = gesture(schedule.pk, body.validated_data.get("operation"))
        undoable, redoable = operations.available(schedule.pk)
        told = {"operation": done.original, "undo": undoable, "redo": redoable}
        return Response(OutcomeSerializer(told, context={"zone": schedule.time_zone}).data)

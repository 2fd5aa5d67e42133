"""The API of what changed on a rota since the asker last looked."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oncall_portal.lib import clock
from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import InstantField
from scheduling import seen, services
from scheduling.api.fields import refused
from scheduling.api.operations import GestureSerializer, OperationSerializer
from scheduling.models import RotaOperation, Schedule

_SINCE = OpenApiParameter(
    "since", OpenApiTypes.INT, description="An operation; where the asker last looked without one."
)


class NewsSerializer(serializers.Serializer[Any]):
    """What others did after the operation `since`, latest first, a hundred at most.

    `count` is of all of it, `latest` the last operation of the rota, `seen_at` when the asker last
    looked: null where they never did.
    """

    since = serializers.IntegerField()
    seen_at = InstantField(allow_null=True)
    latest = serializers.IntegerField()
    count = serializers.IntegerField()
    changes = OperationSerializer(many=True)


class SeenSerializer(serializers.Serializer[Any]):
    """Until where the asker has seen the rota, and when."""

    operation = serializers.IntegerField()
    seen_at = InstantField()


class MayLook(BasePermission):
    """Lets those who may see what was done to a rota keep that they have seen it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Ask for the log of changes, whatever the method."""
        if request.user.is_authenticated and not hasattr(view, (request.method or "").lower()):
            return True  # the view answers 405 itself
        return bool(request.user.is_authenticated) and can(request.user, "view", RotaOperation)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        """Ask for the schedule."""
        return can(request.user, "view", obj)


class ChangeActions(GenericAPIView[Schedule]):
    """The addresses under a schedule."""

    @extend_schema(responses=NewsSerializer, parameters=[_SINCE], filters=False)
    @action(detail=True, permission_classes=[MayLook])
    def changes(self, request: Request, pk: str) -> Response:
        """Answer what others changed since the asker last looked."""
        schedule = self.get_object()
        found = seen.news(_user(request).pk, schedule.pk, _since(request))
        return Response(NewsSerializer(found, context={"zone": schedule.time_zone}).data)

    @extend_schema(request=GestureSerializer, responses=SeenSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayLook])
    def seen(self, request: Request, pk: str) -> Response:
        """Keep that the asker has seen the rota, up to an operation or all of it."""
        schedule = self.get_object()
        body = GestureSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        operation = body.validated_data.get("operation")
        row = services.mark_seen(_user(request), schedule, clock.now(), operation)
        return Response(SeenSerializer(row).data)


def _user(request: Request) -> User:
    return cast(User, request.user)


def _since(request: Request) -> int | None:
    text = request.query_params.get("since")
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise refused("since", "invalid", _("Write the id of an operation."))
    return int(text)

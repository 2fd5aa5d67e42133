"""The API of swaps: staff offer and answer for themselves, managers for anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oncall_portal.lib import access, clock
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import (
    ReadOnlyResource,
    RowSerializer,
    StrictSerializer,
    with_etag,
)
from oncall_portal.lib.errors import Refused
from scheduling import services
from scheduling.access import ADD, CHANGE, standing_of
from scheduling.api.fields import refused
from scheduling.models import Shift, Staff, SwapRequest

Answer = Callable[[int, int | None, datetime, Staff | None], SwapRequest]


class SwapSerializer(RowSerializer[SwapRequest]):
    """An offer of a shift, or of a part of it, to some colleagues, perhaps for one of theirs.

    Without `starts_at` and `ends_at` all of the shift, wherever it is moved.
    """

    starts_at = InstantField(required=False, allow_null=True)
    ends_at = InstantField(required=False, allow_null=True)
    created_at = InstantField(read_only=True)
    decided_at = InstantField(read_only=True)

    class Meta:
        model = SwapRequest
        fields = (
            *("id", "shift", "starts_at", "ends_at", "offered_to", "in_return_for", "note"),
            *("state", "requested_by", "accepted_by", "created_at", "decided_at", "version"),
        )
        read_only_fields = ("state", "requested_by", "accepted_by", "version")


class AnswerSerializer(StrictSerializer):
    """The version that was read, if it matters; `staff`: for whom, where a manager answers."""

    version = serializers.IntegerField(required=False, min_value=1)
    staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all(), required=False)


class WithdrawSerializer(StrictSerializer):
    """The version that was read, if it matters."""

    version = serializers.IntegerField(required=False, min_value=1)


class TakeOverSerializer(StrictSerializer):
    """`staff`: who takes the shift, where a manager says so."""

    staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all(), required=False)


class MaySwap(BasePermission):
    """Lets in those who may offer and take shifts."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Ask the table about swaps, whatever the view is about."""
        return access.can(request.user, ADD, SwapRequest)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        """Let the services tell whose shift it is."""
        return True


class SwapResource(mixins.CreateModelMixin, ReadOnlyResource[SwapRequest]):
    """Swaps, the latest first; they are not edited, but accepted, declined or withdrawn."""

    model = SwapRequest
    queryset = (
        SwapRequest.objects.select_related("shift")
        .prefetch_related("offered_to")
        .order_by("-created_at", "-pk")
    )
    serializer_class = SwapSerializer
    filterset_fields = ("state", "shift", "requested_by")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Offer a shift of one's own; a manager offers that of whoever has it."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        by = None if for_anybody(request) else own_person(request)
        row = services.offer_swap(body.validated_data, clock.now(), by)
        return self._shown(row, 201)

    @extend_schema(request=AnswerSerializer, responses=SwapSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take the shift, from now on if it runs."""
        return self._answer(request, services.accept_swap)

    @extend_schema(request=AnswerSerializer, responses=SwapSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Say no; the others who were asked may still say yes."""
        return self._answer(request, services.decline_swap)

    @extend_schema(request=WithdrawSerializer, responses=SwapSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take an offer back."""
        return self._answer(request, services.withdraw_swap, WithdrawSerializer)

    def _answer(
        self,
        request: Request,
        answer: Answer,
        serializer: type[StrictSerializer] = AnswerSerializer,
    ) -> Response:
        row = self.get_object()
        body = serializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        person = acting_person(request, sent.get("staff"))
        return self._shown(answer(row.pk, sent.get("version"), clock.now(), person), 200)

    def _shown(self, row: SwapRequest, status: int) -> Response:
        fresh = self.queryset.get(pk=row.pk)
        return with_etag(Response(self.get_serializer(fresh).data, status))


def for_anybody(request: Request) -> bool:
    """Tell whether the asker may swap shifts of others: whoever may write the rota."""
    return access.can(request.user, CHANGE, Shift)


def own_person(request: Request) -> Staff:
    """Return the person of the asker's login; raises PermissionDenied without one."""
    person = _person(request)
    if person is None:
        raise PermissionDenied
    return person


def _person(request: Request) -> Staff | None:
    key = standing_of(request.user).staff_id
    return None if key is None else Staff.objects.get(pk=key)


def acting_person(request: Request, named: Staff | None) -> Staff | None:
    """Return for whom the asker acts: a manager for the one `named` (None: left open)."""
    if for_anybody(request):
        return named
    own = own_person(request)
    if named is not None and named != own:
        message = _("Only a manager answers for others.")
        raise refused("staff", "managers_only", message)
    return own


def take_over(request: Request, shift: Shift) -> None:
    """Let the asker, or whom a manager names, take a shift over."""
    body = TakeOverSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    anybody = for_anybody(request)
    person = acting_person(request, body.validated_data.get("staff")) or _person(request)
    if person is None:
        raise Refused("required", _("Say who takes the shift."), "staff")
    services.take_over(shift.pk, clock.now(), person, anywhere=anybody)


ROUTES: tuple[tuple[str, type[ReadOnlyResource[Any]]], ...] = (("swaps", SwapResource),)

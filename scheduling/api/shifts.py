"""The API of shifts, by instants or by the clock of their schedule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.api.resources import Resource, StrictSerializer
from oncall_portal.lib.writes import Writes
from scheduling import services, shift_warnings
from scheduling.api import swaps
from scheduling.api.copies import CopyAction
from scheduling.api.fields import FROM, TO, refused
from scheduling.api.lasting import LOCAL, LOCAL_FIELDS, LastingSerializer, in_window
from scheduling.api.tables import Tabled
from scheduling.enums import ShiftState, ShiftWarning
from scheduling.load import Warned
from scheduling.models import Shift
from scheduling.shift_warnings import Doubts
from scheduling.tables import ShiftTable
from scheduling.warning_words import sentence

_FURTHEST_DAYS, _FURTHEST_MINUTES = 3660, 527_040  # ten years; a year
_CANCELLED = OpenApiParameter("cancelled", bool, description="1: with those deleted by hand.")


class WarningSerializer(serializers.Serializer[Any]):
    """What is doubtful about a shift: a stable code, and a sentence in the reader's language."""

    code = serializers.ChoiceField([code.value for code in ShiftWarning])
    detail = serializers.CharField()


class ShiftSerializer(LastingSerializer[Shift]):
    """Somebody on call."""

    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Shift
        fields: tuple[str, ...] = (
            *("id", "schedule", "staff", "service", "level", "starts_at", "ends_at", "state"),
            *("rotation", "note", "version", "warnings"),
            *LOCAL_FIELDS,
        )
        read_only_fields = ("state", "version", "rotation")

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, shift: Shift) -> list[dict[str, Any]]:
        """Return what is doubtful about it; nothing of this ever refuses a shift."""
        return [
            {"code": warned.code.value, "detail": sentence(warned, self._doubts)}
            for warned in self._doubts.of(shift.pk)
        ]

    @cached_property
    def _doubts(self) -> Doubts:
        """The warnings of all that is answered, read together."""
        many = isinstance(self.parent, serializers.ListSerializer)
        rows: Any = self.parent.instance if many else [self.instance]
        return shift_warnings.of_shifts(list(rows))


class ForeseenSerializer(WarningSerializer):
    """One warning that a shift would have, or, with the id of another, would give to that one.

    What is `light` is to be seen to in time, but no reason to plan otherwise.
    """

    shift = serializers.IntegerField(allow_null=True)
    light = serializers.BooleanField()


class MoveSerializer(StrictSerializer):
    """How far a shift goes on its schedule's clock; `end_*` move its end further than its start."""

    days = serializers.IntegerField(
        min_value=-_FURTHEST_DAYS, max_value=_FURTHEST_DAYS, required=False
    )
    minutes = serializers.IntegerField(
        min_value=-_FURTHEST_MINUTES, max_value=_FURTHEST_MINUTES, required=False
    )
    end_days = serializers.IntegerField(
        min_value=-_FURTHEST_DAYS, max_value=_FURTHEST_DAYS, required=False
    )
    end_minutes = serializers.IntegerField(
        min_value=-_FURTHEST_MINUTES, max_value=_FURTHEST_MINUTES, required=False
    )
    level = serializers.IntegerField(min_value=1, max_value=9, required=False)


class ShiftChangeSerializer(ShiftSerializer):
    """A change of a shift: new ends, or a `move` of those it has.

    With `following`, a move is of all later shifts of the same rotation, too.
    """

    move = MoveSerializer(required=False, write_only=True)
    following = serializers.BooleanField(required=False, write_only=True)

    class Meta(ShiftSerializer.Meta):
        fields = (*ShiftSerializer.Meta.fields, "move", "following")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a move together with what it would move to."""
        attrs = super().validate(attrs)
        move = attrs.get("move")
        if attrs.get("following") and (move is None or attrs.keys() - {"move", "following"}):
            message = _("Send a move, and nothing else, for a shift and all that follow.")
            raise refused("following", "conflicting_fields", message)
        if move is None:
            return attrs
        if {"starts_at", "ends_at"} & attrs.keys() or {"level"} <= attrs.keys() & move.keys():
            message = _("Send a move, or the times and level it ends with, not both.")
            raise refused("move", "conflicting_fields", message)
        return attrs


def _foreseen(draft: Shift) -> Iterator[dict[str, Any]]:
    """Yield what would be doubtful about a shift, and about others because of it."""
    doubts, pk = shift_warnings.of_draft(draft), draft.pk or shift_warnings.DRAFT
    own: list[tuple[int | None, Warned]] = [(None, warned) for warned in doubts.of(pk)]
    for other, warned in (*own, *doubts.causes().get(pk, [])):
        yield {
            "shift": other,
            "code": warned.code.value,
            "detail": sentence(warned, doubts),
            "light": warned.code in shift_warnings.LIGHT,
        }


def _change(pk: int, version: int, values: dict[str, Any]) -> Shift:
    move = values.pop("move", None)
    if values.pop("following", False):
        return services.move_following(pk, version, **move)
    if move is None:
        return services.change_shift(pk, version, values)
    return services.move_shift(pk, version, **move, values=values)


@extend_schema_view(
    retrieve=extend_schema(parameters=[LOCAL]),
    create=extend_schema(parameters=[LOCAL]),
    partial_update=extend_schema(
        parameters=[LOCAL], request=ShiftChangeSerializer(partial=True), responses=ShiftSerializer
    ),
)
class ShiftResource(CopyAction, Tabled, Resource[Shift]):
    """Shifts; `from` and `to` ask for those that overlap a window."""

    model = Shift
    queryset = Shift.objects.select_related("schedule").order_by("period", "level", "pk")
    serializer_class = ShiftSerializer
    table = ShiftTable
    writes = Writes(services.create_shift, _change, services.delete_shift)
    filterset_fields = ("schedule", "staff", "service", "level")

    def get_serializer_class(self) -> type[ShiftSerializer]:
        """Return the one that takes a move where a shift is changed."""
        return ShiftChangeSerializer if self.action == "partial_update" else ShiftSerializer

    def get_queryset(self) -> QuerySet[Shift]:
        """Leave out cancelled shifts unless asked, and those outside the window."""
        rows = super().get_queryset()
        if self.action not in {"list", "export_table"}:
            return rows
        if self.request.query_params.get("cancelled") != "1":
            rows = rows.exclude(state=ShiftState.CANCELLED.value)
        return in_window(self.request, rows)

    @extend_schema(parameters=[FROM, TO, _CANCELLED, LOCAL])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List shifts."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=ShiftSerializer, responses=ForeseenSerializer(many=True), filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def preview(self, request: Request) -> Response:
        """Answer what would be doubtful about a new shift; nothing is kept."""
        body = ShiftSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        found = _foreseen(services.draft_shift(body.validated_data))
        return Response(ForeseenSerializer(list(found), many=True).data)

    @extend_schema(
        operation_id="shifts_preview_change",
        request=ShiftChangeSerializer(partial=True),
        responses=ForeseenSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path="preview", pagination_class=None)
    def preview_change(self, request: Request, pk: str) -> Response:
        """Answer what would be doubtful about a shift if it was changed; nothing is kept.

        With `following`, what is said is about this shift only.
        """
        context = self.get_serializer_context()
        row = self.get_object()
        body = ShiftChangeSerializer(row, data=request.data, partial=True, context=context)
        body.is_valid(raise_exception=True)
        values = {k: v for k, v in body.validated_data.items() if k != "following"}
        found = _foreseen(services.draft_shift(values, row))
        return Response(ForeseenSerializer(list(found), many=True).data)

    @extend_schema(request=swaps.TakeOverSerializer, responses=ShiftSerializer)
    @action(detail=True, methods=["post"], url_path="take-over", permission_classes=[swaps.MaySwap])
    def take_over(self, request: Request, pk: str) -> Response:
        """Take a shift over at once, from now on if it runs; whoever had it is told."""
        shift = self.get_object()
        swaps.take_over(request, shift)
        return Response(self.get_serializer(shift).data)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("shifts", ShiftResource),)

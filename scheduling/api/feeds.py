"""The API of calendar feeds: private addresses for calendar programs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, RowSerializer
from oncall_portal.lib.writes import Writes
from scheduling import services
from scheduling.feed_content import address_of
from scheduling.models import CalendarFeed

_REVOKED = OpenApiParameter("revoked", OpenApiTypes.BOOL, description="1: also those revoked.")


class FeedSerializer(RowSerializer[CalendarFeed]):
    """The duties of one person, or of a whole schedule; `address` is null when it is revoked."""

    address = serializers.SerializerMethodField()
    created_at = InstantField(read_only=True)
    revoked_at = InstantField(read_only=True)
    read_at = InstantField(read_only=True)

    class Meta:
        model = CalendarFeed
        fields = (
            *("id", "staff", "schedule", "address", "created_at", "revoked_at", "read_at"),
            "version",
        )
        read_only_fields = ("version",)

    def get_address(self, feed: CalendarFeed) -> str | None:
        """Return the whole address: whoever has it reads the calendar, without a login."""
        return None if feed.revoked_at else address_of(feed)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let people subscribe to schedules and to their own duties, managers to everybody's."""
        if not can(self.context["request"].user, "add", CalendarFeed(**attrs)):
            raise PermissionDenied
        return attrs


def _never(pk: int, version: int, values: dict[str, Any]) -> CalendarFeed:
    raise PermissionDenied  # the access table says so before: a feed is made anew


class FeedResource(Resource[CalendarFeed]):
    """Calendar feeds, the latest first; DELETE revokes one, and it stays on record."""

    model = CalendarFeed
    queryset = CalendarFeed.objects.order_by("-created_at", "-pk")
    serializer_class = FeedSerializer
    writes = Writes(services.create_feed, _never, services.revoke_feed)
    filterset_fields = ("staff", "schedule")

    def get_queryset(self) -> QuerySet[CalendarFeed]:
        """Leave out those revoked unless asked."""
        rows = super().get_queryset()
        if self.action != "list" or self.request.query_params.get("revoked") == "1":
            return rows
        return rows.filter(revoked_at=None)

    @extend_schema(parameters=[_REVOKED])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List calendar feeds."""
        return super().list(request, *args, **kwargs)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("calendar-feeds", FeedResource),)

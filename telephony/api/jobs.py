"""The API of jobs: work made from calls."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, RowSerializer
from scheduling.api.fields import NumberField, instant
from telephony.models import Job
from telephony.writes import JOBS

_DUE_BEFORE = OpenApiParameter("due_before", OpenApiTypes.DATETIME, description="Due before it.")
_CHANGED_SINCE = OpenApiParameter(
    "changed_since", OpenApiTypes.DATETIME, description="Made or changed then or later."
)
_DUE_AFTER = OpenApiParameter("due_after", OpenApiTypes.DATETIME, description="Due then or later.")


class JobSerializer(RowSerializer[Job]):
    """A job; the call that it was made from is set once, and gives it what is not sent."""

    caller = NumberField(required=False, allow_blank=True)
    due_at = InstantField(required=False, allow_null=True)
    created_at = InstantField(read_only=True, allow_null=True)
    done_at = InstantField(read_only=True, allow_null=True)
    changed_at = InstantField(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = (
            *("id", "call", "title", "service", "caller", "address", "owner", "state"),
            *("due_at", "notes", "reference", "created_at", "done_at", "changed_at", "version"),
        )
        read_only_fields = ("version",)


class JobResource(Resource[Job]):
    """Jobs, the newest first; `due_before` and `due_after` bound when they are due.

    `changed_since` keeps what another system has not heard of yet.
    """

    model = Job
    queryset = Job.objects.all()
    serializer_class = JobSerializer
    writes = JOBS
    filter_backends = (DjangoFilterBackend, OrderingFilter)
    filterset_fields = ("state", "owner", "service", "call", "reference")
    ordering_fields = ("id", "due_at", "created_at", "changed_at", "done_at", "title", "state")

    def get_queryset(self) -> QuerySet[Job]:
        """Return the jobs that the asker may see, within the bounds asked."""
        rows = super().get_queryset()
        if self.action != "list":
            return rows
        if since := instant(self.request, "changed_since"):
            # which has no such instant was written by the release before: rather twice than never
            rows = rows.filter(Q(changed_at__gte=since) | Q(changed_at=None))
        before, after = instant(self.request, "due_before"), instant(self.request, "due_after")
        if before:
            rows = rows.filter(due_at__lt=before)
        return rows.filter(due_at__gte=after) if after else rows

    @extend_schema(parameters=[_CHANGED_SINCE, _DUE_BEFORE, _DUE_AFTER])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List jobs."""
        return super().list(request, *args, **kwargs)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("jobs", JobResource),)

"""The API of jobs: work made from calls."""

from __future__ import annotations

from typing import Any

from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, RowSerializer
from telephony.models import Job
from telephony.writes import JOBS


class JobSerializer(RowSerializer[Job]):
    """A job; the call that it was made from is set once."""

    due_at = InstantField(required=False, allow_null=True)

    class Meta:
        model = Job
        fields = (
            *("id", "call", "title", "service", "owner", "state", "due_at", "notes"),
            "version",
        )
        read_only_fields = ("version",)


class JobResource(Resource[Job]):
    """Jobs, the newest first."""

    model = Job
    queryset = Job.objects.all()
    serializer_class = JobSerializer
    writes = JOBS
    filterset_fields = ("state", "owner", "service", "call")


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("jobs", JobResource),)

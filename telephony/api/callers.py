"""The API of callers: who is behind a number."""

from __future__ import annotations

from typing import Any

from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, RowSerializer
from scheduling.api.fields import NumberField
from telephony.models import Caller
from telephony.writes import CALLERS


class CallerSerializer(RowSerializer[Caller]):
    """A caller; the number is set once, `sms_stopped_at` by the caller's own STOP and START."""

    number = NumberField()
    sms_stopped_at = InstantField(read_only=True, allow_null=True)

    class Meta:
        model = Caller
        fields = (
            "id",
            "number",
            "name",
            "language",
            "email",
            "address",
            "sms_stopped_at",
            "version",
        )
        read_only_fields = ("version",)


class CallerResource(Resource[Caller]):
    """Callers."""

    model = Caller
    queryset = Caller.objects.all()
    serializer_class = CallerSerializer
    writes = CALLERS
    filterset_fields = ("language",)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("callers", CallerResource),)

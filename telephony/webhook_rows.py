"""Which call or phone a webhook is about: by the token of its address, or by the platform's id."""

from __future__ import annotations

from django.db.models import TextField

from oncall_portal.lib.prepared import Read, given
from telephony.models import Call, Leg

FoundLeg = tuple[int, int, str | None]
"""Its call, its ordinal, and the platform's id of it where it is known."""
LEG_BY_TOKEN: Read[FoundLeg] = Read(
    lambda: Leg.objects.filter(token=given("token", TextField())).values_list(
        "call_id", "ordinal", "uuid"
    )
)
LEG_BY_UUID: Read[FoundLeg] = Read(
    lambda: Leg.objects.filter(uuid=given("uuid", TextField())).values_list(
        "call_id", "ordinal", "uuid"
    )
)
CALL_BY_TOKEN: Read[tuple[int]] = Read(
    lambda: Call.objects.filter(token=given("token", TextField())).values_list("pk")
)
PLANNED_BY_LEG: Read[tuple[int]] = Read(
    lambda: Call.objects.filter(
        leg_uuid=given("uuid", TextField()), state__isnull=False
    ).values_list("pk")
)

"""What a whisper says of whoever calls."""

from __future__ import annotations

from oncall_portal.lib import phone
from telephony.models import Caller
from telephony.plan import CallerSpec


def spec(number: str, region: str, name: str | None = None) -> CallerSpec:
    """Return who calls from `number` (E.164, "" when withheld); one query without the `name`.

    The digits are those that one dials in `region` (ISO country).
    """
    if not number:
        return CallerSpec()
    if name is None:
        name = Caller.objects.filter(number=number).values_list("name", flat=True).first()
    return CallerSpec(name or "", phone.digits_to_dial(number, region))

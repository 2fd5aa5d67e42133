"""What a whisper says of whoever calls."""

from __future__ import annotations

from django.db.models import TextField

from oncall_portal.lib import phone
from oncall_portal.lib.prepared import Read, given
from telephony.models import Caller
from telephony.plan import CallerSpec

_NAME = Read(lambda: Caller.objects.filter(number=given("number", TextField())).values_list("name"))


def spec(number: str, region: str, name: str | None = None) -> CallerSpec:
    """Return who calls from `number` (E.164, "" when withheld); one query without the `name`.

    The digits are those that one dials in `region` (ISO country).
    """
    if not number:
        return CallerSpec()
    if name is None:
        (name,) = _NAME.first(number=number) or ("",)
    return CallerSpec(name, phone.digits_to_dial(number, region))

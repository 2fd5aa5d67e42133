"""The outbox's way out for texts: the telephone platform."""

from __future__ import annotations

from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import id_of
from oncall_portal.outbox.types import SendError
from telephony import texting
from telephony.enums import TextState
from telephony.models import Caller, PhoneNumber
from telephony.provider import ProviderError, get_provider


class PlatformTexts:
    """The `SmsChannel` of the outbox."""

    def send(self, *, to: str, text: str, reference: str, sender: str) -> None:
        """Send a text; see `SmsChannel.send`. Who wants no texts by now gets none."""
        _check(to)
        try:
            platform_id = get_provider().send_text(
                sender=sender or _any_number(), to=to, text=text, reference=reference
            )
        except ProviderError as error:
            raise SendError(str(error), permanent=error.permanent) from error
        if (message := id_of(reference)) is not None:
            texting.sent(message, platform_id)

    def given_up(self, *, reference: str, error: str) -> None:
        """Show in the caller's stream that the text did not leave."""
        if (message := id_of(reference)) is not None:
            texting.move(message, TextState.FAILED, error)


def may_go_again(message: OutgoingMessage) -> None:
    """Let a text that failed wait once more; raises Refused where its reader may have none."""
    if message.channel == Channel.SMS:
        _check_wanted(message.to)
        texting.wait_again(message.pk)


def _check(to: str) -> None:
    try:
        _check_wanted(to)
    except Refused as error:
        raise SendError(str(error.message), permanent=True) from error


def _check_wanted(to: str) -> None:
    if caller := Caller.objects.filter(number=to).first():
        texting.check_may_be_texted(caller)
    else:
        texting.check_country(to)


def _any_number() -> str:
    line = PhoneNumber.objects.first()
    if line is None:
        raise SendError("No number of ours could send it.", permanent=False)
    return str(line.number)

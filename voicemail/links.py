"""Private addresses of messages: one per message, channel and reader, good for some days."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox.enums import Channel
from scheduling import leavers
from scheduling.queries import house
from voicemail.enums import LinkState
from voicemail.message_facts import zone_of
from voicemail.models import MessageLink, VoicemailMessage
from voicemail.types import PrivateLink

_TOKEN_BYTES = 20  # 160 bits, which are 32 letters and figures without a rest


def link_for(
    message: VoicemailMessage,
    channel: Channel,
    reader: str,
    now: datetime,
    staff: int | None = None,
) -> PrivateLink | None:
    """Return the private address of `message` for `reader`, None where it was revoked.

    It is the same for every letter to them while it works; an expired one begins anew. `staff`
    is the id of whoever is behind the address or number, where that is one of us.
    """
    row, _made = MessageLink.objects.get_or_create(
        message=message,
        channel=channel.value,
        reader=reader,
        defaults={**_fresh(message.pk, channel.value, reader, now), "staff_id": staff},
    )
    if row.revoked_at is None and _is_over(row, now):
        row = _begun_anew(row.pk, now)
    if row.revoked_at is not None:
        return None
    return PrivateLink(address_of(row), row.expires_at.astimezone(zone_of(message)))


def _is_over(row: MessageLink, now: datetime) -> bool:
    return now >= row.expires_at or _hash(_token(row)) != row.token_hash


@transaction.atomic
def _begun_anew(pk: int, now: datetime) -> MessageLink:
    """Return a link that is over with another address, unless somebody has just revoked it."""
    row = MessageLink.objects.select_for_update().get(pk=pk)
    if row.revoked_at is None and _is_over(row, now):
        _renew(row, now)
    return row


def address_of(link: MessageLink) -> str:
    """Return the address that leads to the message; only its hash is kept."""
    return f"{settings.PUBLIC_URL}/m/{_token(link)}"


def find(token: str) -> MessageLink | None:
    """Return the link behind a token, with its message; None for what is no token of ours."""
    rows = MessageLink.objects.select_related(
        "staff", "message__recording", "message__mailbox", "message__call__phone_number__schedule"
    )
    return rows.filter(token_hash=_hash(token)).first()


def state_of(link: MessageLink, now: datetime) -> LinkState:
    """Tell whether a link works at `now`; that of somebody who left the house does not."""
    if link.revoked_at is not None or has_left(link):
        return LinkState.REVOKED
    return LinkState.EXPIRED if now >= link.expires_at else LinkState.WORKS


def has_left(link: MessageLink) -> bool:
    """Tell whether the link was for one of us who is not active any more."""
    return link.staff is not None and not link.staff.active


def check_leads_somewhere(
    message: VoicemailMessage, channel: Channel, reader: str, said: str
) -> None:
    """Raise Conflict where the link in what was `said` to a reader works no more for good.

    Codes: reader_left, link_revoked. One that expired asks its reader to sign in, and stays.
    """
    sent = message.links.select_related("staff").filter(channel=channel.value)
    link = sent.filter(reader=reader.lower()).first()
    if link is None or has_left(link):
        raise leavers.reader_left(reader)
    if link.revoked_at is not None or address_of(link) not in said:
        words = _("Its private link was revoked. Send it again on the message's own page.")
        raise Conflict("link_revoked", words)


def revoke(message: VoicemailMessage, by: str, now: datetime, *, only: int | None = None) -> int:
    """Let the links of a message, or the one with the id `only`, lead nowhere; return how many."""
    rows = message.links.filter(revoked_at=None)
    if only is not None:
        rows = rows.filter(pk=only)
    return rows.update(revoked_at=now, revoked_by=by[:160])


@transaction.atomic
def open_again(message: VoicemailMessage, pk: int, now: datetime) -> MessageLink:
    """Let a link work from now on for as long as a new one; raise MessageLink.DoesNotExist.

    One that was revoked gets another address: the earlier one is known to whom it should not be.
    """
    row = message.links.select_for_update().get(pk=pk)
    if row.revoked_at is not None or _hash(_token(row)) != row.token_hash:
        _renew(row, now)
    else:
        row.expires_at = now + _life()
        row.save(update_fields=["expires_at"])
    return row


def _renew(row: MessageLink, now: datetime) -> None:
    for name, value in _fresh(row.message_id, row.channel, row.reader, now).items():
        setattr(row, name, value)
    row.revoked_at, row.revoked_by = None, ""
    row.save()


def _fresh(message: int, channel: str, reader: str, now: datetime) -> dict[str, object]:
    token = _made(message, channel, reader, now)
    return {"token_hash": _hash(token), "created_at": now, "expires_at": now + _life()}


def _life() -> timedelta:
    return timedelta(days=house().link_days)


def _token(row: MessageLink) -> str:
    return _made(row.message_id, row.channel, row.reader, row.created_at)


def _made(message: int, channel: str, reader: str, made_at: datetime) -> str:
    """Return a token that only whoever has the secret of this installation can make again.

    So a second letter carries the address of the first, though no table holds it.
    """
    said = f"{message}:{channel}:{made_at.astimezone(UTC).isoformat()}:{reader}"
    digest = salted_hmac("voicemail.links", said, algorithm="sha256").digest()
    return base64.b32encode(digest[:_TOKEN_BYTES]).decode().lower()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

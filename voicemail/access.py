"""Who may hear which message: voicemail's rows of the one table."""

from __future__ import annotations

from django.db.models import Q

from scheduling.access import CHANGE, VIEW, Grant, Standing, read_only, register, rules
from scheduling.enums import Role
from telephony import access
from telephony.enums import LegResult
from voicemail.enums import RecordingKind


def my_messages(standing: Standing, path: str = "") -> Q:
    """Find what went to this person, to their own mailbox, a service of theirs, or when rung."""
    me = standing.staff_id
    recipients, whose = f"{path}mailbox__recipients__", f"{path}mailbox__staff"
    # what was said to a colleague's own mailbox stays theirs, whoever is to call back
    to_answer = Q(**{f"{path}call__promise__owner": me}) | Q(**{f"{path}call__promise__told": me})
    rung = {f"{recipients}on_shift": True, f"{path}call__legs__staff": me}
    # whoever was sent it stays able to hear it when the link is over, unless it was revoked
    sent = {f"{path}links__staff": me, f"{path}links__revoked_at__isnull": True}
    return (
        (to_answer & Q(**{f"{whose}__isnull": True}))
        | Q(**{f"{recipients}staff": me})
        | Q(**{whose: me})
        | Q(**{f"{recipients}service__member_entries__staff": me})
        | Q(**rung)
        | Q(**sent)
    )


def my_recordings(standing: Standing) -> Q:
    """Find the recordings of those messages, and of the calls that this person took."""
    me = standing.staff_id
    took = Q(call__accepted_by__staff=me) | Q(
        call__legs__staff=me, call__legs__result=LegResult.PICKED_UP.value
    )
    mine = Q(kind=RecordingKind.CONVERSATION.value) & took
    return my_messages(standing, "message__") | mine


def calls_with_my_messages(standing: Standing) -> Q:
    """Find the calls in which a message was left for this person."""
    return my_messages(standing, "voicemails__")


def register_rows() -> None:
    """Add the rows; messages are read here, and answered by calling back who left them."""
    access.call_back_too(calls_with_my_messages)
    for label in ("mailbox", "mailboxrecipient", "mailboxtexted"):
        register(f"voicemail.{label}", rules(Role.SUPERVISOR, Role.MANAGER))
    register("voicemail.voicemailmessage", read_only(Role.SUPERVISOR, own=my_messages))
    register("voicemail.recording", read_only(Role.SUPERVISOR, own=my_recordings))
    register("voicemail.listening", read_only(Role.SUPERVISOR))
    # whoever sees all messages revokes their links, and sends one again
    register(
        "voicemail.messagelink", {VIEW: Grant(Role.SUPERVISOR), CHANGE: Grant(Role.SUPERVISOR)}
    )
    register("voicemail.erasure", read_only(Role.MANAGER))

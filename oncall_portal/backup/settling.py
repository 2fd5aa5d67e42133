"""What was under way at the instant of a backup, ended as its tables come back.

The calls are over by then: nobody is dialled for them, and no message leaves a second time. It is
SQL, for the tables are of whatever release wrote them, and are ended before anybody sees them.
"""

from __future__ import annotations

from datetime import datetime

from oncall_portal.backup.manifest import Manifest

# By table, in the order in which they are run; events are told of the calls that are still open.
_ENDED = (
    (
        "telephony_callevent",
        "INSERT INTO {table} (call_id, at, code, params)"
        " SELECT id, {at}, 'restored', '{{}}' FROM public.telephony_call WHERE ended_at IS NULL",
    ),
    (
        "telephony_call",
        "UPDATE {table} SET ended_at = greatest({at}, started_at), phase = 'ended',"
        " state = NULL, deadline_at = NULL,"
        " message_may_exist = message_may_exist OR phase = 'message',"
        " outcome = CASE WHEN outcome <> '' THEN outcome"
        " WHEN connected_at IS NOT NULL THEN 'connected' ELSE 'failed' END"
        " WHERE ended_at IS NULL",
    ),
    (
        "telephony_leg",
        "UPDATE {table} SET ended_at = greatest({at}, dialled_at),"
        " result = CASE WHEN result = '' THEN 'unknown' ELSE result END WHERE ended_at IS NULL",
    ),
    (
        "telephony_callaction",
        "UPDATE {table} SET state = 'dropped', done_at = {at}, error = 'restored from a backup'"
        " WHERE state IN ('pending', 'sending')",
    ),
    (
        "telephony_testcall",
        "UPDATE {table} SET state = 'unknown', ended_at = greatest({at}, requested_at)"
        " WHERE state IN ('waiting', 'ringing', 'picked_up')",
    ),
)
_HELD = (
    "outbox_outgoingmessage",
    "UPDATE {table} SET state = 'failed', error = {why} WHERE state IN ('queued', 'sending')",
)


def held(made_at: datetime) -> str:
    """Return what is told of a message that was waiting when a backup of `made_at` was made."""
    return f"Restored as of {made_at:%Y-%m-%d %H:%M:%S %Z}: it may have left since."


def statements(made: Manifest, *, send_waiting: bool) -> str:
    """Return the SQL that ends what was under way, in the tables that the backup has.

    Messages that were waiting are held as failed, to be sent again by whoever looks at them,
    unless `send_waiting`: then they leave.
    """
    values = {"at": f"'{made.made_at.isoformat()}'::timestamptz", "why": f"'{held(made.made_at)}'"}
    chosen = _ENDED if send_waiting else (*_ENDED, _HELD)
    return "".join(
        f"{statement.format(table=f'public.{table}', **values)};\n"
        for table, statement in chosen
        if table in made.tables
    )

"""What was under way is ended in whatever tables a backup has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from oncall_portal.backup import settling
from oncall_portal.backup.manifest import FORMAT, Manifest, Measured

AT = datetime(2026, 11, 27, 3, 15, tzinfo=UTC)


def touched(*tables: str, send_waiting: bool = False) -> list[str]:
    """Return the tables that are written to after a backup of these came back."""
    counts = dict.fromkeys(tables, 1)
    made = Manifest(FORMAT, AT, 16, {}, counts, Measured(0, ""), {}, [])
    lines = settling.statements(made, send_waiting=send_waiting).splitlines()
    return [line.split("public.")[1].split()[0] for line in lines]


@pytest.mark.parametrize(("send", "written"), [(False, ["outbox_outgoingmessage"]), (True, [])])
def test_messages_that_waited_are_held_unless_they_are_to_leave(
    send: bool, written: list[str]
) -> None:
    assert touched("outbox_outgoingmessage", send_waiting=send) == written


def test_tables_that_a_release_did_not_have_are_not_asked_for() -> None:
    assert touched("telephony_call", "scheduling_staff") == ["telephony_call"]


def test_a_message_that_is_held_says_since_when() -> None:
    assert settling.held(AT) == "Restored as of 2026-11-27 03:15:00 UTC: it may have left since."

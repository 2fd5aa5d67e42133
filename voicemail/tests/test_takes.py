"""Which recordings are messages: long enough, the last one, told once; whatever comes when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import Organisation
from telephony.enums import Outcome
from telephony.models import Call, PhoneNumber, Promise
from telephony.provider import ProviderError
from telephony.tests.hostile import LINE, Platform
from voicemail import downloads, notify, takes
from voicemail.models import Mailbox, MailboxRecipient, Recording, VoicemailMessage
from voicemail.tests import cast
from voicemail.tests.platform import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


class Visit:
    """A caller whom nobody answers, and who is asked for a message."""

    def __init__(self, **mailbox: Any) -> None:
        Organisation.objects.create(pk=1, name="Dupont")
        self.box = Mailbox.objects.create(name="General", general=True, **mailbox)
        MailboxRecipient.objects.create(mailbox=self.box, email="office@example.org")
        PhoneNumber.objects.create(name="Main line", number=f"+{LINE}", languages=["en"])
        self.platform = Platform()
        self.platform.call()

    def records(self, name: str, seconds: int | None, take: int = 0) -> int:
        """The platform reports a recording, and returns how it was answered."""
        at = clock.now().replace(microsecond=0)
        payload = {"recording_uuid": name, "recording_url": cast.PLATFORM + name}
        if seconds is not None:
            payload["start_time"] = (at - timedelta(seconds=seconds)).isoformat()
            payload["end_time"] = at.isoformat()
        path = f"/voice/recorded/{self.call.token}" + (f"/{take}" if take else "")
        return self.platform.post(path, payload).status_code

    def presses(self, key: str, take: int = 0) -> None:
        path = f"/voice/keep/{self.call.token}/{take}"
        assert self.platform.post(path, {"dtmf": {"digits": key}}).status_code == 200

    def hangs_up(self) -> None:
        self.platform.post("/voice/event", {"uuid": "caller-1", "status": "completed"})

    @property
    def call(self) -> Call:
        return Call.objects.get()


def fetch(**seconds: float | ProviderError) -> None:
    """The workers fetch what is there, and tell whom they may."""
    content = {
        name: cast.wav(long) if isinstance(long, float) else long for name, long in seconds.items()
    }
    shelf = Shelf(**content)
    while downloads.download_next(clock.now(), shelf):
        pass
    while notify.tell_next(clock.now()):
        pass


def delivered() -> dict[str, str]:
    """Return how each recording stands."""
    return dict(VoicemailMessage.objects.values_list("recording__platform_id", "delivery"))


def told() -> list[str]:
    """Return of which recordings people were told."""
    messages = {
        f"voicemail:{m.pk}": m.recording.platform_id for m in VoicemailMessage.objects.all()
    }
    causes = OutgoingMessage.objects.filter(to="office@example.org").order_by("pk")
    return [messages[each.cause] for each in causes if each.cause in messages]


@pytest.mark.parametrize(("seconds", "short"), [(1, True), (2, True), (3, False), (None, False)])
def test_only_what_is_certainly_too_short_is_no_message_at_once(
    seconds: int | None, short: bool
) -> None:
    visit = Visit(min_seconds=3)
    visit.records("a", seconds)
    visit.hangs_up()
    left = Outcome.GAVE_UP_IN_VOICEMAIL if short else Outcome.MESSAGE_LEFT
    assert delivered() == {"a": "too_short" if short else "waiting"}
    assert (visit.call.outcome, Promise.objects.count()) == (left.value, 0 if short else 1)


def test_what_is_too_short_is_kept_and_nobody_is_told() -> None:
    visit = Visit()
    visit.records("a", 1)
    visit.hangs_up()
    fetch(a=1.2)
    assert (delivered(), told()) == ({"a": "too_short"}, [])
    assert (Recording.objects.get().state, VoicemailMessage.objects.get().announce_at) == (
        "stored",
        None,
    )


def test_the_audio_decides_that_it_is_none() -> None:
    visit = Visit(min_seconds=3)
    visit.records("a", 3)
    visit.hangs_up()
    fetch(a=2.4)
    assert (delivered(), told()) == ({"a": "too_short"}, [])
    assert (visit.call.outcome, Promise.objects.count()) == ("gave_up_in_voicemail", 0)


def test_the_audio_decides_that_it_is_one() -> None:
    visit = Visit(min_seconds=3)
    visit.records("a", 1)
    visit.hangs_up()
    fetch(a=5.0)
    assert (delivered(), told()) == ({"a": "delivered"}, ["a"])
    assert (visit.call.outcome, Promise.objects.count()) == ("message_left", 1)


def test_what_people_were_told_of_stays_a_message_however_short() -> None:
    visit = Visit(min_seconds=3)
    visit.records("a", 3)
    visit.hangs_up()
    late = clock.now() + takes.ANNOUNCE_AFTER + timedelta(seconds=1)
    assert notify.tell_next(late)
    fetch(a=2.4)
    assert (delivered(), told()) == ({"a": "delivered"}, ["a", "a"])


def test_only_the_last_of_several_recordings_is_told() -> None:
    visit = Visit(confirm=True)
    visit.records("a", 9)
    fetch(a=9.0)
    assert told() == []
    visit.presses("2")
    visit.records("b", 7, take=1)
    fetch(b=7.0)
    assert told() == []
    visit.presses("1", take=1)
    fetch()
    assert (delivered(), told()) == ({"a": "superseded", "b": "delivered"}, ["b"])


def test_a_message_that_is_kept_is_told_at_once() -> None:
    visit = Visit(confirm=True)
    visit.records("a", 9)
    visit.presses("1")
    fetch(a=9.0)
    assert told() == ["a"]


def test_who_hangs_up_at_the_question_keeps_the_message() -> None:
    visit = Visit(confirm=True)
    visit.records("a", 9)
    fetch(a=9.0)
    visit.hangs_up()
    fetch()
    assert (told(), visit.call.outcome) == (["a"], "message_left")


def test_who_hangs_up_while_recording_again_has_the_second_one_told_alone() -> None:
    visit = Visit(confirm=True)
    visit.records("a", 9)
    fetch(a=9.0)
    visit.presses("2")
    visit.hangs_up()
    fetch()
    assert told() == []
    visit.records("b", 7, take=1)
    fetch(b=7.0)
    assert (delivered(), told()) == ({"a": "superseded", "b": "delivered"}, ["b"])


def test_a_second_recording_that_never_comes_leaves_the_first(driven: list[timedelta]) -> None:
    visit = Visit(confirm=True)
    visit.records("a", 9)
    fetch(a=9.0)
    visit.presses("2")
    visit.hangs_up()
    driven.append(timedelta(seconds=61))
    fetch()
    assert told() == ["a"]
    visit.records("b", 7, take=1)  # later than anybody waits: what was told stays told
    fetch(b=7.0)
    assert (delivered(), told()) == ({"a": "delivered", "b": "delivered"}, ["a", "b"])


def test_a_second_recording_that_proves_too_short_leaves_the_first() -> None:
    visit = Visit(confirm=True, min_seconds=3)
    visit.records("a", 9)
    visit.presses("2")
    visit.records("b", 3, take=1)
    visit.hangs_up()
    fetch(a=9.0, b=2.5)
    assert (delivered(), told()) == ({"a": "delivered", "b": "too_short"}, ["a"])
    assert visit.call.outcome == "message_left"


def test_the_first_that_counts_after_all_is_told_when_it_is_here() -> None:
    visit = Visit(confirm=True, min_seconds=3)
    visit.records("a", 9)
    visit.presses("2")
    visit.records("b", 3, take=1)
    visit.hangs_up()
    fetch(a=ProviderError("not yet", permanent=False), b=2.5)
    assert (delivered(), told()) == ({"a": "waiting", "b": "too_short"}, [])


def test_reports_in_the_wrong_order_are_harmless() -> None:
    visit = Visit(confirm=True)
    visit.presses("2")
    visit.records("b", 7, take=1)
    visit.hangs_up()
    visit.records("a", 9)
    fetch(a=9.0, b=7.0)
    assert (delivered(), told()) == ({"a": "superseded", "b": "delivered"}, ["b"])


def test_a_report_twice_is_harmless() -> None:
    visit = Visit(confirm=True)
    for _ in range(2):
        assert visit.records("a", 9) == 204
    visit.hangs_up()
    assert visit.records("a", 9) == 204
    fetch(a=9.0)
    assert told() == ["a"]
    assert visit.call.events.filter(code="message_recorded").count() == 1


def test_a_recording_again_that_nobody_offered_is_refused() -> None:
    visit = Visit(confirm=True)
    assert visit.records("a", 9, take=4) == 404
    assert not Recording.objects.exists()


def test_a_recording_that_is_lost_is_told_when_it_was_kept() -> None:
    visit = Visit(confirm=True)
    visit.records("a", 9)
    fetch(a=ProviderError("gone", permanent=True))
    assert told() == []
    visit.hangs_up()
    fetch()
    assert told() == ["a"]

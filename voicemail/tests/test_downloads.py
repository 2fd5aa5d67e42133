"""Fetching recordings: checked, stored once, tried again for as long as it can help."""

from __future__ import annotations

import hashlib
import re
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from oncall_portal.outbox.models import OutgoingMessage
from telephony.provider import Audio, ProviderError
from voicemail import downloads
from voicemail.models import Mailbox, Recording, VoicemailMessage
from voicemail.tests import cast
from voicemail.tests.cast import NOW
from voicemail.tests.platform import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def refused() -> ProviderError:
    return ProviderError("recording: HTTP 410", permanent=True)


def later(retry_after_s: float = 0.0) -> ProviderError:
    return ProviderError("recording: no answer", permanent=False, retry_after_s=retry_after_s)


def left_message() -> VoicemailMessage:
    return cast.message(cast.mailbox({"staff": cast.person("Alice")}), cast.call())


def fetch(shelf: Shelf, now: datetime = NOW) -> Recording:
    downloads.download_next(now, shelf)
    return Recording.objects.get()


def test_a_recording_is_fetched_measured_and_stored(media: Path) -> None:
    left_message()
    content = cast.wav(seconds=1.5)
    kept = fetch(Shelf(m1=content))
    assert (kept.state, kept.content_type, kept.size) == ("stored", "audio/wav", len(content))
    assert (kept.duration_seconds, kept.sha256) == (1.5, hashlib.sha256(content).hexdigest())
    assert re.fullmatch(r"recordings/2026/11/[\w-]{32}\.wav", str(kept.file))
    assert (media / str(kept.file)).read_bytes() == content


def test_what_is_stored_is_not_fetched_again() -> None:
    left_message()
    shelf = Shelf(m1=cast.wav())
    assert downloads.download_next(NOW, shelf) is True
    assert downloads.download_next(NOW + timedelta(days=1), shelf) is False
    assert len(shelf.asked) == 1


def test_a_message_and_its_audio_are_written_to_the_outbox_together() -> None:
    left = left_message()
    fetch(Shelf(m1=cast.wav()))
    mail = OutgoingMessage.objects.get()
    assert mail.idempotency_key == f"voicemail:{left.pk}:alice@example.org"
    assert [a["storage_name"] for a in mail.attachments] == [Recording.objects.get().file.name]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (refused(), "recording: HTTP 410"),
        (b"x" * (downloads.MAX_BYTES + 1), "The recording is larger than any message."),
    ],
)
def test_what_can_never_be_kept_fails_and_people_are_told(
    media: Path, content: bytes | ProviderError, error: str
) -> None:
    left = left_message()
    kept = fetch(Shelf(m1=content))
    assert (kept.state, kept.error) == ("failed", error)
    mail = OutgoingMessage.objects.get()
    assert mail.idempotency_key == f"voicemail:{left.pk}:alice@example.org:lost"
    assert mail.subject == "Message from +33 6 98 76 54 32: the recording could not be fetched"
    assert (mail.attachments, list(media.iterdir())) == ([], [])


def test_what_is_no_audio_is_asked_for_again_and_kept_once_it_is() -> None:
    left = left_message()
    kept = fetch(Shelf(m1=b"<html>Bad gateway</html>"))
    error = "The recording cannot be decoded (Format not recognised.)."
    assert (kept.state, kept.error) == ("awaited", error)
    kept = fetch(Shelf(m1=cast.wav()), kept.next_attempt_at)
    assert (kept.state, kept.error) == ("stored", "")
    assert OutgoingMessage.objects.get().idempotency_key == f"voicemail:{left.pk}:alice@example.org"


def test_a_header_without_the_sound_that_was_reported_is_no_hang_up() -> None:
    left = left_message()
    kept = fetch(Shelf(m1=cast.wav(0)))
    assert (kept.state, kept.error) == ("awaited", "The recording is empty.")
    left.refresh_from_db()
    assert left.delivery == "waiting"
    kept = fetch(Shelf(m1=cast.wav()), kept.next_attempt_at)
    assert (kept.state, kept.duration_seconds) == ("stored", 1.5)


def names(media: Path) -> list[str]:
    return [str(path.relative_to(media)) for path in media.rglob("*.wav")]


def test_what_is_cut_short_is_kept_in_part_until_the_whole_comes(media: Path) -> None:
    left, whole = left_message(), cast.wav(3)
    for much in (20_000, 30_000, 10_000):  # the longest part is kept
        now = Recording.objects.get().next_attempt_at
        kept = fetch(Shelf(m1=whole[:much]), now)
    assert (kept.state, kept.error) == ("awaited", "The recording is cut short.")
    assert (kept.part_since, kept.duration_seconds) == (NOW, 14.0)
    assert (names(media), OutgoingMessage.objects.count()) == ([kept.file.name], 0)
    assert (media / str(kept.file)).read_bytes() == whole[:30_000]
    kept = fetch(Shelf(m1=whole), kept.next_attempt_at)
    assert (kept.state, kept.error, kept.part_since) == ("stored", "", None)
    assert (kept.duration_seconds, kept.size) == (3.0, len(whole))
    assert (names(media), (media / str(kept.file)).read_bytes()) == ([kept.file.name], whole)
    mail = OutgoingMessage.objects.get()
    assert mail.idempotency_key == f"voicemail:{left.pk}:alice@example.org"
    assert "only a part" not in mail.body


def test_what_stays_cut_short_for_a_day_is_a_message_all_the_same_and_says_so(media: Path) -> None:
    left = left_message()
    Mailbox.objects.update(min_seconds=10)  # nothing says that it was shorter: the part does not
    Recording.objects.update(duration_seconds=None)
    part, now, kept = cast.wav(3)[:30_000], NOW, Recording.objects.get()
    while kept.state == "awaited":
        now = kept.next_attempt_at
        kept = fetch(Shelf(m1=part if kept.attempts < 3 else later()), now)
    assert timedelta(hours=18) < now - NOW <= timedelta(days=1)
    assert (kept.state, kept.cut_short, kept.error) == ("stored", True, "recording: no answer")
    assert kept.sha256 == hashlib.sha256((media / str(kept.file)).read_bytes()).hexdigest()
    mail = OutgoingMessage.objects.get()
    assert mail.idempotency_key == f"voicemail:{left.pk}:alice@example.org"
    assert "only a part of its recording could be fetched" in mail.body
    assert [a["storage_name"] for a in mail.attachments] == [kept.file.name]
    assert downloads.download_next(now + timedelta(days=1), Shelf()) is False


def test_a_part_is_kept_where_the_platform_refuses_the_rest(media: Path) -> None:
    left_message()
    kept = fetch(Shelf(m1=cast.wav(3)[:30_000]))
    kept = fetch(Shelf(m1=refused()), kept.next_attempt_at)
    assert (kept.state, kept.cut_short, names(media)) == ("stored", True, [kept.file.name])


@pytest.mark.parametrize(
    ("size", "seconds", "state"),
    [
        (48_044, 3.0, "awaited"),
        (48_044, None, "awaited"),
        (48_044, 2.0, "stored"),
        (24_044, 3.0, "stored"),
        (None, 3.0, "stored"),
    ],
)
def test_where_no_header_tells_the_platforms_report_does(
    size: int | None, seconds: float | None, state: str
) -> None:
    left_message()
    Recording.objects.update(reported_size=size, duration_seconds=seconds)
    assert fetch(Shelf(m1=cast.streamed(cast.wav(1.5)))).state == state


def test_a_header_that_promises_too_much_is_not_believed_where_all_that_was_reported_came() -> None:
    left_message()
    content = cast.streamed(cast.wav(1.5), 99_999)
    Recording.objects.update(reported_size=len(content))
    assert fetch(Shelf(m1=content)).state == "stored"


def test_a_whole_file_is_believed_whatever_size_the_platform_reported() -> None:
    left_message()
    Recording.objects.update(reported_size=99_999)
    assert fetch(Shelf(m1=cast.wav(1.5))).state == "stored"


def test_what_stays_no_audio_is_failed_the_eighth_time_and_people_are_told() -> None:
    left_message()
    now, kept = NOW, Recording.objects.get()
    while kept.state == "awaited":
        now = kept.next_attempt_at
        kept = fetch(Shelf(m1=b"<html>"), now)
    assert (kept.state, kept.attempts) == ("failed", 8)
    assert OutgoingMessage.objects.get().subject.endswith("the recording could not be fetched")


def test_it_is_tried_again_for_as_long_as_the_platform_keeps_it() -> None:
    left_message()
    shelf, now, waits = Shelf(m1=later()), NOW, []
    while (kept := fetch(shelf, now)).state == "awaited":
        waits.append(kept.next_attempt_at - now)
        now = kept.next_attempt_at
    steps = [10, 30, 60, 120, 300, 900, 3600, 21600, 21600]
    assert waits[:9] == [timedelta(seconds=s) for s in steps]
    assert timedelta(days=29, hours=18) < now - NOW <= timedelta(days=30)
    assert kept.error == "The platform keeps it no longer. recording: no answer"


def test_the_platform_may_ask_for_patience() -> None:
    left_message()
    kept = fetch(Shelf(m1=later(retry_after_s=45)))
    assert kept.next_attempt_at == NOW + timedelta(seconds=45)


def test_a_second_attempt_succeeds() -> None:
    left_message()
    fetch(Shelf(m1=later()))
    shelf = Shelf(m1=cast.wav())
    assert downloads.download_next(NOW + timedelta(seconds=9), shelf) is False
    assert fetch(shelf, NOW + timedelta(seconds=10)).state == "stored"


def test_a_full_disk_is_waited_for(media: Path) -> None:
    left_message()
    (media / "recordings").write_text("a file where the folder should be")
    kept = fetch(Shelf(m1=cast.wav()))
    assert (kept.state, kept.next_attempt_at) == ("awaited", NOW + timedelta(seconds=10))
    assert kept.error.split(":")[0] in {"FileExistsError", "NotADirectoryError"}


def test_a_claim_that_a_killed_worker_left_ends_after_five_minutes() -> None:
    left_message()
    Recording.objects.update(claimed_at=NOW, attempts=1)
    shelf = Shelf(m1=cast.wav())
    assert downloads.download_next(NOW + timedelta(minutes=4, seconds=59), shelf) is False
    assert fetch(shelf, NOW + timedelta(minutes=5)).state == "stored"


def test_a_slow_worker_whose_claim_ended_leaves_nothing_behind(media: Path) -> None:
    left_message()

    class Overtaken(Shelf):
        def fetch_recording(self, url: str, *, max_bytes: int) -> Audio:
            assert downloads.download_next(NOW + timedelta(minutes=5), Shelf(m1=cast.wav(2)))
            return super().fetch_recording(url, max_bytes=max_bytes)

    kept = fetch(Overtaken(m1=cast.wav(1)))
    assert kept.duration_seconds == 2
    assert [path.name for path in media.rglob("*.wav")] == [str(kept.file).rpartition("/")[2]]
    assert OutgoingMessage.objects.count() == 1


def test_a_slow_worker_does_not_fail_what_another_is_fetching() -> None:
    left_message()
    slow = downloads._claim(NOW)
    assert slow is not None
    assert downloads._claim(NOW + timedelta(minutes=5)) is not None
    downloads._give_up(slow, "gone", NOW + timedelta(minutes=5))
    assert Recording.objects.get().state == "awaited"


@pytest.mark.django_db(transaction=True)
def test_several_workers_never_fetch_one_recording_twice() -> None:
    box, visit = cast.mailbox({"staff": cast.person("Alice")}), cast.call()
    names = [f"m{number}" for number in range(20)]
    for name in names:
        cast.message(box, visit, name)
    shelf = Shelf(**{name: cast.wav(0.1) for name in names})
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        while downloads.download_next(NOW, shelf):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(shelf.asked) == sorted(cast.PLATFORM + name for name in names)
    assert OutgoingMessage.objects.count() == 20


def test_a_recorded_conversation_is_kept_and_nobody_is_written_to() -> None:
    Recording.objects.create(
        kind="conversation",
        platform_id="c",
        url=cast.PLATFORM + "c",
        recorded_at=NOW,
        next_attempt_at=NOW,
    )
    assert fetch(Shelf(c=cast.wav())).state == "stored"
    assert OutgoingMessage.objects.count() == 0

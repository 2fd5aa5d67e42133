"""What keeps messages fails in real processes: nothing is lost, nobody is written to twice."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.db.models import Sum

from oncall_portal.outbox.models import OutgoingMessage
from telephony.emulator.certificates import TlsFiles, make_tls
from telephony.intake import RecordedMessage
from telephony.vonage.tests.scripted import Answer, Request, ScriptedServer, says, sends
from tests.workers import START, Workers, workers
from voicemail.intake import Intake
from voicemail.leftovers import remove_leftovers
from voicemail.models import Recording
from voicemail.tests import cast

KILLS = 50 if os.environ.get("ONCALL_SOAK") == "1" else 3
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("PLA-11")]
ANNA = "anna@example.org"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def house(tls: TlsFiles, settings: Any) -> Iterator[Workers]:
    """A general mailbox whose messages Anna gets, and a platform that serves what it holds."""

    def media_root(folder: Path) -> None:
        settings.MEDIA_ROOT = str(folder)

    cast.organisation()
    cast.mailbox({"staff": cast.person("Anna")})
    with workers(tls, media_root) as found:
        found.platform.answer = serves
        yield found
    assert set(found.mail.recipients) == {ANNA}  # nobody else, whatever went wrong


def audio(name: str) -> bytes:
    """What the caller of this message said: a tone of a length of its own."""
    return cast.wav(seconds=3 + int(name.removeprefix("m")) / 10)


def serves(connection: socket.socket, request: Request) -> None:
    """Serve the recording that is asked for."""
    name = request.line.split()[1].rpartition("/")[2]
    says(200, audio(name), Content_Type="audio/wav")(connection, request)


def slowly(connection: socket.socket, request: Request) -> None:
    """Serve it in pieces, so that there is a middle to be killed in."""
    name = request.line.split()[1].rpartition("/")[2]
    content = audio(name)
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n".encode())
    for start in range(0, len(content), 10_000):
        connection.sendall(content[start : start + 10_000])
        time.sleep(0.05)


def leave_message(house: Workers, name: str, *, host: str = "") -> None:
    """Tell the portal of a message, as the webhook does."""
    url = f"https://{host or house.platform.host}/v1/files/{name}"
    message = RecordedMessage(name, url, house.now, 4.0, 64_000)
    Intake().take(None, None, message, house.now)


def stored() -> dict[str, str]:
    """The checksums of what is kept, by message."""
    return dict(Recording.objects.filter(state="stored").values_list("platform_id", "sha256"))


def said(*names: str) -> dict[str, str]:
    """The checksums of what was said."""
    return {name: hashlib.sha256(audio(name)).hexdigest() for name in names}


def waiting() -> int:
    return OutgoingMessage.objects.exclude(state="sent").count()


def delivered(house: Workers) -> Counter[str]:
    """How often each recording arrived, by checksum; what came twice as the same mail is one."""
    mails = {mail["Message-ID"]: mail for mail in house.mail.inbox if mail["To"] == ANNA}
    parts = [part for mail in mails.values() for part in mail.iter_attachments()]
    return Counter(hashlib.sha256(part.get_content()).hexdigest() for part in parts)


def test_after_an_hour_without_mail_server_each_message_arrives_exactly_once(
    house: Workers,
) -> None:
    house.mail.down()
    house.start()
    for name in ("m1", "m2", "m3"):
        leave_message(house, name)
    house.until(lambda: len(stored()) == 3)
    while house.now < START + timedelta(hours=1):
        house.pass_time(timedelta(minutes=5))
        house.sweep()
        time.sleep(0.3)
    assert (house.mail.inbox, waiting()) == ([], 3)
    house.mail.up()
    house.until(lambda: waiting() == 0, pausing=timedelta(minutes=10))
    assert delivered(house) == Counter(said("m1", "m2", "m3").values())
    assert len(house.mail.inbox) == 3


def test_a_worker_killed_at_any_moment_loses_nothing_and_leaves_one_mail_each(
    house: Workers,
) -> None:
    house.platform.answer, house.mail.thinks_s = slowly, 0.2
    rng = random.Random(KILLS)  # noqa: S311 - moments, not secrets
    names = [f"m{number}" for number in range(KILLS)]
    for name in names:
        leave_message(house, name)
        house.start()
        house.sweep()
        heard = len(house.platform.requests) + len(house.mail.inbox)
        # the moment is counted from when the worker works, not from when it starts
        _until(lambda before=heard: len(house.platform.requests) + len(house.mail.inbox) > before)
        time.sleep(rng.uniform(0, 1))
        house.kill()
        house.pass_time(timedelta(minutes=6))
    house.start()
    house.until(lambda: stored() == said(*names) and waiting() == 0, pausing=timedelta(minutes=1))
    assert house.killed == KILLS
    assert delivered(house) == Counter(said(*names).values())
    again = len(house.mail.inbox) - KILLS
    attempts = OutgoingMessage.objects.aggregate(Sum("attempts"))["attempts__sum"]
    # Only a mail whose sending was cut off comes again, as the same mail: no server takes back
    # what it has taken from whoever died before hearing so (RFC 1047).
    assert 0 <= again <= attempts - KILLS
    remove_leftovers(datetime.now(UTC) + timedelta(days=2))
    assert len(house.files()) == KILLS


def _until(condition: Any, within_s: float = 30) -> None:
    last = time.monotonic() + within_s
    while not condition() and time.monotonic() < last:
        time.sleep(0.02)


def test_a_full_storage_is_waited_for(house: Workers) -> None:
    house.start(wrapper=("prlimit", "--fsize=20000"))  # no file may become larger
    leave_message(house, "m1")
    house.until(lambda: Recording.objects.get().error == "OSError: [Errno 27] File too large")
    assert (stored(), house.files(), house.mail.inbox) == ({}, [], [])
    house.kill()
    house.start()
    house.until(lambda: waiting() == 0 and stored(), pausing=timedelta(minutes=5))
    assert delivered(house) == Counter(said("m1").values())
    assert [path.read_bytes() for path in house.files()] == [audio("m1")]


TRUNCATED = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 64044\r\n\r\nRIFF")
PART = audio("m1")[:20_000]
CUT_SHORT = sends(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PART)


@pytest.mark.parametrize(
    ("fails", "error"),
    [
        (says(401), "recording: HTTP 401"),
        (says(404), "recording: HTTP 404"),
        (says(429, Retry_After="1"), "recording: HTTP 429"),
        (says(500), "recording: HTTP 500"),
        (TRUNCATED, "recording:"),
        (CUT_SHORT, "The recording is cut short."),
    ],
    ids=["401", "404", "429", "500", "truncated", "cut short, and nothing says so"],
)
def test_what_the_platform_will_not_give_is_fetched_once_it_does(
    house: Workers, fails: Answer, error: str
) -> None:
    house.platform.answer = fails
    house.start()
    leave_message(house, "m1")
    house.until(lambda: Recording.objects.get().attempts >= 2, pausing=timedelta(seconds=11))
    found = Recording.objects.get()
    assert (found.state, found.error[: len(error)]) == ("awaited", error)
    house.platform.answer = serves
    house.until(lambda: stored() and waiting() == 0, pausing=timedelta(minutes=1))
    assert (stored(), delivered(house)) == (said("m1"), Counter(said("m1").values()))
    assert [path.read_bytes() for path in house.files()] == [audio("m1")]


def test_of_what_never_comes_whole_the_longest_part_arrives_once(house: Workers) -> None:
    house.platform.answer = CUT_SHORT
    house.start()
    leave_message(house, "m1")
    house.until(lambda: stored() and waiting() == 0, pausing=timedelta(hours=1))
    checksum = hashlib.sha256(PART).hexdigest()
    assert (stored(), delivered(house)) == ({"m1": checksum}, Counter([checksum]))
    assert [path.read_bytes() for path in house.files()] == [PART]
    assert Recording.objects.get().cut_short
    assert house.now > START + timedelta(hours=18)


def test_our_token_follows_no_redirect_and_no_look_alike(house: Workers, tls: TlsFiles) -> None:
    with ScriptedServer(tls, answer=serves) as elsewhere:
        house.platform.answer = says(302, Location=f"https://{elsewhere.host}/v1/files/m1")
        house.start()
        leave_message(house, "m1")
        leave_message(house, "m2", host=elsewhere.host)
        leave_message(house, "m3", host=f"{house.platform.host}.example.org")
        leave_message(house, "m4", host=f"{house.platform.host}@{elsewhere.host}")
        house.until(lambda: Recording.objects.filter(state="failed").count() == 3)
        house.until(lambda: Recording.objects.get(platform_id="m1").error == "recording: HTTP 302")
        house.until(lambda: waiting() == 0)
        assert (elsewhere.requests, stored(), house.files()) == ([], {}, [])
        assert len(house.mail.inbox) == 3  # people hear that there was a message, and call back
        house.platform.answer = serves  # it leads elsewhere no more
        house.until(lambda: stored() and waiting() == 0, pausing=timedelta(minutes=1))
        assert (stored(), elsewhere.requests) == (said("m1"), [])


def test_a_broker_that_forgets_everything_costs_only_a_moment(house: Workers) -> None:
    house.start()
    for name in ("m1", "m2"):
        leave_message(house, name)
        house.sweep()
        house.flush_broker()
    house.until(lambda: len(stored()) == 2 and waiting() == 0)
    assert delivered(house) == Counter(said("m1", "m2").values())
    assert len(house.mail.inbox) == 2


def test_the_settings_of_the_worker_are_those_of_the_portal() -> None:
    assert portal.EMAIL_TIMEOUT == 20  # so a mail server that hangs keeps no worker for ever

"""The real SDK against the API over TLS: what it sends is taken, what we answer it can read."""

from __future__ import annotations

import io
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from vonage import Auth, HttpClientOptions, Vonage
from vonage_http_client.errors import AuthenticationError, HttpRequestError, NotFoundError
from vonage_messages import Sms
from vonage_voice.models import CreateCallRequest, Input, ListCallsFilter, Phone, Talk, ToPhone

from telephony.emulator import Answers, EmulatorServer, make_tls
from telephony.emulator.tests.bench import (
    ANNA,
    APPLICATION_ID,
    LINE,
    Bench,
    bench,
    keys,
    record,
    seconds,
    talk,
)


@pytest.fixture
def b() -> Bench:
    return bench()


@pytest.fixture
def client(b: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vonage]:
    tls = make_tls(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls.ca))
    with EmulatorServer(b.platform, tls.certificate, tls.key) as server:
        auth = Auth(application_id=APPLICATION_ID, private_key=keys()[0])
        yield Vonage(auth, HttpClientOptions(api_host=server.host, timeout=5, pool_maxsize=1))


def request(number: str = ANNA) -> CreateCallRequest:
    return CreateCallRequest(
        to=[ToPhone(number=number)],
        from_=Phone(number=LINE),
        ringing_timer=20,
        ncco=[Talk(text="Hello", bargeIn=True), Input(type=["dtmf"])],
    )


def test_a_call_is_created_read_listed_and_hung_up(b: Bench, client: Vonage) -> None:
    b.platform.phone(ANNA).behaves(Answers(after_s=1))
    created = client.voice.create_call(request())
    assert (created.status, created.direction) == ("started", "outbound")
    b.platform.advance(3)
    assert client.voice.get_call(created.uuid).status == "answered"
    calls, _ = client.voice.list_calls(ListCallsFilter(conversation_uuid=created.conversation_uuid))
    assert [call.uuid for call in calls] == [created.uuid]
    client.voice.hangup(created.uuid)
    b.platform.settle()
    info = client.voice.get_call(created.uuid)
    assert (info.status, info.duration) == ("completed", "2")


def test_too_early_is_refused_and_an_ended_leg_is_unknown(b: Bench, client: Vonage) -> None:
    created = client.voice.create_call(request())
    with pytest.raises(HttpRequestError) as refused:
        client.voice.hangup(created.uuid)
    assert refused.value.response.status_code == 400
    b.platform.advance(2)
    client.voice.hangup(created.uuid)
    b.platform.settle()
    with pytest.raises(NotFoundError):
        client.voice.hangup(created.uuid)


def test_a_transfer_and_a_download(b: Bench, client: Vonage, tmp_path: Path) -> None:
    b.portal.on("/voice/answer", [talk("x" * 1000)])
    call = b.call(speaks_s=5)
    b.platform.advance(1)
    b.portal.on("/there", [record()])
    client.voice.transfer_call_answer_url(call.uuid, "https://portal.test/there")
    b.platform.settle()
    url = b.portal.got("/recording")[0].json["recording_url"]
    path = tmp_path / "message.wav"
    # The SDK itself only downloads from hosts with the platform's names.
    client.http_client.download_file_stream(url, str(path))
    with wave.open(io.BytesIO(path.read_bytes())) as file:
        assert (file.getnframes() / file.getframerate(), file.getframerate()) == (5.0, 8000)


def test_a_text_message_is_taken(b: Bench, client: Vonage) -> None:
    sent = client.messages.send(Sms(to=ANNA, from_=LINE, text="Are you there?"))
    assert b.platform.texts_to(ANNA) == ["Are you there?"]
    assert sent.message_uuid == b.platform.texts.sent[0].message_uuid


def test_another_key_is_refused(b: Bench, client: Vonage) -> None:
    client.http_client.auth._jwt_client._application_id = "another"
    with pytest.raises(AuthenticationError):
        client.voice.create_call(request())


def test_the_portal_may_ask_the_api_within_a_webhook(b: Bench, client: Vonage) -> None:
    made: list[str] = []

    def answer(_: object) -> object:
        made.append(client.voice.create_call(request()).uuid)
        return [talk("hold on")]

    b.portal.on("/voice/answer", answer)
    b.platform.phone(ANNA).behaves(Answers(after_s=2))
    b.call()
    b.platform.settle()
    assert b.portal.statuses(made[0])[:3] == ["started", "ringing", "answered"]
    assert seconds(b.platform) < 60


def test_many_ask_at_once_while_time_passes(b: Bench, client: Vonage, tmp_path: Path) -> None:
    b.platform.phone(ANNA).behaves(Answers(after_s=1))
    uuid = b.dial(ncco=[talk("x" * 1400)])
    statuses: list[int] = []

    def read() -> None:
        for _ in range(10):
            statuses.append(b.request("GET", f"/v1/calls/{uuid}")[0])

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    b.platform.settle()
    for thread in threads:
        thread.join(10)
    assert len(statuses) == 40
    assert set(statuses) <= {200, 429}


def test_no_certificate_but_ours_is_trusted(b: Bench, client: Vonage) -> None:
    host = client.http_client.api_host
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(
            f"https://{host}/v1/calls", timeout=5, verify="/etc/ssl/certs/ca-certificates.crt"
        )

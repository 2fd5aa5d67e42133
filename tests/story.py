"""Stories of calls, told through the emulated platform: who dials, whose phone rings, who talks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from oncall_portal.lib import clock
from oncall_portal.lib.env import VonageConfig
from oncall_portal.outbox import deliver
from oncall_portal.outbox.models import OutgoingMessage
from telephony import dispatch, watchdog
from telephony.emulator import (
    Application,
    Behaviour,
    CallHandle,
    EmulatorServer,
    HostTransport,
    Platform,
    Switches,
    TlsFiles,
    VirtualClock,
    WsgiTransport,
)
from telephony.emulator.transport import Transport
from telephony.models import Call
from telephony.provider import set_provider
from telephony.vonage.client import VonageProvider
from telephony.vonage.tests.ncco_checks import assert_valid_ncco
from tests import cast


@dataclass
class Story:
    """A world in which the clock stands still until somebody waits."""

    platform: Platform
    dispatcher: dispatch.ThreadDispatcher
    call: CallHandle | None = None

    # -- what people do

    def phone(self, number: str, *behaviours: Behaviour) -> None:
        """Say what happens each time this phone rings; the last one stays."""
        self.platform.phone(number).behaves(*behaviours)

    def caller_dials(self, line: str = cast.LINE, **caller: object) -> CallHandle:
        """Somebody calls; see `Platform.inbound_call` for what they do."""
        number = str(caller.pop("from_", cast.CALLER))
        self.call = self.platform.inbound_call(number, line, **caller)  # type: ignore[arg-type]
        return self.call

    def caller_writes(self, text: str, line: str = cast.LINE, from_: str = cast.CALLER) -> None:
        """Somebody sends a text to one of our numbers, and the portal has heard of it."""
        self.platform.inbound_text(from_, line, text)
        self.platform.settle()

    def texts_leave(self) -> None:
        """The outbox sends what is due, and the platform reports on it until all is quiet."""
        while deliver.deliver_next(self.platform.clock.now()):
            pass
        self.platform.settle()

    # -- what is expected

    def expect_ring(self, number: str, times: int = 1) -> None:
        """Wait until this phone has rung so many times."""
        phone = self.platform.phone(number)
        self.platform.run_until(lambda: len(phone.rang) >= times)

    def expect_connected(self, number: str, limit_s: float = 600) -> None:
        """Wait until the caller and this phone can hear each other."""
        caller = self._call.number
        self.platform.run_until(
            lambda: self.platform.connected(caller, number.lstrip("+")), limit_s
        )

    def expect_said(self, words: str) -> None:
        """Wait until the caller has been told something with these words in it."""
        self.platform.run_until(lambda: any(words in said for said in self._call.said))

    def expect_end(self) -> Call:
        """Wait until everything is over, and return the call as the portal knows it."""
        self.platform.settle()
        self.dispatcher.drain()
        call: Call = Call.objects.get(leg_uuid=self._call.uuid)
        return call

    def expect_nothing_left(self, call: Call) -> None:
        """Every phone is known to have ended, and every request is settled."""
        self.platform.advance(300)
        open_legs = call.legs.filter(ended_at=None).count()
        open_actions = call.actions.filter(state__in=["pending", "sending"]).count()
        call.refresh_from_db()
        assert (open_legs, open_actions, call.deadline_at) == (0, 0, None)

    def mails(self, to: str) -> list[OutgoingMessage]:
        """What was written to this address, oldest first."""
        return list(OutgoingMessage.objects.filter(to=to).order_by("pk"))

    def taken_by(self, call: Call) -> str:
        """The name of whoever pressed 1 and got the call."""
        assert call.accepted_by is not None, "nobody took it"
        return call.accepted_by.name

    def rang(self, number: str) -> int:
        """How often this phone has rung."""
        return len(self.platform.phone(number).rang)

    def heard(self, number: str) -> list[str]:
        """What was said to whoever picked up this phone."""
        return [heard.text for heard in self.platform.phone(number).heard if heard.kind == "said"]

    @property
    def talked_to(self) -> set[str]:
        """The phones that could ever hear the caller."""
        caller = self._call.number
        return {
            f"+{other}"
            for connection in self.platform.connections
            for other in (connection.a, connection.b)
            if caller in (connection.a, connection.b) and other != caller
        }

    @property
    def _call(self) -> CallHandle:
        assert self.call is not None, "nobody has dialled yet"
        return self.call


class Teller(Protocol):
    """Begins a story in a world of the test's choosing."""

    def __call__(
        self,
        *,
        switches: Switches = ...,
        static: Mapping[str, Transport] = ...,
        fallback_url: str = ...,
        at: datetime = ...,
    ) -> AbstractContextManager[Story]:
        """See `told`."""


@contextmanager
def told(
    tls: TlsFiles,
    *,
    switches: Switches | None = None,
    static: Mapping[str, Transport] | None = None,
    fallback_url: str = "",
    at: datetime = cast.START,
) -> Iterator[Story]:
    """Set the stage: an emulated platform at this instant, and the portal that it calls.

    `static` are other hosts by name; `fallback_url` replaces the portal's own.
    """
    virtual = VirtualClock(at)
    base = settings.VONAGE
    assert base is not None
    application = application_of(base)
    if fallback_url:
        application = replace(application, fallback_url=fallback_url)
    portal = WsgiTransport(get_wsgi_application())
    platform = Platform(
        application,
        clock=virtual,
        transport=HostTransport(static, otherwise=portal) if static else portal,
        switches=switches or Switches(),
    )
    connections.databases["default"]["CONN_MAX_AGE"] = 0  # threads come and go here
    dispatcher = dispatch.ThreadDispatcher()
    platform.idle_hooks.append(dispatcher.drain)
    platform.every(1.0, lambda: watchdog.tick(virtual.now()))
    with (
        EmulatorServer(platform, tls.certificate, tls.key) as server,
        clock.driven_by(virtual.now),
        dispatch.using(dispatcher),
    ):
        set_provider(VonageProvider(replace(base, api_host=server.host, ca_bundle=str(tls.ca))))
        try:
            yield Story(platform, dispatcher)
            for sent in platform.webhooks:
                if isinstance(sent.reply, list):
                    assert_valid_ncco(sent.reply)
        finally:
            dispatcher.drain()
            dispatcher.close()
            set_provider(None)


def application_of(config: VonageConfig) -> Application:
    """Return the application of this account, as it is configured at the platform."""
    private = serialization.load_pem_private_key(config.private_key.encode(), None)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Application(
        id=config.application_id,
        public_key_pem=public.decode(),
        api_key=config.api_key,
        signature_secret=config.signature_secrets[0],
        answer_url=f"{settings.PUBLIC_URL}/voice/answer",
        event_url=f"{settings.PUBLIC_URL}/voice/event",
        fallback_url=f"{settings.PUBLIC_URL}/voice/fallback",
        inbound_url=f"{settings.PUBLIC_URL}/messages/inbound",
        status_url=f"{settings.PUBLIC_URL}/messages/status",
        numbers={cast.LINE.lstrip("+")},
    )


def tls_folder(root: Path) -> Path:
    """Where the stories' throw-away certificates live."""
    folder = root / "tls"
    folder.mkdir()
    return folder

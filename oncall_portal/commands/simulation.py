"""Plays a call on the portal's real code and settings, and leaves no trace of it.

The tables that a call writes are covered by empty temporary ones, and the database is told to
refuse every other write: no row changes, no lock is held that a real call could wait for, and
calls under way are not seen. All of it is one transaction that is rolled back.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.db.models import Model
from django.utils import translation

from oncall_portal.lib import clock
from oncall_portal.lib.env import VonageConfig
from oncall_portal.outbox import doorbell
from oncall_portal.outbox.models import OutgoingMessage
from telephony import dispatch, watchdog
from telephony.emulator import (
    Application,
    Behaviour,
    CallHandle,
    EmulatorServer,
    Platform,
    VirtualClock,
    WsgiTransport,
    make_tls,
)
from telephony.models import (
    Call,
    CallAction,
    CallbackRequest,
    Caller,
    CallEvent,
    DialAllowance,
    Leg,
    MenuVersion,
    PhoneNumber,
    Promise,
    TestCall,
    TextMessage,
    WebhookReceipt,
)
from telephony.provider import set_provider
from telephony.vonage.client import VonageProvider
from voicemail import notify
from voicemail.enums import RecordingState
from voicemail.models import MessageLink, Recording, VoicemailMessage

# Everything that a call writes.
WRITTEN: tuple[type[Model], ...] = (
    Call,
    Leg,
    CallEvent,
    CallAction,
    TestCall,
    WebhookReceipt,
    DialAllowance,
    Recording,
    VoicemailMessage,
    OutgoingMessage,
    Caller,
    TextMessage,
    MenuVersion,
    CallbackRequest,
    Promise,
    Promise.told.through,
    MessageLink,
)
LONGEST_S = 3600.0


@dataclass(frozen=True)
class Scene:
    """Who calls which line at which instant, and what everybody does; numbers are E.164.

    `caller` is "" when the number is withheld. `presses` are seconds after dialling, and keys.
    Phones nobody spoke of ring until they are given up.
    """

    line: PhoneNumber
    caller: str
    at: datetime
    phones: Mapping[str, Behaviour] = field(default_factory=dict)
    presses: Sequence[tuple[float, str]] = ()
    hangs_up_after_s: float | None = None


@dataclass(frozen=True)
class Played:
    """What happened: on the emulated platform, and in the rows that are gone again."""

    scene: Scene
    platform: Platform
    caller: CallHandle
    call: Call | None
    legs: tuple[Leg, ...]
    events: tuple[CallEvent, ...]
    messages: tuple[OutgoingMessage, ...]


def play(scene: Scene) -> Played:
    """Play one call to its end and return what happened; nothing of it stays, nothing leaves.

    For a process of its own: clock, platform and dispatcher of the whole process are replaced
    meanwhile. Raises NotReached when the call has not ended after an hour.
    """
    with (
        TemporaryDirectory() as folder,
        translation.override(translation.get_language()),  # each webhook activates its own
        _kept_connection(),
        _covered_tables() as commit,
        _stage(scene, Path(folder), commit) as platform,
    ):
        for number, behaviour in scene.phones.items():
            platform.phone(number).behaves(behaviour)
        caller = platform.inbound_call(
            scene.caller or "anonymous",
            str(scene.line.number),
            presses=scene.presses,
            hangs_up_after_s=scene.hangs_up_after_s,
        )
        platform.run_until(lambda: platform.is_quiet and not _expected(), LONGEST_S)
        _deliver_message(platform.clock.now())
        return _read(scene, platform, caller)


def _expected() -> bool:
    """Does the portal still wait for anything?"""
    return Call.objects.filter(deadline_at__isnull=False).exists()


def _deliver_message(now: datetime) -> None:
    """Write the e-mails about a message as if its recording had been fetched."""
    for recording in Recording.objects.all():
        recording.state = RecordingState.STORED.value
        recording.file, recording.content_type = "simulated", "audio/wav"
        recording.save()
        notify.tell(recording, now)


def _read(scene: Scene, platform: Platform, caller: CallHandle) -> Played:
    return Played(
        scene=scene,
        platform=platform,
        caller=caller,
        call=Call.objects.select_related("accepted_by").first(),
        legs=tuple(Leg.objects.order_by("ordinal")),
        events=tuple(CallEvent.objects.select_related("leg").order_by("pk")),
        messages=tuple(OutgoingMessage.objects.order_by("pk")),
    )


@contextlib.contextmanager
def _covered_tables() -> Iterator[Callable[[], None]]:
    """Give every write a place that vanishes; yields what runs the callbacks of "commits"."""
    with transaction.atomic():
        before = len(connection.run_on_commit)
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            for model in WRITTEN:
                table = quote(model._meta.db_table)
                cursor.execute(
                    f"CREATE TEMPORARY TABLE {table} (LIKE {table} INCLUDING ALL) ON COMMIT DROP"
                )
            cursor.execute("SET TRANSACTION READ ONLY")  # temporary tables may still be written

        def commit() -> None:
            while waiting := connection.run_on_commit[before:]:
                del connection.run_on_commit[before:]
                for entry in waiting:
                    entry[1]()  # after the savepoints it belongs to

        try:
            yield commit
        finally:
            del connection.run_on_commit[before:]
            transaction.set_rollback(True)


@contextlib.contextmanager
def _kept_connection() -> Iterator[None]:
    """Let requests begin and end without closing the connection that holds the transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


@contextlib.contextmanager
def _stage(scene: Scene, folder: Path, commit: Callable[[], None]) -> Iterator[Platform]:
    """Put an emulated platform in the place of the real one, and the clock into its hands."""
    virtual = VirtualClock(scene.at)
    config, public_key = _throw_away_account()
    platform = Platform(
        _application(config, public_key),
        clock=virtual,
        transport=WsgiTransport(get_wsgi_application()),
    )
    queue = dispatch.QueueDispatcher()

    def work() -> None:
        commit()
        while queue.drain():
            commit()

    platform.idle_hooks.append(work)
    platform.every(1.0, lambda: watchdog.tick(virtual.now()))
    tls = make_tls(folder)
    configured = settings.VONAGE
    with (
        EmulatorServer(platform, tls.certificate, tls.key) as server,
        clock.driven_by(virtual.now),
        dispatch.using(queue),
        doorbell.muted(),
    ):
        settings.VONAGE = replace(config, api_host=server.host, ca_bundle=str(tls.ca))
        set_provider(VonageProvider(settings.VONAGE))
        try:
            yield platform
        finally:
            settings.VONAGE = configured
            set_provider(None)


def _throw_away_account() -> tuple[VonageConfig, str]:
    """Return an account that exists for one simulation, and its public key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    config = VonageConfig(
        application_id="00000000-0000-4000-8000-000000000000",
        private_key=private.decode(),
        api_key="simulate",
        api_secret="",
        signature_secrets=(secrets.token_urlsafe(32),),
        api_host="",
        ca_bundle=None,
    )
    return config, public.decode()


def _application(config: VonageConfig, public_key: str) -> Application:
    portal = settings.PUBLIC_URL
    return Application(
        id=config.application_id,
        public_key_pem=public_key,
        api_key=config.api_key,
        signature_secret=config.signature_secrets[0],
        answer_url=f"{portal}/voice/answer",
        event_url=f"{portal}/voice/event",
        fallback_url=f"{portal}/voice/fallback",
        inbound_url=f"{portal}/messages/inbound",
        status_url=f"{portal}/messages/status",
        numbers={str(number.number).lstrip("+") for number in PhoneNumber.objects.all()},
    )

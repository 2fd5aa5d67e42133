"""Signed webhooks: time-outs, the one retry, the fallback URL, and what comes of the answer."""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from telephony.emulator.faults import Faults, Match
from telephony.emulator.ncco import Action, NccoError, check
from telephony.emulator.payloads import timestamp
from telephony.emulator.scheduler import Join, Outside, Scheduler, Sleep, Steps, Task
from telephony.emulator.signing import payload_hash, sign_webhook
from telephony.emulator.switches import Switches
from telephony.emulator.transport import Response, Transport, TransportError

ANSWER_TIMEOUT_S = 5.0
EVENT_TIMEOUT_S = 10.0
FALLBACK_TIMEOUT_S = 5.0
INSISTS_EVERY_S = 60.0
INSISTS_FOR = timedelta(hours=24)
_RETRIED_STATUSES = {429, 503, 504}
_SWAP_LIMIT_S = 5.0

INVALID_NCCO = "Syntax error in NCCO. Invalid value type or action."
NO_NCCO = "NCCO download error"


@dataclass(frozen=True)
class Application:
    """The voice application as it is configured at the platform."""

    id: str
    public_key_pem: str
    api_key: str
    signature_secret: str
    answer_url: str
    event_url: str
    fallback_url: str | None = None
    answer_method: Literal["GET", "POST"] = "POST"
    event_method: Literal["GET", "POST"] = "POST"
    fallback_method: Literal["GET", "POST"] = "POST"
    inbound_url: str = ""
    """Where texts that come in are told; "" for nowhere."""
    status_url: str = ""
    """Where it is told what became of texts."""
    numbers: set[str] | None = None
    """Rented numbers, E.164 without plus; None accepts any number."""


@dataclass(frozen=True)
class Webhook:
    """One thing the platform has to say, before it is a request."""

    kind: str
    url: str
    method: str
    payload: dict[str, Any]
    timeout_s: float = EVENT_TIMEOUT_S
    uuid: str | None = None
    numbers: tuple[str, ...] = ()
    is_initial: bool = False
    """Its answer must be an NCCO; without one the leg cannot go on."""
    token_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Sent:
    """One request of the platform to the portal, as it was sent, and what came back."""

    kind: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    at: datetime
    attempt: int
    uuid: str | None
    status: str | None
    result: int | str = ""
    """The HTTP status, or the reason why there is none."""
    reply: Any = None
    refusal: str = ""
    """Why the platform would not take the reply for an NCCO."""

    @property
    def outcome(self) -> str:
        """The reply in a few words: its actions, or why it was refused."""
        if self.refusal or not isinstance(self.reply, list):
            return self.refusal
        return " ".join(str(action.get("action")) for action in self.reply)

    @property
    def payload(self) -> Any:
        """The body, decoded; None for GET."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Reply:
    """What the portal wants: an NCCO, nothing (None), or it failed."""

    ncco: list[Action] | None = None
    failed: bool = False


@dataclass(frozen=True)
class _Outcome:
    response: Response | None
    reason: str
    is_retryable: bool
    sent: Sent | None = None

    @property
    def ok(self) -> bool:
        return self.response is not None and 200 <= self.response.status < 300


class Messenger:
    """Sends webhooks as tasks of their own, which outlive the legs they speak of."""

    def __init__(
        self,
        application: Application,
        transport: Transport,
        scheduler: Scheduler,
        faults: Faults,
        switches: Switches,
        listener: Callable[[Sent], None],
        history: int | None = None,
    ) -> None:
        self.application = application
        self.transport = transport
        self.sent: deque[Sent] = deque(maxlen=history)
        self._scheduler = scheduler
        self._faults = faults
        self._switches = switches
        self._listener = listener
        self._swapped: list[tuple[Match, str | None, Task]] = []

    def post(self, hook: Webhook) -> Task:
        """Send a webhook whose answer does not matter."""
        return self._scheduler.spawn(self._deliver(hook))

    def insist(self, hook: Webhook) -> Task:
        """Send a webhook of the Messages API: until a 200 comes back, each minute, for a day."""
        return self._scheduler.spawn(self._insist(hook))

    def _insist(self, hook: Webhook) -> Steps:
        until = self._scheduler.clock.now() + INSISTS_FOR
        outcome: _Outcome = yield from self._deliver(hook)
        attempt = 2
        while not outcome.ok and self._scheduler.clock.now() < until:
            yield Sleep(INSISTS_EVERY_S)
            attempt += 1
            outcome = yield from self._attempt(hook, attempt)

    def ask(self, hook: Webhook) -> Task:
        """Send a webhook whose answer is an NCCO; the task's result is a Reply."""
        return self._scheduler.spawn(self._ask(hook))

    def report_error(self, reason: str, conversation_uuid: str | None) -> None:
        """Send an error event, which has neither uuid nor status."""
        payload = {
            "reason": reason,
            "conversation_uuid": conversation_uuid,
            "timestamp": timestamp(self._scheduler.clock.now()),
        }
        method = self._switches.error_event_method
        self.post(Webhook("error", self.application.event_url, method, payload))

    def sign(self, body: bytes, *, jti: str | None = None, now: datetime | None = None) -> str:
        """Return the token that a POST webhook with this body carries."""
        return self._token(payload_hash(body), jti, now)

    def _token(self, body_hash: str | None, jti: str | None, now: datetime | None = None) -> str:
        moment = now or self._scheduler.clock.now()
        return sign_webhook(
            secret=self.application.signature_secret,
            api_key=self.application.api_key,
            application_id=self.application.id,
            now=datetime.fromtimestamp(
                moment.timestamp() + self._switches.iat_ahead_s, moment.tzinfo
            ),
            body_hash=body_hash,
            jti=jti,
        )

    # -- asking

    def _ask(self, hook: Webhook) -> Steps:
        outcome: _Outcome = yield from self._deliver(hook)
        reply, reason = self._read(outcome, hook.is_initial)
        if not reply.failed:
            return reply
        invalid = reason == "Invalid NCCO."
        self.report_error(
            INVALID_NCCO if invalid else NO_NCCO, hook.payload.get("conversation_uuid")
        )
        if self.application.fallback_url is None:
            return reply
        outcome = yield from self._deliver(self._fallback(hook, reason))
        reply, _ = self._read(outcome, True)
        return reply

    def _fallback(self, hook: Webhook, reason: str) -> Webhook:
        original = {
            "url": hook.url,
            "type": "answer" if hook.kind in {"answer", "on_answer", "transfer_url"} else "event",
        }
        return replace(
            hook,
            kind="fallback",
            url=self.application.fallback_url or "",
            method=self.application.fallback_method,
            payload={**hook.payload, "reason": reason, "original_request": original},
            timeout_s=FALLBACK_TIMEOUT_S,
            token_id=hook.token_id if self._switches.jti_same_on_fallback else str(uuid.uuid4()),
        )

    def _read(self, outcome: _Outcome, must_be_ncco: bool) -> tuple[Reply, str]:
        if not outcome.ok or outcome.response is None:
            return Reply(failed=True), outcome.reason
        body = outcome.response.body.strip()
        if not body and not must_be_ncco:
            return Reply(), ""
        content_type = outcome.response.headers.get("content-type", "")
        try:
            if content_type.split(";")[0].strip().lower() != "application/json":
                raise NccoError("the content type must be application/json")
            ncco = check(json.loads(body), self.application.numbers)
        except (NccoError, ValueError) as error:
            if outcome.sent:
                outcome.sent.refusal = str(error)
            return Reply(failed=True), "Invalid NCCO."
        return Reply(ncco or ([] if must_be_ncco else None)), ""

    # -- delivering

    def _deliver(self, hook: Webhook) -> Steps:
        verdict, copy_after_s = self._faults.verdict(hook)
        if verdict.waits_for is not None:
            yield from self._wait_for_partner(hook, verdict.waits_for)
        if verdict.delay_s:
            yield Sleep(verdict.delay_s)
        if verdict.twice:
            self._scheduler.spawn(self._copy(hook, copy_after_s))
        outcome = _Outcome(None, "", True)
        for attempt in (1, 2):
            if verdict.lost:
                yield Sleep(hook.timeout_s)
                outcome = _Outcome(None, "Socket timeout.", True)
                continue
            outcome = yield from self._attempt(hook, attempt)
            if verdict.response_lost and attempt == 1:
                yield Sleep(hook.timeout_s)
                continue
            if outcome.ok or not outcome.is_retryable:
                break
        self._release(hook)
        return outcome

    def _copy(self, hook: Webhook, after_s: float) -> Steps:
        yield Sleep(after_s)
        yield from self._attempt(hook, 2)

    def _wait_for_partner(self, hook: Webhook, partner: Match) -> Steps:
        def pause() -> Steps:
            yield Sleep(_SWAP_LIMIT_S, frozenset({"partner_delivered"}))

        task = self._scheduler.spawn(pause())
        self._swapped.append((partner, hook.uuid, task))
        yield Join(task)

    def _release(self, hook: Webhook) -> None:
        for partner, leg, task in list(self._swapped):
            if leg == hook.uuid and partner(hook):
                task.signal("partner_delivered")
                self._swapped.remove((partner, leg, task))

    def _attempt(self, hook: Webhook, attempt: int) -> Steps:
        started = self._scheduler.clock.now()
        sent = self._request(hook, attempt)
        self.sent.append(sent)
        down = self._faults.down(is_fallback=hook.kind == "fallback")
        outcome: _Outcome
        if down is None:
            outcome = yield Outside(lambda: self._perform(sent, hook.timeout_s))
        elif isinstance(down, int):
            outcome = self._judge(Response(down))
        else:
            timed_out = down == "timeout"
            reason = "Socket timeout." if timed_out else "Connection closed."
            outcome = _Outcome(None, reason, True)
        outcome = replace(outcome, sent=sent)
        sent.result = outcome.response.status if outcome.response else outcome.reason
        self._listener(sent)
        if outcome.reason == "Socket timeout.":
            # In virtual time nobody waited yet.
            waited = (self._scheduler.clock.now() - started).total_seconds()
            yield Sleep(max(0.0, hook.timeout_s - waited))
        return outcome

    def _perform(self, sent: Sent, timeout_s: float) -> _Outcome:
        try:
            response = self.transport.deliver(
                sent.method, sent.url, sent.headers, sent.body, timeout_s
            )
        except TransportError as error:
            return _Outcome(None, error.reason, error.is_retryable)
        sent.reply = _decoded(response)
        return self._judge(response)

    @staticmethod
    def _judge(response: Response) -> _Outcome:
        return _Outcome(response, "Invalid response code.", response.status in _RETRIED_STATUSES)

    def _request(self, hook: Webhook, attempt: int) -> Sent:
        stable = attempt == 1 or self._switches.jti_stable_over_retry
        jti = hook.token_id if stable else str(uuid.uuid4())
        url, body = hook.url, b""
        if hook.method == "GET":
            query = urlencode({key: _flat(value) for key, value in hook.payload.items()})
            url = f"{hook.url}{'&' if urlsplit(hook.url).query else '?'}{query}"
            hashed = {"absent": None, "empty": b"", "query": urlsplit(url).query.encode()}[
                self._switches.get_payload_hash
            ]
            token = self._token(None if hashed is None else payload_hash(hashed), jti)
            headers = {"Authorization": f"Bearer {token}"}
        else:
            body = json.dumps(hook.payload, separators=(",", ":")).encode()
            headers = {
                "Authorization": f"Bearer {self.sign(body, jti=jti)}",
                "Content-Type": "application/json",
            }
        return Sent(
            kind=hook.kind,
            method=hook.method,
            url=url,
            headers=headers,
            body=body,
            at=self._scheduler.clock.now(),
            attempt=attempt,
            uuid=hook.uuid,
            status=hook.payload.get("status"),
        )


def _flat(value: Any) -> str:
    """In a query string nested values are JSON and null is empty."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _decoded(response: Response) -> Any:
    try:
        return json.loads(response.body) if response.body.strip() else None
    except ValueError:
        return response.body.decode(errors="replace")

"""The REST API that the portal calls: authorised, limited, validated."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from telephony.emulator.checks import (
    NOT_FOUND,
    TOO_MANY,
    UNAUTHORIZED,
    ApiError,
    bad_request,
    checked_call,
    checked_ncco,
)
from telephony.emulator.faults import ApiHow
from telephony.emulator.legs import Leg
from telephony.emulator.ncco import is_url_list
from telephony.emulator.payloads import resource
from telephony.emulator.runner import Runner
from telephony.emulator.scheduler import Join, Steps
from telephony.emulator.webhooks import Reply

if TYPE_CHECKING:
    from telephony.emulator.platform import Platform

REST_DELAY_S = 0.05


@dataclass(frozen=True)
class ApiResponse:
    """What the API answers; `fault` asks the server to lose it on the way."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    fault: ApiHow | None = None


@dataclass
class ApiRequest:
    """One request of the portal, with its answer."""

    operation: str
    method: str
    path: str
    body: Any
    at: datetime
    status: int = 0
    answer: Any = None


@dataclass
class Api:
    """Answers requests; called by the server's threads, never waits for a webhook."""

    platform: Platform
    _recent: deque[datetime] = field(default_factory=deque)

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> ApiResponse:
        """Answer one request; header names are in lower case."""
        parts = urlsplit(target)
        operation = _operation(method, parts.path, body)
        with self.platform.scheduler.lock:
            now = self.platform.clock.now()
            request = ApiRequest(operation, method, target, _json(body), now)
            self.platform.requests.append(request)
            fault = self.platform.faults.api_fault(operation)
            response = self._answer(request, parts.path, parse_qs(parts.query), headers, fault)
            request.status = response.status
            request.answer = (
                _json(response.body) if response.content_type.endswith("json") else None
            )
            self.platform.tell(
                "api", {"operation": operation, "status": response.status, "fault": fault}
            )
            return response

    def _answer(
        self,
        request: ApiRequest,
        path: str,
        query: dict[str, list[str]],
        headers: Mapping[str, str],
        fault: ApiHow | None,
    ) -> ApiResponse:
        if fault in {"timeout_before", "closed_before"}:
            return ApiResponse(0, fault=fault)
        try:
            if not self.platform.tokens.accepts(headers, self.platform.clock.now()):
                raise UNAUTHORIZED
            if fault in {"429", "500", "503"}:
                raise _injected(fault)
            if request.operation != "create":
                self._limit()
            status, answer = self._route(request, path, query)
        except ApiError as error:
            status, answer = error.status, error.body
        if isinstance(answer, bytes):
            return ApiResponse(status, answer, "audio/wav", fault=fault)
        encoded = b"" if answer is None else json.dumps(answer).encode()
        return ApiResponse(status, encoded, fault=fault)

    def _limit(self) -> None:
        now = self.platform.clock.now()
        while self._recent and self._recent[0] <= now - timedelta(seconds=1):
            self._recent.popleft()
        if len(self._recent) >= self.platform.switches.requests_per_second:
            raise TOO_MANY
        self._recent.append(now)

    def _route(
        self, request: ApiRequest, path: str, query: dict[str, list[str]]
    ) -> tuple[int, Any]:
        match request.method, path.strip("/").split("/"):
            case "POST", ["v1", "calls"]:
                return 201, self._create(request.body)
            case "GET", ["v1", "calls"]:
                return 200, self._list(query)
            case "GET", ["v1", "calls", leg_uuid]:
                return 200, resource(self._leg(leg_uuid))
            case "PUT", ["v1", "calls", leg_uuid]:
                self._control(self._live_leg(leg_uuid), request.body)
                return 204, None
            case "PUT" | "DELETE", ["v1", "calls", leg_uuid, "talk" | "stream" | "dtmf" as what]:
                return 200, self._play(self._live_leg(leg_uuid), what, request)
            case "GET", ["v1", "files", file_id]:
                return 200, self._file(file_id)
            case "POST", ["v1", "messages"]:
                return 202, self.platform.texts.take(request.body)
        raise NOT_FOUND

    # -- calls

    def _create(self, body: Any) -> dict[str, Any]:
        values = checked_call(body, self.platform.application.numbers)
        if not self.platform.network.take_call_token():
            raise TOO_MANY
        application = self.platform.application
        event_url = (body.get("event_url") or [application.event_url])[0]
        advanced = body.get("advanced_machine_detection") or {}
        leg = self.platform.network.dial(
            values["from"],
            values["to"],
            start=self._starter(body),
            event_url=event_url,
            event_method=body.get(
                "event_method", "POST" if "event_url" in body else application.event_method
            ),
            ringing_timer=body.get("ringing_timer", 60),
            length_timer=body.get("length_timer", 7200),
            machine_detection=advanced.get("behavior") or body.get("machine_detection"),
            api_created=True,
        )
        return {
            "uuid": leg.uuid,
            "status": "started",
            "direction": "outbound",
            "conversation_uuid": leg.room.uuid,
        }

    def _starter(self, body: dict[str, Any]) -> Any:
        network = self.platform.network

        def with_ncco(leg: Leg) -> Steps:
            yield from Runner(network, leg).run(body["ncco"])

        def with_url(leg: Leg) -> Steps:
            hook = network.answer_hook(
                "answer", body["answer_url"][0], leg, body.get("answer_method", "GET")
            )
            reply: Reply = yield Join(network.messenger.ask(hook))
            if reply.failed:
                network.end(leg, "platform")
                return
            yield from Runner(network, leg).run(reply.ncco or [])

        return with_ncco if "ncco" in body else with_url

    def _list(self, query: dict[str, list[str]]) -> dict[str, Any]:
        legs = self.platform.legs
        for name, attribute in (("status", "status"), ("conversation_uuid", "conversation_uuid")):
            if name in query:
                legs = [leg for leg in legs if getattr(leg, attribute) == query[name][0]]
        if query.get("order", ["asc"])[0] == "desc":
            legs.reverse()
        size, index = (_whole(query, "page_size", 10), _whole(query, "record_index", 0))
        if not 1 <= size <= 100:
            raise bad_request("page_size", "must be between 1 and 100")
        page = [resource(leg) for leg in legs[index : index + size]]
        return {
            "count": len(legs),
            "page_size": size,
            "record_index": index,
            "_links": {"self": {"href": "/calls"}},
            "_embedded": {"calls": page},
        }

    def _leg(self, leg_uuid: str) -> Leg:
        leg = self.platform.network.legs.get(leg_uuid)
        if leg is None:
            raise NOT_FOUND
        return leg

    def _live_leg(self, leg_uuid: str) -> Leg:
        leg = self._leg(leg_uuid)
        if leg.ended:
            raise NOT_FOUND
        return leg

    def _control(self, leg: Leg, body: Any) -> None:
        action = body.get("action") if isinstance(body, dict) else None
        if action == "hangup":
            self._hang_up(leg)
        elif action == "transfer":
            self._transfer(leg, body.get("destination"))
        elif action in {"mute", "unmute"}:
            leg.muted = action == "mute"
            self.platform.network.refresh()
        elif action in {"earmuff", "unearmuff"}:
            leg.earmuffed = action == "earmuff"
            self.platform.network.refresh()
        else:
            raise bad_request("action", "unknown action")

    def _hang_up(self, leg: Leg) -> None:
        age = (self.platform.clock.now() - leg.created_at).total_seconds()
        if leg.direction == "outbound" and age < self.platform.switches.early_hangup_s:
            raise bad_request("uuid", "the call cannot be hung up yet")
        network = self.platform.network
        self.platform.scheduler.after(REST_DELAY_S, lambda: network.cancel(leg))

    def _transfer(self, leg: Leg, destination: Any) -> None:
        if leg.answered_at is None:
            raise bad_request("uuid", "the call is not answered")
        if not isinstance(destination, dict) or destination.get("type") != "ncco":
            raise bad_request("destination", "must be of type ncco")
        if ("ncco" in destination) == ("url" in destination):
            raise bad_request("destination", "either ncco or url")
        network, after = self.platform.network, self.platform.scheduler.after
        if "ncco" in destination:
            ncco = checked_ncco(destination["ncco"], self.platform.application.numbers)
            after(REST_DELAY_S, lambda: None if leg.ended else network.restart(leg, ncco))
        elif is_url_list(destination["url"]):
            url = destination["url"][0]
            after(REST_DELAY_S, lambda: network.transfer_to_url(leg, url))
        else:
            raise bad_request("destination", "url must be an array with one URL")

    def _play(self, leg: Leg, what: str, request: ApiRequest) -> dict[str, Any]:
        body = request.body if isinstance(request.body, dict) else {}
        clock = self.platform.clock
        if request.method == "DELETE":
            return {"message": f"{what.capitalize()} stopped", "uuid": leg.uuid}
        if what == "talk":
            if not isinstance(body.get("text"), str):
                raise bad_request("text", "is required")
            leg.hear(clock, "said", body["text"], body.get("language", "en-US")).until = clock.now()
        elif what == "stream":
            if not is_url_list(body.get("stream_url")):
                raise bad_request("stream_url", "must be an array with one URL")
            leg.hear(clock, "music", body["stream_url"][0]).until = clock.now()
        elif not isinstance(body.get("digits"), str):
            raise bad_request("digits", "is required")
        message = "DTMF sent" if what == "dtmf" else f"{what.capitalize()} started"
        return {"message": message, "uuid": leg.uuid}

    # -- files

    def _file(self, file_id: str) -> bytes | dict[str, Any]:
        for recording in self.platform.recordings:
            if recording.file_id == file_id:
                return recording.wav()
            if recording.transcript_id == file_id and recording.transcription is not None:
                return recording.transcript()
        raise NOT_FOUND


def _whole(query: dict[str, list[str]], name: str, default: int) -> int:
    try:
        return int(query.get(name, [str(default)])[0])
    except ValueError:
        raise bad_request(name, "must be a whole number") from None


def _injected(fault: str) -> ApiError:
    if fault == "429":
        return TOO_MANY
    return ApiError(int(fault), {"type": "INTERNAL_ERROR", "error_title": "Internal Server Error"})


def _operation(method: str, path: str, body: bytes) -> str:
    match method, path.strip("/").split("/"):
        case "POST", ["v1", "calls"]:
            return "create"
        case "GET", ["v1", "calls"]:
            return "list"
        case "GET", ["v1", "calls", _]:
            return "get"
        case "PUT", ["v1", "calls", _]:
            decoded = _json(body)
            return str(decoded.get("action")) if isinstance(decoded, dict) else "control"
        case "GET", ["v1", "files", _]:
            return "download"
        case "POST", ["v1", "messages"]:
            return "message"
    return "other"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None

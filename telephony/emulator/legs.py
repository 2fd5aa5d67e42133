"""Legs, the rooms they meet in, and what the people at their ends hear."""

from __future__ import annotations

import itertools
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from telephony.emulator.clock import Clock
from telephony.emulator.scheduler import Task

HeardKind = Literal["said", "music", "beep", "ringback", "silence", "voice"]

ENDED = frozenset({"completed", "busy", "cancelled", "failed", "rejected", "timeout", "unanswered"})


@dataclass
class Heard:
    """One thing a party heard, from `at` until `until` (None: still)."""

    at: datetime
    kind: HeardKind
    text: str = ""
    language: str = ""
    until: datetime | None = None

    def __str__(self) -> str:
        language = f" ({self.language})" if self.language else ""
        return f"{self.kind}: {self.text}{language}" if self.text else self.kind


@dataclass
class Connection:
    """Two parties who could hear each other, from `start` until `end` (None: still)."""

    a: str
    b: str
    start: datetime
    end: datetime | None = None

    def joins(self, one: str, other: str) -> bool:
        """Tell whether it is between these two numbers, either way round."""
        return {self.a, self.b} == {one, other}


class Party:
    """The person or machine at the end of a leg; subclasses react."""

    is_machine = False

    def __init__(self, number: str) -> None:
        self.number = number
        self.heard: list[Heard] = []

    @property
    def said(self) -> list[str]:
        """The texts that were spoken to this party, in order."""
        return [each.text for each in self.heard if each.kind == "said"]

    def speech_s(self) -> float:
        """How long this party speaks into a recording."""
        return 0.0

    def words(self) -> str:
        """What this party says into a recording."""
        return ""

    def rings(self, leg: Leg) -> None:
        """The telephone rings."""

    def answered(self, leg: Leg) -> None:
        """The call of the ringing telephone was taken."""

    def prompted(self, leg: Leg) -> None:
        """A prompt began to listen for keys."""

    def recording_started(self, leg: Leg) -> None:
        """After the beep: speak now."""

    def connected(self, leg: Leg, other: Leg) -> None:
        """Somebody else can be heard, and hears us."""

    def leg_ended(self, leg: Leg) -> None:
        """The line is dead."""


@dataclass
class Room:
    """A conversation: named, or the own one of a leg in which `connect` puts a second."""

    uuid: str
    name: str | None = None
    members: list[Leg] = field(default_factory=list)
    started: bool = False
    record_action: dict[str, Any] | None = None
    recording: Any = None


@dataclass(eq=False)
class Leg:
    """One telephone line between the platform and a party."""

    uuid: str
    direction: Literal["inbound", "outbound"]
    from_: str
    to: str
    party: Party
    room: Room
    created_at: datetime
    event_url: str
    event_method: str
    status: str = "started"
    detail: str | None = None
    sip_code: int | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    disconnected_by: str | None = None
    task: Task | None = None
    ring_task: Task | None = None
    keys: deque[str] = field(default_factory=deque)
    listens: Literal["", "prompt", "record"] = ""
    async_input: tuple[str, str] | None = None
    recordings: list[Any] = field(default_factory=list)
    is_in_room: bool = False
    member: dict[str, Any] = field(default_factory=dict)
    """How it joined: the conversation action, or nothing for connect."""
    muted: bool = False
    earmuffed: bool = False
    children: list[Leg] = field(default_factory=list)
    """The legs that its `connect` dialled."""
    parent: Leg | None = None
    """The leg whose `connect` dialled this one."""
    is_sync_connect: bool = False
    late_events: list[Callable[[], None]] = field(default_factory=list)
    """Events held back until the chain of synchronous connects is over."""
    ringing_timer: int = 60
    length_timer: int = 7200
    machine_detection: str | None = None
    on_answer: str | None = None
    api_created: bool = False

    @property
    def number(self) -> str:
        """The number of the party, not ours."""
        return self.from_ if self.direction == "inbound" else self.to

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def conversation_uuid(self) -> str:
        return self.room.uuid

    def hear(self, clock: Clock, kind: HeardKind, text: str = "", language: str = "") -> Heard:
        """Note what the party hears from now on; the caller ends it by setting `until`."""
        heard = Heard(clock.now(), kind, text, language)
        self.party.heard.append(heard)
        return heard


class Exchange:
    """Who is in which room, and therefore who hears whom."""

    def __init__(self, clock: Clock) -> None:
        self.connections: list[Connection] = []
        self._clock = clock
        self._named: dict[str, Room] = {}
        self._inside: dict[str, Leg] = {}
        self._open: dict[frozenset[str], tuple[Connection, list[Heard]]] = {}
        self._waiting: dict[str, Heard] = {}

    @staticmethod
    def new_room(name: str | None = None) -> Room:
        """Make a conversation with an id of its own."""
        return Room(f"CON-{uuid.uuid4()}", name)

    def named(self, name: str) -> Room:
        """Return the room of this name; it persists, as on the platform."""
        if name not in self._named:
            self._named[name] = self.new_room(name)
        return self._named[name]

    def by_uuid(self, conversation_uuid: str) -> Room | None:
        """Return a named room by its id."""
        return next((r for r in self._named.values() if r.uuid == conversation_uuid), None)

    def enter(self, leg: Leg, room: Room, member: dict[str, Any]) -> None:
        """Put the leg into the room; the caller refreshes."""
        leg.room, leg.member, leg.is_in_room = room, member, True
        self._inside[leg.uuid] = leg
        if leg not in room.members:
            room.members.append(leg)
        if room.name is None or member.get("startOnEnter", True):
            room.started = True

    def leave(self, leg: Leg) -> None:
        """Take the leg out of its room; the caller refreshes."""
        leg.is_in_room = False
        self._inside.pop(leg.uuid, None)
        if leg in leg.room.members:
            leg.room.members.remove(leg)
        if not leg.room.members:
            leg.room.started = False

    def refresh(self) -> None:
        """Compare who hears whom with what is noted, and note the changes."""
        inside = list(self._inside.values())
        rooms = {leg.room.uuid: leg.room for leg in inside if leg.room.started}
        pairs = {
            frozenset({a.uuid, b.uuid}): (a, b)
            for room in rooms.values()
            for a, b in itertools.combinations(room.members, 2)
            if _can_talk(a, b)
        }
        self._close_others(set(pairs))
        for key, (a, b) in pairs.items():
            if key not in self._open:
                self._connect(key, a, b)
        self._note_waiting(inside, {uuid for key in pairs for uuid in key})

    def _connect(self, key: frozenset[str], a: Leg, b: Leg) -> None:
        connection = Connection(a.number, b.number, self._clock.now())
        self.connections.append(connection)
        heard = [a.hear(self._clock, "voice", b.number), b.hear(self._clock, "voice", a.number)]
        self._open[key] = (connection, heard)
        a.party.connected(a, b)
        b.party.connected(b, a)

    def _close_others(self, pairs: set[frozenset[str]]) -> None:
        for key in [key for key in self._open if key not in pairs]:
            connection, heard = self._open.pop(key)
            connection.end = self._clock.now()
            for each in heard:
                each.until = connection.end

    def _note_waiting(self, inside: list[Leg], talking: set[str]) -> None:
        """Those alone in a room hear its music until it starts, and silence after."""
        waiting = {leg.uuid: leg for leg in inside if leg.uuid not in talking and leg.room.name}
        for leg_uuid in list(self._waiting):
            if leg_uuid not in waiting:
                self._waiting.pop(leg_uuid).until = self._clock.now()
        for leg in waiting.values():
            music = leg.member.get("musicOnHoldUrl")
            kind: HeardKind = "music" if music and not leg.room.started else "silence"
            noted = self._waiting.get(leg.uuid)
            if noted is None or noted.kind != kind:
                if noted:
                    noted.until = self._clock.now()
                text = music[0] if music and kind == "music" else ""
                self._waiting[leg.uuid] = leg.hear(self._clock, kind, text)


def _can_talk(a: Leg, b: Leg) -> bool:
    """Both directions, or it is no conversation."""
    return _is_heard_by(a, b) and _is_heard_by(b, a)


def _is_heard_by(speaker: Leg, listener: Leg) -> bool:
    can_speak, can_hear = speaker.member.get("canSpeak"), listener.member.get("canHear")
    return not (
        speaker.muted
        or speaker.member.get("mute")
        or listener.earmuffed
        or (can_speak is not None and listener.uuid not in can_speak)
        or (can_hear is not None and speaker.uuid not in can_hear)
    )

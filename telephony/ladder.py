"""A call as a ladder: who stood where, what went back and forth, as plain geometry.

Pure: places in whole pixels, codes for words. Rows follow one another in time, each as high as the
other, because a call is a few acts over some seconds, or over an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from telephony.narrative import (
    rung_code,
    seconds_between,
    settled_at,
    spoken,
    taker,
    talk_seconds,
    talk_start,
)
from telephony.types.visits import Rung, Visit

HEAD, ROW, FOOT = 52, 38, 22
FIRST_X, STEP, MARGIN = 108, 158, 84
_BAR = 10
_WENT_WELL = ("took", "picked_up", "spoke", "speaking")
_BOTH_WAYS = ("spoke", "speaking")
_NEUTRAL = ("withdrawn", "too_late", "rings", "listens", "calls", "asks", "announces", "passed_on")


@dataclass(frozen=True)
class Column:
    """Somebody or something that takes part; `leg` is the first phone (ordinal) of a phone's."""

    kind: str
    x: int
    leg: int | None = None
    name: str = ""
    number: str = ""


@dataclass(frozen=True)
class Arrow:
    """What one did to another at an instant, in the row `y`, from `start` to `end`."""

    at: datetime
    code: str
    y: int
    start: int
    end: int
    leg: int | None = None
    seconds: int | None = None

    @property
    def tone(self) -> str:
        """Return how it went: well, badly, or neither."""
        if self.code in _WENT_WELL:
            return "ok"
        if self.code == "message_left":
            return "now"
        return "" if self.code in _NEUTRAL else "bad"

    @property
    def is_back(self) -> bool:
        """Tell whether it goes to the left."""
        return self.end < self.start

    @property
    def is_answer(self) -> bool:
        """Tell whether it says what came of something; those are dashed."""
        return self.is_back and self.code not in _BOTH_WAYS

    @property
    def words_x(self) -> int:
        """Return where the words begin (of a way there), or end (of a way back)."""
        return self.start - 8 if self.is_back else self.start + 8

    @property
    def words_y(self) -> int:
        """Return the base line of the words, above the arrow."""
        return self.y - 6

    @property
    def line(self) -> str:
        """Return the line as an SVG path."""
        return f"M{self.start} {self.y}H{self.end}"

    @property
    def heads(self) -> str:
        """Return its head as an SVG path; a conversation has one at each end."""
        step = 7 if self.is_back else -7
        head = f"M{self.end + step} {self.y - 4}l{-step} 4l{step} 4"
        if self.code not in _BOTH_WAYS:
            return head
        return f"{head}M{self.start - step} {self.y - 4}l{step} 4l{-step} 4"


@dataclass(frozen=True)
class Bar:
    """How long somebody was in it: the caller, a phone, the voicemail."""

    kind: str
    x: int
    y: int
    height: int
    leg: int | None = None


@dataclass(frozen=True)
class Ladder:
    """The whole drawing."""

    width: int
    height: int
    columns: tuple[Column, ...]
    arrows: tuple[Arrow, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class _Moment:
    at: datetime
    rank: int
    code: str
    phone: Rung | None = None
    seconds: int | None = None


def draw(visit: Visit) -> Ladder:
    """Return the ladder of a call; of a live one as far as it has come."""
    moments = sorted(_moments(visit), key=lambda moment: (moment.at, moment.rank))
    columns = _columns(visit, moments)
    rows = {index: HEAD + ROW * (index + 1) - 8 for index in range(len(moments))}
    arrows = tuple(_arrow(moment, rows[index], columns) for index, moment in enumerate(moments))
    height = HEAD + ROW * len(moments) + FOOT
    return Ladder(
        width=columns[-1].x + MARGIN,
        height=height,
        columns=tuple(columns),
        arrows=arrows,
        bars=tuple(_bars(visit, arrows, columns, height - FOOT + 6)),
    )


def _moments(visit: Visit) -> Iterator[_Moment]:
    if not visit.outgoing:
        yield _Moment(visit.started_at, 0, "calls")
    for phone in visit.phones:
        start, code = phone.rang_at or phone.dialled_at, rung_code(phone)
        yield _Moment(start, 4, "rings", phone)
        end = settled_at(visit, phone)
        if end is not None and code not in ("rings", "listens"):
            rank = 2 if end > start else 5  # what ends makes room for what begins
            yield _Moment(max(start, end), rank, code, phone, seconds_between(start, end))
    holder = next((phone for phone in visit.phones if phone.ordinal == taker(visit)), None)
    if (talk := talk_start(visit, holder)) is not None:
        seconds = talk_seconds(visit)
        yield _Moment(talk, 6, "speaking" if seconds is None else "spoke", holder, seconds)
    if visit.ending_at is not None:
        yield _Moment(visit.ending_at, 7, "asks" if visit.takes_messages else "announces")
    for event in visit.happenings:
        if event.code == "message_recorded":
            at, seconds = spoken(visit, event)
            yield _Moment(at, 8, "message_left", seconds=seconds)
    if visit.outcome == "gave_up_ringing" and not visit.outgoing and visit.ended_at is not None:
        yield _Moment(visit.ended_at, 1, "gave_up")


def _columns(visit: Visit, moments: list[_Moment]) -> list[Column]:
    rung = visit.phones[:1] if visit.outgoing else visit.phones  # the second is the other side's
    phones = {(phone.name, phone.number): phone.ordinal for phone in reversed(rung)}
    found: list[tuple[str, int | None, str, str]] = [("caller", None, "", "")]
    found.append(("portal", None, "", ""))
    for (name, number), ordinal in sorted(phones.items(), key=lambda item: item[1]):
        found.append(("phone", ordinal, name, number))
    if any(moment.code in ("asks", "message_left") for moment in moments):
        found.append(("voicemail", None, "", ""))
    return [
        Column(kind, FIRST_X + STEP * index, leg, name, number)
        for index, (kind, leg, name, number) in enumerate(found)
    ]


def _arrow(moment: _Moment, y: int, columns: list[Column]) -> Arrow:
    caller, portal, last = columns[0].x, columns[1].x, columns[-1].x
    phone = _place(moment.phone, columns)
    start, end = {
        "calls": (caller, portal),
        "gave_up": (caller, portal),
        "rings": (portal, phone),
        "spoke": (phone, caller),
        "speaking": (phone, caller),
        "asks": (portal, last),
        "announces": (portal, caller),
        "message_left": (last, portal),
    }.get(moment.code, (phone, portal))
    leg = moment.phone.ordinal if moment.phone else None
    gap = _BAR // 2 + 2 if end > start else -(_BAR // 2 + 2)
    return Arrow(moment.at, moment.code, y, start + gap, end - gap, leg, moment.seconds)


def _place(phone: Rung | None, columns: list[Column]) -> int:
    """Return where a phone stands; several attempts at one phone share its place.

    The other side of a call that we placed stands where a caller does.
    """
    who = (phone.name, phone.number) if phone else None
    mine = (c.x for c in columns if c.kind == "phone" and (c.name, c.number) == who)
    return next(mine, columns[0].x if phone else 0)


def _bars(
    visit: Visit, arrows: tuple[Arrow, ...], columns: list[Column], bottom: int
) -> Iterator[Bar]:
    left = _BAR // 2
    if not visit.outgoing:
        yield Bar("wait", columns[0].x - left, arrows[0].y, bottom - arrows[0].y)
    for phone in visit.phones:
        mine = [arrow for arrow in arrows if arrow.leg == phone.ordinal]
        stays = mine[-1].code in ("spoke", "speaking", "rings", "listens")
        end = bottom if stays else mine[-1].y
        x = _place(phone, columns) - left
        yield Bar("ring", x, mine[0].y, max(end - mine[0].y, 6), phone.ordinal)
    if columns[-1].kind == "voicemail":
        mine = [arrow for arrow in arrows if arrow.code in ("asks", "message_left")]
        end = mine[-1].y if mine[-1].code == "message_left" else bottom
        yield Bar("record", columns[-1].x - left, mine[0].y, max(end - mine[0].y, 6))

"""The words of an e-mail that tells a person how their duties changed, in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling import whens
from scheduling.duties import Duty
from scheduling.duty_changes import Difference
from scheduling.offer_changes import Offer, OfferNews
from scheduling.types import Period

_MOST_LINES = 30  # of a kind; a rotation of a year has hundreds


@dataclass(frozen=True)
class ScheduleNews:
    """How a person's duties on one schedule differ, told on the clock of `zone` (IANA).

    And what became of the offers of shifts that they made or were made.
    """

    name: str
    zone: str
    page: str
    differs: Difference
    offers: OfferNews = field(default_factory=OfferNews)


@dataclass(frozen=True)
class DutyNews:
    """How a person's duties differ on all schedules, and who changed them, by name."""

    schedules: tuple[ScheduleNews, ...]
    authors: tuple[str, ...] = ()


def subject(news: DutyNews) -> str:
    """Return the subject line."""
    names = ", ".join(each.name for each in news.schedules)
    if not any(each.differs for each in news.schedules):
        return _("Offers of shifts have changed: %(schedules)s") % {"schedules": names}
    return _("Your duties have changed: %(schedules)s") % {"schedules": names}


def body(news: DutyNews, own_zone: str) -> str:
    """Return the text: on each schedule what is new, what moved, and what is no longer theirs.

    A zone is named where that of whoever reads, `own_zone` (IANA), is another one.
    """
    parts = [part for each in news.schedules for part in _schedule(each, own_zone)]
    if news.authors:
        parts += [_("Changed by %(authors)s.") % {"authors": ", ".join(news.authors)}]
    return "\n\n".join(parts) + "\n"


def _schedule(news: ScheduleNews, own_zone: str) -> Iterable[str]:
    differs, name = news.differs, {"schedule": news.name}
    if differs.gained:
        lines = [_duty(duty, news.zone) for duty in differs.gained]
        yield _("You are now on call for “%(schedule)s”:") % name + _list(lines)
    if differs.moved:
        yield _("Moved on “%(schedule)s”:") % name + _list(
            _("%(new)s (before: %(old)s)")
            % {"new": _duty(new, news.zone), "old": _duty(old, news.zone)}
            for old, new in differs.moved
        )
    if differs.lost:
        lines = [_duty(duty, news.zone) for duty in differs.lost]
        yield _("You are no longer on call for “%(schedule)s”:") % name + _list(lines)
    yield from _offers(news)
    zone = _("Times are those of %(zone)s.") % {"zone": news.zone}
    page = _("The rota: %(page)s") % {"page": news.page}
    yield page if news.zone == own_zone else f"{zone}\n{page}"


def _offers(news: ScheduleNews) -> Iterable[str]:
    offers, name = news.offers, {"schedule": news.name}
    if offers.gone:
        lines = [_offer(offer, news.zone) for offer in offers.gone]
        yield _("No longer on offer to you for “%(schedule)s”:") % name + _list(lines)
    if offers.again:
        lines = [_offer(offer, news.zone) for offer in offers.again]
        yield _("Once more on offer to you for “%(schedule)s”:") % name + _list(lines)
    if offers.own:
        lines = [_stretch(offer.period, offer.level, news.zone) for offer in offers.own]
        yield _("Your offers for “%(schedule)s” are withdrawn:") % name + _list(lines)


def _offer(offer: Offer, zone: str) -> str:
    what = _stretch(offer.period, offer.level, zone)
    return _("%(who)s: %(what)s") % {"who": offer.name, "what": what}


def _duty(duty: Duty, zone: str) -> str:
    return _stretch(duty.period, duty.level, zone)


def _stretch(period: Period | None, level: int | None, zone: str) -> str:
    span = whens.span(period.starts_at, period.ends_at, zone) if period else ""
    return _("%(span)s, level %(level)d") % {"span": span, "level": level or 1}


def _list(found: Iterable[str]) -> str:
    lines = [f"- {line}" for line in found]
    rest = len(lines) - _MOST_LINES
    if rest > 0:
        more = ngettext("and %(count)d more", "and %(count)d more", rest) % {"count": rest}
        lines = [*lines[:_MOST_LINES], more]
    return "\n" + "\n".join(lines)

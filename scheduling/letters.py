"""The words of an e-mail about holes in the rota, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _

from scheduling import labels
from scheduling.types import CoverageNews, Period


def subject(news: CoverageNews) -> str:
    """Return the subject line: which schedule, and when the first hole begins."""
    if not news.gaps:
        return _("Covered again: %(schedule)s") % {"schedule": news.schedule}
    first = _when(news.gaps[0].period.starts_at, news)
    return _("Nobody on call for %(schedule)s: %(start)s") % {
        "schedule": news.schedule,
        "start": first,
    }


def body(news: CoverageNews, own_zone: str) -> str:
    """Return the text: every hole with its reason, what is covered again, and what to do.

    The zone is named where that of whoever reads, `own_zone` (IANA), is another one.
    """
    parts = []
    if news.gaps:
        parts += [_("Nobody can be reached on “%(schedule)s”:") % {"schedule": news.schedule}]
        parts += [_lines(_gaps(news))]
    if news.filled:
        parts += [_("No longer a hole on “%(schedule)s”:") % {"schedule": news.schedule}]
        parts += [_lines(_span(period, news) for period in news.filled)]
    if news.time_zone != own_zone:
        parts += [_("Times are those of %(zone)s.") % {"zone": news.time_zone}]
    if news.gaps:
        advice = _(
            "Calls that come then go to the supervisors."
            " Put somebody on call who can be reached: %(page)s"
        )
    else:
        advice = _("The rota: %(page)s")
    parts += [advice % {"page": news.page}]
    return "\n\n".join(parts) + "\n"


def _gaps(news: CoverageNews) -> Iterable[str]:
    for gap in news.gaps:
        reason = labels.GAP_REASON[gap.reason.value]
        yield _("%(span)s: %(reason)s") % {"span": _span(gap.period, news), "reason": reason}


def _span(period: Period, news: CoverageNews) -> str:
    times = {"start": _when(period.starts_at, news), "end": _when(period.ends_at, news)}
    if period.ends_at >= news.seen_until:
        return _("%(start)s to %(end)s or later") % times
    return _("%(start)s to %(end)s") % times


def _when(at: datetime, news: CoverageNews) -> str:
    if at <= news.at:
        return _("now")
    # Translators: a date and time like "Mon 4 Jan 2027 18:00", in Django's date format
    return dateformat.format(at.astimezone(ZoneInfo(news.time_zone)), _("D j M Y H:i"))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)
